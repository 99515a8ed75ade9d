import WireAPI

/// How a workflow is started, besides its id and task queue. Everything has a default.
public struct WorkflowOptions: Sendable {
    /// How long the workflow may take with its retries and continuations; `nil` means no limit.
    public var executionTimeout: Duration?
    /// How long one run of it may take; `nil` means no limit.
    public var runTimeout: Duration?
    /// How long a worker may take for one step of the workflow; `nil` means the server's 10 s. Rarely changed.
    public var taskTimeout: Duration?
    /// Whether the id may be used again once its run has closed.
    public var idReusePolicy: WorkflowIDReusePolicy
    /// What happens when a run with the id is open.
    public var idConflictPolicy: WorkflowIDConflictPolicy
    /// When a failed run is started anew; `nil` means never.
    public var retry: RetryPolicy?
    /// A cron expression; `nil` means that the workflow runs once. Schedules do more.
    public var cronSchedule: String?
    public var memo: Memo
    public var searchAttributes: SearchAttributes
    /// How long the server waits before the first step; a signal ends the wait. `nil` means that it does not.
    public var startDelay: Duration?
    /// One line that user interfaces show with the run; Markdown.
    public var summary: String?
    /// Several lines that user interfaces show with the run; Markdown.
    public var details: String?
    public var priority: Priority?

    public init(
        executionTimeout: Duration? = nil, runTimeout: Duration? = nil, taskTimeout: Duration? = nil,
        idReusePolicy: WorkflowIDReusePolicy = .allowDuplicate, idConflictPolicy: WorkflowIDConflictPolicy = .fail,
        retry: RetryPolicy? = nil, cronSchedule: String? = nil, memo: Memo = [:],
        searchAttributes: SearchAttributes = [], startDelay: Duration? = nil, summary: String? = nil,
        details: String? = nil, priority: Priority? = nil
    ) {
        self.executionTimeout = executionTimeout
        self.runTimeout = runTimeout
        self.taskTimeout = taskTimeout
        self.idReusePolicy = idReusePolicy
        self.idConflictPolicy = idConflictPolicy
        self.retry = retry
        self.cronSchedule = cronSchedule
        self.memo = memo
        self.searchAttributes = searchAttributes
        self.startDelay = startDelay
        self.summary = summary
        self.details = details
        self.priority = priority
    }

    /// Checks what the server would refuse.
    /// - Throws: ``InvalidOptions``.
    public func validate() throws(InvalidOptions) {
        let lengths = [
            ("executionTimeout", executionTimeout), ("runTimeout", runTimeout), ("taskTimeout", taskTimeout),
            ("startDelay", startDelay),
        ]
        for (name, length) in lengths {
            if let length, length < .zero { throw InvalidOptions(name, "must not be negative, is \(length)") }
        }
        if cronSchedule != nil, startDelay != nil {
            throw InvalidOptions("startDelay", "and cronSchedule cannot both be set")
        }
        try retry?.validate()
    }
}
