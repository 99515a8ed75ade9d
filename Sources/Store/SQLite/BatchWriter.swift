import Engine
import Foundation
import GRDB
import GRDBSQLite

/// Writes collapsed batches through the one connection that writes, with statements prepared once.
struct BatchWriter {
    private let begin: HotStatement
    private let commit: HotStatement
    private let rollback: HotStatement
    private let putNamespace: HotStatement
    private let deleteNamespace: HotStatement
    private let putMeta: HotStatement
    private let insertRun: HotStatement
    private let insertHeader: HotStatement
    private let updateHeader: HotStatement
    private let setCurrent: HotStatement
    private let deleteCurrent: HotStatement
    private let putItem: HotStatement
    private let putLastItem: HotStatement
    private let deleteItem: HotStatement
    private let deleteItems: HotStatement
    private let appendHistory: HotStatement
    private let putTask: HotStatement
    private let deleteTask: HotStatement
    private let setWake: HotStatement
    private let clearWake: HotStatement
    private let schedules: ScheduleWriter
    private let deletions: RunDeletion
    private var visibility: VisibilityWriter
    /// Place of the next item. Every opening of the file starts a range of its own, far above the ones before.
    private var nextPosition: Int64
    private let connection: OpaquePointer

    /// - Parameter session: How many times the file was opened before; larger each time.
    init(_ db: Database, session: Int64) throws {
        func prepare(_ sql: String) throws -> HotStatement { HotStatement(try db.makeStatement(sql: sql)) }
        guard let connection = db.sqliteConnection else { throw StoreError.closed }
        self.connection = connection
        nextPosition = session << 36
        begin = try prepare("BEGIN IMMEDIATE")
        commit = try prepare("COMMIT")
        rollback = try prepare("ROLLBACK")
        putNamespace = try prepare("INSERT OR REPLACE INTO namespaces (key, name, record) VALUES (?1, ?2, ?3)")
        deleteNamespace = try prepare("DELETE FROM namespaces WHERE key = ?1")
        putMeta = try prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")
        insertRun = try prepare(
            "INSERT INTO runs (key, namespace, workflow_id, run_id, fixed) VALUES (?1, ?2, ?3, ?4, ?5)")
        insertHeader = try prepare("INSERT OR REPLACE INTO headers (run, header) VALUES (?1, ?2)")
        updateHeader = try prepare("UPDATE headers SET header = ?2 WHERE run = ?1")
        setCurrent = try prepare("INSERT OR REPLACE INTO current (namespace, workflow_id, run) VALUES (?1, ?2, ?3)")
        deleteCurrent = try prepare("DELETE FROM current WHERE namespace = ?1 AND workflow_id = ?2")
        putItem = try prepare(
            """
            INSERT INTO items (run, kind, id, position, value) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET value = excluded.value
            """)
        putLastItem = try prepare(
            "INSERT OR REPLACE INTO items (run, kind, id, position, value) VALUES (?1, ?2, ?3, ?4, ?5)")
        deleteItem = try prepare("DELETE FROM items WHERE run = ?1 AND kind = ?2 AND id = ?3")
        deleteItems = try prepare("DELETE FROM items WHERE run = ?1")
        appendHistory = try prepare("INSERT INTO history (place, count, events) VALUES (?1, ?2, ?3)")
        putTask = try prepare(
            """
            INSERT OR REPLACE INTO tasks (id, kind, namespace, queue, run, event_id, scheduled_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        deleteTask = try prepare("DELETE FROM tasks WHERE id = ?1")
        setWake = try prepare("INSERT OR REPLACE INTO wakes (run, at) VALUES (?1, ?2)")
        clearWake = try prepare("DELETE FROM wakes WHERE run = ?1")
        schedules = try ScheduleWriter(db)
        deletions = try RunDeletion(db)
        visibility = try VisibilityWriter(db)
    }

    /// Applies a batch in one transaction.
    mutating func write(_ batch: CollapsedBatch) throws {
        try begin.run()
        do {
            visibility.begin()
            try apply(batch)
            try visibility.writeCounters()
            try commit.run()
        } catch {
            // SQLite may have rolled back by itself.
            if sqlite3_get_autocommit(connection) == 0 { try? rollback.run() }
            throw error
        }
    }

    private mutating func apply(_ batch: CollapsedBatch) throws {
        for run in batch.deletedRuns {
            try visibility.remove(run)
            try deletions.delete(run)
        }
        for (name, value) in batch.meta {
            putMeta.bind(1, name)
            putMeta.bind(2, value)
            try putMeta.run()
        }
        try writeNamespaces(batch)
        try writeRuns(batch)
        try writeCurrent(batch)
        try writeTasks(batch)
    }

    private func writeNamespaces(_ batch: CollapsedBatch) throws {
        for (key, namespace) in batch.namespaces {
            if let namespace {
                putNamespace.bind(1, key)
                putNamespace.bind(2, namespace.name)
                putNamespace.bind(3, namespace.record)
                try putNamespace.run()
            } else {
                deleteNamespace.bind(1, key)
                try deleteNamespace.run()
            }
        }
    }

    private func writeCurrent(_ batch: CollapsedBatch) throws {
        for (key, run) in batch.current {
            let statement = run == nil ? deleteCurrent : setCurrent
            statement.bind(1, key.namespace)
            statement.bind(2, key.workflowID)
            if let run { statement.bind(3, run) }
            try statement.run()
        }
    }

    private func writeTasks(_ batch: CollapsedBatch) throws {
        for id in batch.deletedTasks {
            deleteTask.bind(1, id)
            try deleteTask.run()
        }
        for task in batch.tasks {
            putTask.bind(1, task.id)
            putTask.bind(2, Int64(task.kind.rawValue))
            putTask.bind(3, task.namespace)
            putTask.bind(4, task.queue)
            putTask.bind(5, task.run)
            putTask.bind(6, task.eventID)
            putTask.bind(7, task.scheduledAt)
            try putTask.run()
        }
    }

    // MARK: Runs

    /// Table by table, so that the pages of one tree are touched together.
    private mutating func writeRuns(_ batch: CollapsedBatch) throws {
        for change in batch.runs { try writeRow(change) }
        for change in batch.runs { try writeHeader(change) }
        for change in batch.runs { try writeHistory(change) }
        for change in batch.runs { try writeItems(change) }
        for change in batch.runs {
            if let row = change.visibility { try visibility.put(row, isNew: change.inserted != nil) }
        }
        for change in batch.runs { try writeWake(change) }
        for change in batch.runs { try schedules.write(change) }
    }

    private func writeRow(_ change: CollapsedBatch.RunChange) throws {
        guard let row = change.inserted else { return }
        try BatchLimits.check(run: row.key)
        insertRun.bind(1, row.key)
        insertRun.bind(2, row.namespace)
        insertRun.bind(3, row.workflowID)
        insertRun.bind(4, row.runID)
        insertRun.bind(5, row.fixed)
        try rejectingDuplicate(.runExists(row.key)) { try insertRun.run() }
    }

    private func writeHeader(_ change: CollapsedBatch.RunChange) throws {
        if let row = change.inserted {
            insertHeader.bind(1, row.key)
            insertHeader.bind(2, change.header ?? row.header)
            try insertHeader.run()
        } else if let header = change.header {
            updateHeader.bind(1, change.run)
            updateHeader.bind(2, header)
            try updateHeader.run()
            if sqlite3_changes(connection) == 0 { throw StoreError.noRun(change.run) }
        }
    }

    private func writeHistory(_ change: CollapsedBatch.RunChange) throws {
        guard !change.history.isEmpty else { return }
        try BatchLimits.check(run: change.run)
        for append in change.history {
            try BatchLimits.check(firstEventID: append.firstEventID, count: append.count)
            appendHistory.bind(1, HistoryPlace.of(run: change.run, firstEventID: append.firstEventID))
            appendHistory.bind(2, Int64(append.count))
            appendHistory.bind(3, append.events)
            try rejectingDuplicate(.historyExists(change.run, append.firstEventID)) { try appendHistory.run() }
        }
    }

    private mutating func writeItems(_ change: CollapsedBatch.RunChange) throws {
        if change.clearsItems, change.inserted == nil {
            deleteItems.bind(1, change.run)
            try deleteItems.run()
        }
        for (key, itemChange) in change.items.entries {
            switch itemChange {
            case .put(let value): try write(item: key, value, change.run, putItem)
            case .putLast(let value): try write(item: key, value, change.run, putLastItem)
            case .delete:
                deleteItem.bind(1, change.run)
                deleteItem.bind(2, Int64(key.kind.rawValue))
                deleteItem.bind(3, key.id)
                try deleteItem.run()
            case .none: break
            }
        }
    }

    private mutating func write(item key: ItemKey, _ value: Data, _ run: RunKey, _ statement: HotStatement) throws {
        statement.bind(1, run)
        statement.bind(2, Int64(key.kind.rawValue))
        statement.bind(3, key.id)
        statement.bind(4, nextPosition)
        statement.bind(5, value)
        nextPosition += 1
        try statement.run()
    }

    private func writeWake(_ change: CollapsedBatch.RunChange) throws {
        switch change.wake {
        case .unchanged: break
        case .set(let at):
            setWake.bind(1, change.run)
            setWake.bind(2, at)
            try setWake.run()
        case .clear:
            // A new run has no wake to clear.
            if change.inserted != nil { return }
            clearWake.bind(1, change.run)
            try clearWake.run()
        }
    }

    private func rejectingDuplicate(_ error: StoreError, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as DatabaseError where failure.resultCode == .SQLITE_CONSTRAINT {
            throw error
        }
    }
}

/// Removes runs, all tables but the visibility ones.
private struct RunDeletion {
    private let statements: [HotStatement]
    private let history: HotStatement

    init(_ db: Database) throws {
        statements = try [
            """
            DELETE FROM current WHERE run = ?1 AND (namespace, workflow_id) =
                (SELECT namespace, workflow_id FROM runs WHERE key = ?1)
            """,
            "DELETE FROM runs WHERE key = ?1",
            "DELETE FROM headers WHERE run = ?1",
            "DELETE FROM items WHERE run = ?1",
            "DELETE FROM tasks WHERE run = ?1",
            "DELETE FROM wakes WHERE run = ?1",
            "DELETE FROM schedules WHERE key = ?1",
            "DELETE FROM schedule_states WHERE key = ?1",
        ].map { HotStatement(try db.makeStatement(sql: $0)) }
        history = HotStatement(try db.makeStatement(sql: "DELETE FROM history WHERE place BETWEEN ?1 AND ?2"))
    }

    func delete(_ run: RunKey) throws {
        for statement in statements {
            statement.bind(1, run)
            try statement.run()
        }
        guard BatchLimits.runKeys.contains(run) else { return }
        let places = HistoryPlace.all(of: run)
        history.bind(1, places.lowerBound)
        history.bind(2, places.upperBound)
        try history.run()
    }
}

/// The integer a batch of history is found by.
enum HistoryPlace {
    static func of(run: RunKey, firstEventID: Int64) -> Int64 { run << BatchLimits.eventBits | firstEventID }

    static func all(of run: RunKey) -> ClosedRange<Int64> {
        of(run: run, firstEventID: 0)...of(run: run, firstEventID: (1 << BatchLimits.eventBits) - 1)
    }

    static func firstEventID(_ place: Int64) -> Int64 { place & ((1 << BatchLimits.eventBits) - 1) }
}
