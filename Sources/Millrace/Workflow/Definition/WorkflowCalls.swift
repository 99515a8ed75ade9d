/// A workflow with its arguments, ready to be started: `TopStories.run(limit: 10)`.
///
/// The macro generates a static function of the same signature as `run`. The value is what every way of starting
/// takes: `client.start`, `client.execute`, child workflows, continue-as-new, schedules.
public struct WorkflowCall<Definition: WorkflowDefinition>: Sendable {
    public var workflowType: String
    public var arguments: [BoundaryValue]

    public init(_ workflowType: String, _ arguments: [BoundaryValue]) {
        self.workflowType = workflowType
        self.arguments = arguments
    }
}

/// A signal with its arguments, ready to be sent: `TopStories.approve()`.
public struct SignalCall<Definition: WorkflowDefinition>: Sendable {
    public var name: String
    public var arguments: [BoundaryValue]

    public init(_ name: String, _ arguments: [BoundaryValue]) {
        self.name = name
        self.arguments = arguments
    }
}

/// A query with its arguments, ready to be sent: `TopStories.stage`.
public struct QueryCall<Definition: WorkflowDefinition, Answer: Sendable>: Sendable {
    public var name: String
    public var arguments: [BoundaryValue]

    public init(_ name: String, _ arguments: [BoundaryValue]) {
        self.name = name
        self.arguments = arguments
    }
}

/// An update with its arguments, ready to be sent: `TopStories.setLimit(20)`.
public struct UpdateCall<Definition: WorkflowDefinition, Result: Sendable>: Sendable {
    public var name: String
    public var arguments: [BoundaryValue]

    public init(_ name: String, _ arguments: [BoundaryValue]) {
        self.name = name
        self.arguments = arguments
    }
}

/// A run of one workflow type, seen by a client.
///
/// `@Workflow` generates a `Handle` inside the actor, with a method for each signal, query and update; everything
/// that all workflows have in common (`result`, `cancel()`, `describe()` …) is an extension of this protocol.
public protocol WorkflowHandle: Sendable {
    associatedtype Definition: WorkflowDefinition

    /// The same run without the types.
    var untyped: UntypedWorkflowHandle { get }

    init(_ untyped: UntypedWorkflowHandle)
}
