import Foundation

@testable import Engine

/// The smallest store that can be read back: rows in dictionaries. What it holds is what was committed.
final class RowStore: StoreReader, @unchecked Sendable {
    // Unchecked: a test drives engine and store from one thread.
    var meta: [String: Data] = [:]
    var namespaces: [NamespaceKey: RecoveredState.Namespace] = [:]
    var runs: [RunKey: RunRow] = [:]
    var current: [String: RunKey] = [:]
    var items: [RunKey: [StoredRun.Item]] = [:]
    var histories: [RunKey: [StoredHistoryBatch]] = [:]
    var shown: [RunKey: VisibilityRow] = [:]
    var tasks: [Int64: TaskRow] = [:]
    var wakes: [RunKey: Nanoseconds] = [:]
    var schedules: [RunKey: ScheduleRow] = [:]
    var scheduleStates: [RunKey: Data] = [:]
    private(set) var historyReads = 0

    func apply(_ writes: [StoreWrite]) {
        for write in writes { apply(write) }
    }

    private func apply(_ write: StoreWrite) {
        switch write {
        case .putNamespace(let key, let name, let record): namespaces[key] = .init(key: key, name: name, record: record)
        case .deleteNamespace(let key): namespaces[key] = nil
        case .putMeta(let name, let value): meta[name] = value
        case .insertRun(let row): runs[row.key] = row
        case .updateHeader(let run, let header): runs[run]?.header = header
        case .setCurrent(let namespace, let id, let run): current["\(namespace)/\(id)"] = run
        case .putItem(let run, let kind, let id, let value):
            if let index = items[run, default: []].firstIndex(where: { $0.kind == kind && $0.id == id }) {
                items[run]?[index].value = value
            } else {
                items[run, default: []].append(.init(kind: kind, id: id, value: value))
            }
        case .deleteItem(let run, let kind, let id): items[run]?.removeAll { $0.kind == kind && $0.id == id }
        case .deleteItems(let run): items[run] = nil
        case .appendHistory(let run, let first, let count, let events):
            histories[run, default: []].append(.init(firstEventID: first, count: count, events: events))
        case .putVisibility(let row): shown[row.run] = row
        case .putTask(let row): tasks[row.id] = row
        case .deleteTask(let id): tasks[id] = nil
        case .setWake(let run, let at): wakes[run] = at
        case .clearWake(let run): wakes[run] = nil
        case .deleteRun(let run): delete(run)
        case .putSchedule(let row): schedules[row.key] = row
        case .putScheduleState(let schedule, let state): scheduleStates[schedule] = state
        }
    }

    private func delete(_ run: RunKey) {
        runs[run] = nil
        items[run] = nil
        histories[run] = nil
        shown[run] = nil
        wakes[run] = nil
        schedules[run] = nil
        scheduleStates[run] = nil
        current = current.filter { $0.value != run }
        tasks = tasks.filter { $0.value.run != run }
    }

    func recover() -> RecoveredState {
        RecoveredState(
            meta: meta, namespaces: namespaces.values.sorted { $0.key < $1.key },
            tasks: tasks.values.sorted { $0.id < $1.id },
            wakes: wakes.map { .init(run: $0.key, at: $0.value) }.sorted { ($0.at, $0.run) < ($1.at, $1.run) },
            lastRunKey: max(runs.keys.max() ?? 0, schedules.keys.max() ?? 0))
    }

    func schedule(namespace: NamespaceKey, scheduleID: String) -> RunKey? {
        schedules.values.first { $0.namespace == namespace && $0.scheduleID == scheduleID }?.key
    }

    func load(schedule: RunKey) -> StoredSchedule? {
        guard let row = schedules[schedule], let state = scheduleStates[schedule] else { return nil }
        return StoredSchedule(row: row, state: state, items: items[schedule] ?? [])
    }

    func schedules(namespace: NamespaceKey, limit: Int) -> [RunKey] {
        Array(schedules.values.filter { $0.namespace == namespace }.map(\.key).sorted().prefix(limit))
    }

    func currentRun(namespace: NamespaceKey, workflowID: String) -> RunKey? { current["\(namespace)/\(workflowID)"] }

    func run(namespace: NamespaceKey, workflowID: String, runID: String) -> RunKey? {
        runs.values.first { $0.namespace == namespace && $0.workflowID == workflowID && $0.runID == runID }?.key
    }

    func load(run: RunKey) -> StoredRun? { runs[run].map { StoredRun(row: $0, items: items[run] ?? []) } }

    func history(run: RunKey, eventIDs: Range<Int64>) -> [StoredHistoryBatch] {
        historyReads += 1
        return (histories[run] ?? []).filter {
            $0.firstEventID < eventIDs.upperBound && $0.firstEventID + Int64($0.count) > eventIDs.lowerBound
        }
    }

    func visibility(run: RunKey) -> VisibilityRow? { shown[run] }

    func closedRuns(namespace: NamespaceKey, before: Nanoseconds, limit: Int) -> [RunKey] {
        shown.values.filter { $0.namespace == namespace && ($0.closeTime ?? .max) < before }
            .sorted { $0.run < $1.run }.prefix(limit).map(\.run)
    }

    func runs(namespace: NamespaceKey, limit: Int) -> [RunKey] {
        runs.values.filter { $0.namespace == namespace }.map(\.key).sorted().prefix(limit).map { $0 }
    }
}
