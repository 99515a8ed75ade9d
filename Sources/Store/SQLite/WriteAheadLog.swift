import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Knows how much of SQLite's write-ahead log is in use, and moves it into the database file.
///
/// The size of the log file says nothing: it is overwritten from its start after a checkpoint and keeps its size.
final class WriteAheadLog: Sendable {
    enum Mode: Sendable {
        /// Moves what no reader stands in the way of.
        case passive
        /// Waits for readers, and leaves an empty log file.
        case truncate

        fileprivate var code: Int32 { self == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE }
    }

    private let pages = Atomic<Int>(0)
    private let pageSize = Atomic<Int>(4_096)

    /// Bytes in the log that are not in the database file yet.
    var bytes: Int { pages.load(ordering: .relaxed) * pageSize.load(ordering: .relaxed) }

    /// Follows the commits of a connection. Must outlive it; setting `wal_autocheckpoint` afterwards ends it.
    func watch(_ db: Database) {
        pageSize.store((try? Int.fetchOne(db, sql: "PRAGMA page_size")) ?? 4_096, ordering: .relaxed)
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                let log = Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
                log.pages.store(Int(pages), ordering: .relaxed)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Runs a checkpoint. One that readers hold up leaves the rest for the next; that is no error.
    func checkpoint(_ db: Database, _ mode: Mode) throws {
        var inLog: Int32 = 0
        var moved: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, mode.code, &inLog, &moved)
        guard code == SQLITE_OK || code == SQLITE_BUSY else {
            let message = sqlite3_errmsg(db.sqliteConnection).map { String(cString: $0) }
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
        if inLog >= 0 { pages.store(Int(inLog - moved), ordering: .relaxed) }
    }
}
