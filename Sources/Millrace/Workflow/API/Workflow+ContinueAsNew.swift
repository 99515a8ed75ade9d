import WireAPI

extension Workflow {
    /// Ends this run and goes on as a new one with an empty history: throw what it returns.
    ///
    ///     if Workflow.info.isContinueAsNewSuggested { throw Workflow.continueAsNew(TopStories.run(limit: 10)) }
    public static func continueAsNew<Definition: WorkflowDefinition>(
        _ call: WorkflowCall<Definition>, options: ContinueAsNewOptions = ContinueAsNewOptions()
    ) -> ContinueAsNew {
        ContinueAsNew(workflowType: call.workflowType, arguments: call.arguments, options: options)
    }
}

/// What changes when a run goes on as a new one; everything left out stays as it is.
public struct ContinueAsNewOptions: Sendable {
    /// Where the new run's tasks go.
    public var taskQueue: String?
    /// How long the new run may take.
    public var runTimeout: Duration?
    /// How long a worker may take for one step.
    public var taskTimeout: Duration?
    public var retry: RetryPolicy?
    public var memo: Memo?
    public var searchAttributes: SearchAttributes?

    public init(
        taskQueue: String? = nil, runTimeout: Duration? = nil, taskTimeout: Duration? = nil, retry: RetryPolicy? = nil,
        memo: Memo? = nil, searchAttributes: SearchAttributes? = nil
    ) {
        self.taskQueue = taskQueue
        self.runTimeout = runTimeout
        self.taskTimeout = taskTimeout
        self.retry = retry
        self.memo = memo
        self.searchAttributes = searchAttributes
    }
}

/// Thrown out of a workflow to go on as a new run; see ``Workflow/continueAsNew(_:options:)``.
public struct ContinueAsNew: Error, Sendable, CustomStringConvertible {
    let workflowType: String
    let arguments: [BoundaryValue]
    let options: ContinueAsNewOptions

    public var description: String { "the workflow goes on as a new run of '\(workflowType)'" }

    func command(in context: RunContext) throws -> APIContinueAsNewWorkflowExecutionCommandAttributes {
        let converter = context.services.payloadConverter
        var attributes = APIContinueAsNewWorkflowExecutionCommandAttributes()
        attributes.workflowType.name = workflowType
        attributes.input = try converter.payloads(from: arguments)
        let started = context.start?.attributes ?? .init()
        attributes.taskQueue.name = options.taskQueue ?? started.taskQueue.name
        if let timeout = options.runTimeout { attributes.workflowRunTimeout = .init(timeout) }
        if let timeout = options.taskTimeout { attributes.workflowTaskTimeout = .init(timeout) }
        if let retry = options.retry {
            attributes.retryPolicy = retry.wire
        } else if started.hasRetryPolicy {
            attributes.retryPolicy = started.retryPolicy
        }
        let memo = try (options.memo ?? context.memo).wire(with: converter)
        if !memo.fields.isEmpty { attributes.memo = memo }
        if let changed = options.searchAttributes {
            attributes.searchAttributes = context.searchAttributes.merging(changed).wire
        } else if !context.searchAttributes.isEmpty {
            attributes.searchAttributes = context.searchAttributes.wire
        }
        return attributes
    }
}
