import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

@Suite struct SchedulePolicyTests {
    private static let minute = 60 * Nanoseconds.second

    @Test func aRunStartsAtEachTime() throws {
        let bench = try Bench()
        try bench.create {
            $0.action.startWorkflow.input = Engine.textPayloads("in")
            $0.action.startWorkflow.memo.fields["m"] = APIPayload()
        }
        bench.pass(Self.minute)
        let run = try #require(bench.startedRuns.first)
        #expect(run.workflowID == "flow-2023-11-14T22:14:00Z")
        #expect(run.startTime == 1_700_000_040 * .second)
        let started = try #require(try bench.history(run.workflowID).first).workflowExecutionStartedEventAttributes
        #expect(started.identity == "temporal-scheduler-default-s")
        #expect(started.input == Engine.textPayloads("in"))
        #expect(started.memo.fields.keys.contains("m"))
        let attributes = started.searchAttributes.indexedFields.mapValues { String(decoding: $0.data, as: UTF8.self) }
        #expect(
            attributes == ["TemporalScheduledById": "\"s\"", "TemporalScheduledStartTime": "\"2023-11-14T22:14:00Z\""])
        let info = try bench.described().info
        #expect(info.actionCount == 1 && info.runningWorkflows.map(\.workflowID) == [run.workflowID])
        #expect(info.recentActions.map(\.startWorkflowStatus) == [.running])
        #expect(info.recentActions.map(\.scheduleTime.seconds) == [1_700_000_040])
        #expect(info.futureActionTimes.first?.seconds == 1_700_000_100 && info.futureActionTimes.count == 10)
    }

    @Test func skip() throws {
        let bench = try Bench()
        try bench.create()
        bench.pass(3 * Self.minute)
        #expect(bench.startedAt == ["22:14:00"])
        var info = try bench.described().info
        #expect(info.overlapSkipped == 2 && info.bufferSize == 0)
        try bench.finish()
        bench.pass(Self.minute)
        info = try bench.described().info
        #expect(bench.startedAt == ["22:14:00", "22:17:00"])
        #expect(info.actionCount == 2 && info.overlapSkipped == 2)
        #expect(info.recentActions.map(\.startWorkflowStatus) == [.completed, .running])
    }

    @Test func bufferOne() throws {
        let bench = try Bench()
        try bench.create(policy: .bufferOne)
        bench.pass(3 * Self.minute)
        #expect(try bench.described().info.bufferSize == 1)
        #expect(try bench.described().info.overlapSkipped == 1)
        try bench.finish()
        // The one that waited starts in the same step, with the id of the time it was due at.
        #expect(bench.startedAt == ["22:14:00", "22:15:00"])
        let action = try #require(try bench.described().info.recentActions.last)
        #expect(action.scheduleTime.seconds == 1_700_000_100)
        #expect(action.actualTime.seconds == 1_700_000_180)
        #expect(try bench.described().info.bufferSize == 0)
    }

    @Test func bufferAll() throws {
        let bench = try Bench()
        try bench.create(policy: .bufferAll)
        bench.pass(3 * Self.minute)
        #expect(try bench.described().info.bufferSize == 2)
        try bench.finish()
        try bench.finish()
        try bench.finish()
        #expect(bench.startedAt == ["22:14:00", "22:15:00", "22:16:00"])
        #expect(try bench.described().info.overlapSkipped == 0)
    }

    @Test func fullBufferDropsAndCounts() throws {
        var limits = Limits()
        limits.scheduleBuffer = 3
        let bench = try Bench(limits: limits)
        try bench.create(policy: .bufferAll)
        bench.pass(6 * Self.minute)
        let info = try bench.described().info
        #expect(info.bufferSize == 3 && info.bufferDropped == 2)
    }

    @Test func cancelOther() throws {
        let bench = try Bench()
        try bench.create(policy: .cancelOther)
        bench.pass(Self.minute)
        let first = try #require(bench.startedRuns.first?.workflowID)
        bench.pass(Self.minute)
        // It is asked to end, and the next one waits until it has.
        let event = try #require(try bench.history(first).first { $0.eventType == .workflowExecutionCancelRequested })
        #expect(event.workflowExecutionCancelRequestedEventAttributes.cause == "cancelled by schedule overlap policy")
        #expect(event.workflowExecutionCancelRequestedEventAttributes.identity == "temporal-scheduler-default-s")
        #expect(bench.startedAt == ["22:14:00"])
        bench.pass(Self.minute)
        #expect(try bench.history(first).filter { $0.eventType == .workflowExecutionCancelRequested }.count == 1)
        var cancel = APICommand()
        cancel.commandType = .cancelWorkflowExecution
        cancel.cancelWorkflowExecutionCommandAttributes = .init()
        try bench.finish(cancel)
        // Of those that waited only the last is of use.
        #expect(bench.startedAt == ["22:14:00", "22:16:00"])
        let info = try bench.described().info
        #expect(info.recentActions.map(\.startWorkflowStatus) == [.canceled, .running])
        #expect(info.overlapSkipped == 1)
    }

    @Test func terminateOther() throws {
        let bench = try Bench()
        try bench.create(policy: .terminateOther)
        bench.pass(2 * Self.minute)
        #expect(bench.startedAt == ["22:14:00", "22:15:00"])
        let last = try #require(try bench.history("flow-2023-11-14T22:14:00Z").last)
        #expect(last.workflowExecutionTerminatedEventAttributes.reason == "terminated by schedule overlap policy")
        #expect(last.workflowExecutionTerminatedEventAttributes.identity == "temporal-scheduler-default-s")
        let info = try bench.described().info
        #expect(info.recentActions.map(\.startWorkflowStatus) == [.terminated, .running])
        #expect(info.runningWorkflows.map(\.workflowID) == ["flow-2023-11-14T22:15:00Z"])
    }

    @Test func allowAll() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll)
        bench.pass(3 * Self.minute)
        #expect(bench.startedAt == ["22:14:00", "22:15:00", "22:16:00"])
        #expect(try bench.described().info.runningWorkflows.isEmpty)
        try bench.finish()
        #expect(
            try bench.described().info.recentActions.map(\.startWorkflowStatus) == [.completed, .running, .running])
    }

    @Test func theLastResultIsCarriedOver() throws {
        let bench = try Bench()
        try bench.create()
        bench.pass(Self.minute)
        try bench.finish(Commands.complete("one"))
        bench.pass(Self.minute)
        func started(_ clock: String) throws -> APIWorkflowExecutionStartedEventAttributes {
            try #require(try bench.history("flow-2023-11-14T\(clock)Z").first).workflowExecutionStartedEventAttributes
        }
        #expect(try started("22:15:00").lastCompletionResult == Engine.textPayloads("one"))
        try bench.finish(Commands.fail())
        bench.pass(Self.minute)
        // A failure does not hide the result before it.
        #expect(try started("22:16:00").lastCompletionResult == Engine.textPayloads("one"))
        #expect(try started("22:16:00").continuedFailure.message == "failed")
        try bench.finish(Commands.complete("two"))
        bench.pass(Self.minute)
        #expect(try started("22:17:00").lastCompletionResult == Engine.textPayloads("two"))
        #expect(try !started("22:17:00").hasContinuedFailure)
    }

    @Test func pausesOnFailure() throws {
        let bench = try Bench()
        try bench.create { $0.policies.pauseOnFailure = true }
        bench.pass(Self.minute)
        try bench.finish(Commands.fail())
        let state = try bench.described().schedule.state
        #expect(state.paused)
        #expect(state.notes == "paused due to workflow failure: flow-2023-11-14T22:14:00Z: failed")
        #expect(try bench.described().conflictToken.last == 2)
        bench.pass(5 * Self.minute)
        #expect(bench.startedAt == ["22:14:00"])
        try bench.patch { $0.unpause = "better now" }
        bench.pass(Self.minute)
        // What fell into the pause is not made up for.
        #expect(bench.startedAt == ["22:14:00", "22:20:00"])
    }

    @Test func pausesOnAFailureThatOverlaps() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll) { $0.policies.pauseOnFailure = true }
        bench.pass(2 * Self.minute)
        try bench.finish(Commands.fail())
        #expect(try bench.described().schedule.state.paused)
        bench.pass(2 * Self.minute)
        #expect(bench.startedRuns.count == 2)
    }

    @Test func pausesOnTimeout() throws {
        let bench = try Bench()
        try bench.create {
            $0.policies.pauseOnFailure = true
            $0.action.startWorkflow.workflowRunTimeout.seconds = 5
        }
        bench.pass(Self.minute)
        let state = try bench.described().schedule.state
        #expect(state.notes == "paused due to workflow timeout: flow-2023-11-14T22:14:00Z")
    }

    @Test func aChainCountsAsOneRun() throws {
        let bench = try Bench()
        try bench.create {
            $0.policies.pauseOnFailure = true
            $0.action.startWorkflow.retryPolicy.initialInterval.seconds = 1
            $0.action.startWorkflow.retryPolicy.maximumAttempts = 2
        }
        bench.pass(Self.minute)
        try bench.finish(Commands.continueAsNew())
        #expect(try bench.described().info.runningWorkflows.count == 1)
        bench.pass(2 * .second)
        try bench.finish(Commands.fail())
        #expect(try !bench.described().schedule.state.paused)
        #expect(try bench.described().info.recentActions.map(\.startWorkflowStatus) == [.running])
        bench.pass(2 * .second)
        try bench.finish(Commands.fail())
        #expect(try bench.described().schedule.state.paused)
        #expect(try bench.described().info.recentActions.map(\.startWorkflowStatus) == [.failed])
    }

    @Test func limitedActions() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll) {
            $0.state.limitedActions = true
            $0.state.remainingActions = 2
        }
        #expect(try bench.described().info.futureActionTimes.count == 2)
        bench.pass(5 * Self.minute)
        #expect(bench.startedAt == ["22:14:00", "22:15:00"])
        let description = try bench.described()
        #expect(description.schedule.state.remainingActions == 0 && description.conflictToken.last == 3)
        #expect(description.info.futureActionTimes.isEmpty)
        try bench.update { $0.state.remainingActions = 1 }
        bench.pass(5 * Self.minute)
        #expect(bench.startedAt == ["22:14:00", "22:15:00", "22:19:00"])
    }

    @Test func startsThatWaitWhenTheLimitIsReachedGo() throws {
        let bench = try Bench()
        try bench.create(policy: .bufferAll) {
            $0.state.limitedActions = true
            $0.state.remainingActions = 1
        }
        bench.now += 3 * Self.minute
        bench.pass(0)
        // Nothing may follow, so nothing need wait.
        try bench.finish()
        #expect(bench.startedAt == ["22:14:00"])
        #expect(try bench.described().info.bufferSize == 0)
    }

    @Test func theWorkflowIDCanStayAsItIs() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll) { $0.policies.keepOriginalWorkflowID = true }
        bench.pass(2 * Self.minute)
        // The id is taken while the first run is open.
        #expect(bench.startedRuns.map(\.workflowID) == ["flow"])
        #expect(try bench.described().info.overlapSkipped == 1)
        try bench.finish()
        bench.pass(Self.minute)
        #expect(bench.startedRuns.map(\.workflowID) == ["flow", "flow"])
    }
}
