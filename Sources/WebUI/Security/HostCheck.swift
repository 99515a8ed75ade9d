/// Whether a request is meant for this server.
///
/// A page of somebody else can make its own name resolve to 127.0.0.1 and then read our pages (DNS rebinding). It
/// cannot choose the `Host` header, so a server on a loopback address answers only to names of this machine and to
/// those it was told.
struct HostCheck: Sendable {
    /// Names to answer to; `nil` for any.
    let names: Set<String>?

    init(bindHost: String, allowedHosts: [String]) {
        let loopback = ["localhost", "127.0.0.1", "::1", "[::1]"]
        let isLoopback = loopback.contains(bindHost) || bindHost.hasPrefix("127.")
        if isLoopback {
            names = Set((loopback + [bindHost] + allowedHosts).map { $0.lowercased() })
        } else if !allowedHosts.isEmpty {
            names = Set((allowedHosts + [bindHost]).map { $0.lowercased() })
        } else {
            names = nil
        }
    }

    /// - Parameter authority: the `Host` header.
    func accepts(_ authority: String?) -> Bool {
        guard let names else { return true }
        guard let authority else { return false }
        let host = Self.host(of: authority).lowercased()
        return names.contains(host) || host.hasSuffix(".localhost")
    }

    /// Whether the page that sent a form is our own.
    func isSameOrigin(_ origin: String?, _ authority: String?) -> Bool {
        guard let origin, origin != "null" else { return origin == nil }
        guard let authority else { return false }
        let host = authority.lowercased()
        return origin.lowercased() == "http://\(host)" || origin.lowercased() == "https://\(host)"
    }

    private static func host(of authority: String) -> Substring {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return authority[...end] }
        return authority[..<(authority.firstIndex(of: ":") ?? authority.endIndex)]
    }
}
