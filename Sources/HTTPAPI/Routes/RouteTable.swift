import SwiftProtobuf
import WireAPI

/// Finds the method for an HTTP method and path.
struct RouteTable: Sendable {
    struct Route: Sendable {
        let call: HTTPCall
        /// The fields that the path's variables set, in the order of the path; names as in the API's definition.
        let variables: [[String]]
        let hasBody: Bool
    }

    enum Match: Sendable {
        /// With the values of the route's variables.
        case route(Route, [String])
        /// The path exists, but not for this HTTP method.
        case otherVerb
        case nothing
    }

    private struct Node: Sendable {
        var literals: [String: Node] = [:]
        /// The child for a variable: none or one.
        var variable: [Node] = []
        var routes: [HTTPRule.Verb: Route] = [:]
    }

    /// All methods of the API.
    static let api: RouteTable = {
        var builder = Builder()
        HTTPRule.visitAll(&builder)
        return builder.table
    }()

    private var root = Node()

    /// - Parameter segments: The decoded segments of the path.
    func match(verb: String, segments: [String]) -> Match {
        let verb = HTTPRule.Verb(rawValue: verb)
        var pathExists = false
        var values: [String] = []
        if let route = Self.find(root, segments[...], verb, &values, &pathExists) { return .route(route, values) }
        return pathExists ? .otherVerb : .nothing
    }

    private static func find(
        _ node: Node, _ segments: ArraySlice<String>, _ verb: HTTPRule.Verb?, _ values: inout [String],
        _ pathExists: inout Bool
    ) -> Route? {
        guard let segment = segments.first else {
            if !node.routes.isEmpty { pathExists = true }
            return verb.flatMap { node.routes[$0] }
        }
        let rest = segments.dropFirst()
        if let next = node.literals[segment], let route = find(next, rest, verb, &values, &pathExists) { return route }
        guard let next = node.variable.first else { return nil }
        values.append(segment)
        if let route = find(next, rest, verb, &values, &pathExists) { return route }
        values.removeLast()
        return nil
    }

    private static func insert(
        _ route: Route, _ verb: HTTPRule.Verb, _ path: ArraySlice<Substring>, into node: inout Node
    ) {
        guard let segment = path.first else {
            node.routes[verb] = route
            return
        }
        let rest = path.dropFirst()
        if segment.hasPrefix("{") {
            if node.variable.isEmpty { node.variable.append(Node()) }
            insert(route, verb, rest, into: &node.variable[0])
        } else {
            insert(route, verb, rest, into: &node.literals[String(segment), default: Node()])
        }
    }

    private struct Builder: HTTPRuleVisitor {
        var table = RouteTable()

        mutating func visit<Request: Message, Response: Message>(
            _ method: RPCMethod<Request, Response>, _ rules: [HTTPRule]
        ) {
            let call = HTTPCall(method)
            for rule in rules {
                let segments = rule.path.split(separator: "/")
                let variables = segments.filter { $0.hasPrefix("{") }
                    .map { $0.dropFirst().dropLast().split(separator: ".").map(String.init) }
                let route = Route(call: call, variables: variables, hasBody: rule.hasBody)
                insert(route, rule.verb, segments[...], into: &table.root)
            }
        }
    }
}
