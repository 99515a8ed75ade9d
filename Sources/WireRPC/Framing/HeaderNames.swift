/// Names and values of the headers that gRPC itself uses.
enum HeaderNames {
    static let contentType = "content-type"
    static let timeout = "grpc-timeout"
    static let encoding = "grpc-encoding"
    static let acceptEncoding = "grpc-accept-encoding"
    static let status = "grpc-status"
    static let message = "grpc-message"
    static let details = "grpc-status-details-bin"

    static let gzip = "gzip"
    static let identity = "identity"
    static let grpcContentType = "application/grpc"
    static let acceptedEncodings = "identity,gzip"

    /// Whether a content type is gRPC with protobuf messages.
    static func isGRPC(_ contentType: String) -> Bool {
        guard contentType.hasPrefix(grpcContentType) else { return false }
        let rest = contentType.utf8.dropFirst(grpcContentType.utf8.count)
        guard let next = rest.first else { return true }
        return next == UInt8(ascii: "+") || next == UInt8(ascii: ";")
    }

    /// Whether a header belongs to the protocol rather than to the application.
    static func isReserved(_ name: String) -> Bool {
        if name.utf8.first == UInt8(ascii: ":") || name.hasPrefix("grpc-") { return true }
        return name == contentType || name == "te"
    }

    /// Whether a list such as `identity,gzip` names gzip.
    static func listsGzip(_ list: String) -> Bool {
        list.split(separator: ",").contains { $0.drop { $0 == " " } == gzip }
    }
}
