import Engine
import GRDB

/// Writes the rows that only schedules have.
struct ScheduleWriter {
    private let putSchedule: HotStatement
    private let putState: HotStatement

    init(_ db: Database) throws {
        putSchedule = HotStatement(
            try db.makeStatement(
                sql: """
                    INSERT INTO schedules (key, namespace, schedule_id, definition) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (key) DO UPDATE SET definition = excluded.definition
                    """))
        putState = HotStatement(
            try db.makeStatement(sql: "INSERT OR REPLACE INTO schedule_states (key, state) VALUES (?1, ?2)"))
    }

    func write(_ change: CollapsedBatch.RunChange) throws {
        if let row = change.schedule {
            try BatchLimits.check(run: row.key)
            putSchedule.bind(1, row.key)
            putSchedule.bind(2, row.namespace)
            putSchedule.bind(3, row.scheduleID)
            putSchedule.bind(4, row.definition)
            do {
                try putSchedule.run()
            } catch let failure as DatabaseError where failure.resultCode == .SQLITE_CONSTRAINT {
                throw StoreError.scheduleExists(row.scheduleID)
            }
        }
        if let state = change.scheduleState {
            putState.bind(1, change.run)
            putState.bind(2, state)
            try putState.run()
        }
    }
}
