import Engine
import GRDB

/// Reads what a server needs at its start: what is due, no whole runs.
enum Recovery {
    static func read(_ db: Database) throws -> RecoveredState {
        var state = RecoveredState()
        try HotStatement(cached: "SELECT name, value FROM meta", db).forEach { row in
            state.meta[row.text(0)] = row.data(1)
            return true
        }
        state.namespaces = try HotStatement(cached: "SELECT key, name, record FROM namespaces ORDER BY key", db).all {
            RecoveredState.Namespace(key: $0.int(0), name: $0.text(1), record: $0.data(2))
        }
        state.tasks = try tasks(db)
        state.wakes = try HotStatement(cached: "SELECT run, at FROM wakes ORDER BY at, run", db).all {
            RecoveredState.Wake(run: $0.int(0), at: $0.int(1))
        }
        let lastKey =
            "SELECT max((SELECT coalesce(max(key), 0) FROM runs), (SELECT coalesce(max(key), 0) FROM schedules))"
        state.lastRunKey = try HotStatement(cached: lastKey, db).first { $0.int(0) } ?? 0
        return state
    }

    private static func tasks(_ db: Database) throws -> [TaskRow] {
        let sql = "SELECT id, kind, namespace, queue, run, event_id, scheduled_at FROM tasks ORDER BY id"
        return try HotStatement(cached: sql, db).all { row in
            guard let kind = TaskRow.Kind(rawValue: Int(row.int(1))) else {
                throw StoreError.unknownValue("task kind \(row.int(1))")
            }
            return TaskRow(
                id: row.int(0), kind: kind, namespace: row.int(2), queue: row.text(3), run: row.int(4),
                eventID: row.int(5), scheduledAt: row.int(6))
        }
    }
}

extension StoreError {
    /// The file holds what this version cannot have written.
    static func unknownValue(_ detail: String) -> StoreError {
        StoreError(
            .corrupt, "The database file holds an unknown value: \(detail).", advice: "Restore it from a backup.")
    }
}
