import Engine
import Foundation
import GRDB
import Testing

@testable import Store

/// What every store must do for schedules, on every store.
@Suite struct ScheduleConformanceTests {
    private func row(_ key: RunKey, _ id: String? = nil, namespace: NamespaceKey = 1, _ text: String = "")
        -> ScheduleRow
    {
        ScheduleRow(
            key: key, namespace: namespace, scheduleID: id ?? "schedule-\(key)",
            definition: Data("definition\(text)".utf8))
    }

    private func state(_ key: RunKey, _ text: String = "state") -> StoreWrite {
        .putScheduleState(schedule: key, state: Data(text.utf8))
    }

    @Test(arguments: StoreKind.allCases)
    func aScheduleIsReadBackAsItWasLastWritten(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            #expect(try store.reader.load(schedule: 3) == nil)
            try store.commit([.putSchedule(row(3)), state(3)])
            #expect(
                try store.reader.load(schedule: 3)
                    == StoredSchedule(row: row(3), state: Data("state".utf8), items: []))
            try store.commit([state(3, "one"), state(3, "two")])
            try store.commit([.putSchedule(row(3, nil, " anew"))])
            let stored = try #require(try store.reader.load(schedule: 3))
            #expect(stored.row.definition == Data("definition anew".utf8) && stored.state == Data("two".utf8))
            #expect(try store.reader.load(run: 3) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func itsItemsAndWakeUpsAreThoseOfARun(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            func put(_ kind: ItemKind, _ id: String) -> StoreWrite {
                .putItem(run: 2, kind: kind, id: id, value: Data(id.utf8))
            }
            try store.commit([
                .putSchedule(row(2)), state(2), put(.bufferedStart, "10"), put(.lastOutcome, "result"),
                put(.bufferedStart, "9"), .setWake(run: 2, at: 77), .putVisibility(Samples.visibility(2)),
            ])
            #expect(try store.reader.load(schedule: 2)?.items.map(\.id) == ["10", "result", "9"])
            try store.commit([.deleteItem(run: 2, kind: .bufferedStart, id: "10")])
            #expect(try store.reader.load(schedule: 2)?.items.map(\.id) == ["result", "9"])
            let recovered = try store.recover()
            #expect(recovered.wakes == [.init(run: 2, at: 77)] && recovered.lastRunKey == 2)
            try store.commit([.insertRun(Samples.run(1))])
            #expect(try store.recover().lastRunKey == 2)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func schedulesAreFoundByNamespaceAndID(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .putSchedule(row(1, "a")), state(1), .putSchedule(row(2, "a", namespace: 2)), state(2),
                .putSchedule(row(3, "b")), state(3),
            ])
            #expect(try store.reader.schedule(namespace: 1, scheduleID: "a") == 1)
            #expect(try store.reader.schedule(namespace: 2, scheduleID: "a") == 2)
            #expect(try store.reader.schedule(namespace: 1, scheduleID: "c") == nil)
            #expect(try store.reader.schedules(namespace: 1, limit: 10) == [1, 3])
            #expect(try store.reader.schedules(namespace: 1, limit: 1) == [1])
            #expect(try store.reader.schedules(namespace: 1, limit: 0).isEmpty)
            #expect(try store.reader.runs(namespace: 1, limit: 10).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func nothingIsLeftOfADeletedSchedule(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .putSchedule(row(1, "a")), state(1), .setWake(run: 1, at: 5), .putVisibility(Samples.visibility(1)),
                .putItem(run: 1, kind: .bufferedStart, id: "1", value: Data()),
            ])
            // The id is free at once, even within the batch.
            try store.commit([.deleteRun(run: 1), .putSchedule(row(2, "a")), state(2)])
            #expect(try store.reader.load(schedule: 1) == nil)
            #expect(try store.reader.schedule(namespace: 1, scheduleID: "a") == 2)
            try store.commit([.deleteRun(run: 2)])
            #expect(try store.recover() == RecoveredState())
            #expect(try store.visibility.count(namespace: 1, query: .everything).total == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func twoSchedulesCannotShareAnID(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([.putSchedule(row(1, "a")), state(1)])
            let error = #expect(throws: StoreError.self) { try store.commit([.putSchedule(row(2, "a")), state(2)]) }
            #expect(error?.code == .invalidBatch)
            #expect(try store.reader.load(schedule: 2) == nil)
            #expect(try store.reader.schedule(namespace: 1, scheduleID: "a") == 1)
        }
    }

    /// A file from before there were schedules becomes one with room for them.
    @Test func filesOfTheFirstVersionAreBroughtUpToDate() throws {
        let directory = try TemporaryDirectory()
        let older = try SQLiteStore(path: directory.file())
        try older.commit([.insertRun(Samples.run(1))])
        try older.close()
        let queue = try DatabaseQueue(path: directory.file())
        try queue.write {
            try $0.execute(sql: "DROP TABLE schedules; DROP TABLE schedule_states; PRAGMA user_version = 1")
        }
        try queue.close()
        let store = try SQLiteStore(path: directory.file())
        defer { try? store.close() }
        try store.commit([.putSchedule(row(2)), state(2)])
        #expect(try store.reader.load(schedule: 2) != nil && store.reader.load(run: 1) != nil)
    }
}
