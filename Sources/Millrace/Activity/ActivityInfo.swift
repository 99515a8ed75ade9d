import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the server says of a running activity.
public struct ActivityInfo: Sendable {
    public var activityID = ""
    public var activityType = ""
    /// From 1.
    public var attempt = 1
    public var namespace = ""
    public var taskQueue = ""
    public var workflowID = ""
    public var workflowRunID = ""
    public var workflowType = ""
    /// Identifies this attempt to ``Client/activity(taskToken:)``.
    public var taskToken = Data()
    /// When the workflow asked for the activity.
    public var scheduledTime = Date(timeIntervalSince1970: 0)
    /// When this attempt became due.
    public var attemptScheduledTime = Date(timeIntervalSince1970: 0)
    /// When this attempt was handed to the worker.
    public var startedTime = Date(timeIntervalSince1970: 0)
    public var startToClose: Duration?
    public var scheduleToClose: Duration?
    public var heartbeatTimeout: Duration?
    public var retry: RetryPolicy?
    public var priority: Priority?

    public init() {}

    /// When the attempt must have ended; `nil` if there is no limit.
    public var deadline: Date? {
        let attempt = startToClose.map { startedTime.addingTimeInterval($0.inSeconds) }
        let call = scheduleToClose.map { scheduledTime.addingTimeInterval($0.inSeconds) }
        switch (attempt, call) {
        case (let attempt?, let call?): return min(attempt, call)
        default: return attempt ?? call
        }
    }
}

extension ActivityInfo {
    init(_ task: APIPollActivityTaskQueueResponse, namespace: String, taskQueue: String) {
        activityID = task.activityID
        activityType = task.activityType.name
        attempt = max(1, Int(task.attempt))
        self.namespace = task.workflowNamespace.isEmpty ? namespace : task.workflowNamespace
        self.taskQueue = taskQueue
        workflowID = task.workflowExecution.workflowID
        workflowRunID = task.workflowExecution.runID
        workflowType = task.workflowType.name
        taskToken = task.taskToken
        scheduledTime = task.scheduledTime.foundationDate
        attemptScheduledTime =
            task.hasCurrentAttemptScheduledTime
            ? task.currentAttemptScheduledTime.foundationDate : task.scheduledTime.foundationDate
        startedTime = task.startedTime.foundationDate
        startToClose = limit(task.startToCloseTimeout.duration)
        scheduleToClose = limit(task.scheduleToCloseTimeout.duration)
        heartbeatTimeout = limit(task.heartbeatTimeout.duration)
        retry = task.hasRetryPolicy ? RetryPolicy(wire: task.retryPolicy) : nil
        priority = task.hasPriority ? Priority(wire: task.priority) : nil
    }

    /// Zero means no limit on the wire.
    private func limit(_ duration: Duration) -> Duration? { duration > .zero ? duration : nil }
}
