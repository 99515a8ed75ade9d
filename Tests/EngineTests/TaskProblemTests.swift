import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

/// Workflow tasks that do not get through.
@Suite struct TaskProblemTests {
    private func fail(_ bench: Bench) throws {
        var request = APIRespondWorkflowTaskFailedRequest()
        request.namespace = "default"
        request.taskToken = try bench.task().taskToken
        request.cause = .nonDeterministicError
        _ = try bench.answer(.failWorkflowTask(request), as: APIRespondWorkflowTaskFailedResponse.self)
    }

    private func problems(_ bench: Bench) throws -> String? {
        let fields = try bench.describe().workflowExecutionInfo.searchAttributes.indexedFields
        return fields["TemporalReportedProblems"].map { String(decoding: $0.data, as: UTF8.self) }
    }

    @Test func aRunSaysSoAfterFiveFailuresInARowUntilOneSucceeds() throws {
        let bench = try Bench()
        try bench.start()
        for _ in 0..<4 { try fail(bench) }
        #expect(try problems(bench) == nil)
        try fail(bench)
        let expected = #"["category=WorkflowTaskFailed","cause=WorkflowTaskFailedCauseNonDeterministicError"]"#
        #expect(try problems(bench) == expected)
        try bench.complete(try bench.task(), [Commands.timer()])
        #expect(try problems(bench) == nil)
        try bench.restart()
        #expect(try problems(bench) == nil)
    }

    @Test func timeoutsCountToo() throws {
        let bench = try Bench()
        try bench.start()
        for _ in 0..<5 {
            _ = try bench.task()
            bench.pass(60 * .second)
        }
        #expect(
            try problems(bench)
                == #"["category=WorkflowTaskTimedOut","cause=WorkflowTaskTimedOutCauseStartToClose"]"#)
    }

    @Test func signalsWaitWhileAWorkerTriesToClose() throws {
        let bench = try Bench()
        try bench.start()
        let first = try bench.task()
        try bench.signal()
        #expect(bench.error(.completeWorkflowTask(bench.completion(first, [Commands.complete()]))) != nil)
        let second = try bench.task()
        let refused = #expect(throws: EngineError.self) { try bench.signal(name: "late") }
        #expect(refused?.code == .resourceExhausted)
        #expect(refused?.message == "workflow operation can not be applied because workflow is closing")
        #expect((refused?.detail as? APIResourceExhaustedFailure)?.cause == .busyWorkflow)
        try bench.complete(second, [Commands.complete()])
        #expect(try bench.status() == .completed)
    }

    @Test func aTransientTaskThatIsOnlyScheduledIsNotShownAfterASignal() throws {
        let bench = try Bench()
        try bench.start()
        try fail(bench)
        #expect(try bench.history(isSDK: true).count == 5)
        try bench.signal()
        #expect(try bench.history(isSDK: true).last?.eventType == .workflowExecutionSignaled)
    }

    @Test func onlyTheWorkerItselfIsToldWhoItIs() throws {
        let bench = try Bench()
        try bench.start()
        try fail(bench)
        let task = try bench.task()
        #expect(task.history.events.last?.workflowTaskStartedEventAttributes.identity == "worker")
        let read = try #require(try bench.history(isSDK: true).last)
        #expect(read.workflowTaskStartedEventAttributes.identity.isEmpty)
    }

    @Test func cancellationsAreWrittenAfterTheOtherCommands() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.activity()])
        try bench.signal()
        try bench.complete(try bench.task(), [Commands.cancelActivity(5), Commands.timer()])
        #expect(
            try bench.types().suffix(4) == [
                .activityTaskCancelRequested, .timerStarted, .activityTaskCanceled, .workflowTaskScheduled,
            ])
    }

    @Test func aRunThatClosesDoesNotSeeTheCancellation() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.activity()])
        try bench.signal()
        try bench.complete(try bench.task(), [Commands.cancelActivity(5), Commands.complete()])
        #expect(try bench.types().suffix(2) == [.activityTaskCancelRequested, .workflowExecutionCompleted])
    }

    @Test func aRunningActivityIsAskedToCancelOnce() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.activity()])
        _ = try bench.activity()
        try bench.signal()
        let task = try bench.task()
        let twice = [Commands.cancelActivity(5), Commands.cancelActivity(5)]
        #expect(
            bench.error(.completeWorkflowTask(bench.completion(task, twice)))?.message
                == "BadRequestCancelActivityAttributes: invalid history builder state for action: "
                + "add-activitytask-cancel-requested-event, ScheduledEventID: 5")
    }
}
