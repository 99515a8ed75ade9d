import Engine
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// The durable store: one SQLite file, one connection that writes and checkpoints, several that only read.
///
///     let store = try SQLiteStore(path: "/var/lib/millrace/millrace.db")
///
/// Beside the file lie SQLite's `-wal` and `-shm` and our own `-lock`; a copy of the file without its `-wal` lacks
/// what was committed last.
public final class SQLiteStore: Store {
    /// What belongs to the connection that writes.
    ///
    /// Safe to send: it is touched only in closures that GRDB runs on that connection's queue, one at a time.
    private final class Writing: @unchecked Sendable {
        /// `nil` once the store is closed: statements must be gone before their connection is.
        var writer: BatchWriter?

        init(_ writer: BatchWriter) { self.writer = writer }
    }

    /// The file, or a name for messages if the database is in memory.
    public let path: String

    let options: Options
    private let database: any DatabaseWriter
    private let lock: ProcessLock?
    private let gate: ReadGate
    private let log: WriteAheadLog
    private let writing: Writing
    private let counts = Mutex(StoreStatistics())

    // MARK: Opening

    /// Opens a database file, creates it if there is none, and brings one of an earlier version up to date.
    ///
    /// - Throws: `StoreError`, with the file untouched: code `.fileInUse`, `.newerSchema`, `.foreignFile`,
    ///   `.corrupt`, `.locked`, `.full` or `.cannotOpen`.
    public convenience init(path: String, options: Options = Options()) throws {
        try self.init(file: path, options)
    }

    /// A database in memory: nothing is kept when it goes.
    public static func ephemeral(options: Options = Options()) throws -> SQLiteStore {
        try SQLiteStore(file: nil, options)
    }

    private init(file: String?, _ options: Options) throws {
        let path = file.map(Self.resolved) ?? "in memory"
        self.path = path
        self.options = options
        gate = ReadGate(limit: options.readLimit)
        lock = try file == nil ? nil : ProcessLock(database: path)
        let log = WriteAheadLog()
        self.log = log
        do {
            let database = try file == nil ? Self.openInMemory() : Self.openFile(path, options)
            self.database = database
            writing = try database.writeWithoutTransaction { db in
                try Self.prepareWriter(db, path: path, isFile: file != nil, options)
                if file != nil { log.watch(db) }
                return Writing(try BatchWriter(db, session: Self.beginSession(db)))
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// The file behind links, so that two names of it meet at one lock.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func openInMemory() throws -> any DatabaseWriter {
        try DatabaseQueue(configuration: configuration(readers: 1))
    }

    private static func openFile(_ path: String, _ options: Options) throws -> any DatabaseWriter {
        // Looked at before the pool opens it, which would make a database of whatever file it is.
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue { throw StoreError.cannotOpen(path, detail: "it is a folder") }
            var readOnly = Configuration()
            readOnly.readonly = true
            let probe = try DatabaseQueue(path: path, configuration: readOnly)
            _ = try probe.read { try Schema.check($0, path: path) }
            try probe.close()
        }
        return try DatabasePool(path: path, configuration: configuration(readers: options.readers))
    }

    private static func configuration(readers: Int) -> Configuration {
        var configuration = Configuration()
        configuration.maximumReaderCount = max(1, readers)
        // Readers of a log never wait for its writer; this is for others that hold the file.
        configuration.busyMode = .timeout(2)
        configuration.foreignKeysEnabled = false
        // Should a rollback ever fail, the next commit says so; GRDB would end the process.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA mmap_size = 0")
            try db.execute(sql: "PRAGMA cache_size = -4096")
        }
        return configuration
    }

    /// Sets what holds for the writing connection alone. It runs on the open pool, because opening a pool sets
    /// `synchronous` to NORMAL whatever was asked for before.
    private static func prepareWriter(_ db: Database, path: String, isFile: Bool, _ options: Options) throws {
        if isFile {
            try db.execute(sql: "PRAGMA synchronous = \(options.durability == .full ? "FULL" : "NORMAL")")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        }
        try db.execute(sql: "PRAGMA cache_size = -16384")
        if let maximum = options.maximumBytes {
            let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4_096
            try db.execute(sql: "PRAGMA max_page_count = \(max(1, maximum / pageSize))")
        }
        try Schema.migrate(db, path: path)
    }

    private static func beginSession(_ db: Database) throws -> Int64 {
        try db.inTransaction(.immediate) {
            try db.execute(sql: "UPDATE sessions SET opened = opened + 1")
            return .commit
        }
        return try Int64.fetchOne(db, sql: "SELECT opened FROM sessions") ?? 0
    }

    // MARK: Writing

    public func commit(_ batch: [StoreWrite]) throws {
        do {
            let collapsed = try CollapsedBatch(batch)
            try withWriter { db, writer in try writer.write(collapsed) }
            counts.withLock {
                $0.commits += 1
                $0.writes += batch.count
            }
        } catch {
            counts.withLock { $0.failedCommits += 1 }
            throw StoreError(error, path: path)
        }
    }

    func withWriter<Result>(_ body: (Database, inout BatchWriter) throws -> Result) throws -> Result {
        try database.writeWithoutTransaction { db in
            guard var writer = writing.writer.take() else { throw StoreError.closed }
            defer { writing.writer = writer }
            return try body(db, &writer)
        }
    }

    public func checkpointIfNeeded(idle: Bool) throws {
        let bytes = log.bytes
        guard bytes >= (idle ? options.idleCheckpointBytes : options.checkpointBytes) else { return }
        let mode: WriteAheadLog.Mode
        if bytes >= options.cutOffBytes {
            gate.cutOff()
            mode = .truncate
        } else {
            mode = .passive
        }
        do {
            try withWriter { db, _ in try log.checkpoint(db, mode) }
            counts.withLock { $0.checkpoints += 1 }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    deinit { try? close() }

    public func close() throws {
        gate.close()
        do {
            let wasOpen = database.writeWithoutTransaction { db in
                guard writing.writer.take() != nil else { return false }
                // Best effort: what cannot be moved now stays in the log and is as safe there.
                if lock != nil { try? log.checkpoint(db, .truncate) }
                return true
            }
            if wasOpen { try database.close() }
            lock?.release()
        } catch {
            let failure = StoreError(error, path: path)
            if failure.code != .closed { throw failure }
        }
    }

    // MARK: Reading

    public func recover() throws -> RecoveredState {
        try read { db in try Recovery.read(db) }
    }

    public var reader: any StoreReader { SQLiteReader(store: self) }
    public var visibility: any VisibilityReader { SQLiteReader(store: self) }

    /// Runs `body` on a reading connection, in one transaction, so that all it reads is of one moment.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try gate.pass { try database.read { db in try gate.limited(db) { try body(db) } } }
        } catch let error as VisibilityQueryError {
            throw error
        } catch {
            throw StoreError(error, path: path)
        }
    }

    public var statistics: StoreStatistics {
        var statistics = counts.withLock { $0 }
        statistics.walBytes = log.bytes
        let pages = try? gate.pass {
            try database.read { db in
                let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
                return try size * (Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0)
            }
        }
        statistics.databaseBytes = pages ?? 0
        return statistics
    }
}

extension StoreError {
    /// Says in our words what SQLite or the system reported.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self = .database(error, path: path)
        default: self = .io(path, detail: "\(error)")
        }
    }

    private static func database(_ error: DatabaseError, path: String) -> StoreError {
        let detail = error.message ?? "\(error.extendedResultCode)"
        switch error.resultCode {
        case .SQLITE_FULL: return .full(path)
        case .SQLITE_CORRUPT: return .corrupt(path, detail: detail)
        case .SQLITE_NOTADB: return .foreignFile(path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: return .locked(path)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: return .cannotOpen(path, detail: detail)
        case .SQLITE_INTERRUPT: return .readCutOff
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_RANGE: return .invalidBatch(detail)
        case .SQLITE_MISUSE: return .closed
        default: return .io(path, detail: detail)
        }
    }
}
