import Hummingbird

/// Which handler answers which path.
///
/// Patterns are paths whose components may be names with a colon: `/namespaces/:namespace/workflows`. A request's path
/// is split first and decoded then, so that an id may hold any character. Literal components win over names.
struct RouteTable: Sendable {
    typealias Handler = @Sendable (PageRequest) async throws -> Answer

    enum Method: Sendable { case get, post }

    struct Route: Sendable {
        var components: [Substring]
        var handlers: [Method: Handler]
    }

    private(set) var routes: [Route] = []

    /// A page, shown for GET.
    mutating func page(_ pattern: String, _ handler: @escaping @Sendable (PageRequest) async throws -> Page) {
        add(pattern, .get) { .page(try await handler($0)) }
    }

    /// Anything else that GET asks for: a download, a redirection, live updates.
    mutating func get(_ pattern: String, _ handler: @escaping Handler) { add(pattern, .get, handler) }

    /// A form. Its token has been checked before the handler is called.
    mutating func form(_ pattern: String, _ handler: @escaping Handler) { add(pattern, .post, handler) }

    /// Updates of a page, sent for as long as somebody looks.
    mutating func live(_ pattern: String, _ handler: @escaping @Sendable (PageRequest) async throws -> LiveFeed) {
        add(pattern, .get) { .live(try await handler($0)) }
    }

    private mutating func add(_ pattern: String, _ method: Method, _ handler: @escaping Handler) {
        let components = Self.split(pattern)
        if let index = routes.firstIndex(where: { $0.components == components }) {
            routes[index].handlers[method] = handler
        } else {
            routes.append(Route(components: components, handlers: [method: handler]))
        }
    }

    enum Match {
        case handler(Handler, parameters: [String: String])
        case otherMethod
        case none
    }

    func match(_ method: Method, _ path: String) -> Match {
        let components = Self.split(path)
        let candidates = routes.filter { $0.matches(components) }
        guard let route = candidates.min(by: { $0.nameCount < $1.nameCount }) else { return .none }
        guard let handler = route.handlers[method] else { return .otherMethod }
        guard let parameters = route.parameters(of: components) else { return .none }
        return .handler(handler, parameters: parameters)
    }

    private static func split(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: true)
    }
}

extension RouteTable.Route {
    fileprivate var nameCount: Int { components.count { $0.hasPrefix(":") } }

    fileprivate func matches(_ path: [Substring]) -> Bool {
        components.count == path.count
            && zip(components, path).allSatisfy { pattern, component in
                pattern.hasPrefix(":") || pattern == component
            }
    }

    fileprivate func parameters(of path: [Substring]) -> [String: String]? {
        var result: [String: String] = [:]
        for (pattern, component) in zip(components, path) where pattern.hasPrefix(":") {
            guard let value = PercentCoding.decode(component) else { return nil }
            result[String(pattern.dropFirst())] = value
        }
        return result
    }
}
