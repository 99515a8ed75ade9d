import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

@Suite struct ScheduleRecoveryTests {
    private static let minute = 60 * Nanoseconds.second

    /// The server is down for a while and comes back.
    private func outage(_ bench: Bench, _ duration: Nanoseconds) throws {
        bench.now += duration
        try bench.restart()
        bench.pass(0)
    }

    @Test func whatFellIntoAnOutageRunsOnce() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll)
        bench.pass(Self.minute)
        try outage(bench, 3 * Self.minute)
        #expect(bench.startedAt == ["22:14:00", "22:15:00", "22:16:00", "22:17:00"])
        #expect(bench.startedRuns.last?.startTime == bench.now)
        try outage(bench, 0)
        #expect(bench.startedRuns.count == 4)
        bench.pass(Self.minute)
        #expect(bench.startedAt.last == "22:18:00" && bench.startedRuns.count == 5)
    }

    @Test func whatLiesBeyondTheWindowIsMissedAndCounted() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll) { $0.policies.catchupWindow.seconds = 130 }
        // Due at 22:14 … 22:20, back at 22:20:20.
        try outage(bench, 7 * Self.minute)
        #expect(bench.startedAt == ["22:19:00", "22:20:00"])
        #expect(try bench.described().info.missedCatchupWindow == 5)
    }

    @Test func skipMakesUpForOneOnly() throws {
        let bench = try Bench()
        try bench.create()
        try outage(bench, 4 * Self.minute)
        #expect(bench.startedAt == ["22:14:00"])
        #expect(try bench.described().info.overlapSkipped == 3)
    }

    @Test func aVeryLongOutageIsTakenInSteps() throws {
        let bench = try Bench()
        try bench.create(every: 1) { $0.policies.catchupWindow.seconds = 60 }
        try outage(bench, 5_000 * .second)
        bench.pass(0)
        #expect(try bench.described().info.missedCatchupWindow + bench.described().info.overlapSkipped == 4_999)
        #expect(bench.startedRuns.count == 1)
    }

    @Test func whatWaitsSurvives() throws {
        let bench = try Bench()
        try bench.create(policy: .bufferAll)
        bench.pass(3 * Self.minute)
        try outage(bench, 0)
        #expect(try bench.described().info.bufferSize == 2)
        #expect(try bench.described().info.runningWorkflows.count == 1)
        try bench.finish(Commands.complete("one"))
        #expect(bench.startedAt == ["22:14:00", "22:15:00"])
        try outage(bench, 0)
        try bench.finish()
        #expect(bench.startedAt == ["22:14:00", "22:15:00", "22:16:00"])
        let started = try #require(try bench.history("flow-2023-11-14T22:15:00Z").first)
        #expect(started.workflowExecutionStartedEventAttributes.lastCompletionResult == Engine.textPayloads("one"))
    }

    @Test func anEndThatNobodyHeardIsFoundOut() throws {
        let bench = try Bench()
        try bench.create()
        bench.pass(Self.minute)
        #expect(bench.startedAt == ["22:14:00"])
        // The schedule cannot be read when its run ends, and the server dies before it can.
        try bench.restart()
        let hidden = bench.store.schedules
        bench.store.schedules = [:]
        try bench.finish(Commands.complete("one"))
        bench.store.schedules = hidden
        try bench.restart()
        bench.pass(Self.minute)
        #expect(bench.startedAt == ["22:14:00", "22:15:00"])
        let started = try #require(try bench.history("flow-2023-11-14T22:15:00Z").first)
        #expect(started.workflowExecutionStartedEventAttributes.lastCompletionResult == Engine.textPayloads("one"))
        #expect(try bench.described().info.runningWorkflows.count == 1)
    }

    @Test func aLostStepIsDoneAgain() throws {
        let bench = try Bench()
        try bench.create()
        // The tick's writes are never committed: the server dies before.
        bench.now += Self.minute
        bench.engine.tick(now: bench.now)
        #expect(!bench.engine.takeEffects().writes.isEmpty)
        try bench.restart()
        bench.pass(0)
        #expect(bench.startedAt == ["22:14:00"])
    }

    @Test func aClockThatGoesBackRepeatsNothing() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll)
        bench.pass(2 * Self.minute)
        #expect(bench.startedRuns.count == 2)
        bench.now -= 2 * Self.minute
        try bench.restart()
        bench.pass(2 * Self.minute)
        #expect(bench.startedAt == ["22:14:00", "22:15:00"])
        bench.pass(2 * Self.minute)
        #expect(bench.startedAt == ["22:14:00", "22:15:00", "22:16:00", "22:17:00"])
    }

    @Test func manySchedulesWithAMemoryOfTwo() throws {
        var limits = Limits()
        limits.cachedSchedules = 2
        limits.wakesPerTick = 3
        let bench = try Bench(limits: limits)
        for number in 0..<20 {
            try bench.create("s\(number)", policy: .bufferAll) { $0.action.startWorkflow.workflowID = "flow\(number)" }
        }
        bench.pass(3 * Self.minute)
        #expect(bench.engine.schedules.count <= 3)
        for _ in 0..<60 { try bench.finish() }
        #expect(Set(bench.startedRuns.map(\.workflowID)).count == 60)
        for number in 0..<20 {
            let info = try bench.described("s\(number)").info
            #expect(info.actionCount == 3 && info.bufferSize == 0 && info.runningWorkflows.isEmpty)
            #expect(info.recentActions.map(\.startWorkflowStatus) == [.completed, .completed, .completed])
        }
    }

    @Test func largeSchedulesDoNotFillTheMemory() throws {
        var limits = Limits()
        limits.cachedScheduleBytes = 300_000
        let bench = try Bench(limits: limits)
        for number in 0..<10 {
            try bench.create("s\(number)") {
                $0.action.startWorkflow.workflowID = "flow\(number)"
                $0.action.startWorkflow.input = Engine.textPayloads(String(repeating: "x", count: 100_000))
            }
        }
        #expect(bench.engine.schedules.size <= 400_000)
        bench.pass(Self.minute)
        for _ in 0..<10 { try bench.finish(Commands.complete(String(repeating: "y", count: 100_000))) }
        #expect(bench.engine.schedules.size <= 500_000 && bench.engine.schedules.count <= 3)
        #expect(bench.startedRuns.count == 10)
    }

    @Test func onlyWakeUpsAreReadAtTheStart() throws {
        let bench = try Bench()
        for number in 0..<5 { try bench.create("s\(number)") }
        try bench.restart()
        #expect(bench.engine.schedules.count == 0)
        #expect(bench.engine.nextTick == 1_700_000_040 * .second)
    }

    @Test func aFireWritesLittleHoweverLargeTheAction() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll) {
            $0.action.startWorkflow.input = Engine.textPayloads(String(repeating: "x", count: 1_000_000))
        }
        for _ in 0..<20 { bench.pass(Self.minute) }
        bench.now += Self.minute
        bench.engine.tick(now: bench.now)
        var size = 0
        for write in bench.engine.takeEffects().writes {
            switch write {
            case .putSchedule: Issue.record("the definition was written again")
            case .putScheduleState(_, let state): size += state.count
            default: break
            }
        }
        #expect(size > 0 && size < 4_000)
    }
}
