/// Workflow code broke a rule, so that replay cannot be relied on. It fails the workflow task, never the run: once the
/// code is fixed and deployed the run goes on.
public struct WorkflowMisuse: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened, why it matters and what to do instead.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    public var description: String { message }

    static let resumedFromOutside = WorkflowMisuse(
        """
        a task of the workflow was resumed from outside the workflow. Something it awaited is not durable: Task.sleep, \
        a network call, a detached task, an actor that other code uses too. Such an await ends at another time at every \
        replay. Do I/O in an activity, sleep with Workflow.sleep, start tasks with Workflow.task.
        """)

    static func calledOutside(_ function: String) -> WorkflowMisuse {
        WorkflowMisuse(
            """
            \(function) was called by code that has left the workflow's executor: a task made with Task { }, \
            Task.detached or Task.immediate, a DispatchQueue, or a function isolated to a global actor. Start tasks \
            with Workflow.task, async let or a task group.
            """)
    }

    static func notInWorkflow(_ function: String) -> WorkflowMisuse {
        WorkflowMisuse("\(function) works only in code that a worker runs as a workflow")
    }

    static func readOnly(_ function: String, during what: String) -> WorkflowMisuse {
        WorkflowMisuse("\(function) was called during \(what), which must only read the workflow's state")
    }

    static let stuck = WorkflowMisuse(
        """
        the workflow is stuck: its code waits, but not for a timer, an activity, a condition, a child workflow or \
        another thing of Workflow, and it has no signal or update that could wake it. It may wait for something that \
        is not durable, such as Task.sleep or a network call (do I/O in an activity), or for a continuation or stream \
        that nobody resumes.
        """)
}

/// Thrown out of every `await` of a run that the worker lets go, so that its tasks end and free what they hold.
///
/// Do not catch it: the run goes on elsewhere, from its history.
struct WorkflowEvicted: Error, CustomStringConvertible {
    var description: String { "the workflow was evicted from this worker's cache" }
}

/// `Workflow.wait(upTo:)` ended because the time was up.
public struct WaitTimedOut: DurableFailure {
    /// How long the workflow had waited.
    public let duration: Duration

    public init(after duration: Duration) {
        self.duration = duration
    }

    public var message: String { "the condition did not come true within \(duration.forPeople)" }
    public var cause: (any Error)? { nil }
    public var stackTrace: String { "" }
}
