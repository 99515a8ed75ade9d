import Engine
import Foundation
import Store
import Testing
import WireAPI

@testable import Server

/// The threads around the engine: what is released when, and what happens when the store fails.
@Suite struct EngineHostTests {
    @Test func aWriteIsAnsweredOnlyAfterItsCommit() async throws {
        let echo = try await EchoHost.start()
        echo.store.hold()
        let before = echo.store.attempts
        let answers = Counter()
        let write = await echo.begin {
            let outcome = try await echo.write("a")
            answers.add()
            return outcome
        }
        await echo.store.reached(attempts: before + 1)
        // The engine has decided and the commit is on its way: a read of the same must wait for it, too.
        let read = await echo.begin { try await echo.read("a") }
        #expect(answers.value == 0)
        #expect(echo.host.core.counters.snapshot.waitingCalls == 2)
        echo.store.release()
        #expect(try await write.value.isMessage)
        #expect(try await read.value.isMessage)
        await echo.host.stop()
    }

    @Test func aReadWithNothingOpenNeedsNoCommit() async throws {
        let echo = try await EchoHost.start()
        _ = try await echo.write("a")
        echo.store.hold()
        let attempts = echo.store.attempts
        #expect(try await echo.read("a").isMessage)
        #expect(echo.store.attempts == attempts)
        echo.store.release()
        await echo.host.stop()
    }

    @Test func callsThatQueueUpShareACommit() async throws {
        let echo = try await EchoHost.start()
        echo.store.hold()
        let before = echo.store.attempts
        var writes = [await echo.begin { try await echo.write("first") }]
        await echo.store.reached(attempts: before + 1)
        for number in 0..<20 { writes.append(await echo.begin { try await echo.write("n\(number)") }) }
        let last = await echo.begin { try await echo.read("n19") }
        while echo.host.core.pipeline.withLock({ $0.queuedWrites }) < 20 { await Task.yield() }
        echo.store.release()
        for write in writes { #expect(try await write.value.isMessage) }
        #expect(try await last.value.isMessage)
        #expect(echo.store.attempts <= before + 3, "twenty writes took \(echo.store.attempts - before) commits")
        await echo.host.stop()
    }

    @Test(arguments: [StoreFault.failBefore, .failAfter, .torn])
    func aFailedCommitIsNotAcknowledgedAndTheEngineIsRebuilt(fault: StoreFault) async throws {
        let echo = try await EchoHost.start()
        _ = try await echo.write("kept")
        echo.store.inner.injectAtNextCommit(fault)
        echo.store.hold()
        let before = echo.store.attempts
        let poll = await echo.begin { try await echo.poll() }
        let failing = await echo.begin { try await echo.write("lost") }
        await echo.store.reached(attempts: before + 1)
        let later = await echo.begin { try await echo.write("later") }
        let read = await echo.begin { try await echo.read("kept") }
        echo.store.release()
        for call in [failing, later, read, poll] {
            #expect(try await call.value.error?.code == .unavailable)
        }
        // Rebuilt from what is stored: what was acknowledged is there, and writing works again.
        var outcome = try await echo.read("kept")
        while outcome.error?.code == .unavailable { outcome = try await echo.read("kept") }
        #expect(outcome.isMessage)
        let isStored = fault == .failAfter
        #expect(try await echo.read("lost").isMessage == isStored)
        #expect(try await echo.write("again").isMessage)
        #expect(echo.log.entries.withLock { $0.made } == 2)
        #expect(echo.host.core.counters.snapshot.rebuilds == 1)
        await echo.host.stop()
    }

    @Test func aStoreThatCannotBeReadBackIsTriedAgain() async throws {
        var limits = HostLimits()
        limits.longestRetry = .milliseconds(1)
        let echo = try await EchoHost.start(limits: limits)
        _ = try await echo.write("kept")
        echo.store.failRecoveries(3)
        echo.store.inner.injectAtNextCommit(.failBefore)
        #expect(try await echo.write("lost").error?.code == .unavailable)
        var outcome = try await echo.read("kept")
        while outcome.error?.code == .unavailable { outcome = try await echo.read("kept") }
        #expect(outcome.isMessage)
        #expect(echo.store.recoveries == 5, "one at the start, three that failed, one that did not")
        await echo.host.stop()
    }

    @Test func aFullDiskLeavesReadsAndHealsByItself() async throws {
        var limits = HostLimits()
        limits.probeInterval = .milliseconds(2)
        let echo = try await EchoHost.start(limits: limits)
        _ = try await echo.write("kept")
        echo.store.inner.isFull = true
        #expect(try await echo.write("lost").error?.code == .resourceExhausted)
        var read = try await echo.read("kept")
        while read.error?.code == .resourceExhausted { read = try await echo.read("kept") }
        #expect(read.isMessage)
        #expect(try await echo.write("still full").error?.code == .resourceExhausted)
        #expect(try await echo.poll().error?.code == .resourceExhausted)
        let attempts = echo.store.attempts
        await echo.store.reached(attempts: attempts + 3)
        #expect(try await echo.read("lost").error?.code == .notFound)
        echo.store.inner.isFull = false
        var write = try await echo.write("after")
        while write.error?.code == .resourceExhausted { write = try await echo.write("after") }
        #expect(write.isMessage)
        #expect(echo.log.entries.withLock { $0.made } == 2, "probes need no new engine")
        await echo.host.stop()
    }

    @Test func aCancelledCallerGivesUpItsPoll() async throws {
        let echo = try await EchoHost.start()
        let poll = await echo.begin { try await echo.poll() }
        poll.cancel()
        await #expect(throws: CancellationError.self) { try await poll.value }
        // The write is stepped after the cancellation: it finds nobody to answer.
        _ = try await echo.write("a")
        #expect(echo.log.entries.withLock { $0.cancelled.count } <= 1)
        #expect(echo.host.core.counters.snapshot.waitingCalls == 0)
        await echo.host.stop()
    }

    @Test func anAnswerThatComesTooLateIsReportedToTheEngine() async throws {
        let echo = try await EchoHost.start()
        let poll = await echo.begin { try await echo.poll() }
        echo.store.hold()
        let before = echo.store.attempts
        let write = await echo.begin { try await echo.write("a") }
        await echo.store.reached(attempts: before + 1)
        poll.cancel()
        await #expect(throws: CancellationError.self) { try await poll.value }
        echo.store.release()
        #expect(try await write.value.isMessage)
        await echo.host.stop()
        #expect(echo.host.core.counters.snapshot.undeliveredAnswers == 1)
        #expect(echo.log.entries.withLock { !$0.cancelled.isEmpty })
    }

    @Test func timersFireWhenTheClockIsAdvanced() async throws {
        let clock = ServerClock()
        let echo = try await EchoHost.start(clock: clock)
        let poll = await echo.begin { try await echo.poll(deadline: clock.now + 3_600 * .second) }
        clock.advance(by: .seconds(3_601))
        guard case .message(let answer as APIPollWorkflowTaskQueueResponse) = try await poll.value else {
            Issue.record("no answer")
            return
        }
        #expect(answer.taskToken.isEmpty)
        await echo.host.stop()
    }

    @Test func timersFireByThemselves() async throws {
        let clock = ServerClock()
        let echo = try await EchoHost.start(clock: clock)
        let due = clock.now + 20 * .millisecond
        #expect(try await echo.poll(deadline: due).isMessage)
        #expect(clock.now >= due, "fired early")
        #expect(echo.log.entries.withLock { $0.ticks } < 10, "the thread spins")
        await echo.host.stop()
    }

    @Test func stoppingAnswersPollsAndFinishesWrites() async throws {
        let echo = try await EchoHost.start()
        let polls = [await echo.begin { try await echo.poll() }, await echo.begin { try await echo.poll() }]
        echo.store.hold()
        let before = echo.store.attempts
        let write = await echo.begin { try await echo.write("last") }
        await echo.store.reached(attempts: before + 1)
        async let stopped: Void = echo.host.stop()
        while !echo.host.core.engineEnded.load(ordering: .acquiring) { await Task.yield() }
        #expect(try await echo.read("x").error?.message == EngineError.stopping.message)
        echo.store.release()
        await stopped
        #expect(try await write.value.isMessage)
        for poll in polls { #expect(try await poll.value.isMessage) }
        await echo.host.stop()
        let revived = MemoryStore(restoring: echo.store.inner.snapshot())
        #expect(try revived.recover().namespaces.map(\.name) == ["last"])
    }

    @Test func aFullInboxRefuses() async throws {
        var limits = HostLimits()
        limits.queuedCalls = 0
        let echo = try await EchoHost.start(limits: limits)
        #expect(try await echo.read("a").error?.code == .resourceExhausted)
        await echo.host.stop()
    }

    @Test func tooManyWaitingCallersAreRefused() async throws {
        var limits = HostLimits()
        limits.waitingCalls = 2
        let echo = try await EchoHost.start(limits: limits)
        let polls = [await echo.begin { try await echo.poll() }, await echo.begin { try await echo.poll() }]
        #expect(try await echo.poll().error?.code == .resourceExhausted)
        for poll in polls { poll.cancel() }
        for poll in polls { _ = await poll.result }
        #expect(try await echo.read("a").error?.code == .notFound)
        await echo.host.stop()
    }

    @Test func theEngineWaitsForASlowStore() async throws {
        var limits = HostLimits()
        limits.queuedWrites = 3
        limits.callsPerBatch = 1
        let echo = try await EchoHost.start(limits: limits)
        echo.store.hold()
        // The first write is in the committer's hands before the others come: they can only queue up behind it.
        var writes = [Task { try await echo.write("first") }]
        while echo.host.core.pipeline.withLock({ $0.isEmpty || $0.queuedWrites > 0 }) { await Task.yield() }
        for number in 0..<30 { writes.append(Task { try await echo.write("n\(number)") }) }
        while echo.host.core.pipeline.withLock({ $0.queuedWrites }) < 3 { await Task.yield() }
        echo.store.release()
        for write in writes { #expect(try await write.value.isMessage) }
        await echo.host.stop()
    }

    @Test func aHostKeepsItsClusterID() async throws {
        let first = try await EchoHost.start()
        let id = first.host.core.clusterID.withLock { $0 }
        #expect(UUID(uuidString: id) != nil)
        await first.host.stop()
        let store = MemoryStore(restoring: first.store.inner.snapshot())
        let log = EchoEngine.Log()
        let second = try await EngineHost.start(store: store) { recovered, _, _ in EchoEngine(recovered, log: log) }
        #expect(second.core.clusterID.withLock { $0 } == id)
        await second.stop()
    }

    @Test func manyCallersAtOnce() async throws {
        let echo = try await EchoHost.start()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<2_000 {
                group.addTask {
                    if number % 3 == 0 { return try await echo.read("nobody").error?.code == .notFound }
                    return try await echo.write("n\(number)").isMessage
                }
            }
            for try await isGood in group { #expect(isGood) }
        }
        let counters = echo.host.core.counters.snapshot
        #expect(counters.calls == 2_000)
        #expect(counters.writes == 1_333)
        await echo.host.stop()
    }
}
