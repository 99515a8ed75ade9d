import DeterminismPrograms
import Foundation
import Millrace
import Synchronization
import Testing
import WireAPI
import WorkerCore

/// Blocks threads until it is opened.
private final class Gate: Sendable {
    private let condition = NSCondition()
    private let isOpen = Mutex(false)

    func open() {
        isOpen.withLock { $0 = true }
        condition.lock()
        condition.broadcast()
        condition.unlock()
    }

    func wait() {
        condition.lock()
        while !isOpen.withLock({ $0 }) { condition.wait() }
        condition.unlock()
    }
}

/// What the one test that blocks a thread shares with the code that blocks it.
private enum Blocking {
    static let gate = Gate()
    static let counter = Alive.Counter()
}

@Workflow
private actor Blocker {
    func run() async throws -> String {
        let kept = Alive(Blocking.counter)
        Blocking.gate.wait()
        withExtendedLifetime(kept) {}
        return try await step("after")
    }
}

@Workflow
private actor Counter {
    func run(count: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<count { group.addTask { try await step("\(index)") } }
            return try await group.reduce(0) { sum, _ in sum + 1 }
        }
    }
}

@Suite struct HostTests {
    @Test func activationsRunOnTheHostsThreads() async throws {
        let host = try WorkflowHost(types: [Counter.self])
        let instance = host.makeInstance(runID: "r")
        let start = try Player.start(Counter.self, [BoundaryValue(2)])
        let first = await host.activate(instance, with: Activation(runID: "r", jobs: [.start(start)]))
        #expect(CommandText.lines(first) == [#"activity #1 step("0")"#, #"activity #2 step("1")"#])
        let jobs = (1...2).map { ActivationJob.completed($0, #""x""#) }
        let second = await host.activate(instance, with: Activation(runID: "r", jobs: jobs))
        #expect(CommandText.lines(second) == ["complete(2)"])
        _ = await host.activate(instance, with: Activation(runID: "r", jobs: [.evict(.runClosed)]))
        host.close()
        #expect(host.lostThreads == 0)
    }

    @Test func manyRunsSideBySide() async throws {
        let host = try WorkflowHost(types: [Counter.self], threads: 4)
        let start = try Player.start(Counter.self, [BoundaryValue(10)])
        let results = await withTaskGroup(of: [String].self) { group in
            for run in 0..<200 {
                group.addTask {
                    let instance = host.makeInstance(runID: "\(run)")
                    _ = await host.activate(instance, with: Activation(runID: "\(run)", jobs: [.start(start)]))
                    let jobs = (1...10).reversed().map { ActivationJob.completed($0, #""x""#) }
                    let result = await host.activate(instance, with: Activation(runID: "\(run)", jobs: jobs))
                    _ = await host.activate(instance, with: Activation(runID: "\(run)", jobs: [.evict(.runClosed)]))
                    return CommandText.lines(result)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 200)
        #expect(results.allSatisfy { $0 == ["complete(10)"] })
        host.close()
    }

    @Test func aClosedHostStillEvicts() async throws {
        let host = try WorkflowHost(types: [Counter.self])
        let instance = host.makeInstance(runID: "r")
        let start = try Player.start(Counter.self, [BoundaryValue(1)])
        _ = await host.activate(instance, with: Activation(runID: "r", jobs: [.start(start)]))
        host.close()
        let result = await host.activate(instance, with: Activation(runID: "r", jobs: [.evict(.shutdown)]))
        #expect(CommandText.lines(result) == [])
    }

    @Test func codeThatBlocksLosesItsThreadAndNothingElse() async throws {
        let host = try WorkflowHost(
            types: [Blocker.self, Counter.self], threads: 1, deadlockTimeout: .milliseconds(200))
        let instance = host.makeInstance(runID: "blocked")
        let start = try Player.start(Blocker.self)
        let result = await host.activate(instance, with: Activation(runID: "blocked", jobs: [.start(start)]))
        #expect(
            CommandText.lines(result)[0].hasPrefix("TASK FAILED the workflow's code did not come back within 200 ms"))
        #expect(host.lostThreads == 1)
        #expect(instance.isLost)

        let other = host.makeInstance(runID: "other")
        let otherStart = try Player.start(Counter.self, [BoundaryValue(1)])
        let otherResult = await host.activate(other, with: Activation(runID: "other", jobs: [.start(otherStart)]))
        #expect(CommandText.lines(otherResult) == [#"activity #1 step("0")"#])

        let again = await host.activate(instance, with: Activation(runID: "blocked", jobs: [.fireTimer(seq: 1)]))
        #expect(CommandText.lines(again)[0].hasPrefix("TASK FAILED"), "a lost run is not scheduled again")
        #expect(Blocking.counter.current == 1)
        Blocking.gate.open()
        // The thread that was given up lets the run go once it comes back.
        for _ in 0..<500 where Blocking.counter.current > 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(Blocking.counter.current == 0)
        host.close()
    }
}
