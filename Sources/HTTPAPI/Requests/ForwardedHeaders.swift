import Hummingbird
import WireRPC

/// What of a request's headers goes on with the call.
enum ForwardedHeaders {
    private static let forwarded: Set<String> = [
        "authorization", "authorization-extras", "x-forwarded-for", "client-name", "client-version",
    ]
    /// Any metadata can be sent with this prefix, as `Grpc-Metadata-Caller-Type: api`.
    private static let metadataPrefix = "grpc-metadata-"
    /// What the reference's HTTP API calls itself unless the client says who it is.
    private static let clientName = "temporal-server-http"

    static func metadata(_ headers: HTTPFields) -> [(key: String, value: String)] {
        var metadata: [(key: String, value: String)] = []
        for field in headers {
            let name = field.name.canonicalName
            if forwarded.contains(name) {
                metadata.append((name, field.value))
            } else if name.hasPrefix(metadataPrefix), name.count > metadataPrefix.count {
                metadata.append((String(name.dropFirst(metadataPrefix.count)), field.value))
            }
        }
        if !metadata.contains(where: { $0.key == "client-name" }) { metadata.append(("client-name", clientName)) }
        return metadata
    }

    /// How long the call may take: `Grpc-Timeout` as gRPC spells it (`30S`, `500m`), or five minutes, after which the
    /// reference hangs up.
    static func timeout(_ headers: HTTPFields) throws(RPCError) -> Duration {
        guard let text = headers[.grpcTimeout] else { return .seconds(300) }
        guard let unit = text.last, text.utf8.count <= 9, let count = Int64(text.dropLast()), count >= 0 else {
            throw RPCError(.invalidArgument, "invalid grpc-timeout: \(text)")
        }
        switch unit {
        case "H": return .seconds(count * 3600)
        case "M": return .seconds(count * 60)
        case "S": return .seconds(count)
        case "m": return .milliseconds(count)
        case "u": return .microseconds(count)
        case "n": return .nanoseconds(count)
        default: throw RPCError(.invalidArgument, "invalid grpc-timeout: \(text)")
        }
    }
}
