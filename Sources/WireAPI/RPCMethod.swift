import SwiftProtobuf

/// One unary gRPC method: its service, its name and the types it takes and answers.
///
/// The values are generated (`WorkflowService.startWorkflowExecution` and so on), so that no handwritten code spells
/// a method name.
public struct RPCMethod<Request: Message, Response: Message>: Sendable {
    /// Full service name, such as `temporal.api.workflowservice.v1.WorkflowService`.
    public let service: String
    /// Method name within the service, such as `StartWorkflowExecution`.
    public let name: String

    public init(service: String, name: String) {
        self.service = service
        self.name = name
    }

    /// The HTTP/2 `:path` of the method.
    public var path: String { "/\(service)/\(name)" }
}
