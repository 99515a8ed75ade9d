import DequeModule
import OrderedCollections
import WireAPI

/// Names a task queue.
struct QueueKey: Hashable {
    var namespace: NamespaceKey
    var kind: TaskRow.Kind
    var name: String
}

/// A task that waits for a poller.
struct QueuedTask {
    var id: Int64
    var run: RunKey
    /// The scheduled event; what is queued is dropped when the run has moved on.
    var eventID: Int64
    var attempt: Int32
    var scheduledAt: Nanoseconds
    /// A query rather than a task of the run; never stored.
    var queryID: String?
}

/// One task queue: tasks that wait for pollers, pollers that wait for tasks, and who has polled lately.
final class TaskQueue {
    var backlog: Deque<QueuedTask> = []
    /// In the order in which they came; those that have gone are skipped.
    var pollers: Deque<CallID> = []
    var seen: OrderedDictionary<String, Poller> = [:]
    let isSticky: Bool
    var lastUse: Nanoseconds

    struct Poller {
        var lastAccess: Nanoseconds
        var capabilities: APIWorkerVersionCapabilities?
        var deployment: APIWorkerDeploymentOptions?
    }

    init(isSticky: Bool, now: Nanoseconds) {
        self.isSticky = isSticky
        lastUse = now
    }
}

/// A call that waits inside the engine.
enum WaitingCall {
    case workflowPoll(QueueKey, APIPollWorkflowTaskQueueRequest)
    case activityPoll(QueueKey, APIPollActivityTaskQueueRequest)
    case history(RunKey)
    case query(RunKey, id: String)
}

/// When a waiting call is answered at the latest.
struct CallDeadline: Comparable {
    var at: Nanoseconds
    var call: CallID

    static func < (left: CallDeadline, right: CallDeadline) -> Bool { (left.at, left.call) < (right.at, right.call) }
}
