import WireAPI
import WorkerCore

/// How a child workflow is started. Everything has a default.
public struct ChildOptions: Sendable {
    /// What cancelling the parent, or the task that waits for the child, does to the child.
    public enum Cancellation: Sendable, Hashable {
        /// The child is asked to cancel; the parent waits for its end. The default.
        case waitForCompletion
        /// The child is asked to cancel; the parent waits until it has been asked.
        case waitForRequest
        /// The child is asked to cancel; the parent goes on at once.
        case tryCancel
        /// The child is not told; the parent goes on at once.
        case abandon

        var core: ChildCancellation {
            switch self {
            case .waitForCompletion: .waitCompletion
            case .waitForRequest: .waitRequested
            case .tryCancel: .tryCancel
            case .abandon: .abandon
            }
        }
    }

    /// Where the child runs; `nil` means the parent's task queue.
    public var taskQueue: String?
    public var cancellation: Cancellation
    public var parentClosePolicy: ParentClosePolicy
    public var idReusePolicy: WorkflowIDReusePolicy
    /// How long the child may take with its retries and continuations; `nil` means no limit.
    public var executionTimeout: Duration?
    /// How long one run of it may take; `nil` means no limit.
    public var runTimeout: Duration?
    /// How long a worker may take for one step of it; `nil` means the server's 10 s.
    public var taskTimeout: Duration?
    /// When a failed run is started anew; `nil` means never.
    public var retry: RetryPolicy?
    public var cronSchedule: String?
    public var memo: Memo
    public var searchAttributes: SearchAttributes
    public var priority: Priority?
    /// One line that user interfaces show with the child; Markdown.
    public var summary: String?

    public init(
        taskQueue: String? = nil, cancellation: Cancellation = .waitForCompletion,
        parentClosePolicy: ParentClosePolicy = .terminate, idReusePolicy: WorkflowIDReusePolicy = .allowDuplicate,
        executionTimeout: Duration? = nil, runTimeout: Duration? = nil, taskTimeout: Duration? = nil,
        retry: RetryPolicy? = nil, cronSchedule: String? = nil, memo: Memo = [:],
        searchAttributes: SearchAttributes = [], priority: Priority? = nil, summary: String? = nil
    ) {
        self.taskQueue = taskQueue
        self.cancellation = cancellation
        self.parentClosePolicy = parentClosePolicy
        self.idReusePolicy = idReusePolicy
        self.executionTimeout = executionTimeout
        self.runTimeout = runTimeout
        self.taskTimeout = taskTimeout
        self.retry = retry
        self.cronSchedule = cronSchedule
        self.memo = memo
        self.searchAttributes = searchAttributes
        self.priority = priority
        self.summary = summary
    }

    func attributes(
        type: String, id: String, input: APIPayloads, converter: any PayloadConverter
    ) throws -> APIStartChildWorkflowExecutionCommandAttributes {
        try retry?.validate()
        var attributes = APIStartChildWorkflowExecutionCommandAttributes()
        attributes.workflowID = id
        attributes.workflowType.name = type
        if let taskQueue { attributes.taskQueue.name = taskQueue }
        attributes.input = input
        if let executionTimeout { attributes.workflowExecutionTimeout = .init(executionTimeout) }
        if let runTimeout { attributes.workflowRunTimeout = .init(runTimeout) }
        if let taskTimeout { attributes.workflowTaskTimeout = .init(taskTimeout) }
        attributes.parentClosePolicy = parentClosePolicy.wire
        attributes.workflowIDReusePolicy = idReusePolicy.wire
        if let retry { attributes.retryPolicy = retry.wire }
        attributes.cronSchedule = cronSchedule ?? ""
        if !memo.isEmpty { attributes.memo = try memo.wire(with: converter) }
        if !searchAttributes.isEmpty { attributes.searchAttributes = searchAttributes.wire }
        if let priority { attributes.priority = priority.wire }
        return attributes
    }
}
