import Engine
import Foundation

/// A batch boiled down to what it leaves behind: of several writes to the same thing the last, of a thing that comes
/// and goes within the batch nothing. What remains touches every row at most once and can be applied in any order,
/// except that `deletedRuns` come first.
struct CollapsedBatch {
    /// What becomes of one run that outlives the batch.
    struct RunChange {
        enum Wake { case unchanged, set(Nanoseconds), clear }

        let run: RunKey
        var inserted: RunRow?
        /// A new header; part of `inserted` if the run is new.
        var header: Data?
        /// Items stored before the batch go.
        var clearsItems = false
        var items = ItemChanges()
        var history: [HistoryAppend] = []
        var visibility: VisibilityRow?
        var wake = Wake.unchanged
        /// The run is in truth a schedule: its new definition and state.
        var schedule: ScheduleRow?
        var scheduleState: Data?
    }

    struct HistoryAppend {
        var firstEventID: Int64
        var count: Int
        var events: Data
    }

    struct CurrentKey: Hashable {
        var namespace: NamespaceKey
        var workflowID: String
    }

    /// Value `nil`: deleted.
    private(set) var namespaces: [NamespaceKey: (name: String, record: Data)?] = [:]
    private(set) var meta: [String: Data] = [:]
    private(set) var deletedRuns: [RunKey] = []
    /// In the order in which they were first touched.
    private(set) var runs: [RunChange] = []
    /// Value `nil`: deleted.
    private(set) var current: [CurrentKey: RunKey?] = [:]
    private(set) var tasks: [TaskRow] = []
    /// Tasks that were stored before the batch and go.
    private(set) var deletedTasks: [Int64] = []

    private var runIndex: [RunKey: Int] = [:]
    private var taskIndex: [Int64: Int] = [:]
    /// Tasks put and deleted within the batch; their slots in `tasks` are dropped at the end.
    private var droppedTasks: Set<Int> = []

    /// - Throws: `invalidBatch` if the batch contradicts itself.
    init(_ batch: [StoreWrite]) throws(StoreError) {
        runIndex.reserveCapacity(batch.count / 8)
        for write in batch { try add(write) }
        if !droppedTasks.isEmpty {
            tasks = tasks.indices.filter { !droppedTasks.contains($0) }.map { tasks[$0] }
        }
    }

    private mutating func add(_ write: StoreWrite) throws(StoreError) {
        switch write {
        case .putNamespace(let key, let name, let record): namespaces.updateValue((name, record), forKey: key)
        case .deleteNamespace(let key): namespaces.updateValue(nil, forKey: key)
        case .putMeta(let name, let value): meta[name] = value
        case .insertRun(let row):
            if let index = runIndex[row.key], runs[index].inserted != nil { throw .runExists(row.key) }
            change(row.key) { change in
                change.inserted = row
                change.header = nil
            }
        case .updateHeader(let run, let header): change(run) { $0.header = header }
        case .setCurrent(let namespace, let workflowID, let run):
            current.updateValue(run, forKey: CurrentKey(namespace: namespace, workflowID: workflowID))
        case .putItem(let run, let kind, let id, let value):
            change(run) { $0.items.put(ItemKey(kind: kind, id: id), value) }
        case .deleteItem(let run, let kind, let id):
            change(run) { change in
                change.items.delete(ItemKey(kind: kind, id: id), mayBeStored: change.mayHaveStoredItems)
            }
        case .deleteItems(let run):
            change(run) { change in
                change.items = ItemChanges()
                change.clearsItems = true
            }
        case .appendHistory(let run, let firstEventID, let count, let events):
            change(run) {
                $0.history.append(HistoryAppend(firstEventID: firstEventID, count: count, events: events))
            }
        case .putVisibility(let row): change(row.run) { $0.visibility = row }
        case .putTask(let row): put(row)
        case .deleteTask(let id): deleteTask(id)
        case .setWake(let run, let at): change(run) { $0.wake = .set(at) }
        case .clearWake(let run): change(run) { $0.wake = .clear }
        case .deleteRun(let run): delete(run)
        case .putSchedule(let row): change(row.key) { $0.schedule = row }
        case .putScheduleState(let schedule, let state): change(schedule) { $0.scheduleState = state }
        }
    }

    private mutating func change(_ run: RunKey, _ body: (inout RunChange) -> Void) {
        if let index = runIndex[run] {
            body(&runs[index])
            return
        }
        runIndex[run] = runs.count
        var change = RunChange(run: run)
        body(&change)
        runs.append(change)
    }

    private mutating func put(_ row: TaskRow) {
        if let index = taskIndex[row.id] {
            tasks[index] = row
            droppedTasks.remove(index)
            return
        }
        taskIndex[row.id] = tasks.count
        tasks.append(row)
    }

    /// A task id is drawn once and never again, so a task of this batch cannot have been stored before it.
    private mutating func deleteTask(_ id: Int64) {
        if let index = taskIndex[id] {
            droppedTasks.insert(index)
        } else {
            deletedTasks.append(id)
        }
    }

    /// Drops what the batch did to the run so far, and has what is stored of it deleted.
    private mutating func delete(_ run: RunKey) {
        if let index = runIndex.removeValue(forKey: run) { runs[index] = RunChange(run: run) }
        for index in tasks.indices where tasks[index].run == run { droppedTasks.insert(index) }
        for (key, target) in current where target == run { current.updateValue(nil, forKey: key) }
        deletedRuns.append(run)
    }
}

extension CollapsedBatch.RunChange {
    /// Whether items from before the batch may still be there.
    fileprivate var mayHaveStoredItems: Bool { inserted == nil && !clearsItems }
}

/// Names one item of a run.
struct ItemKey: Hashable {
    var kind: ItemKind
    var id: String
}

/// What becomes of the items of one run.
struct ItemChanges {
    enum Change {
        /// Inserts the item, or replaces the value of the one that is there and leaves it in its place.
        case put(Data)
        /// Inserts the item behind all others, whether it is there or not.
        case putLast(Data)
        case delete
        /// Nothing: it came and went.
        case none
    }

    /// In the order in which the items take their places.
    private(set) var entries: [(key: ItemKey, change: Change)] = []
    /// Built once there are enough entries for it to pay.
    private var index: [ItemKey: Int] = [:]

    private static let indexThreshold = 8

    mutating func put(_ key: ItemKey, _ value: Data) {
        guard let found = find(key) else { return append(key, .put(value)) }
        switch entries[found].change {
        case .put: entries[found].change = .put(value)
        case .putLast: entries[found].change = .putLast(value)
        case .delete:
            // The item starts anew, behind what was put meanwhile.
            entries[found].change = .none
            append(key, .putLast(value))
        case .none: append(key, .put(value))
        }
    }

    mutating func delete(_ key: ItemKey, mayBeStored: Bool) {
        let change: Change = mayBeStored ? .delete : .none
        guard let found = find(key) else { return append(key, change) }
        entries[found].change = change
    }

    private func find(_ key: ItemKey) -> Int? {
        if entries.count > Self.indexThreshold { return index[key] }
        return entries.lastIndex { $0.key == key }
    }

    private mutating func append(_ key: ItemKey, _ change: Change) {
        entries.append((key, change))
        if entries.count > Self.indexThreshold + 1 {
            index[key] = entries.count - 1
        } else if entries.count == Self.indexThreshold + 1 {
            for (position, entry) in entries.enumerated() { index[entry.key] = position }
        }
    }
}
