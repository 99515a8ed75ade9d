import Engine
import Foundation
import Testing

@testable import Store

/// What every store must do, on every store.
@Suite struct ConformanceTests {
    @Test(arguments: StoreKind.allCases)
    func anEmptyStoreHoldsNothing(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            #expect(try store.recover() == RecoveredState())
            #expect(try store.reader.load(run: 1) == nil)
            #expect(try store.reader.currentRun(namespace: 1, workflowID: "a") == nil)
            #expect(try store.reader.history(run: 1, eventIDs: 1..<100).isEmpty)
            #expect(try store.visibility.count(namespace: 1, query: .everything) == VisibilityCount(total: 0))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func namespacesAndMetaAreReplacedAndDeleted(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .putNamespace(key: 2, name: "b", record: Data([2])),
                .putNamespace(key: 1, name: "a", record: Data([1])),
                .putMeta(name: "id", value: Data([7])), .putMeta(name: "empty", value: Data()),
            ])
            try store.commit([
                .putNamespace(key: 1, name: "a2", record: Data()), .deleteNamespace(key: 2),
                .putMeta(name: "id", value: Data([8])),
            ])
            let state = try store.recover()
            #expect(state.namespaces == [.init(key: 1, name: "a2", record: Data())])
            #expect(state.meta == ["id": Data([8]), "empty": Data()])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aRunIsReadBackWithItsLastHeader(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            var row = Samples.run(5)
            try store.commit([.insertRun(row), .setCurrent(namespace: 1, workflowID: row.workflowID, run: 5)])
            #expect(try store.reader.load(run: 5) == StoredRun(row: row, items: []))
            row.header = Data("second".utf8)
            try store.commit([
                .updateHeader(run: 5, header: Data("first".utf8)), .updateHeader(run: 5, header: row.header),
            ])
            #expect(try store.reader.load(run: 5) == StoredRun(row: row, items: []))
            #expect(try store.reader.run(namespace: 1, workflowID: row.workflowID, runID: row.runID) == 5)
            #expect(try store.reader.run(namespace: 2, workflowID: row.workflowID, runID: row.runID) == nil)
            #expect(try store.reader.run(namespace: 1, workflowID: "other", runID: row.runID) == nil)
            #expect(try store.reader.currentRun(namespace: 1, workflowID: row.workflowID) == 5)
            #expect(try store.recover().lastRunKey == 5)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aWorkflowIDPointsAtItsNewestRun(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .insertRun(Samples.run(1, workflow: "w")), .setCurrent(namespace: 1, workflowID: "w", run: 1),
            ])
            try store.commit([
                .insertRun(Samples.run(2, workflow: "w")), .setCurrent(namespace: 1, workflowID: "w", run: 2),
                .setCurrent(namespace: 2, workflowID: "w", run: 9),
            ])
            #expect(try store.reader.currentRun(namespace: 1, workflowID: "w") == 2)
            #expect(try store.reader.currentRun(namespace: 2, workflowID: "w") == 9)
            // Deleting an old run leaves the pointer alone, deleting the new one takes it away.
            try store.commit([.deleteRun(run: 1)])
            #expect(try store.reader.currentRun(namespace: 1, workflowID: "w") == 2)
            try store.commit([.deleteRun(run: 2)])
            #expect(try store.reader.currentRun(namespace: 1, workflowID: "w") == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func itemsKeepTheOrderInWhichTheyWereFirstPut(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            func put(_ id: String, _ value: UInt8, _ kind: ItemKind = .activity) -> StoreWrite {
                .putItem(run: 1, kind: kind, id: id, value: Data([value]))
            }
            func stored() throws -> [String] {
                try store.reader.load(run: 1)?.items.map { "\($0.kind)/\($0.id)=\($0.value.first ?? 0)" } ?? []
            }
            try store.commit([.insertRun(Samples.run(1)), put("z", 1), put("a", 2), put("m", 3, .timer)])
            #expect(try stored() == ["activity/z=1", "activity/a=2", "timer/m=3"])
            // A new value leaves an item in its place, within a batch and over batches.
            try store.commit([put("z", 4), put("b", 5), put("b", 6), .deleteItem(run: 1, kind: .timer, id: "a")])
            #expect(try stored() == ["activity/z=4", "activity/a=2", "timer/m=3", "activity/b=6"])
            // One that was deleted meanwhile begins anew at the end.
            try store.commit([.deleteItem(run: 1, kind: .activity, id: "z"), put("c", 7), put("z", 8)])
            #expect(try stored() == ["activity/a=2", "timer/m=3", "activity/b=6", "activity/c=7", "activity/z=8"])
            try store.commit([put("d", 9), .deleteItems(run: 1), put("e", 1), put("a", 2)])
            #expect(try stored() == ["activity/e=1", "activity/a=2"])
            try store.commit([put("x", 1), .deleteItem(run: 1, kind: .activity, id: "x"), .deleteItems(run: 2)])
            #expect(try stored() == ["activity/e=1", "activity/a=2"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func manyItemsOfOneRunInOneBatch(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            let ids = (0..<500).map { String($0) }
            try store.commit(
                [.insertRun(Samples.run(1))]
                    + ids.map { .putItem(run: 1, kind: .activity, id: $0, value: Data($0.utf8)) }
                    + ids.filter { $0.hasSuffix("3") }.map { .deleteItem(run: 1, kind: .activity, id: $0) })
            let stored = try store.reader.load(run: 1)?.items.map(\.id)
            #expect(stored == ids.filter { !$0.hasSuffix("3") })
        }
    }

    @Test(arguments: StoreKind.allCases)
    func historyIsReadByEventIDs(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            func batch(_ first: Int64, _ count: Int) -> StoreWrite {
                .appendHistory(run: 3, firstEventID: first, count: count, events: Data("\(first)+\(count)".utf8))
            }
            try store.commit([.insertRun(Samples.run(3)), batch(1, 2), batch(3, 1)])
            try store.commit([
                batch(4, 5), .appendHistory(run: 4, firstEventID: 1, count: 1, events: Data()),
                .appendHistory(run: 2, firstEventID: 1, count: 100, events: Data()),
            ])
            func firsts(_ range: Range<Int64>) throws -> [Int64] {
                try store.reader.history(run: 3, eventIDs: range).map(\.firstEventID)
            }
            #expect(try firsts(1..<1_000) == [1, 3, 4])
            #expect(try firsts(0..<2) == [1])
            #expect(try firsts(2..<3) == [1])
            #expect(try firsts(2..<4) == [1, 3])
            #expect(try firsts(6..<7) == [4])
            #expect(try firsts(9..<100).isEmpty)
            #expect(try firsts(3..<3).isEmpty)
            #expect(
                try store.reader.history(run: 3, eventIDs: 4..<5) == [
                    StoredHistoryBatch(firstEventID: 4, count: 5, events: Data("4+5".utf8))
                ])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func tasksAndWakesAreRecoveredInOrder(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .putTask(Samples.task(3, run: 1, kind: .workflow)), .putTask(Samples.task(1, run: 1)),
                .putTask(Samples.task(2, run: 2)), .setWake(run: 1, at: 50), .setWake(run: 2, at: 40),
                .setWake(run: 3, at: 60), .setWake(run: 1, at: 30),
            ])
            try store.commit([
                .deleteTask(id: 2), .deleteTask(id: 99), .putTask(Samples.task(7, run: 3)), .deleteTask(id: 7),
                .clearWake(run: 3), .clearWake(run: 9), .setWake(run: 4, at: 1), .clearWake(run: 4),
            ])
            let state = try store.recover()
            #expect(state.tasks == [Samples.task(1, run: 1), Samples.task(3, run: 1, kind: .workflow)])
            #expect(state.wakes == [.init(run: 1, at: 30), .init(run: 2, at: 40)])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func deletingARunRemovesEverythingOfIt(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            for key in [RunKey(1), 2] {
                try store.commit([
                    .insertRun(Samples.run(key)),
                    .setCurrent(namespace: 1, workflowID: "workflow-\(key)", run: key),
                    .putItem(run: key, kind: .timer, id: "t", value: Data([1])),
                    .appendHistory(run: key, firstEventID: 1, count: 1, events: Data([1])),
                    .putVisibility(Samples.visibility(key, close: 99, attributes: ["A": .keyword("x")])),
                    .putTask(Samples.task(key, run: key)), .setWake(run: key, at: 1),
                ])
            }
            try store.commit([.deleteRun(run: 1), .deleteRun(run: 77)])
            #expect(try store.reader.load(run: 1) == nil)
            #expect(try store.reader.history(run: 1, eventIDs: 1..<10).isEmpty)
            #expect(try store.reader.visibility(run: 1) == nil)
            #expect(try store.reader.run(namespace: 1, workflowID: "workflow-1", runID: "run-1") == nil)
            #expect(try store.reader.currentRun(namespace: 1, workflowID: "workflow-1") == nil)
            let state = try store.recover()
            #expect(state.tasks.map(\.run) == [2])
            #expect(state.wakes.map(\.run) == [2])
            #expect(try store.reader.load(run: 2)?.items.count == 1)
            #expect(try store.visibility.count(namespace: 1, query: .everything).total == 1)
            let byAttribute = try VisibilityQuery("A = 'x'", custom: ["A": .keyword])
            #expect(
                try store.visibility.list(namespace: 1, query: byAttribute, pageSize: 9, pageToken: nil)
                    .rows.map(\.run) == [2])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aRunThatComesAndGoesInOneBatchLeavesNothing(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .insertRun(Samples.run(1, workflow: "w")), .setCurrent(namespace: 1, workflowID: "w", run: 1),
            ])
            try store.commit([
                .insertRun(Samples.run(2, workflow: "w")), .setCurrent(namespace: 1, workflowID: "w", run: 2),
                .putTask(Samples.task(1, run: 2)), .putItem(run: 2, kind: .timer, id: "t", value: Data()),
                .putVisibility(Samples.visibility(2)), .setWake(run: 2, at: 3), .deleteRun(run: 2),
            ])
            #expect(try store.reader.load(run: 2) == nil)
            #expect(try store.reader.currentRun(namespace: 1, workflowID: "w") == nil)
            let state = try store.recover()
            #expect(state.tasks.isEmpty && state.wakes.isEmpty && state.lastRunKey == 1)
            #expect(try store.visibility.count(namespace: 1, query: .everything).total == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aBatchThatCannotBeIsRefusedWhole(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .insertRun(Samples.run(1)), .appendHistory(run: 1, firstEventID: 1, count: 2, events: Data([1])),
            ])
            let bad: [[StoreWrite]] = [
                [.insertRun(Samples.run(1))],
                [.insertRun(Samples.run(2)), .insertRun(Samples.run(2))],
                [.updateHeader(run: 9, header: Data())],
                [.appendHistory(run: 1, firstEventID: 1, count: 1, events: Data())],
                [.appendHistory(run: 1, firstEventID: 0, count: 1, events: Data())],
                [.appendHistory(run: 1, firstEventID: 3, count: 0, events: Data())],
                [.appendHistory(run: 1, firstEventID: 1 << 20, count: 1, events: Data())],
                [.insertRun(Samples.run(0))], [.insertRun(Samples.run(1 << 60))],
            ]
            for (index, batch) in bad.enumerated() {
                let error = #expect(throws: StoreError.self, "batch \(index)") {
                    try store.commit([.putMeta(name: "trace", value: Data([UInt8(index)]))] + batch)
                }
                #expect(error?.code == .invalidBatch, "batch \(index)")
            }
            #expect(try store.recover().meta.isEmpty)
            #expect(store.statistics.failedCommits == bad.count)
            try store.commit([.putMeta(name: "still", value: Data("works".utf8))])
            #expect(store.statistics.commits == 2)
            #expect(store.statistics.writes == 3)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func closedRunsComeOldestFirst(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .putVisibility(Samples.visibility(1, status: 2, close: 300)),
                .putVisibility(Samples.visibility(2, status: 3, close: 100)),
                .putVisibility(Samples.visibility(3, status: 2, close: 200)),
                .putVisibility(Samples.visibility(4)),
                .putVisibility(Samples.visibility(5, namespace: 2, status: 2, close: 1)),
                .putVisibility(
                    Samples.visibility(
                        6, status: 2, close: 150, attributes: ["TemporalNamespaceDivision": .keyword("d")])),
            ])
            #expect(try store.reader.closedRuns(namespace: 1, before: 300, limit: 10) == [2, 6, 3])
            #expect(try store.reader.closedRuns(namespace: 1, before: 301, limit: 2) == [2, 6])
            #expect(try store.reader.closedRuns(namespace: 1, before: 301, limit: 0).isEmpty)
            #expect(try store.reader.closedRuns(namespace: 1, before: .max, limit: 10) == [2, 6, 3, 1])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func runsOfANamespaceAreListed(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit([
                .insertRun(Samples.run(1)), .insertRun(Samples.run(2, namespace: 2)), .insertRun(Samples.run(3)),
            ])
            #expect(try store.reader.runs(namespace: 1, limit: 10) == [1, 3])
            #expect(try store.reader.runs(namespace: 1, limit: 1) == [1])
            #expect(try store.reader.runs(namespace: 3, limit: 1).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func visibilityRowsAreReadBackWhole(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            var row = Samples.visibility(1, attributes: ["A": .keyword("x"), "T": .text("some words")])
            row.memo = Data([1, 2, 3])
            row.parentWorkflowID = "parent"
            row.parentRunID = "parent-run"
            row.rootWorkflowID = "root"
            try store.commit([.insertRun(Samples.run(1)), .putVisibility(row)])
            #expect(try store.reader.visibility(run: 1) == row)
            row.memo = nil
            row.closeTime = 5_000
            row.status = 2
            row.historyLength = 11
            row.searchAttributes = Samples.encoded(["A": .keyword("y")])
            try store.commit([.putVisibility(row)])
            #expect(try store.reader.visibility(run: 1) == row)
            row.taskQueue = "other"
            row.workflowType = ""
            row.startTime = 77
            row.searchAttributes = nil
            try store.commit([.putVisibility(row)])
            #expect(try store.reader.visibility(run: 1) == row)
            let page = try store.visibility.list(namespace: 1, query: .everything, pageSize: 1, pageToken: nil)
            #expect(page == VisibilityPage(rows: [row]))
            for (text, expected) in [("A = 'x'", 0), ("A IS NULL", 1), ("TaskQueue = 'other'", 1)] {
                let query = try VisibilityQuery(text, custom: ["A": .keyword])
                #expect(try store.visibility.count(namespace: 1, query: query).total == Int64(expected), "\(text)")
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aClosedStoreSaysSo(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.close()
            try store.close()
            #expect(throws: StoreError.closed) { try store.commit([.clearWake(run: 1)]) }
            #expect(throws: StoreError.self) { try store.reader.load(run: 1) }
            #expect(throws: StoreError.self) { try store.recover() }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func readersSeeWholeBatchesWhileOthersAreWritten(_ kind: StoreKind) async throws {
        try await kind.withStoreAsync { store in
            let row = { (value: Int) in
                [
                    StoreWrite.putMeta(name: "a", value: Data("\(value)".utf8)),
                    .putMeta(name: "b", value: Data("\(value)".utf8)),
                ]
            }
            try store.commit(row(0))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<50 {
                            let meta = try store.recover().meta
                            #expect(meta["a"] == meta["b"])
                        }
                    }
                }
                for value in 1...100 { try store.commit(row(value)) }
                try await group.waitForAll()
            }
            #expect(try store.recover().meta["a"] == Data("100".utf8))
        }
    }
}
