import WireAPI
import WireRPC

/// Which clients are served: what `client-name` and `client-version` are held against, on every call.
enum ClientVersions {
    /// By client name, the first major version that is too new.
    private static let firstUnsupportedMajor = [
        "Nexus-go-sdk": 2, "temporal-cli": 2, "temporal-go": 2, "temporal-java": 2, "temporal-php": 2,
        "temporal-server": 2, "temporal-typescript": 2, "temporal-ui": 3,
    ]

    /// The same as version ranges.
    static let supported = firstUnsupportedMajor.mapValues { "<\($0).0.0" }

    /// Refuses a client that says it is newer than what this server speaks.
    static func check(_ context: RPCContext) throws(RPCError) {
        guard let name = context.metadata("client-name"), let limit = firstUnsupportedMajor[name],
            let version = context.metadata("client-version"), !version.isEmpty
        else { return }
        guard let major = major(of: version) else {
            throw RPCError(
                .invalidArgument, "Unable to parse client version: No Major.Minor.Patch elements found")
        }
        guard major >= limit else { return }
        var detail = APIClientVersionNotSupportedFailure()
        detail.clientVersion = version
        detail.clientName = name
        detail.supportedVersions = "<\(limit).0.0"
        throw RPCError(
            .failedPrecondition,
            "Client version \(version) is not supported. Server supports \(name) versions: \(detail.supportedVersions)",
            detail: detail)
    }

    private static func major(of version: String) -> Int? {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let major = Int(parts[0]), major >= 0, Int(parts[1]) != nil else { return nil }
        return major
    }

    /// Puts the check in front of every entry of a table.
    static func guardEntries(of table: inout ServiceTable) {
        table.wrapEntries { _, entry in
            ServiceTable.Entry(
                callBytes: { bytes, context in
                    try check(context)
                    return try await entry.callBytes(bytes, context)
                },
                callMessage: { message, context in
                    try check(context)
                    return try await entry.callMessage(message, context)
                })
        }
    }
}
