import Engine
import Foundation
import Testing

@testable import Store

/// Random batches, applied write by write in memory and boiled down in SQLite, must leave the same behind.
@Suite struct RandomBatchTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func bothStoresHoldTheSame(seed: UInt64) throws {
        var batches = BatchGenerator(seed: seed)
        let memory = MemoryStore()
        let sqlite = try SQLiteStore.ephemeral()
        defer { try? sqlite.close() }
        for round in 1...40 {
            let batch = batches.next()
            try memory.commit(batch)
            try sqlite.commit(batch)
            if round % 4 != 0 { continue }
            let expected = try Dump(memory, runs: 1...batches.lastRun)
            let found = try Dump(sqlite, runs: 1...batches.lastRun)
            #expect(found == expected, "seed \(seed), after \(batch)")
            if found != expected { return }
        }
    }
}

/// Everything a store answers.
private struct Dump: Equatable {
    var recovered: RecoveredState
    var runs: [StoredRun?] = []
    var histories: [[StoredHistoryBatch]] = []
    var visibility: [VisibilityRow?] = []
    var current: [RunKey?] = []
    var listed: [[VisibilityRow]] = []
    var counts: [VisibilityCount] = []
    var closed: [[RunKey]] = []
    var schedules: [StoredSchedule?] = []
    var scheduleKeys: [[RunKey]] = []

    init(_ store: any Store, runs keys: ClosedRange<RunKey>) throws {
        recovered = try store.recover()
        for key in keys {
            runs.append(try store.reader.load(run: key))
            histories.append(try store.reader.history(run: key, eventIDs: 1..<1_000))
            visibility.append(try store.reader.visibility(run: key))
            schedules.append(try store.reader.load(schedule: key))
        }
        let grouped = try VisibilityQuery("GROUP BY ExecutionStatus", for: .count)
        for namespace in [NamespaceKey(1), 2] {
            for workflow in 0..<4 {
                current.append(try store.reader.currentRun(namespace: namespace, workflowID: "w\(workflow)"))
            }
            let page = try store.visibility.list(
                namespace: namespace, query: .everything, pageSize: 1_000, pageToken: nil)
            listed.append(page.rows)
            counts.append(try store.visibility.count(namespace: namespace, query: grouped))
            closed.append(try store.reader.closedRuns(namespace: namespace, before: .max, limit: 1_000))
            scheduleKeys.append(try store.reader.schedules(namespace: namespace, limit: 1_000))
        }
    }
}

/// Makes batches an engine could write, crowded so that writes meet.
private struct BatchGenerator {
    private var random: SeededGenerator
    private(set) var lastRun: RunKey = 0
    private var lastTask: Int64 = 0
    private var live: [RunKey: Int64] = [:]
    private var schedules: Set<RunKey> = []

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func next() -> [StoreWrite] {
        var batch: [StoreWrite] = []
        for _ in 0..<Int.random(in: 1...60, using: &random) { batch += writes() }
        return batch
    }

    private mutating func writes() -> [StoreWrite] {
        if live.isEmpty || chance(10) { return newRun() }
        if chance(5) { return scheduleWrites() }
        guard let run = live.keys.sorted().randomElement(using: &random) else { return [] }
        let id = "i\(Int.random(in: 0..<14, using: &random))"
        let kind: ItemKind = chance(50) ? .activity : .timer
        let value = Data([UInt8.random(in: 0...255, using: &random)])
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10: return [.updateHeader(run: run, header: value)]
        case 10..<32: return [.putItem(run: run, kind: kind, id: id, value: value)]
        case 32..<48: return [.deleteItem(run: run, kind: kind, id: id)]
        case 48..<51: return [.deleteItems(run: run)]
        case 51..<60: return [append(run, value)]
        case 60..<68:
            lastTask += 1
            return [.putTask(Samples.task(lastTask, run: run))]
        case 68..<75: return [.deleteTask(id: Int64.random(in: 1...max(1, lastTask), using: &random))]
        case 75..<80: return [.setWake(run: run, at: Int64.random(in: 1...50, using: &random))]
        case 80..<83: return [.clearWake(run: run)]
        case 83..<93: return [.putVisibility(visibility(run))]
        case 93..<95: return [.setCurrent(namespace: 1, workflowID: "w\(run % 4)", run: run)]
        case 95..<97: return [.putMeta(name: id, value: value)]
        case 97: return [.putNamespace(key: Int64(value[0] % 3), name: id, record: value)]
        case 98: return [.deleteNamespace(key: Int64(value[0] % 3))]
        default:
            live[run] = nil
            return [.deleteRun(run: run)]
        }
    }

    /// A schedule comes, changes or goes; its key is one of those that runs have.
    private mutating func scheduleWrites() -> [StoreWrite] {
        let value = Data([UInt8.random(in: 0...255, using: &random)])
        if let key = schedules.sorted().randomElement(using: &random), chance(70) {
            if chance(20) {
                schedules.remove(key)
                return [.deleteRun(run: key)]
            }
            let row = ScheduleRow(key: key, namespace: 1, scheduleID: "s\(key)", definition: value)
            return [
                .putScheduleState(schedule: key, state: value), .setWake(run: key, at: key),
                .putItem(run: key, kind: .bufferedStart, id: "b\(value[0] % 3)", value: value),
            ] + (chance(30) ? [.putSchedule(row)] : [])
        }
        lastRun += 1
        schedules.insert(lastRun)
        return [
            .putSchedule(ScheduleRow(key: lastRun, namespace: 1, scheduleID: "s\(lastRun)", definition: value)),
            .putScheduleState(schedule: lastRun, state: value),
        ]
    }

    private mutating func newRun() -> [StoreWrite] {
        lastRun += 1
        live[lastRun] = 1
        let namespace: NamespaceKey = chance(80) ? 1 : 2
        let workflow = "w\(lastRun % 4)"
        var writes: [StoreWrite] = [.insertRun(Samples.run(lastRun, namespace: namespace, workflow: workflow))]
        if chance(90) { writes.append(.setCurrent(namespace: namespace, workflowID: workflow, run: lastRun)) }
        if chance(80) { writes.append(.putVisibility(visibility(lastRun))) }
        return writes
    }

    private mutating func append(_ run: RunKey, _ value: Data) -> StoreWrite {
        let first = live[run, default: 1]
        let count = Int.random(in: 1...4, using: &random)
        live[run] = first + Int64(count)
        return .appendHistory(run: run, firstEventID: first, count: count, events: value)
    }

    private mutating func visibility(_ run: RunKey) -> VisibilityRow {
        var attributes: [String: Samples.Attribute] = [:]
        if chance(40) { attributes["Word"] = .keyword("k\(Int.random(in: 0..<3, using: &random))") }
        if chance(10) { attributes["TemporalNamespaceDivision"] = .keyword("d") }
        let isClosed = chance(50)
        return Samples.visibility(
            run, namespace: chance(95) ? 1 : 2, status: isClosed ? Int.random(in: 2...7, using: &random) : 1,
            start: chance(90) ? run : 7, close: isClosed ? Int64.random(in: 1...9, using: &random) : nil,
            attributes: attributes)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
}
