import Engine
import Foundation
import NIOCore
import SwiftProtobuf
import Store
import Testing
import WireAPI

@testable import Server

/// Pages of history: stored batches passed on as they are, cut where the page ends.
@Suite struct HistoryPageTests {
    private static let run: RunKey = 7

    /// Events 1 … 6 in batches of 2, 3 and 1.
    private static func store() throws -> MemoryStore {
        let store = MemoryStore()
        var writes: [StoreWrite] = [
            .insertRun(
                RunRow(key: run, namespace: 1, workflowID: "w", runID: "r", fixed: Data(), header: Data()))
        ]
        for (first, count) in [(1, 2), (3, 3), (6, 1)] {
            writes.append(
                .appendHistory(
                    run: run, firstEventID: Int64(first), count: count,
                    events: try history(first..<first + count).serializedData()))
        }
        try store.commit(writes)
        return store
    }

    private static func history(_ ids: Range<Int>) -> APIHistory {
        .with { $0.events = ids.map { id in .with { $0.eventID = Int64(id) } } }
    }

    private static func ids(
        _ range: Range<Int64>, unstored: [Int64] = [], token: [UInt8] = [], reversed: Bool = false,
        lastOnly: Bool = false
    ) throws -> [Int64]? {
        let read = HistoryRead(
            run: run, eventIDs: range, unstored: unstored.map { id in .with { $0.eventID = id } },
            nextPageToken: token, reversed: reversed, lastEventOnly: lastOnly)
        guard let page = try HistoryPage.read(read, from: try store().reader) else { return nil }
        var bytes = page.encodedResponse(nextPageToken: token)
        #expect(bytes.readerIndex >= 5, "no room for the frame prefix")
        let data = Data(bytes.readBytes(length: bytes.readableBytes) ?? [])
        let response = try APIGetWorkflowExecutionHistoryResponse(serializedBytes: data)
        #expect(response.hasHistory)
        #expect(Array(response.nextPageToken) == token)
        let reverse = try APIGetWorkflowExecutionHistoryReverseResponse(serializedBytes: data)
        #expect(reverse.history == response.history)
        #expect(Array(reverse.nextPageToken) == token)
        return response.history.events.map(\.eventID)
    }

    @Test func wholeBatchesAndCutOnes() throws {
        #expect(try Self.ids(1..<7) == [1, 2, 3, 4, 5, 6])
        #expect(try Self.ids(1..<3) == [1, 2])
        #expect(try Self.ids(2..<5, token: Array("next".utf8)) == [2, 3, 4])
        #expect(try Self.ids(4..<5) == [4])
    }

    @Test func unstoredEventsFollow() throws {
        #expect(try Self.ids(5..<7, unstored: [7, 8]) == [5, 6, 7, 8])
        #expect(try Self.ids(7..<7, unstored: [7]) == [7])
    }

    @Test func newestFirst() throws {
        #expect(try Self.ids(2..<6, unstored: [], reversed: true) == [5, 4, 3, 2])
    }

    @Test func onlyTheLast() throws {
        #expect(try Self.ids(1..<7, lastOnly: true) == [6])
        #expect(try Self.ids(1..<7, unstored: [7, 8], lastOnly: true) == [8])
    }

    @Test func anEmptyPageIsAnAnswer() throws {
        #expect(try Self.ids(7..<7, token: [1]) == [])
    }

    @Test func whatIsGoneIsNoPage() throws {
        #expect(try Self.ids(1..<8) == nil)
        let read = HistoryRead(run: 8, eventIDs: 1..<2)
        #expect(try HistoryPage.read(read, from: try Self.store().reader) == nil)
    }

    @Test func longTokensAndPagesHaveLongLengths() throws {
        let token = [UInt8](repeating: 7, count: 300)
        #expect(try Self.ids(1..<2, token: token) == [1])
    }
}

/// The older list calls, in the terms of the query language.
@Suite struct FilterQueryTests {
    @Test func openOnes() throws {
        let request = APIListOpenWorkflowExecutionsRequest.with {
            $0.startTimeFilter.earliestTime = .init(seconds: 1, nanos: 2)
            $0.startTimeFilter.latestTime = .init(seconds: .max, nanos: 0)
            $0.typeFilter.name = "it's \\ odd"
        }
        let query = try FilterQuery.open(request)
        #expect(
            query == """
                ExecutionStatus = 'Running' AND StartTime >= 1000000002 AND StartTime <= \(Int64.max) \
                AND WorkflowType = 'it''s \\\\ odd'
                """)
        _ = try VisibilityQuery(query)
    }

    @Test func closedOnes() throws {
        #expect(try FilterQuery.closed(.init()) == "ExecutionStatus != 'Running'")
        #expect(
            try FilterQuery.closed(.with { $0.statusFilter.status = .timedOut }) == "ExecutionStatus = 'TimedOut'")
        for status in [APIWorkflowExecutionStatus.unspecified, .running] {
            #expect(throws: (any Error).self) { try FilterQuery.closed(.with { $0.statusFilter.status = status }) }
        }
    }

    @Test func timesInTheWrongOrder() {
        let request = APIListClosedWorkflowExecutionsRequest.with {
            $0.startTimeFilter.earliestTime.seconds = 2
            $0.startTimeFilter.latestTime.seconds = 1
        }
        #expect(throws: (any Error).self) { try FilterQuery.closed(request) }
    }
}
