import Foundation
import Testing
import WireAPI

@testable import Millrace

@Suite struct SlotsTests {
    @Test func placesAreGivenInOrder() async {
        let slots = Slots(1)
        #expect(await slots.take())
        #expect(!slots.takeIfFree())
        let second = Task { await slots.take() }
        slots.giveBack()
        #expect(await second.value)
        #expect(slots.inUse == 1)
        slots.giveBack()
        #expect(slots.inUse == 0)
        #expect(slots.takeIfFree())
    }

    @Test func whoeverIsCancelledOrLateGetsNone() async {
        let slots = Slots(1)
        #expect(await slots.take())
        let waiting = Task { await slots.take() }
        waiting.cancel()
        #expect(await waiting.value == false)
        let late = Task { await slots.take() }
        slots.close()
        #expect(await late.value == false)
        #expect(await slots.take() == false)
        #expect(slots.inUse == 1)
    }

    @Test func idleIsAwaited() async {
        let slots = Slots(2)
        await slots.waitUntilIdle()
        #expect(await slots.take())
        let idle = Task { await slots.waitUntilIdle() }
        slots.giveBack()
        await idle.value
    }

    @Test func manyTakersAreAllServed() async {
        let slots = Slots(3)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    guard await slots.take() else { return }
                    #expect(slots.inUse <= 3)
                    await Task.yield()
                    slots.giveBack()
                }
            }
        }
        #expect(slots.inUse == 0)
    }
}

@Suite struct PollerBalanceTests {
    @Test func onePollAlwaysAsksTheCommonQueue() {
        var balance = PollerBalance(pollers: 5, usesSticky: true)
        let polls = (0..<5).map { _ in balance.begin() }
        #expect(polls.filter { $0 == .normal }.count >= 1)
        #expect(polls.filter { $0 == .sticky }.count >= 2)
    }

    @Test func aStickyBacklogDrawsPolls() {
        var balance = PollerBalance(pollers: 5, usesSticky: true)
        #expect(balance.begin() == .normal)
        #expect(balance.begin() == .sticky)
        balance.end(.sticky, backlog: 10)
        for _ in 0..<4 { #expect(balance.begin() == .sticky) }
        balance.end(.normal, backlog: 3)
        #expect(balance.begin() == .normal)
    }

    @Test func aSinglePollerTakesTurns() {
        var balance = PollerBalance(pollers: 1, usesSticky: true)
        var polls: [PollerBalance.Queue] = []
        for _ in 0..<4 {
            polls.append(balance.begin())
            balance.end(polls[polls.count - 1], backlog: 0)
        }
        #expect(polls == [.normal, .sticky, .normal, .sticky])
    }

    @Test func withoutACacheThereIsNoStickyQueue() {
        var balance = PollerBalance(pollers: 3, usesSticky: false)
        for _ in 0..<3 { #expect(balance.begin() == .normal) }
    }
}

@Suite struct RunCacheTests {
    @Workflow actor Empty {
        func run() async throws {}
    }

    private func task(_ runID: String, token: UInt8 = 0) -> APIPollWorkflowTaskQueueResponse {
        .with {
            $0.workflowExecution.runID = runID
            $0.taskToken = Data([token])
        }
    }

    private let host: WorkflowHost

    init() throws {
        host = try WorkflowHost(types: [Empty.self])
    }

    private func make(_ runID: String) -> CachedRun {
        CachedRun(runID: runID, instance: host.makeInstance(runID: runID), state: .init(runID: runID))
    }

    private func admit(_ cache: RunCache, _ runID: String, token: UInt8 = 0) -> (run: CachedRun?, evicted: [String]) {
        switch cache.admit(task(runID, token: token), make: make) {
        case .process(let run, let evict): (run, evict.map(\.runID))
        case .wait: (nil, [])
        }
    }

    @Test func theLongestUnusedRunGoesFirst() throws {
        let cache = RunCache(capacity: 2)
        for id in ["a", "b"] {
            let run = try #require(admit(cache, id).run)
            #expect(cache.finish(run, keep: true) == nil)
        }
        let again = try #require(admit(cache, "a").run)
        #expect(cache.finish(again, keep: true) == nil)
        #expect(admit(cache, "c").evicted == ["b"])
        #expect(cache.count == 2)
    }

    @Test func busyRunsAreNotEvicted() throws {
        let cache = RunCache(capacity: 1)
        let busy = try #require(admit(cache, "a").run)
        #expect(admit(cache, "b").evicted.isEmpty)
        #expect(cache.count == 2)
        #expect(cache.finish(busy, keep: true) == nil)
        #expect(admit(cache, "c").evicted == ["a"])
    }

    @Test func aTaskForABusyRunWaitsAndTheNewestWins() throws {
        let cache = RunCache(capacity: 2)
        let run = try #require(admit(cache, "a", token: 1).run)
        #expect(admit(cache, "a", token: 2).run == nil)
        #expect(admit(cache, "a", token: 3).run == nil)
        #expect(cache.finish(run, keep: true)?.taskToken == Data([3]))
        // Still busy with that one.
        #expect(admit(cache, "a", token: 4).run == nil)
        #expect(cache.finish(run, keep: false)?.taskToken == Data([4]))
        #expect(cache.count == 0)
    }

    @Test func manyUsesDoNotGrowTheCache() throws {
        let cache = RunCache(capacity: 4)
        for number in 0..<1_000 {
            let run = try #require(admit(cache, "\(number % 7)").run)
            _ = cache.finish(run, keep: true)
            #expect(cache.count <= 4)
        }
        #expect(cache.removeAll().count == 4)
        #expect(cache.count == 0)
    }
}
