import NIOHPACK

/// What the headers of a request say.
struct RequestHead {
    var path = ""
    var timeout: Duration?
    /// The request's message may be compressed with gzip.
    var usesGzip = false
    var acceptsGzip = false
    var metadata: [(key: String, value: String)] = []

    /// Why a request is turned away before its message is looked at.
    enum Refusal: Error {
        /// The peer does not speak gRPC; it gets an HTTP status.
        case http(status: String)
        case call(RPCError)
    }

    init(_ headers: HPACKHeaders) throws(Refusal) {
        var method = ""
        var contentType = ""
        var encoding = HeaderNames.identity
        var timeoutText: String?
        for (name, value, _) in headers {
            switch name {
            case ":method": method = value
            case ":path": path = value
            case HeaderNames.contentType: contentType = value
            case HeaderNames.timeout: timeoutText = value
            case HeaderNames.encoding: encoding = value
            case HeaderNames.acceptEncoding: acceptsGzip = HeaderNames.listsGzip(value)
            default:
                if !HeaderNames.isReserved(name) { metadata.append((name, value)) }
            }
        }
        guard HeaderNames.isGRPC(contentType) else { throw .http(status: "415") }
        guard method == "POST" else { throw .http(status: "405") }
        if let timeoutText {
            guard let value = GRPCTimeout.decode(timeoutText) else {
                throw .call(RPCError(.internal, "malformed grpc-timeout: \(timeoutText)"))
            }
            timeout = value
        }
        switch encoding {
        case HeaderNames.identity: break
        case HeaderNames.gzip: usesGzip = true
        default:
            throw .call(RPCError(.unimplemented, "message encoding \(encoding) is not supported; use gzip or identity"))
        }
    }
}
