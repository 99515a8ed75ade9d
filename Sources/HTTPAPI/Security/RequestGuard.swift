import Hummingbird
import NIOCore
import WireRPC

/// Keeps web pages from using the API of a server on the visitor's machine.
///
/// A browser sends any page's requests to `localhost`. Three things tell them from those of programs: the host they
/// are for (a page that made its own name point to this machine still names it), the origin they come from, and what a
/// page may send without asking first. Programs such as `curl` notice nothing of it.
public struct RequestGuard: Sendable {
    /// Which `Host` a request may name.
    public enum Hosts: Sendable {
        /// Addresses, `localhost` and names under it, and the given names: for a server that only this machine reaches.
        case local(names: Set<String> = [])
        /// Any: for a server that others reach, by names it does not know.
        case any
    }

    public var hosts: Hosts

    public init(hosts: Hosts = .local()) {
        self.hosts = hosts
    }

    /// The guard of a server that listens on an address: names are checked if only this machine reaches it.
    public init(listeningOn host: String) {
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        self.init(hosts: isLoopback ? .local() : .any)
    }

    /// - Throws: `.permissionDenied` for a request that a foreign page may have sent.
    func check(_ request: Request) throws(RPCError) {
        let authority = request.head.authority?.lowercased()
        if let authority, !isAllowed(authority) { throw RPCError(.permissionDenied, "Host not allowed") }
        if let origin = request.headers[.origin] {
            guard let authority, Self.authority(ofOrigin: origin) == authority else {
                throw RPCError(.permissionDenied, "Origin not allowed")
            }
            return
        }
        let site = request.headers[.secFetchSite]
        guard site == nil || site == "same-origin" || site == "none" else {
            throw RPCError(.permissionDenied, "Origin not allowed")
        }
        guard request.method != .get, request.method != .head, Self.isFromBrowser(request) else { return }
        // A page of another site can send neither of these without the server's leave, which it does not get.
        guard Self.isJSON(request.headers[.contentType]) || request.headers[.requestedWith] != nil else {
            throw RPCError(.permissionDenied, "a browser's request needs the content type application/json")
        }
    }

    private func isAllowed(_ authority: String) -> Bool {
        guard case .local(let names) = hosts else { return true }
        let host = Self.withoutPort(authority)
        return host == "localhost" || host.hasSuffix(".localhost") || names.contains(host)
            || (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    private static func withoutPort(_ authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    private static func authority(ofOrigin origin: String) -> String? {
        guard origin.hasPrefix("http://") || origin.hasPrefix("https://") else { return nil }
        return String(origin.drop { $0 != "/" }.dropFirst(2)).lowercased()
    }

    private static func isFromBrowser(_ request: Request) -> Bool {
        request.headers[.userAgent]?.hasPrefix("Mozilla/") == true || request.headers[.referer] != nil
            || request.headers[.secFetchSite] != nil
    }

    private static func isJSON(_ contentType: String?) -> Bool {
        contentType?.lowercased().trimmingSpaces().hasPrefix("application/json") == true
    }
}
