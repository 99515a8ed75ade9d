import DeterminismPrograms
import Foundation
import Millrace
import Synchronization
import Testing
import WireAPI
import WorkerCore

// Written without the macro's guard seeing it: what the macro forbids is hidden in functions outside of the actors.

private func sleepOutside() async throws { try await Task.sleep(for: .milliseconds(1)) }

private func detachedStep() async throws -> String { try await Task.detached { try await step("x") }.value }

private func yieldForever() async -> Never { while true { await Task.yield() } }

@Workflow
private actor Careless {
    private var hits = 0

    func run(kind: String) async throws -> String {
        switch kind {
        case "sleep": try await sleepOutside()
        case "sleep and wait":
            async let slept: Void = sleepOutside()
            try await Workflow.sleep(for: .hours(1))
            try await slept
        case "detached": return try await detachedStep()
        case "caught": _ = try? await detachedStep()
        case "condition":
            try await Workflow.wait { (try? Workflow.upsert(memo: ["a": 1])) != nil }
        case "nothing": await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        default: break
        }
        return "end"
    }

    @Query func write() throws -> String {
        try Workflow.upsert(memo: ["a": 1])
        return "written"
    }

    @Query func chance() -> Int {
        var random = Workflow.random
        return Int.random(in: 0...9, using: &random)
    }
}

@Workflow
private actor Listening {
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func run() async throws -> String {
        await withCheckedContinuation { waiting.append($0) }
        return "woken"
    }

    @Signal func wake() { waiting.removeFirst().resume() }
}

@Suite struct MisuseTests {
    private func careless(_ kind: String) throws -> Player {
        try Player.started(Careless.self, [BoundaryValue(kind)])
    }

    @Test func waitingForSomethingThatIsNotDurableIsStuck() throws {
        #expect(try careless("sleep").lines.last?.hasPrefix("TASK FAILED the workflow is stuck") == true)
        #expect(try careless("nothing").lines.last?.hasPrefix("TASK FAILED the workflow is stuck") == true)
    }

    @Test func resumingFromOutsideFailsTheNextTask() async throws {
        let player = try careless("sleep and wait")
        #expect(player.lines.last == "timer #1 3600s")
        // The sleep ends some time after a millisecond, on another thread.
        try await Task.sleep(for: .milliseconds(200))
        #expect(
            player.wants(.fireTimer(seq: 1))[0]
                .hasPrefix("TASK FAILED a task of the workflow was resumed from outside the workflow"))
        player.evict()
    }

    @Test func callsFromOutsideFailTheTask() throws {
        // The detached task may call before or after the activation has ended; then the run is stuck.
        let line = try careless("detached").lines.last ?? ""
        #expect(line.hasPrefix("TASK FAILED"))
    }

    @Test func queriesAndConditionsOnlyRead() throws {
        #expect(try careless("condition").lines.last?.contains("which must only read the workflow's state") == true)
        let player = try Player.started(Careless.self, [BoundaryValue("sleep and wait")])
        #expect(
            try player.wants(.query("write")) == [
                "answer q failed: Workflow.upsert(memo:) was called during query 'write', "
                    + "which must only read the workflow's state"
            ])
    }

    @Test func continuationsMayBeResumedBySignals() throws {
        let player = try Player.started(Listening.self)
        #expect(player.lines.count == 1, "not stuck: a signal may come")
        #expect(try player.wants(.signal("wake")) == [#"complete("woken")"#])
    }
}

@Workflow
private actor Holder {
    func run(kind: String) async throws -> String {
        let counter = HolderCounter.shared
        let kept = Alive(counter)
        switch kind {
        case "many":
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let mine = Alive(counter)
                        if index.isMultiple(of: 2) { try await Workflow.sleep(for: .hours(1)) }
                        _ = try await step("\(index)")
                        withExtendedLifetime(mine) {}
                    }
                }
                Workflow.task {
                    let mine = Alive(counter)
                    try await Workflow.wait { false }
                    withExtendedLifetime(mine) {}
                }
                try await group.waitForAll()
            }
        case "shield":
            try await Workflow.shield {
                let mine = Alive(counter)
                _ = try? await step("first")
                _ = try await step("second")
                withExtendedLifetime(mine) {}
            }
        case "swallow":
            for _ in 0..<100 { try? await Workflow.sleep(for: .seconds(1)) }
        case "clean up":
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<1_500 {
                    group.addTask {
                        let mine = Alive(counter)
                        _ = try? await step("\(index)")
                        _ = try? await step("clean up \(index)")
                        withExtendedLifetime(mine) {}
                    }
                }
            }
        case "runaway":
            while true { try? await Workflow.sleep(for: .seconds(1)) }
        case "outside":
            async let slow: Void = sleepOutside()
            try await Workflow.sleep(for: .hours(1))
            try await slow
        default: break
        }
        withExtendedLifetime(kept) {}
        return "end"
    }

    @Signal func hold() async throws {
        let mine = Alive(HolderCounter.shared)
        Workflow.logger.info("holding")
        defer { Workflow.logger.info("let go") }
        try await Workflow.wait { false }
        withExtendedLifetime(mine) {}
    }
}

private enum HolderCounter {
    @TaskLocal static var shared = Alive.Counter()
}

@Suite struct EvictionTests {
    private func evicted(
        _ kind: String, with jobs: [ActivationJob] = [], services: WorkflowServices = WorkflowServices()
    ) throws -> (before: Int, after: Int, lines: [String]) {
        try HolderCounter.$shared.withValue(Alive.Counter()) {
            let counter = HolderCounter.shared
            let player = try Player.started(Holder.self, [BoundaryValue(kind)], with: jobs, services: services)
            let before = counter.current
            let seen = player.lines.count
            player.evict()
            return (before, counter.current, Array(player.lines.dropFirst(seen)))
        }
    }

    @Test func everythingIsFreedAndNothingLeaves() throws {
        let (services, log) = LogRecorder.services()
        let result = try evicted("many", with: [.signal("hold")], services: services)
        #expect(result.before == 23)
        #expect(result.after == 0)
        #expect(result.lines == ["> evict"])
        #expect(log.all == ["holding"])
    }

    @Test func shieldsEndToo() throws {
        let result = try evicted("shield")
        #expect(result.before == 2)
        #expect(result.after == 0)
        #expect(result.lines == ["> evict"])
    }

    @Test func errorsMayBeSwallowedAFewTimes() throws {
        #expect(try evicted("swallow").after == 0)
    }

    @Test func manyTasksMayEachCleanUp() throws {
        let result = try evicted("clean up")
        #expect(result.before == 1_501)
        #expect(result.after == 0)
    }

    @Test func runawayLoopsAreStoppedAndCounted() throws {
        let before = RunawayTasks.byType["Holder", default: 0]
        #expect(try evicted("runaway").after == 1, "what the loop holds is lost")
        #expect(RunawayTasks.byType["Holder", default: 0] > before)
    }

    @Test func whatComesBackFromOutsideLaterIsFreedToo() async throws {
        let counter = Alive.Counter()
        try HolderCounter.$shared.withValue(counter) {
            let player = try Player.started(Holder.self, [BoundaryValue("outside")])
            player.evict()
        }
        for _ in 0..<500 where counter.current > 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(counter.current == 0)
    }

    @Test func evictedInstancesTakeNothingMore() throws {
        let player = try Player.started(Plain.self)
        player.evict()
        #expect(player.wants(.completed(1, #""x""#))[0].hasPrefix("TASK FAILED"))
    }
}
