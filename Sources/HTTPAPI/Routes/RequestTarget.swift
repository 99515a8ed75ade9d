import WireRPC

/// Path and query of a request, taken apart and decoded.
struct RequestTarget: Sendable {
    /// The segments of the path. They are decoded after the path is split, so a workflow id may hold a slash (`%2F`).
    var segments: [String]
    /// The parameters of the query in their order.
    var parameters: [(key: String, value: String)]

    /// - Parameter target: What the request line says, such as `/api/v1/namespaces?pageSize=5`.
    /// - Throws: `.invalidArgument` for what cannot be decoded.
    init(_ target: String) throws(RPCError) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        segments = []
        for segment in parts[0].drop(while: { $0 != "/" }).dropFirst().split(
            separator: "/", omittingEmptySubsequences: false)
        {
            guard let decoded = PercentDecoding.decode(segment) else {
                throw RPCError(.invalidArgument, "invalid URL escape in path segment \"\(segment)\"")
            }
            segments.append(decoded)
        }
        parameters = parts.count > 1 ? try Self.parameters(parts[1]) : []
    }

    private static func parameters(_ query: Substring) throws(RPCError) -> [(key: String, value: String)] {
        var parameters: [(key: String, value: String)] = []
        for pair in query.split(separator: "&") {
            guard !pair.contains(";") else { throw RPCError(.invalidArgument, "invalid semicolon separator in query") }
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = try decoded(parts[0])
            parameters.append((key, parts.count > 1 ? try decoded(parts[1]) : ""))
        }
        return parameters
    }

    private static func decoded(_ text: Substring) throws(RPCError) -> String {
        guard let decoded = PercentDecoding.decode(text, plusIsSpace: true) else {
            throw RPCError(.invalidArgument, "invalid URL escape \"\(text)\"")
        }
        return decoded
    }

    func hasParameter(_ key: String) -> Bool { parameters.contains { $0.key == key } }
}
