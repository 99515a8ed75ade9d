import Engine
import Foundation
import Testing

@testable import Store

/// Every read, write and sync of a scripted run fails once, and after each of them the power is lost once. What was
/// committed stays, and what was not is wholly there or not at all.
@Suite struct FileFaultTests {
    private static let batches: Int64 = 8

    /// Small limits, so that the run moves its log into the database and cuts it off several times.
    private static var options: SQLiteStore.Options {
        var options = SQLiteStore.Options()
        options.readers = 1
        options.checkpointBytes = 40_000
        options.idleCheckpointBytes = 30_000
        options.cutOffBytes = 80_000
        return options
    }

    /// A store's file as it begins: made once, and copied for each run.
    private static func emptyFile() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try SQLiteStore(path: directory.file()).close()
        return directory
    }

    private static func batch(_ number: Int64) -> [StoreWrite] {
        [
            .putMeta(name: "n", value: Data("\(number)".utf8)), .putTask(Samples.task(number, run: number)),
            .insertRun(Samples.run(number)), .putVisibility(Samples.visibility(number)),
            .putItem(run: number, kind: .timer, id: "t", value: Data(count: 3_000)),
        ]
    }

    /// How many batches a store holds, each of them whole.
    private static func wholeBatches(_ store: SQLiteStore, _ about: String) throws -> Int64 {
        let state = try store.recover()
        let count = Int64(state.tasks.count)
        #expect(state.meta["n"] == (count == 0 ? nil : Data("\(count)".utf8)), "\(about)")
        #expect(state.tasks.map(\.id) == Array((1...Self.batches).prefix(Int(count))), "\(about)")
        #expect(state.lastRunKey == count, "\(about)")
        #expect(try store.visibility.count(namespace: 1, query: .everything).total == count, "\(about)")
        if count > 0 { #expect(try store.reader.load(run: count)?.items.count == 1, "\(about)") }
        return count
    }

    /// Commits and checkpoints until `limit` batches are there or something fails. Returns what was acknowledged.
    private static func commit(_ store: SQLiteStore, from first: Int64) -> (acknowledged: Int64, failed: Bool) {
        var acknowledged = first - 1
        while acknowledged < batches {
            do {
                try store.commit(batch(acknowledged + 1))
                acknowledged += 1
                try store.checkpointIfNeeded(idle: acknowledged.isMultiple(of: 3))
                _ = try store.reader.load(run: 1)
            } catch {
                return (acknowledged, true)
            }
        }
        return (acknowledged, false)
    }

    private static let strikes: [(FileFaults.Operation, FileFaults.Fault)] = [
        (.read, .fails), (.read, .keepsFailing), (.write, .fails), (.write, .tears), (.write, .keepsFailing),
        (.sync, .fails), (.sync, .keepsFailing),
    ]

    @Test(arguments: strikes)
    func everyFailureIsSurvived(_ operation: FileFaults.Operation, _ fault: FileFaults.Fault) throws {
        let empty = try Self.emptyFile()
        var number = 0
        var struck = true
        while struck {
            number += 1
            let about = "\(fault) at \(operation) \(number)"
            let directory = try TemporaryDirectory()
            let faults = FileFaults(in: directory)
            defer { faults.remove() }
            try FileManager.default.copyItem(atPath: empty.file(), toPath: directory.file())
            faults.strike(.init(operation: operation, number: number, fault: fault))
            var acknowledged: Int64 = 0
            if let store = try? SQLiteStore(path: directory.file(), options: Self.options) {
                // As the server does: after a failure it reads anew what there is and goes on from there.
                var failed = true
                while failed {
                    (acknowledged, failed) = Self.commit(store, from: acknowledged + 1)
                    guard failed else { break }
                    faults.heal()
                    let count = try Self.wholeBatches(store, about)
                    #expect(count == acknowledged || count == acknowledged + 1, "\(about): \(count), \(acknowledged)")
                    acknowledged = count
                }
                #expect(acknowledged == Self.batches, "\(about)")
                try? store.close()
            }
            struck = faults.hasStruck
            faults.heal()
            let again = try SQLiteStore(path: directory.file(), options: Self.options)
            #expect(try Self.wholeBatches(again, about) == acknowledged, "\(about)")
            try again.close()
        }
        #expect(number > (operation == .write ? 50 : 5), "the run has \(number) of them")
    }

    @Test(arguments: [FileFaults.Operation.write, .sync])
    func powerMayGoAtAnyMoment(_ operation: FileFaults.Operation) throws {
        let empty = try Self.emptyFile()
        var number = 0
        var struck = true
        while struck {
            number += 1
            let about = "power lost at \(operation) \(number)"
            let directory = try TemporaryDirectory()
            let faults = FileFaults(in: directory)
            defer { faults.remove() }
            try FileManager.default.copyItem(atPath: empty.file(), toPath: directory.file())
            faults.strike(.init(operation: operation, number: number, fault: .losesPower))
            var acknowledged: Int64 = 0
            if let store = try? SQLiteStore(path: directory.file(), options: Self.options) {
                (acknowledged, _) = Self.commit(store, from: 1)
                struck = faults.hasStruck
                try? store.close()
            }
            var chance = SeededGenerator(seed: UInt64(number))
            for _ in 0..<2 {
                let remains = try TemporaryDirectory()
                try faults.writeRemains(to: remains, using: &chance)
                // This one is on the real disk, which need not be waited for.
                var options = Self.options
                options.durability = .normal
                let store = try SQLiteStore(path: remains.file(), options: options)
                let count = try Self.wholeBatches(store, about)
                #expect(count == acknowledged || count == acknowledged + 1, "\(about): \(count), \(acknowledged)")
                if count < Self.batches { try store.commit(Self.batch(count + 1)) }
                try store.close()
            }
        }
        #expect(number > 5, "the run has many of them")
    }
}
