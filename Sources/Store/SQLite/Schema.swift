import GRDB

/// The tables, and how files of earlier versions become files of this one.
enum Schema {
    /// Marks a file as ours: "MlRc" in ASCII.
    static let applicationID: Int32 = 0x4D6C_5263
    /// What `user_version` says once all migrations have run.
    static var version: Int { migrations.count }

    /// Step n brings a file from version n to n + 1. Steps are never changed once released, only added.
    static let migrations: [String] = [initial, schedules]

    /// Brings a file to this version.
    ///
    /// - Throws: `newerSchema` or `foreignFile`, with the file untouched.
    static func migrate(_ db: Database, path: String, migrations: [String] = migrations) throws {
        let found = try check(db, path: path, known: migrations.count)
        guard found < migrations.count else { return }
        try db.inTransaction(.immediate) {
            for step in migrations[found...] { try db.execute(sql: step) }
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
            return .commit
        }
    }

    /// The version of a file, 0 for an empty one.
    static func check(_ db: Database, path: String, known: Int = version) throws -> Int {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if application != applicationID {
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            guard tables == 0, found == 0, application == 0 else { throw StoreError.foreignFile(path) }
        }
        if found > known { throw StoreError.newerSchema(path, found: found, known: known) }
        return found
    }

    /// Notes on the tables:
    /// - `runs` holds what never changes and `headers` what changes with most steps, so that a step rewrites little.
    /// - `history` is one tree keyed by one integer, run × 2²⁰ + first event id: batches of a run lie side by side,
    ///   and rows up to a page stay out of overflow pages, which a compound key would send there at a quarter page.
    /// - `items.position` grows over the life of the file and gives the order in which items were first put.
    /// - `shelf` is namespace × 2, plus 1 for runs of a namespace division, which lists leave out unless asked.
    /// - `close_order` is the close time, or the largest integer while the run is open. All indexes that lists walk
    ///   end in status, close order and start time: a list merges one walk for each status in use, so no index for
    ///   the default order alone has to be kept, and counts by status never leave an index.
    /// - `attributes` holds one row for each value of a search attribute that is no column.
    private static let initial = """
        CREATE TABLE sessions (id INTEGER PRIMARY KEY CHECK (id = 1), opened INTEGER NOT NULL) STRICT;
        INSERT INTO sessions (id, opened) VALUES (1, 0);
        CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE namespaces (key INTEGER PRIMARY KEY, name TEXT NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE TABLE runs (
            key INTEGER PRIMARY KEY, namespace INTEGER NOT NULL, workflow_id TEXT NOT NULL, run_id TEXT NOT NULL,
            fixed BLOB NOT NULL) STRICT;
        CREATE INDEX runs_by_id ON runs (run_id);
        CREATE TABLE headers (run INTEGER PRIMARY KEY, header BLOB NOT NULL) STRICT;
        CREATE TABLE current (
            namespace INTEGER NOT NULL, workflow_id TEXT NOT NULL, run INTEGER NOT NULL,
            PRIMARY KEY (namespace, workflow_id)) STRICT, WITHOUT ROWID;
        CREATE TABLE items (
            run INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
            value BLOB NOT NULL, PRIMARY KEY (run, kind, id)) STRICT, WITHOUT ROWID;
        CREATE TABLE history (place INTEGER PRIMARY KEY, count INTEGER NOT NULL, events BLOB NOT NULL) STRICT;
        CREATE TABLE tasks (
            id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, namespace INTEGER NOT NULL, queue TEXT NOT NULL,
            run INTEGER NOT NULL, event_id INTEGER NOT NULL, scheduled_at INTEGER NOT NULL) STRICT;
        CREATE INDEX tasks_by_run ON tasks (run);
        CREATE TABLE wakes (run INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        CREATE TABLE visibility (
            run INTEGER PRIMARY KEY, shelf INTEGER NOT NULL, workflow_id TEXT NOT NULL, run_id TEXT NOT NULL,
            workflow_type TEXT NOT NULL, task_queue TEXT NOT NULL, status INTEGER NOT NULL,
            start_time INTEGER NOT NULL, execution_time INTEGER NOT NULL, close_order INTEGER NOT NULL,
            history_length INTEGER, history_size INTEGER, transitions INTEGER, parent_workflow_id TEXT,
            parent_run_id TEXT, root_workflow_id TEXT NOT NULL, root_run_id TEXT NOT NULL, memo BLOB,
            search_attributes BLOB) STRICT;
        CREATE INDEX visibility_by_status
            ON visibility (shelf, status, close_order DESC, start_time DESC);
        CREATE INDEX visibility_by_type
            ON visibility (shelf, workflow_type, status, close_order DESC, start_time DESC);
        CREATE INDEX visibility_by_queue
            ON visibility (shelf, task_queue, status, close_order DESC, start_time DESC);
        CREATE INDEX visibility_by_workflow
            ON visibility (shelf, workflow_id, status, close_order DESC, start_time DESC);
        CREATE INDEX visibility_by_parent
            ON visibility (shelf, parent_workflow_id, status, close_order DESC, start_time DESC)
            WHERE parent_workflow_id IS NOT NULL;
        CREATE INDEX visibility_by_root
            ON visibility (shelf, root_workflow_id, status, close_order DESC, start_time DESC)
            WHERE root_workflow_id <> workflow_id;
        CREATE INDEX visibility_by_run_id ON visibility (run_id);
        CREATE INDEX visibility_by_start ON visibility (shelf, start_time);
        CREATE TABLE attributes (
            run INTEGER NOT NULL, name TEXT NOT NULL, value ANY NOT NULL, shelf INTEGER NOT NULL,
            PRIMARY KEY (run, name, value)) STRICT, WITHOUT ROWID;
        CREATE INDEX attributes_by_value ON attributes (shelf, name, value, run);
        CREATE TABLE counters (
            shelf INTEGER NOT NULL, status INTEGER NOT NULL, runs INTEGER NOT NULL,
            PRIMARY KEY (shelf, status)) STRICT, WITHOUT ROWID;
        """

    /// `schedules` holds what seldom changes and may be large, `schedule_states` what every start changes. Items,
    /// wake-ups and visibility rows of schedules lie with those of runs: their keys are drawn from the same numbers.
    private static let schedules = """
        CREATE TABLE schedules (
            key INTEGER PRIMARY KEY, namespace INTEGER NOT NULL, schedule_id TEXT NOT NULL,
            definition BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX schedules_by_id ON schedules (namespace, schedule_id);
        CREATE TABLE schedule_states (key INTEGER PRIMARY KEY, state BLOB NOT NULL) STRICT;
        """
}
