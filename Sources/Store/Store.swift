import Engine
import Foundation

/// Keeps what the engine wrote. `SQLiteStore` is the durable one, `MemoryStore` the one for tests and simulations;
/// both pass the same conformance tests.
///
///     let store = try SQLiteStore(path: "millrace.db")
///     var engine = Engine(recovered: try store.recover())
///     try store.commit(writes)                  // returns once they are durable
///     try store.checkpointIfNeeded(idle: true)  // between commits, on the same thread
///     try store.close()
///
/// `commit`, `checkpointIfNeeded`, `recover` and `close` are called by one thread, one at a time. The readers and the
/// statistics can be used from any thread at any time.
public protocol Store: Sendable {
    /// Applies a batch in order, whole or not at all, and returns once it is durable.
    ///
    /// After an error nothing may be assumed of the batch but that it is wholly there or wholly absent: throw away
    /// what was built on it and `recover()`.
    /// - Throws: `StoreError`; with code `.full` if there is no space left. The store stays usable.
    func commit(_ batch: [StoreWrite]) throws

    /// What is due, read once at start and again after a failed commit.
    func recover() throws -> RecoveredState

    /// Reads of single runs; see every commit that has returned.
    var reader: any StoreReader { get }

    /// Lists and counts; see every commit that has returned.
    var visibility: any VisibilityReader { get }

    /// Moves what was committed to where it stays, if there is enough of it: little suffices when `idle`. Takes
    /// milliseconds, in which no commit can run.
    func checkpointIfNeeded(idle: Bool) throws

    /// Figures for metrics.
    var statistics: StoreStatistics { get }

    /// Leaves everything tidy on disk. Nothing can be called afterwards, `close` itself excepted.
    func close() throws
}

/// What a store has done since it was opened, and how large it is.
public struct StoreStatistics: Sendable, Equatable {
    /// Batches that were made durable.
    public var commits = 0
    /// Writes in them, as handed in.
    public var writes = 0
    /// Commits that failed.
    public var failedCommits = 0
    /// Checkpoints that were run.
    public var checkpoints = 0
    /// Bytes in the write-ahead log that are not yet in the database file.
    public var walBytes = 0
    /// Bytes of the database itself.
    public var databaseBytes = 0

    public init() {}
}
