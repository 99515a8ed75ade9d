import Engine
import Foundation
import Testing

@testable import Server

/// The rule that nothing leaves before it is durable, without any thread.
@Suite struct CommitPipelineTests {
    private typealias Pipeline = CommitPipeline<String>

    private static func batch(_ number: UInt64, writes: Int, _ replies: String...) -> Pipeline.Batch {
        let writes = (0..<writes).map { StoreWrite.putMeta(name: "\(number).\($0)", value: Data()) }
        return Pipeline.Batch(number: number, writes: writes, replies: replies)
    }

    private static func names(_ writes: [StoreWrite]?) -> [String]? {
        writes?.compactMap { write in
            if case .putMeta(let name, _) = write { name } else { nil }
        }
    }

    @Test func aReadIsReleasedAtOnceWhenNothingIsOpen() {
        var pipeline = Pipeline()
        guard case .released(let replies) = pipeline.add(Self.batch(1, writes: 0, "read")) else {
            Issue.record("not released")
            return
        }
        #expect(replies == ["read"])
        #expect(pipeline.durable == 1)
        #expect(pipeline.takeCommit(limit: 10) == nil)
    }

    @Test func aWriteWaitsForItsCommit() {
        var pipeline = Pipeline()
        guard case .queued(needsCommitter: true) = pipeline.add(Self.batch(1, writes: 1, "write")) else {
            Issue.record("not queued")
            return
        }
        #expect(Self.names(pipeline.takeCommit(limit: 10)) == ["1.0"])
        #expect(pipeline.durable == 0)
        #expect(pipeline.commitSucceeded() == ["write"])
        #expect(pipeline.durable == 1)
        #expect(pipeline.isEmpty)
    }

    @Test func aReadWaitsForEarlierWritesThatAreQueued() {
        var pipeline = Pipeline()
        _ = pipeline.add(Self.batch(1, writes: 1, "write"))
        guard case .queued = pipeline.add(Self.batch(2, writes: 0, "read")) else {
            Issue.record("the read overtook the write")
            return
        }
        _ = pipeline.takeCommit(limit: 10)
        #expect(pipeline.commitSucceeded() == ["write", "read"])
        #expect(pipeline.durable == 2)
    }

    @Test func aReadBehindACommitInFlightNeedsNoFurtherCommit() {
        var pipeline = Pipeline()
        _ = pipeline.add(Self.batch(1, writes: 1, "write"))
        _ = pipeline.takeCommit(limit: 10)
        guard case .queued(needsCommitter: false) = pipeline.add(Self.batch(2, writes: 0, "read")) else {
            Issue.record("released before the commit in flight, or the committer woken for nothing")
            return
        }
        #expect(pipeline.commitSucceeded() == ["write", "read"])
        #expect(pipeline.takeCommit(limit: 10) == nil)
    }

    @Test func whatQueuesUpWhileACommitRunsGoesIntoTheNext() {
        var pipeline = Pipeline()
        _ = pipeline.add(Self.batch(1, writes: 1, "a"))
        _ = pipeline.takeCommit(limit: 10)
        _ = pipeline.add(Self.batch(2, writes: 2, "b"))
        _ = pipeline.add(Self.batch(3, writes: 0, "c"))
        _ = pipeline.add(Self.batch(4, writes: 1, "d"))
        #expect(pipeline.queuedWrites == 3)
        #expect(pipeline.takeCommit(limit: 10) == nil, "two commits at once")
        #expect(pipeline.commitSucceeded() == ["a"])
        #expect(Self.names(pipeline.takeCommit(limit: 10)) == ["2.0", "2.1", "4.0"])
        #expect(pipeline.queuedWrites == 0)
        #expect(pipeline.commitSucceeded() == ["b", "c", "d"])
        #expect(pipeline.durable == 4)
    }

    @Test func aCommitEndsWithTheBatchThatReachesTheLimit() {
        var pipeline = Pipeline()
        for number in 1...3 { _ = pipeline.add(Self.batch(UInt64(number), writes: 2, "\(number)")) }
        #expect(Self.names(pipeline.takeCommit(limit: 3)) == ["1.0", "1.1", "2.0", "2.1"])
        #expect(pipeline.commitSucceeded() == ["1", "2"])
        #expect(pipeline.durable == 2)
        #expect(pipeline.takeCommit(limit: 3)?.count == 2)
    }

    @Test func aFailureRefusesWhatIsInFlightAndWhatIsQueued() {
        var pipeline = Pipeline()
        _ = pipeline.add(Self.batch(1, writes: 1, "a"))
        _ = pipeline.takeCommit(limit: 10)
        _ = pipeline.add(Self.batch(2, writes: 1, "b"))
        _ = pipeline.add(Self.batch(3, writes: 0, "c"))
        #expect(pipeline.commitFailed() == ["a", "b", "c"])
        #expect(pipeline.durable == 0)
        #expect(pipeline.queuedWrites == 0)
    }

    @Test func nothingIsAcceptedBetweenAFailureAndTheRepair() {
        var pipeline = Pipeline()
        _ = pipeline.add(Self.batch(1, writes: 1))
        _ = pipeline.takeCommit(limit: 10)
        _ = pipeline.commitFailed()
        for (number, writes) in [(UInt64(2), 1), (3, 0)] {
            guard case .refused(let replies) = pipeline.add(Self.batch(number, writes: writes, "late")) else {
                Issue.record("accepted a batch that rests on what was lost")
                return
            }
            #expect(replies == ["late"])
        }
        #expect(pipeline.takeCommit(limit: 10) == nil)
        pipeline.repair()
        _ = pipeline.add(Self.batch(4, writes: 1, "new"))
        #expect(pipeline.takeCommit(limit: 10)?.count == 1)
        #expect(pipeline.commitSucceeded() == ["new"])
        #expect(pipeline.durable == 4)
    }

    /// Every order of events that a seed gives: a reply is never released before every batch up to its own is durable,
    /// each is answered exactly once, and releases keep the order of the batches.
    @Test(arguments: 0..<50) func randomOrdersKeepTheRule(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var pipeline = CommitPipeline<UInt64>()
        var nextNumber: UInt64 = 1
        var written: Set<UInt64> = []
        var inFlight: [UInt64] = []
        var durableWrites: Set<UInt64> = []
        var answered: [UInt64] = []

        func released(_ replies: [UInt64]) {
            for reply in replies {
                #expect(written.filter { $0 <= reply }.isSubset(of: durableWrites), "\(reply) left too early")
            }
            #expect(replies == replies.sorted())
            answered += replies
        }

        for _ in 0..<400 {
            switch random.next() % 6 {
            case 0...2:
                let number = nextNumber
                nextNumber += 1
                let writes = Int(random.next() % 3)
                let batch = CommitPipeline<UInt64>.Batch(
                    number: number, writes: (0..<writes).map { _ in .deleteTask(id: Int64(number)) }, replies: [number])
                switch pipeline.add(batch) {
                case .released(let replies): released(replies)
                case .queued: if writes > 0 { written.insert(number) }
                case .refused(let replies): answered += replies
                }
            case 3:
                guard let writes = pipeline.takeCommit(limit: 4) else { continue }
                inFlight = writes.compactMap { if case .deleteTask(let id) = $0 { UInt64(id) } else { nil } }
                #expect(inFlight == inFlight.sorted())
            case 4:
                durableWrites.formUnion(inFlight)
                inFlight = []
                released(pipeline.commitSucceeded())
            default:
                guard random.next() % 8 == 0 else { continue }
                answered += pipeline.commitFailed()
                written = durableWrites
                inFlight = []
                pipeline.repair()
            }
        }
        answered += pipeline.commitFailed()
        #expect(answered.sorted() == Array(1..<nextNumber), "each reply exactly once")
    }
}

/// A small random generator whose seed repeats a run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
