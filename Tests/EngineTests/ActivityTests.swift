import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

@Suite struct ActivityTests {
    private func bench(
        _ change: @escaping (inout APIScheduleActivityTaskCommandAttributes) -> Void = { _ in }
    ) throws -> Bench {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.activity("a", change)])
        return bench
    }

    @Test func anActivityRunsAndItsStartIsWrittenWithItsEnd() throws {
        let bench = try bench()
        let task = try bench.activity()
        #expect(task.attempt == 1)
        #expect(try bench.types().last == .activityTaskScheduled)
        try bench.completeActivity(task)
        #expect(
            try bench.types().suffix(3) == [.activityTaskStarted, .activityTaskCompleted, .workflowTaskScheduled])
    }

    @Test func aFailedAttemptIsRetriedAfterItsInterval() throws {
        let bench = try bench()
        try bench.failActivity(try bench.activity())
        let poll = bench.pollActivity()
        bench.pass(999 * .millisecond)
        #expect(bench.replies[poll] == nil)
        #expect(try bench.describe().pendingActivities.first?.lastFailure.message == "broken")
        bench.pass(1 * .millisecond)
        let second: APIPollActivityTaskQueueResponse = try bench.message(poll)
        #expect(second.attempt == 2)
        try bench.failActivity(second)
        bench.pass(1_999 * .millisecond)
        let third = bench.pollActivity()
        #expect(bench.replies[third] == nil)
        bench.pass(1 * .millisecond)
        #expect(try bench.message(third, as: APIPollActivityTaskQueueResponse.self).attempt == 3)
    }

    @Test func attemptsEnd() throws {
        let bench = try bench { $0.retryPolicy.maximumAttempts = 2 }
        try bench.failActivity(try bench.activity())
        bench.pass(1 * .second)
        try bench.failActivity(try bench.activity())
        let events = try bench.history()
        let failed = try #require(events.first { $0.eventType == .activityTaskFailed })
        #expect(failed.activityTaskFailedEventAttributes.retryState == .maximumAttemptsReached)
        let started = try #require(events.first { $0.eventType == .activityTaskStarted })
        #expect(started.activityTaskStartedEventAttributes.attempt == 2)
    }

    @Test func aNonRetryableFailureEndsAtOnce() throws {
        let bench = try bench()
        try bench.failActivity(try bench.activity(), retryable: false)
        let failed = try #require(try bench.history().first { $0.eventType == .activityTaskFailed })
        #expect(failed.activityTaskFailedEventAttributes.retryState == .nonRetryableFailure)
    }

    @Test(arguments: [APITimeoutType.startToClose, .scheduleToStart, .scheduleToClose, .heartbeat])
    func everyTimeout(_ type: APITimeoutType) throws {
        let bench = try bench { it in
            it.retryPolicy.maximumAttempts = 1
            it.startToCloseTimeout = Google_Protobuf_Duration(20 * .second)
            switch type {
            case .startToClose: it.startToCloseTimeout = Google_Protobuf_Duration(2 * .second)
            case .scheduleToStart: it.scheduleToStartTimeout = Google_Protobuf_Duration(2 * .second)
            case .scheduleToClose: it.scheduleToCloseTimeout = Google_Protobuf_Duration(2 * .second)
            default: it.heartbeatTimeout = Google_Protobuf_Duration(2 * .second)
            }
        }
        let waits = type == .scheduleToStart
        if !waits { _ = try bench.activity() }
        bench.pass(2 * .second)
        let events = try bench.history()
        let timedOut = try #require(events.first { $0.eventType == .activityTaskTimedOut })
        let failure = timedOut.activityTaskTimedOutEventAttributes.failure
        if type == .scheduleToClose {
            #expect([.scheduleToClose, .startToClose].contains(failure.timeoutFailureInfo.timeoutType))
        } else {
            #expect(failure.timeoutFailureInfo.timeoutType == type)
        }
        #expect(events.contains { $0.eventType == .activityTaskStarted } == !waits)
    }

    @Test func aHeartbeatKeepsAnActivityAliveAndIsHandedOn() throws {
        let bench = try bench { $0.heartbeatTimeout = Google_Protobuf_Duration(2 * .second) }
        let task = try bench.activity()
        for _ in 0..<3 {
            bench.pass(1_500 * .millisecond)
            var beat = APIRecordActivityTaskHeartbeatRequest()
            beat.namespace = "default"
            beat.taskToken = task.taskToken
            beat.details = Engine.textPayloads("half")
            #expect(
                try bench.answer(.heartbeat(beat), as: APIRecordActivityTaskHeartbeatResponse.self).cancelRequested
                    == false)
        }
        try bench.failActivity(task)
        bench.pass(1 * .second)
        #expect(try bench.activity().heartbeatDetails == Engine.textPayloads("half"))
    }

    @Test func anAttemptsTokenIsGoodForThatAttemptOnly() throws {
        let bench = try bench()
        let first = try bench.activity()
        try bench.failActivity(first)
        bench.pass(1 * .second)
        let second = try bench.activity()
        #expect(throws: EngineError.self) { try bench.completeActivity(first) }
        try bench.completeActivity(second)
    }

    @Test func cancellingWhatHasNotStartedEndsItAtOnce() throws {
        let bench = try bench()
        try bench.signal()
        try bench.complete(try bench.task(), [Commands.cancelActivity(5)])
        #expect(
            try bench.types().suffix(3) == [
                .activityTaskCancelRequested, .activityTaskCanceled, .workflowTaskScheduled,
            ])
        let poll = bench.pollActivity()
        #expect(bench.replies[poll] == nil)
    }

    @Test func aRunningActivityHearsOfItsCancellationWithItsHeartbeat() throws {
        let bench = try bench()
        let task = try bench.activity()
        try bench.signal()
        try bench.complete(try bench.task(), [Commands.cancelActivity(5)])
        var beat = APIRecordActivityTaskHeartbeatRequest()
        beat.namespace = "default"
        beat.taskToken = task.taskToken
        #expect(try bench.answer(.heartbeat(beat), as: APIRecordActivityTaskHeartbeatResponse.self).cancelRequested)
        var cancel = APIRespondActivityTaskCanceledRequest()
        cancel.namespace = "default"
        cancel.taskToken = task.taskToken
        _ = try bench.answer(.cancelActivity(cancel), as: APIRespondActivityTaskCanceledResponse.self)
        #expect(try bench.types().contains(.activityTaskCanceled))
    }

    @Test func attemptsAndTimersSurviveARestart() throws {
        let bench = try bench()
        try bench.failActivity(try bench.activity())
        try bench.restart()
        bench.pass(1 * .second)
        let second = try bench.activity()
        #expect(second.attempt == 2)
        try bench.restart()
        bench.pass(10 * .second)
        #expect(try bench.describe().pendingActivities.first?.attempt == 3)
    }

    @Test func anActivityCompletedDuringAWorkflowTaskComesAfterOtherEvents() throws {
        let bench = try bench()
        let activity = try bench.activity()
        try bench.signal()
        let task = try bench.task()
        try bench.completeActivity(activity)
        try bench.signal(name: "later")
        try bench.complete(task, [Commands.timer()])
        #expect(
            try bench.types().suffix(5) == [
                .timerStarted, .activityTaskStarted, .workflowExecutionSignaled, .activityTaskCompleted,
                .workflowTaskScheduled,
            ])
        let completed = try #require(try bench.history().first { $0.eventType == .activityTaskCompleted })
        #expect(completed.activityTaskCompletedEventAttributes.startedEventID == 11)
    }

    @Test func anAttemptWhosePollerHasGoneIsHandedOutAgain() throws {
        let bench = try bench { $0.retryPolicy.maximumAttempts = 1 }
        let gone = bench.pollActivity()
        bench.cancel(gone)
        let again = try bench.activity()
        #expect(again.attempt == 1)
        try bench.completeActivity(again)
        #expect(try bench.types().contains(.activityTaskCompleted))
        bench.cancel(gone)
        #expect(try bench.types().filter { $0 == .activityTaskStarted }.count == 1)
    }

    @Test func aWorkflowTaskWhosePollerHasGoneIsHandedOutAgainAtOnce() throws {
        let bench = try Bench()
        try bench.start()
        bench.cancel(bench.pollTask())
        #expect(try bench.types().last == .workflowTaskTimedOut)
        #expect(try bench.task().attempt == 2)
    }
}
