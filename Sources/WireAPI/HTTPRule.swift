import SwiftProtobuf

/// How a method is called over HTTP: one `google.api.http` binding of the API's definition.
///
/// The rules are generated; ``visitAll(_:)`` shows them with the methods they are for.
public struct HTTPRule: Sendable {
    /// The HTTP methods the API uses; raw values are their names on the wire.
    public enum Verb: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    public let verb: Verb
    /// Literal segments and variables, such as `/api/v1/namespaces/{namespace}/workflows/{execution.workflow_id}`. A
    /// variable is one whole segment and names a field of text in the request.
    public let path: String
    /// Whether the body is the request, as JSON. Otherwise its fields are in the query.
    public let hasBody: Bool

    public init(_ verb: Verb, _ path: String, hasBody: Bool = false) {
        self.verb = verb
        self.path = path
        self.hasBody = hasBody
    }
}

/// Sees each method that is served over HTTP with its types.
public protocol HTTPRuleVisitor {
    mutating func visit<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ rules: [HTTPRule])
}
