import Engine
import Foundation

/// Everything a `MemoryStore` holds, as a value: keeping a copy is keeping the past.
struct MemoryState: Sendable {
    struct Item: Sendable {
        var position: Int
        var value: Data
    }

    struct CurrentKey: Hashable, Sendable {
        var namespace: NamespaceKey
        var workflowID: String
    }

    var meta: [String: Data] = [:]
    var namespaces: [NamespaceKey: RecoveredState.Namespace] = [:]
    var runs: [RunKey: RunRow] = [:]
    var histories: [RunKey: [StoredHistoryBatch]] = [:]
    var runsByID: [String: Set<RunKey>] = [:]
    var items: [RunKey: [ItemKey: Item]] = [:]
    var current: [CurrentKey: RunKey] = [:]
    var tasks: [Int64: TaskRow] = [:]
    var wakes: [RunKey: Nanoseconds] = [:]
    var visibility: [RunKey: VisibilityRecord] = [:]
    var schedules: [RunKey: ScheduleRow] = [:]
    var scheduleStates: [RunKey: Data] = [:]
    private var nextPosition = 0

    // MARK: Writing

    /// Throws, before anything has changed, what is wrong with a batch.
    func check(_ batch: [StoreWrite]) throws(StoreError) {
        var inserted: Set<RunKey> = []
        var deleted: Set<RunKey> = []
        var appended: Set<[Int64]> = []
        func exists(_ run: RunKey) -> Bool { inserted.contains(run) || (runs[run] != nil && !deleted.contains(run)) }
        for write in batch {
            switch write {
            case .insertRun(let row):
                try BatchLimits.check(run: row.key)
                if exists(row.key) { throw .runExists(row.key) }
                inserted.insert(row.key)
            case .updateHeader(let run, _):
                if !exists(run) { throw .noRun(run) }
            case .appendHistory(let run, let firstEventID, let count, _):
                try BatchLimits.check(run: run)
                try BatchLimits.check(firstEventID: firstEventID, count: count)
                let isStored = !deleted.contains(run) && hasHistory(run, firstEventID)
                if isStored || !appended.insert([run, firstEventID]).inserted {
                    throw .historyExists(run, firstEventID)
                }
            case .deleteRun(let run):
                inserted.remove(run)
                deleted.insert(run)
                appended = appended.filter { $0[0] != run }
            case .putSchedule(let row):
                try BatchLimits.check(run: row.key)
                if isTaken(row, deleted) { throw .scheduleExists(row.scheduleID) }
            default: break
            }
        }
    }

    /// Whether another schedule has the id.
    private func isTaken(_ row: ScheduleRow, _ deleted: Set<RunKey>) -> Bool {
        schedules.values.contains { other in
            other.key != row.key && other.namespace == row.namespace && other.scheduleID == row.scheduleID
                && !deleted.contains(other.key)
        }
    }

    private func hasHistory(_ run: RunKey, _ firstEventID: Int64) -> Bool {
        histories[run]?.contains { $0.firstEventID == firstEventID } ?? false
    }

    /// Applies one write of a checked batch.
    mutating func apply(_ write: StoreWrite) {
        switch write {
        case .putNamespace(let key, let name, let record):
            namespaces[key] = RecoveredState.Namespace(key: key, name: name, record: record)
        case .deleteNamespace(let key): namespaces[key] = nil
        case .putMeta(let name, let value): meta[name] = value
        case .insertRun(let row):
            runs[row.key] = row
            runsByID[row.runID, default: []].insert(row.key)
        case .updateHeader(let run, let header): runs[run]?.header = header
        case .setCurrent(let namespace, let workflowID, let run):
            current[CurrentKey(namespace: namespace, workflowID: workflowID)] = run
        case .putItem(let run, let kind, let id, let value): put(run, ItemKey(kind: kind, id: id), value)
        case .deleteItem(let run, let kind, let id): items[run]?[ItemKey(kind: kind, id: id)] = nil
        case .deleteItems(let run): items[run] = nil
        case .appendHistory(let run, let firstEventID, let count, let events):
            histories[run, default: []].append(
                StoredHistoryBatch(firstEventID: firstEventID, count: count, events: events))
        case .putVisibility(let row): visibility[row.run] = VisibilityRecord(row)
        case .putTask(let row): tasks[row.id] = row
        case .deleteTask(let id): tasks[id] = nil
        case .setWake(let run, let at): wakes[run] = at
        case .clearWake(let run): wakes[run] = nil
        case .deleteRun(let run): delete(run)
        case .putSchedule(let row): schedules[row.key] = row
        case .putScheduleState(let schedule, let state): scheduleStates[schedule] = state
        }
    }

    private mutating func put(_ run: RunKey, _ key: ItemKey, _ value: Data) {
        if items[run]?[key] != nil {
            items[run]?[key]?.value = value
        } else {
            items[run, default: [:]][key] = Item(position: nextPosition, value: value)
            nextPosition += 1
        }
    }

    private mutating func delete(_ run: RunKey) {
        if let row = runs.removeValue(forKey: run) {
            runsByID[row.runID]?.remove(run)
            if runsByID[row.runID]?.isEmpty == true { runsByID[row.runID] = nil }
        }
        for (key, target) in current where target == run { current[key] = nil }
        for (id, task) in tasks where task.run == run { tasks[id] = nil }
        items[run] = nil
        histories[run] = nil
        visibility[run] = nil
        wakes[run] = nil
        schedules[run] = nil
        scheduleStates[run] = nil
    }

    // MARK: Reading

    func storedItems(_ run: RunKey) -> [StoredRun.Item] {
        (items[run] ?? [:]).sorted { $0.value.position < $1.value.position }.map { key, item in
            StoredRun.Item(kind: key.kind, id: key.id, value: item.value)
        }
    }

    func recovered() -> RecoveredState {
        RecoveredState(
            meta: meta, namespaces: namespaces.values.sorted { $0.key < $1.key },
            tasks: tasks.values.sorted { $0.id < $1.id },
            wakes: wakes.map { RecoveredState.Wake(run: $0.key, at: $0.value) }
                .sorted { ($0.at, $0.run) < ($1.at, $1.run) },
            lastRunKey: max(runs.keys.max() ?? 0, schedules.keys.max() ?? 0))
    }
}
