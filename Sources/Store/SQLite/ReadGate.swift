import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Lets reads in while the store is open, and ends those that take too long: they keep the log from being emptied.
final class ReadGate: Sendable {
    /// Reads begun before this many cut-offs are to end.
    private let cutOffs = Atomic<Int>(0)
    private let limit: Duration
    private let running = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)

    /// How many steps of SQLite's machine pass between two looks at the clock: some tens of microseconds.
    private static let stepsBetweenLooks: Int32 = 4_000

    init(limit seconds: Double) { limit = .seconds(seconds) }

    /// Ends the reads that run now.
    func cutOff() { cutOffs.wrappingAdd(1, ordering: .relaxed) }

    /// Lets no more reads in and waits for those that run. A database that is closed must not be asked anything.
    func close() {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        cutOff()
        while running.load(ordering: .sequentiallyConsistent) > 0 { usleep(500) }
    }

    /// Runs `body` unless the gate is closed.
    func pass<Result>(_ body: () throws -> Result) throws -> Result {
        running.wrappingAdd(1, ordering: .sequentiallyConsistent)
        defer { running.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
        if isClosed.load(ordering: .sequentiallyConsistent) { throw StoreError.closed }
        return try body()
    }

    /// Runs a read that ends with `SQLITE_INTERRUPT` when its time is over.
    func limited<Result>(_ db: Database, _ body: () throws -> Result) throws -> Result {
        guard let connection = db.sqliteConnection else { throw StoreError.closed }
        let watch = Watch(gate: self, begun: cutOffs.load(ordering: .relaxed), end: .now + limit)
        return try withExtendedLifetime(watch) {
            let context = Unmanaged.passUnretained(watch).toOpaque()
            sqlite3_progress_handler(
                connection, Self.stepsBetweenLooks,
                { context in
                    guard let context else { return 0 }
                    return Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
                }, context)
            defer { sqlite3_progress_handler(connection, 0, nil, nil) }
            return try body()
        }
    }

    private final class Watch {
        let gate: ReadGate
        let begun: Int
        let end: ContinuousClock.Instant

        init(gate: ReadGate, begun: Int, end: ContinuousClock.Instant) {
            self.gate = gate
            self.begun = begun
            self.end = end
        }

        var isOver: Bool { gate.cutOffs.load(ordering: .relaxed) != begun || ContinuousClock.now > end }
    }
}
