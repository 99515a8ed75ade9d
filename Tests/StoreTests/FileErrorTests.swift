import Engine
import Foundation
import GRDB
import Testing

@testable import Store

/// Files that cannot be worked with, and what is said about them.
@Suite struct FileErrorTests {
    private static func opening(_ path: String) -> StoreError? {
        #expect(throws: StoreError.self) { try SQLiteStore(path: path) }
    }

    @Test func aSecondServerOnAFileIsRefused() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file()
        let store = try SQLiteStore(path: path)
        let error = Self.opening(path)
        #expect(error?.code == .fileInUse)
        #expect(error?.message.contains(path) ?? false)
        #expect(error?.message.contains("\(ProcessInfo.processInfo.processIdentifier)") ?? false)
        // By another name, too.
        let link = directory.file("link.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(Self.opening(link)?.code == .fileInUse)
        try store.commit([.putMeta(name: "a", value: Data())])
        try store.close()
    }

    @Test func theLockGoesWithTheStore() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try SQLiteStore(path: directory.file())
            try store.commit([.putMeta(name: "a", value: Data([1]))])
        }
        let store = try SQLiteStore(path: directory.file())
        #expect(try store.recover().meta["a"] == Data([1]))
        try store.close()
        // Closed is enough, even while the object lives.
        let other = try SQLiteStore(path: directory.file())
        try other.close()
    }

    @Test func aNewerFileIsRefusedUntouched() throws {
        let directory = try TemporaryDirectory()
        try SQLiteStore(path: directory.file()).close()
        let queue = try DatabaseQueue(path: directory.file())
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: directory.file()))
        let error = Self.opening(directory.file())
        #expect(error?.code == .newerSchema)
        #expect(error?.message.contains("schema 99") ?? false)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file())) == before)
    }

    @Test func anOlderFileIsBroughtUpToDate() throws {
        let queue = try DatabaseQueue()
        try queue.writeWithoutTransaction { db in
            try Schema.migrate(db, path: "", migrations: ["CREATE TABLE one (a)"])
            try db.execute(sql: "INSERT INTO one VALUES (7)")
            try Schema.migrate(db, path: "", migrations: ["CREATE TABLE one (a)", "ALTER TABLE one ADD COLUMN b"])
            #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == 2)
            #expect(try Int.fetchOne(db, sql: "SELECT a FROM one WHERE b IS NULL") == 7)
            // A step that fails leaves the file as it was.
            #expect(throws: DatabaseError.self) {
                try Schema.migrate(db, path: "", migrations: ["", "", "CREATE TABLE two (a); nonsense"])
            }
            #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == 2)
            #expect(try !db.tableExists("two"))
        }
    }

    @Test func filesOfOthersAreRefusedUntouched() throws {
        let directory = try TemporaryDirectory()
        let queue = try DatabaseQueue(path: directory.file("other.db"))
        try queue.write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
        try queue.close()
        try Data("This is a letter, not a database. ".utf8).write(to: URL(fileURLWithPath: directory.file("text.db")))
        for name in ["other.db", "text.db"] {
            let before = try Data(contentsOf: URL(fileURLWithPath: directory.file(name)))
            let error = Self.opening(directory.file(name))
            #expect(error?.code == .foreignFile, "\(name)")
            #expect(error?.message.contains(name) ?? false)
            #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file(name))) == before)
        }
    }

    @Test func filesThatCannotBeOpenedAreNamed() throws {
        let directory = try TemporaryDirectory()
        let missing = directory.path + "/no/such/folder/x.db"
        let error = Self.opening(missing)
        #expect(error?.code == .cannotOpen)
        #expect(error?.message.contains(missing) ?? false)
        #expect(Self.opening(directory.path)?.code == .cannotOpen)
    }

    @Test func damageIsReported() throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        try store.commit(
            (1...500).flatMap { key -> [StoreWrite] in
                [.insertRun(Samples.run(key)), .putVisibility(Samples.visibility(key))]
            })
        try store.close()
        // The first page, with the schema, stays; all others are overwritten.
        var file = try Data(contentsOf: URL(fileURLWithPath: directory.file()))
        for index in 4_096..<file.count { file[index] = 0x5A }
        try file.write(to: URL(fileURLWithPath: directory.file()))
        let error = Self.opening(directory.file())
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(directory.file()) ?? false)
    }

    @Test func damageFoundLaterFailsTheReadAndNothingElse() throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        let big = Data(repeating: 7, count: 3_000)
        try store.commit(
            (1...100).map { .appendHistory(run: 1, firstEventID: $0, count: 1, events: big + Data("\($0)".utf8)) })
        try store.close()
        var file = try Data(contentsOf: URL(fileURLWithPath: directory.file()))
        let marker = try #require(file.range(of: big + Data("50".utf8)))
        let page = marker.lowerBound / 4_096 * 4_096
        for index in page..<page + 4_096 { file[index] = 0x5A }
        try file.write(to: URL(fileURLWithPath: directory.file()))
        let reopened = try SQLiteStore(path: directory.file())
        defer { try? reopened.close() }
        let error = #expect(throws: StoreError.self) { try reopened.reader.history(run: 1, eventIDs: 1..<200) }
        #expect(error?.code == .corrupt)
        try reopened.commit([.putMeta(name: "a", value: Data())])
    }

    @Test func aFullDiskFailsTheCommitAndHealsBySpace() throws {
        let directory = try TemporaryDirectory()
        var options = SQLiteStore.Options()
        options.durability = .normal
        options.maximumBytes = 400_000
        let store = try SQLiteStore(path: directory.file(), options: options)
        defer { try? store.close() }
        func batch(_ number: Int64) -> [StoreWrite] {
            [
                .putMeta(name: "n", value: Data("\(number)".utf8)), .insertRun(Samples.run(number)),
                .appendHistory(run: number, firstEventID: 1, count: 1, events: Data(repeating: 1, count: 9_000)),
            ]
        }
        var last: Int64 = 0
        var failure: StoreError?
        while failure == nil, last < 1_000 {
            do {
                try store.commit(batch(last + 1))
                last += 1
            } catch let error as StoreError {
                failure = error
            }
        }
        #expect(failure?.code == .full)
        #expect(last > 5)
        // Nothing of the batch is there, what was before it is, and reads go on.
        #expect(try store.recover().meta["n"] == Data("\(last)".utf8))
        #expect(try store.recover().lastRunKey == last)
        #expect(try store.reader.load(run: last + 1) == nil)
        #expect(throws: StoreError.self) { try store.commit(batch(last + 1)) }
        // With space, writes go on by themselves.
        try store.commit([.deleteRun(run: 1), .deleteRun(run: 2)])
        try store.commit(batch(last + 1))
        #expect(try store.recover().lastRunKey == last + 1)
    }
}
