/// A workflow type: what ``Workflow(_:)`` makes of an actor.
///
/// Do not write the conformance by hand; attach `@Workflow`.
public protocol WorkflowDefinition: Actor {
    /// What `run` returns.
    associatedtype Output: Sendable
    /// The typed handle that clients get: the signals, queries and updates as methods.
    associatedtype Handle: WorkflowHandle where Handle.Definition == Self

    /// The name and the entry points that workers use.
    static var workflowDefinition: WorkflowDescription<Self> { get }
}

/// The name and the erased entry points of a workflow type. Generated code makes it.
public struct WorkflowDescription<Definition: WorkflowDefinition>: Sendable {
    /// The workflow type's name on the wire.
    public let name: String
    /// Whether the type takes the workflows whose name no other type of the worker has.
    public let isDynamic: Bool
    /// Makes the instance of one run; decodes the arguments if the initialiser takes them.
    public let make: @Sendable (Arguments) throws -> Definition
    /// Decodes the arguments, calls `run` and returns what it returns.
    public let run: @Sendable (isolated Definition, Arguments) async throws -> BoundaryValue
    public let signals: [SignalDescription<Definition>]
    public let queries: [QueryDescription<Definition>]
    public let updates: [UpdateDescription<Definition>]

    public init(
        name: String, isDynamic: Bool = false, returning: ReturnType<Definition.Output>,
        make: @escaping @Sendable (Arguments) throws -> Definition,
        run: @escaping @Sendable (isolated Definition, Arguments) async throws -> BoundaryValue,
        signals: [SignalDescription<Definition>] = [], queries: [QueryDescription<Definition>] = [],
        updates: [UpdateDescription<Definition>] = []
    ) {
        self.name = name
        self.isDynamic = isDynamic
        self.make = make
        self.run = run
        self.signals = signals
        self.queries = queries
        self.updates = updates
    }
}

/// What happens when a run ends while a handler is still running.
public enum UnfinishedHandlers: Sendable, Hashable {
    /// A warning is logged. The default.
    case warn
    /// Nothing: the handler may be cut off.
    case abandon
}

/// One signal handler. A `nil` name takes the signals that have no handler of their own.
public struct SignalDescription<Definition: WorkflowDefinition>: Sendable {
    public let name: String?
    public let summary: String
    public let unfinished: UnfinishedHandlers
    /// Gets the signal's name (which dynamic handlers need) and its arguments.
    public let handle: @Sendable (isolated Definition, String, Arguments) async throws -> Void

    public init(
        _ name: String?, summary: String = "", unfinished: UnfinishedHandlers = .warn,
        handle: @escaping @Sendable (isolated Definition, String, Arguments) async throws -> Void
    ) {
        self.name = name
        self.summary = summary
        self.unfinished = unfinished
        self.handle = handle
    }
}

/// One query handler: it reads, does not wait and changes nothing. A `nil` name takes unknown queries.
public struct QueryDescription<Definition: WorkflowDefinition>: Sendable {
    public let name: String?
    public let summary: String
    public let answer: @Sendable (isolated Definition, String, Arguments) throws -> BoundaryValue

    public init(
        _ name: String?, summary: String = "",
        answer: @escaping @Sendable (isolated Definition, String, Arguments) throws -> BoundaryValue
    ) {
        self.name = name
        self.summary = summary
        self.answer = answer
    }
}

/// One update handler. A `nil` name takes unknown updates.
public struct UpdateDescription<Definition: WorkflowDefinition>: Sendable {
    public let name: String?
    public let summary: String
    public let unfinished: UnfinishedHandlers
    /// Rejects the update by throwing; reads, does not wait and changes nothing. Not run on replay.
    public let validate: (@Sendable (isolated Definition, String, Arguments) throws -> Void)?
    public let handle: @Sendable (isolated Definition, String, Arguments) async throws -> BoundaryValue

    public init(
        _ name: String?, summary: String = "", unfinished: UnfinishedHandlers = .warn,
        validate: (@Sendable (isolated Definition, String, Arguments) throws -> Void)? = nil,
        handle: @escaping @Sendable (isolated Definition, String, Arguments) async throws -> BoundaryValue
    ) {
        self.name = name
        self.summary = summary
        self.unfinished = unfinished
        self.validate = validate
        self.handle = handle
    }
}
