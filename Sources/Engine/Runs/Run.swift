import DequeModule
import HeapModule
import OrderedCollections
import Foundation
import WireAPI

/// One run of a workflow, as the engine holds it in memory: its mutable state, the newest part of its history, and
/// what the current step has changed and not yet written.
///
/// Only the engine touches it. Everything that changes goes through methods that also note what must be written.
final class Run {
    let key: RunKey
    let namespace: NamespaceKey
    let fixed: RunFixed
    private(set) var header: RunHeader
    var visibility: VisibilityRow

    /// By scheduled event id.
    private(set) var activities: OrderedDictionary<Int64, ActivityRecord> = [:]
    private(set) var activityIDs: [String: Int64] = [:]
    private(set) var timers: OrderedDictionary<String, TimerRecord> = [:]
    private(set) var requests: OrderedDictionary<String, RequestRecord> = [:]
    /// Events that came while a workflow task was running; they have no id yet.
    private(set) var buffered: [BufferedEvent] = []

    /// The newest stored events, without a gap up to `header.nextEventID`.
    private(set) var recent: Deque<APIHistoryEvent> = []
    /// Events of this step, not yet written; ids follow on from `recent`.
    private(set) var unwritten: [APIHistoryEvent] = []

    /// What ticks: earliest first, entries checked against the state when they come up.
    var deadlines = Heap<RunDeadline>()
    /// Callers that wait for new events.
    var historyWaiters: [HistoryWaiter] = []
    /// Queries that wait for an answer.
    var queries: OrderedDictionary<String, PendingQuery> = [:]

    /// The batch of this run's last write; the run may leave memory once it is durable.
    var lastBatch: UInt64 = 0
    /// Already in the engine's list of runs this step has changed.
    var isTouched = false
    var isNew: Bool
    /// Who completes the workflow task that is being applied.
    var requestIdentity = ""
    /// The build that completed the last workflow task, `nil` if what was noted of it may have changed since.
    var notedBuild: NotedBuild?
    /// Used since the cache last looked at it.
    var wasUsed = true
    var changes = Changes()

    struct BufferedEvent {
        var sequence: Int64
        var event: APIHistoryEvent
        var size: Int
    }

    struct Changes {
        var header = false
        var visibility = false
        var items: OrderedDictionary<ItemName, Bool> = [:]
    }

    struct ItemName: Hashable {
        var kind: ItemKind
        var id: String
    }

    init(
        key: RunKey, namespace: NamespaceKey, fixed: RunFixed, header: RunHeader, visibility: VisibilityRow, isNew: Bool
    ) {
        self.key = key
        self.namespace = namespace
        self.fixed = fixed
        self.header = header
        self.visibility = visibility
        self.isNew = isNew
    }

    var status: APIWorkflowExecutionStatus {
        APIWorkflowExecutionStatus(rawValue: Int(header.status)) ?? .unspecified
    }

    var isOpen: Bool { status == .running }

    var execution: APIWorkflowExecution {
        var execution = APIWorkflowExecution()
        execution.workflowID = fixed.workflowID
        execution.runID = fixed.runID
        return execution
    }

    var workflowType: APIWorkflowType {
        var type = APIWorkflowType()
        type.name = fixed.workflowType
        return type
    }

    var retry: RetryRecord? { fixed.hasRetry_p ? fixed.retry : nil }

    // MARK: Header

    func update(_ change: (inout RunHeader) -> Void) {
        change(&header)
        changes.header = true
    }

    /// Size of the step's events that are not yet written, in bytes.
    var unwrittenSize: Int64 {
        unwritten.reduce(0) { $0 + Int64((try? $1.serializedData().count) ?? 0) }
    }

    /// The workflow task that waited when the run was closed from outside.
    var closedTask: WorkflowTaskRecord? { header.hasClosedTask ? header.closedTask : nil }

    /// The workflow task that is scheduled or started, if there is one.
    var task: WorkflowTaskRecord? { header.hasTask ? header.task : nil }

    var isTaskStarted: Bool { header.hasTask && header.task.startedEventID > 0 }

    func setTask(_ task: WorkflowTaskRecord?) {
        if let task { header.task = task } else { header.clearTask() }
        changes.header = true
    }

    /// Leaves the sticky queue without noting a change.
    func forgetSticky() {
        header.stickyQueue = ""
        header.stickyTimeout = 0
        if header.hasTask { header.task.sticky = false }
    }

    // MARK: History

    /// Appends an event and returns its id.
    @discardableResult
    func append(_ event: APIHistoryEvent) -> Int64 {
        var event = event
        event.eventID = header.nextEventID
        event.taskID = event.eventID
        header.nextEventID += 1
        changes.header = true
        unwritten.append(event)
        return event.eventID
    }

    /// Takes the step's new events for writing and keeps them as recent ones.
    func takeUnwritten() -> [APIHistoryEvent] {
        let events = unwritten
        unwritten.removeAll(keepingCapacity: true)
        recent.append(contentsOf: events)
        return events
    }

    /// Forgets all but the newest events.
    func trimRecent(keeping count: Int) {
        if recent.count > count { recent.removeFirst(recent.count - count) }
    }

    func restoreRecent(_ events: [APIHistoryEvent]) {
        recent = Deque(events)
    }

    /// The id of the oldest event that is in memory.
    var firstRecentID: Int64 {
        recent.first?.eventID ?? unwritten.first?.eventID ?? header.nextEventID
    }

    /// The event with the id, if it is in memory.
    func recentEvent(_ id: Int64) -> APIHistoryEvent? {
        let first = firstRecentID
        guard id >= first, id < header.nextEventID else { return nil }
        let index = Int(id - first)
        return index < recent.count ? recent[index] : unwritten[index - recent.count]
    }

    // MARK: Buffered events

    var bufferedSize: Int { buffered.reduce(0) { $0 + $1.size } }

    func buffer(_ event: APIHistoryEvent, size: Int) {
        header.bufferedSequence += 1
        changes.header = true
        buffered.append(BufferedEvent(sequence: header.bufferedSequence, event: event, size: size))
        changes.items[Self.bufferedName(header.bufferedSequence)] = true
    }

    func removeBuffered(where drops: (APIHistoryEvent) -> Bool) -> Bool {
        var removed = false
        buffered.removeAll { entry in
            guard drops(entry.event) else { return false }
            changes.items[Self.bufferedName(entry.sequence)] = false
            removed = true
            return true
        }
        return removed
    }

    /// Takes all buffered events out, in the order in which they came.
    func takeBuffered() -> [APIHistoryEvent] {
        let events = buffered
        buffered = []
        for entry in events { changes.items[Self.bufferedName(entry.sequence)] = false }
        return events.map(\.event)
    }

    func restoreBuffered(_ entries: [BufferedEvent]) { buffered = entries.sorted { $0.sequence < $1.sequence } }

    static func bufferedName(_ sequence: Int64) -> ItemName {
        ItemName(kind: .bufferedEvent, id: String(sequence))
    }

    // MARK: Activities, timers, requests

    func setActivity(_ activity: ActivityRecord) {
        activities[activity.scheduledEventID] = activity
        activityIDs[activity.activityID] = activity.scheduledEventID
        changes.items[ItemName(kind: .activity, id: String(activity.scheduledEventID))] = true
    }

    func removeActivity(_ scheduledEventID: Int64) {
        guard let activity = activities.removeValue(forKey: scheduledEventID) else { return }
        if activityIDs[activity.activityID] == scheduledEventID { activityIDs[activity.activityID] = nil }
        changes.items[ItemName(kind: .activity, id: String(scheduledEventID))] = false
    }

    func setTimer(_ timer: TimerRecord) {
        timers[timer.timerID] = timer
        changes.items[ItemName(kind: .timer, id: timer.timerID)] = true
    }

    func removeTimer(_ id: String) {
        guard timers.removeValue(forKey: id) != nil else { return }
        changes.items[ItemName(kind: .timer, id: id)] = false
    }

    func setRequest(_ id: String, _ request: RequestRecord) {
        requests[id] = request
        changes.items[ItemName(kind: .requestID, id: id)] = true
    }

    /// Forgets what only an open run needs. Request ids stay, because a caller may repeat its call after the run has
    /// closed, and activities too: a description of the run shows what it was doing.
    func dropPending() {
        for id in timers.keys { changes.items[ItemName(kind: .timer, id: id)] = false }
        for entry in buffered { changes.items[Self.bufferedName(entry.sequence)] = false }
        timers = [:]
        buffered = []
        deadlines = Heap()
    }

    func restore(activity: ActivityRecord) {
        activities[activity.scheduledEventID] = activity
        activityIDs[activity.activityID] = activity.scheduledEventID
    }

    func restore(timer: TimerRecord) { timers[timer.timerID] = timer }

    func restore(request: RequestRecord, id: String) { requests[id] = request }
}

/// Something a run wants to be woken for.
struct RunDeadline: Comparable {
    enum Kind: Equatable {
        case executionTimeout
        case runTimeout
        case firstTask
        case workflowTask(scheduledEventID: Int64, attempt: Int32)
        case activity(scheduledEventID: Int64)
        case timer(id: String)
    }

    var at: Nanoseconds
    /// Breaks ties, so that equal times come in the order in which they were set.
    var sequence: UInt64
    var kind: Kind

    static func < (left: RunDeadline, right: RunDeadline) -> Bool {
        (left.at, left.sequence) < (right.at, right.sequence)
    }
}

/// A `GetWorkflowExecutionHistory` that waits for new events.
struct HistoryWaiter {
    var call: CallID
    var nextEventID: Int64
    var closeEventOnly: Bool
    var pageSize: Int
    var isSDK: Bool
    /// A wait that ends with nothing new is answered with a token to go on with.
    var continues: Bool

    var continuing: HistoryWaiter {
        var waiter = self
        waiter.continues = true
        return waiter
    }
}
