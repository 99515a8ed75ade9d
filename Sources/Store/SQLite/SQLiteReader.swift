import Engine
import Foundation
import GRDB

/// Reads of a `SQLiteStore`. Each takes a reading connection, from any thread.
struct SQLiteReader: StoreReader {
    let store: SQLiteStore

    func currentRun(namespace: NamespaceKey, workflowID: String) throws -> RunKey? {
        try store.read { db in
            let statement = try HotStatement(
                cached: "SELECT run FROM current WHERE namespace = ?1 AND workflow_id = ?2", db)
            statement.bind(1, namespace)
            statement.bind(2, workflowID)
            return try statement.first { $0.int(0) }
        }
    }

    func run(namespace: NamespaceKey, workflowID: String, runID: String) throws -> RunKey? {
        try store.read { db in
            let statement = try HotStatement(
                cached: "SELECT key FROM runs WHERE run_id = ?1 AND namespace = ?2 AND workflow_id = ?3", db)
            statement.bind(1, runID)
            statement.bind(2, namespace)
            statement.bind(3, workflowID)
            return try statement.first { $0.int(0) }
        }
    }

    func load(run: RunKey) throws -> StoredRun? {
        try store.read { db in
            let sql = """
                SELECT runs.namespace, runs.workflow_id, runs.run_id, runs.fixed, headers.header
                FROM runs JOIN headers ON headers.run = runs.key WHERE runs.key = ?1
                """
            let statement = try HotStatement(cached: sql, db)
            statement.bind(1, run)
            let row = try statement.first {
                RunRow(
                    key: run, namespace: $0.int(0), workflowID: $0.text(1), runID: $0.text(2), fixed: $0.data(3),
                    header: $0.data(4))
            }
            guard let row else { return nil }
            return StoredRun(row: row, items: try items(of: run, db))
        }
    }

    private func items(of run: RunKey, _ db: Database) throws -> [StoredRun.Item] {
        let statement = try HotStatement(
            cached: "SELECT kind, id, value FROM items WHERE run = ?1 ORDER BY position", db)
        statement.bind(1, run)
        return try statement.all { row in
            guard let kind = ItemKind(rawValue: Int(row.int(0))) else {
                throw StoreError.unknownValue("item kind \(row.int(0))")
            }
            return StoredRun.Item(kind: kind, id: row.text(1), value: row.data(2))
        }
    }

    func history(run: RunKey, eventIDs: Range<Int64>) throws -> [StoredHistoryBatch] {
        let wanted = eventIDs.clamped(to: BatchLimits.eventIDs)
        guard !wanted.isEmpty, BatchLimits.runKeys.contains(run) else { return [] }
        return try store.read { db in
            // The batch that holds the first event may begin before it.
            let sql = """
                SELECT place, count, events FROM history WHERE place >= coalesce(
                    (SELECT max(place) FROM history WHERE place BETWEEN ?1 AND ?2), ?2) AND place < ?3
                """
            let statement = try HotStatement(cached: sql, db)
            statement.bind(1, HistoryPlace.of(run: run, firstEventID: 0))
            statement.bind(2, HistoryPlace.of(run: run, firstEventID: wanted.lowerBound))
            statement.bind(3, HistoryPlace.of(run: run, firstEventID: wanted.upperBound))
            let batches = try statement.all {
                StoredHistoryBatch(
                    firstEventID: HistoryPlace.firstEventID($0.int(0)), count: Int($0.int(1)), events: $0.data(2))
            }
            return batches.filter { $0.firstEventID + Int64($0.count) > wanted.lowerBound }
        }
    }

    func visibility(run: RunKey) throws -> VisibilityRow? {
        try store.read { db in try VisibilityListing(db, store.options).row(run) }
    }

    func closedRuns(namespace: NamespaceKey, before: Nanoseconds, limit: Int) throws -> [RunKey] {
        guard limit > 0 else { return [] }
        return try store.read { db in
            var found: [(close: Nanoseconds, run: RunKey)] = []
            let sql = """
                SELECT close_order, run FROM visibility INDEXED BY visibility_by_status
                WHERE shelf = ?1 AND status = ?2 AND close_order < ?3 ORDER BY close_order, run LIMIT ?4
                """
            let statement = try HotStatement(cached: sql, db)
            for (shelf, status) in try VisibilityListing(db, store.options).shelvesInUse(namespace) {
                statement.bind(1, shelf)
                statement.bind(2, status)
                statement.bind(3, before)
                statement.bind(4, Int64(limit))
                found += try statement.all { ($0.int(0), $0.int(1)) }
            }
            return found.sorted { $0 < $1 }.prefix(limit).map(\.run)
        }
    }

    func runs(namespace: NamespaceKey, limit: Int) throws -> [RunKey] {
        guard limit > 0 else { return [] }
        return try store.read { db in
            let statement = try HotStatement(
                cached: "SELECT key FROM runs WHERE namespace = ?1 ORDER BY key LIMIT ?2", db)
            statement.bind(1, namespace)
            statement.bind(2, Int64(limit))
            return try statement.all { $0.int(0) }
        }
    }

    // MARK: Schedules

    func schedule(namespace: NamespaceKey, scheduleID: String) throws -> RunKey? {
        try store.read { db in
            let statement = try HotStatement(
                cached: "SELECT key FROM schedules WHERE namespace = ?1 AND schedule_id = ?2", db)
            statement.bind(1, namespace)
            statement.bind(2, scheduleID)
            return try statement.first { $0.int(0) }
        }
    }

    func load(schedule: RunKey) throws -> StoredSchedule? {
        try store.read { db in
            let sql = """
                SELECT schedules.namespace, schedules.schedule_id, schedules.definition, schedule_states.state
                FROM schedules JOIN schedule_states ON schedule_states.key = schedules.key WHERE schedules.key = ?1
                """
            let statement = try HotStatement(cached: sql, db)
            statement.bind(1, schedule)
            let found = try statement.first {
                StoredSchedule(
                    row: ScheduleRow(
                        key: schedule, namespace: $0.int(0), scheduleID: $0.text(1), definition: $0.data(2)),
                    state: $0.data(3), items: [])
            }
            guard var found else { return nil }
            found.items = try items(of: schedule, db)
            return found
        }
    }

    func schedules(namespace: NamespaceKey, limit: Int) throws -> [RunKey] {
        guard limit > 0 else { return [] }
        return try store.read { db in
            let statement = try HotStatement(
                cached: "SELECT key FROM schedules WHERE namespace = ?1 ORDER BY key LIMIT ?2", db)
            statement.bind(1, namespace)
            statement.bind(2, Int64(limit))
            return try statement.all { $0.int(0) }
        }
    }
}
