import WireAPI

/// How one activity call is made.
///
/// Every field is optional so that options can be layered: what a call sets wins over what the activity's
/// declaration sets, which wins over what its container sets (see ``overriding(_:)``).
public struct ActivityOptions: Sendable, Hashable {
    /// How long one attempt may take. This or ``scheduleToClose`` must be set.
    public var startToClose: Duration?
    /// How long the call may take with all its retries; `nil` means no limit.
    public var scheduleToClose: Duration?
    /// How long an attempt may wait for a worker; `nil` means no limit. Passing it is never retried.
    public var scheduleToStart: Duration?
    /// How long an attempt may go without a heartbeat; `nil` means that no heartbeat is expected.
    public var heartbeatTimeout: Duration?
    /// When a failed attempt is made again; `nil` means ``RetryPolicy/default``.
    public var retry: RetryPolicy?
    /// Where the activity runs; `nil` means the workflow's own task queue.
    public var taskQueue: String?
    /// The activity's id within its run; `nil` means a number chosen by the SDK.
    public var id: String?
    /// What cancelling the call does; `nil` means ``ActivityCancellation/tryCancel``.
    public var cancellation: ActivityCancellation?
    /// Whether the server may hand the activity straight to the worker that scheduled it; `nil` means yes.
    public var allowsEagerExecution: Bool?
    /// What goes first when the queue has a backlog.
    public var priority: Priority?
    /// One line that user interfaces show with the call; Markdown.
    public var summary: String?

    public init(
        startToClose: Duration? = nil, scheduleToClose: Duration? = nil, scheduleToStart: Duration? = nil,
        heartbeatTimeout: Duration? = nil, retry: RetryPolicy? = nil, taskQueue: String? = nil, id: String? = nil,
        cancellation: ActivityCancellation? = nil, allowsEagerExecution: Bool? = nil, priority: Priority? = nil,
        summary: String? = nil
    ) {
        self.startToClose = startToClose
        self.scheduleToClose = scheduleToClose
        self.scheduleToStart = scheduleToStart
        self.heartbeatTimeout = heartbeatTimeout
        self.retry = retry
        self.taskQueue = taskQueue
        self.id = id
        self.cancellation = cancellation
        self.allowsEagerExecution = allowsEagerExecution
        self.priority = priority
        self.summary = summary
    }

    /// These options, with `defaults` for what they leave open.
    public func overriding(_ defaults: ActivityOptions) -> ActivityOptions {
        ActivityOptions(
            startToClose: startToClose ?? defaults.startToClose,
            scheduleToClose: scheduleToClose ?? defaults.scheduleToClose,
            scheduleToStart: scheduleToStart ?? defaults.scheduleToStart,
            heartbeatTimeout: heartbeatTimeout ?? defaults.heartbeatTimeout, retry: retry ?? defaults.retry,
            taskQueue: taskQueue ?? defaults.taskQueue, id: id ?? defaults.id,
            cancellation: cancellation ?? defaults.cancellation,
            allowsEagerExecution: allowsEagerExecution ?? defaults.allowsEagerExecution,
            priority: priority ?? defaults.priority, summary: summary ?? defaults.summary)
    }

    /// Checks what the server would refuse.
    /// - Parameter activity: the activity's name, for the message.
    /// - Throws: ``InvalidOptions``.
    public func validate(activity: String) throws(InvalidOptions) {
        if startToClose == nil && scheduleToClose == nil {
            throw InvalidOptions(
                "startToClose",
                "or scheduleToClose must be set for activity '\(activity)': without one, a worker that dies would "
                    + "leave the workflow waiting for ever. Set it at the call, with @Activity(startToClose:) or with "
                    + "@Activities(startToClose:).")
        }
        let timeouts = [
            ("startToClose", startToClose), ("scheduleToClose", scheduleToClose),
            ("scheduleToStart", scheduleToStart), ("heartbeatTimeout", heartbeatTimeout),
        ]
        for (name, timeout) in timeouts {
            if let timeout, timeout < .zero {
                throw InvalidOptions(name, "of activity '\(activity)' must not be negative, is \(timeout)")
            }
        }
        try retry?.validate()
    }
}

/// What cancelling an activity call does to the call and to the activity.
public enum ActivityCancellation: Sendable, Hashable {
    /// The activity is asked to stop; the call fails at once.
    case tryCancel
    /// The activity is asked to stop; the call waits for what it answers.
    case waitForCompletion
    /// The activity is not told; the call fails at once.
    case abandon
}
