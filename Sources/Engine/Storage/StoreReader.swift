import Foundation

/// What the engine reads back: passed into every step, so that the engine itself does no I/O.
///
/// Reads see every batch that has been committed, never part of one. The engine asks only for runs that it does not
/// hold in memory, and it holds a run until the run's last write is committed, so an answer is never stale.
public protocol StoreReader: Sendable {
    /// The run a workflow id points at.
    func currentRun(namespace: NamespaceKey, workflowID: String) throws -> RunKey?
    /// The run with the given run id.
    func run(namespace: NamespaceKey, workflowID: String, runID: String) throws -> RunKey?
    /// Everything stored of a run but its history.
    func load(run: RunKey) throws -> StoredRun?
    /// History batches that overlap `eventIDs`, oldest first, each as appended.
    func history(run: RunKey, eventIDs: Range<Int64>) throws -> [StoredHistoryBatch]
    /// What lists show of a run.
    func visibility(run: RunKey) throws -> VisibilityRow?
    /// Runs of a namespace that closed before a moment, oldest first (for retention).
    func closedRuns(namespace: NamespaceKey, before: Nanoseconds, limit: Int) throws -> [RunKey]
    /// Runs of a namespace, whatever their state (for deleting the namespace).
    func runs(namespace: NamespaceKey, limit: Int) throws -> [RunKey]
    /// The schedule of that id.
    func schedule(namespace: NamespaceKey, scheduleID: String) throws -> RunKey?
    /// Everything stored of a schedule.
    func load(schedule: RunKey) throws -> StoredSchedule?
    /// Schedules of a namespace (for deleting the namespace).
    func schedules(namespace: NamespaceKey, limit: Int) throws -> [RunKey]
}

/// A schedule as read back.
public struct StoredSchedule: Sendable, Equatable {
    public var row: ScheduleRow
    public var state: Data
    /// In the order in which they were first put.
    public var items: [StoredRun.Item]

    public init(row: ScheduleRow, state: Data, items: [StoredRun.Item]) {
        self.row = row
        self.state = state
        self.items = items
    }
}

/// A run as read back.
public struct StoredRun: Sendable, Equatable {
    public struct Item: Sendable, Equatable {
        public var kind: ItemKind
        public var id: String
        public var value: Data

        public init(kind: ItemKind, id: String, value: Data) {
            self.kind = kind
            self.id = id
            self.value = value
        }
    }

    public var row: RunRow
    /// In the order in which they were first put.
    public var items: [Item]

    public init(row: RunRow, items: [Item]) {
        self.row = row
        self.items = items
    }
}

/// One `appendHistory`, read back.
public struct StoredHistoryBatch: Sendable, Equatable {
    public var firstEventID: Int64
    public var count: Int
    /// Encoded `temporal.api.history.v1.History`.
    public var events: Data

    public init(firstEventID: Int64, count: Int, events: Data) {
        self.firstEventID = firstEventID
        self.count = count
        self.events = events
    }
}

/// What is read once, when a server starts: only what is due, never whole runs.
public struct RecoveredState: Sendable, Equatable {
    public struct Wake: Sendable, Equatable {
        public var run: RunKey
        public var at: Nanoseconds

        public init(run: RunKey, at: Nanoseconds) {
            self.run = run
            self.at = at
        }
    }

    public struct Namespace: Sendable, Equatable {
        public var key: NamespaceKey
        public var name: String
        public var record: Data

        public init(key: NamespaceKey, name: String, record: Data) {
            self.key = key
            self.name = name
            self.record = record
        }
    }

    public var meta: [String: Data]
    public var namespaces: [Namespace]
    /// In the order of their ids.
    public var tasks: [TaskRow]
    /// In the order of their times.
    public var wakes: [Wake]
    /// The largest key of a run or schedule in use, 0 if there is none.
    public var lastRunKey: RunKey

    public init(
        meta: [String: Data] = [:], namespaces: [Namespace] = [], tasks: [TaskRow] = [], wakes: [Wake] = [],
        lastRunKey: RunKey = 0
    ) {
        self.meta = meta
        self.namespaces = namespaces
        self.tasks = tasks
        self.wakes = wakes
        self.lastRunKey = lastRunKey
    }
}
