import Foundation

/// Identifies one run inside a store: a number the engine draws, never reused, growing with start order.
public typealias RunKey = Int64
/// Identifies one namespace inside a store.
public typealias NamespaceKey = Int64
/// Nanoseconds since 1970-01-01 UTC: the engine's only notion of wall-clock time.
public typealias Nanoseconds = Int64

/// One change to what is stored. A step of the engine yields a list of them; the store applies the list in order and
/// in one transaction, together with the lists of other steps (group commit).
public enum StoreWrite: Sendable, Equatable {
    /// Inserts or replaces a namespace; `record` is opaque to the store.
    case putNamespace(key: NamespaceKey, name: String, record: Data)
    /// Removes the namespace row. What is in it is removed run by run before.
    case deleteNamespace(key: NamespaceKey)
    /// Inserts or replaces a named value of the server itself (cluster id, next keys).
    case putMeta(name: String, value: Data)
    /// Inserts a run: its identity, what never changes (`fixed`) and its first mutable header.
    case insertRun(RunRow)
    /// Replaces the mutable header of a run.
    case updateHeader(run: RunKey, header: Data)
    /// Points a workflow id at its current (newest) run.
    case setCurrent(namespace: NamespaceKey, workflowID: String, run: RunKey)
    /// Inserts or replaces one item of a run's mutable state.
    case putItem(run: RunKey, kind: ItemKind, id: String, value: Data)
    /// Removes one item; removing what is not there is not an error.
    case deleteItem(run: RunKey, kind: ItemKind, id: String)
    /// Removes all items of a run (when it closes).
    case deleteItems(run: RunKey)
    /// Appends history events; the ids are `firstEventID ..< firstEventID + count` and continue the run's history
    /// without a gap. `events` is an encoded `temporal.api.history.v1.History`, so that batches of a run concatenate
    /// to one valid `History`.
    case appendHistory(run: RunKey, firstEventID: Int64, count: Int, events: Data)
    /// Inserts or replaces what lists and counts show of a run.
    case putVisibility(VisibilityRow)
    /// Stores a task that waits for a poller.
    case putTask(TaskRow)
    case deleteTask(id: Int64)
    /// Says when a run next wants to be looked at (its earliest timer). One row a run; replaces the former one.
    case setWake(run: RunKey, at: Nanoseconds)
    case clearWake(run: RunKey)
    /// Removes a run, or a schedule, and everything stored for it, visibility included. If a workflow id still points
    /// at the run, that pointer goes too.
    case deleteRun(run: RunKey)
    /// Inserts a schedule or replaces its definition. Schedules have keys from the same numbers as runs, so that their
    /// items, wake-ups and visibility rows are those of runs.
    case putSchedule(ScheduleRow)
    /// Inserts or replaces the mutable state of a schedule.
    case putScheduleState(schedule: RunKey, state: Data)
}

/// What kind of thing an item of mutable state is. Raw values are stored: never change or reuse one.
public enum ItemKind: Int, Sendable, CaseIterable, Codable {
    case activity = 1
    case timer = 2
    case bufferedEvent = 3
    /// A request id that was already applied; `value` says what it did.
    case requestID = 4
    case child = 5
    case externalSignal = 6
    case externalCancel = 7
    case update = 8
    case nexusOperation = 9
    /// A start of a schedule that waits for its turn.
    case bufferedStart = 20
    /// The last result or failure of a schedule's runs.
    case lastOutcome = 21
}

/// A schedule as it is stored, without its mutable state.
public struct ScheduleRow: Sendable, Equatable {
    public var key: RunKey
    public var namespace: NamespaceKey
    /// Unique in its namespace.
    public var scheduleID: String
    /// Opaque to the store.
    public var definition: Data

    public init(key: RunKey, namespace: NamespaceKey, scheduleID: String, definition: Data) {
        self.key = key
        self.namespace = namespace
        self.scheduleID = scheduleID
        self.definition = definition
    }
}

/// A run as it is first stored.
public struct RunRow: Sendable, Equatable {
    public var key: RunKey
    public var namespace: NamespaceKey
    public var workflowID: String
    public var runID: String
    /// What never changes while the run lives; opaque to the store.
    public var fixed: Data
    /// What changes with most steps; opaque to the store.
    public var header: Data

    public init(
        key: RunKey, namespace: NamespaceKey, workflowID: String, runID: String, fixed: Data, header: Data
    ) {
        self.key = key
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.fixed = fixed
        self.header = header
    }
}

/// A task that waits for a poller, narrow enough that a hundred thousand of them load in an instant.
public struct TaskRow: Sendable, Equatable {
    public enum Kind: Int, Sendable, Codable { case workflow = 1, activity = 2 }
    /// Grows with time: tasks of equal priority are handed out in this order.
    public var id: Int64
    public var kind: Kind
    public var namespace: NamespaceKey
    /// The normal task queue; a sticky task is handed to this queue after a restart.
    public var queue: String
    public var run: RunKey
    /// The scheduled event the task belongs to.
    public var eventID: Int64
    public var scheduledAt: Nanoseconds

    public init(
        id: Int64, kind: Kind, namespace: NamespaceKey, queue: String, run: RunKey, eventID: Int64,
        scheduledAt: Nanoseconds
    ) {
        self.id = id
        self.kind = kind
        self.namespace = namespace
        self.queue = queue
        self.run = run
        self.eventID = eventID
        self.scheduledAt = scheduledAt
    }
}

/// What lists and counts know of a run. Also the source of `WorkflowExecutionInfo` in list answers.
public struct VisibilityRow: Sendable, Equatable {
    public var run: RunKey
    public var namespace: NamespaceKey
    public var workflowID: String
    public var runID: String
    public var workflowType: String
    public var taskQueue: String
    /// Raw value of `WorkflowExecutionStatus`.
    public var status: Int
    public var startTime: Nanoseconds
    /// Start time plus first-task backoff.
    public var executionTime: Nanoseconds
    /// Set once the run is closed.
    public var closeTime: Nanoseconds?
    /// Events in the history, its encoded size and the number of state transitions; set when the run closes.
    public var historyLength: Int64?
    public var historySizeBytes: Int64?
    public var stateTransitionCount: Int64?
    public var parentWorkflowID: String?
    public var parentRunID: String?
    public var rootWorkflowID: String
    public var rootRunID: String
    /// Encoded `temporal.api.common.v1.Memo`, if there is one.
    public var memo: Data?
    /// Encoded `temporal.api.common.v1.SearchAttributes`, if there are any: custom ones and the system ones a run
    /// can set itself (`BuildIds`, `TemporalChangeVersion`, …). Payload metadata carries each one's type.
    public var searchAttributes: Data?

    public init(
        run: RunKey, namespace: NamespaceKey, workflowID: String, runID: String, workflowType: String,
        taskQueue: String, status: Int, startTime: Nanoseconds, executionTime: Nanoseconds,
        closeTime: Nanoseconds? = nil, historyLength: Int64? = nil, historySizeBytes: Int64? = nil,
        stateTransitionCount: Int64? = nil, parentWorkflowID: String? = nil, parentRunID: String? = nil,
        rootWorkflowID: String, rootRunID: String, memo: Data? = nil, searchAttributes: Data? = nil
    ) {
        self.run = run
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.workflowType = workflowType
        self.taskQueue = taskQueue
        self.status = status
        self.startTime = startTime
        self.executionTime = executionTime
        self.closeTime = closeTime
        self.historyLength = historyLength
        self.historySizeBytes = historySizeBytes
        self.stateTransitionCount = stateTransitionCount
        self.parentWorkflowID = parentWorkflowID
        self.parentRunID = parentRunID
        self.rootWorkflowID = rootWorkflowID
        self.rootRunID = rootRunID
        self.memo = memo
        self.searchAttributes = searchAttributes
    }
}
