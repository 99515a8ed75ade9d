import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

@Suite struct StoredHistoryTests {
    private func batch(first: Int64, count: Int) throws -> StoredHistoryBatch {
        var history = APIHistory()
        history.events = (0..<count).map { index in
            var event = APIHistoryEvent()
            event.eventID = first + Int64(index)
            // Lengths of one byte and of two.
            event.workflowExecutionSignaledEventAttributes.signalName = String(repeating: "x", count: index * 40)
            return event
        }
        return StoredHistoryBatch(firstEventID: first, count: count, events: try history.serializedData())
    }

    @Test(arguments: [3..<4 as Range<Int64>, 3..<13, 7..<9, 12..<13, 1..<5, 10..<99, 1..<3, 13..<20])
    func onlyWhatIsWantedIsDecoded(_ range: Range<Int64>) throws {
        let batch = try batch(first: 3, count: 10)
        let all = try APIHistory(serializedBytes: batch.events).events
        #expect(try batch.decoded(range) == all.filter { range.contains($0.eventID) })
    }

    @Test func bytesThatAreNoHistoryAreRefused() throws {
        let whole = try batch(first: 1, count: 5).events
        for count in 0..<whole.count {
            let cut = StoredHistoryBatch(firstEventID: 1, count: 5, events: whole.prefix(count))
            #expect(throws: BinaryDecodingError.self) { try cut.decoded(5..<6) }
        }
        let other = StoredHistoryBatch(firstEventID: 1, count: 2, events: Data([0x12, 0, 0x12, 0]))
        #expect(throws: BinaryDecodingError.self) { try other.decoded(2..<3) }
    }

    @Test func manyActivitiesAreHandedOutFromOneRead() throws {
        var limits = Limits()
        limits.historyPage = 4
        let bench = try Bench(limits: limits)
        try bench.start()
        let commands = (1...50).map { number in
            Commands.activity("\(number)") { $0.input = Engine.textPayloads("input \(number)") }
        }
        try bench.complete(try bench.task(), commands)
        try bench.restart()
        _ = try bench.describe()
        let before = bench.store.historyReads
        for number in 1...50 {
            let task = try bench.activity()
            #expect(task.activityID == "\(number)")
            #expect(task.input == Engine.textPayloads("input \(number)"))
        }
        #expect(bench.store.historyReads == before + 1)
    }
}
