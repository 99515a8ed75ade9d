import Engine
import Foundation
import GRDB
import Testing

@testable import Store

/// What holds on the disk.
@Suite struct DurabilityTests {
    private static func pragma(_ store: SQLiteStore, _ name: String) throws -> String {
        try store.withWriter { db, _ in try String.fetchOne(db, sql: "PRAGMA \(name)") ?? "" }
    }

    @Test func theWriterWaitsForTheDisk() throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        defer { try? store.close() }
        try store.commit([.putMeta(name: "a", value: Data())])
        #expect(try Self.pragma(store, "synchronous") == "2")  // FULL
        #expect(try Self.pragma(store, "journal_mode") == "wal")
        #expect(try Self.pragma(store, "wal_autocheckpoint") == "0")
        // An empty answer: the library was built without mmap, which is as good.
        #expect(["0", ""].contains(try Self.pragma(store, "mmap_size")))
    }

    @Test func durabilityCanBeLowered() throws {
        let directory = try TemporaryDirectory()
        var options = SQLiteStore.Options()
        options.durability = .normal
        let store = try SQLiteStore(path: directory.file(), options: options)
        defer { try? store.close() }
        #expect(try Self.pragma(store, "synchronous") == "1")  // NORMAL
    }

    @Test func readingConnectionsCannotWrite() throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        defer { try? store.close() }
        #expect(throws: StoreError.self) {
            try store.read { db in try db.execute(sql: "DELETE FROM meta") }
        }
    }

    @Test func everythingIsThereAfterReopening() throws {
        let directory = try TemporaryDirectory()
        let task = Samples.task(1, run: 1)
        do {
            let store = try SQLiteStore(path: directory.file())
            try store.commit([
                .insertRun(Samples.run(1)), .putItem(run: 1, kind: .timer, id: "b", value: Data([1])),
                .putVisibility(Samples.visibility(1)), .putTask(task),
            ])
            try store.close()
        }
        #expect(!FileManager.default.fileExists(atPath: directory.file() + "-wal"))
        let store = try SQLiteStore(path: directory.file())
        defer { try? store.close() }
        #expect(try store.recover().tasks == [task])
        #expect(try store.visibility.count(namespace: 1, query: .everything).total == 1)
        // Items of a later session stand behind those of an earlier one.
        try store.commit([.putItem(run: 1, kind: .timer, id: "a", value: Data([2]))])
        #expect(try store.reader.load(run: 1)?.items.map(\.id) == ["b", "a"])
    }

    /// Batch n sets `n`, puts task n and makes run n visible.
    private static func batch(_ number: Int64) -> [StoreWrite] {
        [
            .putMeta(name: "n", value: Data("\(number)".utf8)), .putTask(Samples.task(number, run: number)),
            .insertRun(Samples.run(number)), .putVisibility(Samples.visibility(number)),
        ]
    }

    /// How many batches a store holds; fails unless they are the first ones, each of them whole.
    private static func wholeBatches(_ store: SQLiteStore) throws -> Int {
        let state = try store.recover()
        let count = state.tasks.count
        #expect(state.meta["n"] == (count == 0 ? nil : Data("\(count)".utf8)))
        #expect(state.tasks.map(\.id) == Array(1...Int64(max(1, count))).prefix(count).map { $0 })
        #expect(state.lastRunKey == Int64(count))
        #expect(try store.visibility.count(namespace: 1, query: .everything).total == Int64(count))
        return count
    }

    @Test func whatWasCommittedSurvivesACrash() throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        defer { try? store.close() }
        for number in 1...30 as ClosedRange<Int64> {
            try store.commit(Self.batch(number))
            guard number % 10 == 0 else { continue }
            try directory.copyDatabase("test.db", to: "copy\(number).db")
            let copy = try SQLiteStore(path: directory.file("copy\(number).db"))
            #expect(try Self.wholeBatches(copy) == Int(number))
            try copy.close()
        }
    }

    @Test func aLogCutOffAnywhereHoldsWholeBatches() throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        defer { try? store.close() }
        // Starts with an empty log and a sound file, as a server that has checkpointed does.
        try store.withWriter { db, _ in _ = try db.checkpoint(.truncate) }
        for number in 1...12 as ClosedRange<Int64> { try store.commit(Self.batch(number)) }
        let length = try Data(contentsOf: URL(fileURLWithPath: directory.file() + "-wal")).count
        var last = 0
        var seen: Set<Int> = []
        for (index, bytes) in stride(from: 0, through: length, by: max(1, length / 60)).enumerated() {
            try directory.copyDatabase("test.db", to: "cut\(index).db", logBytes: bytes)
            let copy = try SQLiteStore(path: directory.file("cut\(index).db"))
            let count = try Self.wholeBatches(copy)
            #expect(count >= last, "a longer log holds no less")
            last = count
            seen.insert(count)
            // It goes on from there.
            try copy.commit(Self.batch(Int64(count) + 1))
            #expect(try Self.wholeBatches(copy) == count + 1)
            try copy.close()
        }
        #expect(seen.count > 5, "the cuts fell between many batches: \(seen.sorted())")
    }

    @Test func copiesTakenWhileOthersWriteHoldWholeBatches() async throws {
        let directory = try TemporaryDirectory()
        var options = SQLiteStore.Options()
        options.durability = .normal
        let store = try SQLiteStore(path: directory.file(), options: options)
        defer { try? store.close() }
        try store.commit(Self.batch(1))
        let writing = Task.detached {
            for number in 2...400 as ClosedRange<Int64> { try store.commit(Self.batch(number)) }
        }
        for index in 0..<5 {
            let before = Int(store.statistics.commits)
            try directory.copyDatabase("test.db", to: "copy\(index).db")
            let copy = try SQLiteStore(path: directory.file("copy\(index).db"))
            #expect(try Self.wholeBatches(copy) >= before)
            try copy.close()
        }
        try await writing.value
        #expect(try Self.wholeBatches(store) == 400)
    }

    @Test func checkpointsEmptyTheLog() throws {
        let directory = try TemporaryDirectory()
        var options = SQLiteStore.Options()
        options.durability = .normal
        options.checkpointBytes = 200_000
        options.idleCheckpointBytes = 50_000
        options.cutOffBytes = 400_000
        let store = try SQLiteStore(path: directory.file(), options: options)
        defer { try? store.close() }
        func write(until bytes: Int, from first: Int64) throws -> Int64 {
            var number = first
            while store.statistics.walBytes < bytes {
                try store.commit(Self.batch(number))
                number += 1
            }
            return number
        }
        var next = try write(until: 60_000, from: 1)
        try store.checkpointIfNeeded(idle: false)
        #expect(store.statistics.checkpoints == 0)
        try store.checkpointIfNeeded(idle: true)
        #expect(store.statistics.checkpoints == 1)
        #expect(store.statistics.walBytes == 0)
        next = try write(until: 200_000, from: next)
        try store.checkpointIfNeeded(idle: false)
        #expect(store.statistics.walBytes == 0)
        next = try write(until: 400_000, from: next)
        try store.checkpointIfNeeded(idle: false)
        #expect(store.statistics.walBytes == 0)
        let size = try FileManager.default.attributesOfItem(atPath: directory.file() + "-wal")[.size] as? Int
        #expect(size == 0, "past the cut-off the log file itself is emptied")
        #expect(store.statistics.databaseBytes > 0)
        #expect(try Self.wholeBatches(store) == Int(next - 1))
    }

    @Test func readsThatTakeTooLongAreCutOff() throws {
        let directory = try TemporaryDirectory()
        var options = SQLiteStore.Options()
        options.durability = .normal
        options.readLimit = 0
        let store = try SQLiteStore(path: directory.file(), options: options)
        defer { try? store.close() }
        try store.commit((1...3_000).map { .putVisibility(Samples.visibility($0)) })
        let query = try VisibilityQuery("ParentRunId != 'x' OR RootRunId != 'y'")
        let error = #expect(throws: StoreError.self) { try store.visibility.count(namespace: 1, query: query) }
        #expect(error?.code == .readCutOff)
        // Short reads and commits go on.
        #expect(try store.reader.visibility(run: 5) != nil)
        try store.commit([.putMeta(name: "a", value: Data())])
    }
}
