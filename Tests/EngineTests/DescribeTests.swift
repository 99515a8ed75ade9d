import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

@Suite struct DescribeTests {
    private func terminate(_ bench: Bench) throws {
        var request = APITerminateWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowExecution.workflowID = "wf"
        _ = try bench.answer(.terminate(request), as: APITerminateWorkflowExecutionResponse.self)
    }

    @Test func whatWasPendingAtTheEndStaysVisible() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.activity(), Commands.timer()])
        _ = try bench.activity()
        try bench.signal()
        try terminate(bench)
        try bench.restart()
        let closed = try bench.describe()
        #expect(closed.pendingActivities.map(\.activityID) == ["a"])
        #expect(closed.pendingActivities.first?.state == .started)
        #expect(closed.pendingWorkflowTask.state == .scheduled)
        #expect(bench.store.items.values.allSatisfy { $0.allSatisfy { $0.kind != .timer } })
        #expect(bench.store.tasks.isEmpty)
        bench.pass(60 * .second)
        #expect(try bench.types().last == .workflowExecutionTerminated, "nothing of it goes on")
    }

    @Test func aTerminationWithoutAReasonSaysWhereItCameFrom() throws {
        let bench = try Bench()
        try bench.start()
        try terminate(bench)
        let last = try #require(try bench.history().last).workflowExecutionTerminatedEventAttributes
        #expect(last.reason == "terminated by user via frontend")
        #expect(last.identity == "frontend-service")
    }

    @Test func timeoutsAndPriorityAreShownAsTheyWereGiven() throws {
        let bench = try Bench()
        try bench.start("none")
        try bench.start("zero") { it in
            it.workflowExecutionTimeout = Google_Protobuf_Duration()
            it.workflowRunTimeout = Google_Protobuf_Duration()
            it.priority = APIPriority()
        }
        try bench.start("some") { it in
            it.workflowExecutionTimeout.seconds = 9
            it.workflowRunTimeout.seconds = 20
            it.priority.priorityKey = 2
        }
        let none = try bench.describe("none")
        #expect(!none.executionConfig.hasWorkflowExecutionTimeout && !none.executionConfig.hasWorkflowRunTimeout)
        #expect(!none.workflowExecutionInfo.hasPriority)
        let zero = try bench.describe("zero")
        #expect(zero.executionConfig.hasWorkflowExecutionTimeout && zero.executionConfig.hasWorkflowRunTimeout)
        #expect(zero.workflowExecutionInfo.hasPriority)
        let some = try bench.describe("some")
        #expect(some.executionConfig.workflowExecutionTimeout.seconds == 9)
        #expect(some.executionConfig.workflowRunTimeout.seconds == 9, "no run outlives its chain")
        #expect(some.workflowExecutionInfo.priority.priorityKey == 2)
    }

    @Test func buildsAreNotedInTheirOrder() throws {
        let bench = try Bench()
        try bench.start { it in
            it.searchAttributes.indexedFields["BuildIds"] = Engine.keywordList(["mine"])
        }
        for build in ["one", "two", "one"] {
            try bench.complete(try bench.task()) { request in
                request.workerVersionStamp.buildID = build
            }
            try bench.signal()
        }
        let info = try bench.describe().workflowExecutionInfo
        let text = info.searchAttributes.indexedFields["BuildIds"].map { String(decoding: $0.data, as: UTF8.self) }
        #expect(text == #"["unversioned","mine","unversioned:one","unversioned:two"]"#)
        #expect(info.autoResetPoints.points.map(\.buildID) == ["one", "two"])
        #expect(info.mostRecentWorkerVersionStamp.buildID == "one")
    }

    @Test func signalsAreNotListedAsStartRequests() throws {
        let bench = try Bench()
        try bench.start()
        try bench.signal(requestID: "signal")
        var request = APISignalWithStartWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowID = "new"
        request.workflowType.name = "Flow"
        request.taskQueue.name = "queue"
        request.signalName = "go"
        request.requestID = "both"
        for started in [true, false] {
            let answer: APISignalWithStartWorkflowExecutionResponse = try bench.answer(.signalWithStart(request))
            #expect(answer.started == started)
            #expect(answer.signalLink.workflowEvent.requestIDRef.requestID == "both")
        }
        #expect(Set(try bench.describe().workflowExtendedInfo.requestIDInfos.keys) == ["start-wf"])
        #expect(try bench.describe("new").workflowExtendedInfo.requestIDInfos["both"]?.eventID == 2)
        #expect(try bench.types("new").filter { $0 == .workflowExecutionSignaled }.count == 1)
    }

    @Test func continuedRunsKeepWhatTheCommandSaid() throws {
        let bench = try Bench()
        let first = try bench.start()
        var command = Commands.continueAsNew("Other")
        command.continueAsNewWorkflowExecutionCommandAttributes.workflowRunTimeout.seconds = 9
        try bench.complete(try bench.task(), [command])
        let event = try #require(try bench.history(run: first.runID).last)
        let continued = event.workflowExecutionContinuedAsNewEventAttributes
        #expect(!continued.hasBackoffStartInterval)
        #expect(continued.initiator == .unspecified)
        #expect(continued.workflowTaskTimeout.seconds == 9, "a task takes no longer than its run")
        let started = try #require(try bench.history().first).workflowExecutionStartedEventAttributes
        #expect(started.initiator == .workflow)
        #expect(started.firstWorkflowTaskBackoff.seconds == 1)
        #expect(!started.hasRootWorkflowExecution)
        let former = try bench.describe(run: first.runID).workflowExecutionInfo
        #expect(former.autoResetPoints.points.first?.hasExpireTime == true)
    }

    @Test func schedulingDeadlinesEndAnActivityWithTheirOwnWords() throws {
        let bench = try Bench()
        try bench.start()
        let command = Commands.activity { it in
            it.clearStartToCloseTimeout()
            it.scheduleToCloseTimeout.seconds = 2
        }
        try bench.complete(try bench.task(), [command])
        bench.pass(2 * .second)
        let waited = try #require(try bench.history().last { $0.eventType == .activityTaskTimedOut })
        #expect(waited.activityTaskTimedOutEventAttributes.failure.message == "activity ScheduleToStart timeout")
        #expect(waited.activityTaskTimedOutEventAttributes.retryState == .timeout)
        var again = command
        again.scheduleActivityTaskCommandAttributes.activityID = "b"
        try bench.complete(try bench.task(), [again])
        _ = try bench.activity()
        bench.pass(2 * .second)
        let ran = try #require(try bench.history().last { $0.eventType == .activityTaskTimedOut })
        #expect(
            ran.activityTaskTimedOutEventAttributes.failure.message
                == "Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying")
        #expect(
            ran.activityTaskTimedOutEventAttributes.failure.timeoutFailureInfo.timeoutType == .scheduleToClose)
    }
}
