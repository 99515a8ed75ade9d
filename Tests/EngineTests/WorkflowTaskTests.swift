import Testing
import WireAPI

@testable import Engine

@Suite struct WorkflowTaskTests {
    @Test func aRunStartsAndCompletes() throws {
        let bench = try Bench()
        let started = try bench.start()
        let task = try bench.task()
        #expect(task.workflowExecution.runID == started.runID)
        #expect(task.history.events.map(\.eventID) == [1, 2, 3])
        try bench.complete(task, [Commands.complete("done")])
        #expect(
            try bench.types() == [
                .workflowExecutionStarted, .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted,
                .workflowExecutionCompleted,
            ])
        #expect(try bench.status() == .completed)
        #expect(bench.store.wakes.isEmpty)
        #expect(bench.store.tasks.isEmpty)
    }

    @Test func aPollThatWaitsGetsTheTaskInTheStepThatMakesIt() throws {
        let bench = try Bench()
        let poll = bench.pollTask()
        try bench.start()
        let task: APIPollWorkflowTaskQueueResponse = try bench.message(poll)
        #expect(task.startedEventID == 3)
        #expect(bench.store.tasks.isEmpty, "a task that is handed out at once is never stored")
    }

    @Test func aPollEndsEmptyAfterAMinute() throws {
        let bench = try Bench()
        let poll = bench.pollTask()
        bench.pass(61 * .second)
        let answer: APIPollWorkflowTaskQueueResponse = try bench.message(poll)
        #expect(answer.taskToken.isEmpty)
    }

    @Test func aPollerThatWentAwayLosesNothing() throws {
        let bench = try Bench()
        let gone = bench.pollTask()
        bench.cancel(gone)
        try bench.start()
        #expect(try bench.task().startedEventID == 3)
    }

    @Test func aSignalDuringATaskIsBufferedAndMakesTheNextTask() throws {
        let bench = try Bench()
        try bench.start()
        let task = try bench.task()
        try bench.signal()
        #expect(try bench.types().last == .workflowTaskStarted, "not shown while the task runs")
        try bench.complete(task, [Commands.timer()])
        #expect(
            try bench.types().suffix(4) == [
                .workflowTaskCompleted, .timerStarted, .workflowExecutionSignaled, .workflowTaskScheduled,
            ])
    }

    @Test func aCloseWithUnseenEventsFailsTheTask() throws {
        let bench = try Bench()
        try bench.start()
        let task = try bench.task()
        try bench.signal()
        let error = bench.error(.completeWorkflowTask(bench.completion(task, [Commands.complete()])))
        #expect(error?.message == "UnhandledCommand")
        #expect(
            try bench.types().suffix(3) == [
                .workflowTaskFailed, .workflowExecutionSignaled, .workflowTaskScheduled,
            ])
        #expect(try bench.task().attempt == 1)
    }

    @Test func aBadCommandFailsTheTaskAndUndoesTheOthers() throws {
        let bench = try Bench()
        try bench.start()
        let task = try bench.task()
        let error = bench.error(
            .completeWorkflowTask(bench.completion(task, [Commands.timer("x"), Commands.timer("")])))
        #expect(error?.message == "BadStartTimerAttributes: TimerId is not set on StartTimerCommand.")
        #expect(try bench.types().suffix(2) == [.workflowTaskStarted, .workflowTaskFailed])
        #expect(try bench.describe().pendingWorkflowTask.attempt == 2)
    }

    @Test func aTransientTaskIsShownToWorkersOnly() throws {
        let bench = try Bench()
        try bench.start()
        try fail(try bench.task(), bench)
        let second = try bench.task()
        #expect(second.attempt == 2)
        #expect(second.history.events.map(\.eventID) == [1, 2, 3, 4, 5, 6])
        #expect(try bench.history().count == 4)
        #expect(try bench.history(isSDK: true).count == 6)
        try bench.complete(second, [Commands.complete()])
        #expect(
            try bench.types().suffix(5) == [
                .workflowTaskFailed, .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted,
                .workflowExecutionCompleted,
            ])
    }

    @Test func aBadCommandAtTheSecondAttemptLeavesTheTaskToItsTimeout() throws {
        let bench = try Bench()
        try bench.start()
        try fail(try bench.task(), bench)
        let second = try bench.task()
        #expect(bench.error(.completeWorkflowTask(bench.completion(second, [Commands.timer("")]))) != nil)
        let waiting = bench.pollTask()
        #expect(bench.replies[waiting] == nil)
        bench.pass(10 * .second)
        #expect(try bench.message(waiting, as: APIPollWorkflowTaskQueueResponse.self).attempt == 3)
        let stale = bench.error(.completeWorkflowTask(bench.completion(second, [Commands.complete()])))
        #expect(stale?.message == "Workflow task not found.")
    }

    @Test func aTaskThatFailsAgainIsHandedOutAgainAtOnce() throws {
        let bench = try Bench()
        try bench.start()
        for attempt in 1...5 {
            let task = try bench.task()
            #expect(task.attempt == Int32(attempt))
            try fail(task, bench)
        }
        #expect(try bench.history().count == 4, "only the first failure is written")
    }

    @Test func aStickyTaskOfARunThatLeftMemoryStillTimesOut() throws {
        var limits = Limits()
        limits.cachedRuns = 1
        let bench = try Bench(limits: limits)
        try bench.start()
        try bench.complete(try bench.task(), [Commands.timer(seconds: 1)]) { request in
            request.stickyAttributes.workerTaskQueue.name = "sticky"
            request.stickyAttributes.scheduleToStartTimeout.seconds = 10
        }
        attend("sticky", bench)
        bench.pass(1 * .second)
        for other in 0..<5 { try bench.start("other-\(other)") { $0.taskQueue.name = "elsewhere" } }
        let poll = bench.pollTask()
        bench.pass(11 * .second)
        #expect(try bench.message(poll, as: APIPollWorkflowTaskQueueResponse.self).startedEventID > 0)
    }

    @Test func aSignalMakesATransientTaskNormalAgain() throws {
        let bench = try Bench()
        try bench.start()
        try fail(try bench.task(), bench)
        try bench.signal()
        let task = try bench.task()
        #expect(task.attempt == 1)
        #expect(
            try bench.types().suffix(4) == [
                .workflowTaskFailed, .workflowExecutionSignaled, .workflowTaskScheduled, .workflowTaskStarted,
            ])
    }

    @Test func aTaskNobodyAnswersTimesOut() throws {
        let bench = try Bench()
        try bench.start()
        _ = try bench.task()
        bench.pass(10 * .second)
        #expect(try bench.types().last == .workflowTaskTimedOut)
        #expect(try bench.task().attempt == 2)
    }

    @Test func aStickyTaskGoesBackToTheNormalQueue() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.timer(seconds: 1)]) { request in
            request.stickyAttributes.workerTaskQueue.name = "sticky"
            request.stickyAttributes.scheduleToStartTimeout.seconds = 10
        }
        attend("sticky", bench)
        bench.pass(1 * .second)
        let poll = bench.pollTask()
        #expect(bench.replies[poll] == nil, "the task waits in the sticky queue")
        bench.pass(10 * .second)
        let task: APIPollWorkflowTaskQueueResponse = try bench.message(poll)
        #expect(task.attempt == 1)
        #expect(task.history.events.first?.eventID == 1)
        #expect(try bench.types().contains(.workflowTaskTimedOut))
    }

    @Test func aStickyTaskCarriesOnlyWhatIsNew() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.timer(seconds: 1)]) { request in
            request.stickyAttributes.workerTaskQueue.name = "sticky"
        }
        attend("sticky", bench)
        bench.pass(1 * .second)
        let task = try bench.task(queue: "sticky", sticky: true)
        #expect(task.previousStartedEventID == 3)
        #expect(task.history.events.map(\.eventID) == [4, 5, 6, 7, 8])
    }

    @Test func aWorkerThatStopsFreesItsStickyTasks() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.timer(seconds: 1)]) { request in
            request.stickyAttributes.workerTaskQueue.name = "sticky"
            request.stickyAttributes.scheduleToStartTimeout.seconds = 10
        }
        attend("sticky", bench)
        bench.pass(1 * .second)
        let poll = bench.pollTask()
        var request = APIShutdownWorkerRequest()
        request.namespace = "default"
        request.stickyTaskQueue = "sticky"
        _ = try bench.answer(.shutdownWorker(request), as: APIShutdownWorkerResponse.self)
        #expect(try bench.message(poll, as: APIPollWorkflowTaskQueueResponse.self).startedEventID > 0)
    }

    @Test func aTokenFromBeforeACrashIsStillGoodIfItsStartIsDurable() throws {
        let bench = try Bench()
        try bench.start()
        let task = try bench.task()
        try bench.restart()
        try bench.complete(task, [Commands.complete()])
        #expect(try bench.status() == .completed)
    }

    @Test func anAnswerToALostStartIsRefused() throws {
        let bench = try Bench()
        try bench.start()
        // The start of the task is decided but never committed.
        bench.engine.step(EngineCall(id: CallID(9_999), request: .pollWorkflowTask(Self.poll)), now: bench.now)
        let lost = bench.engine.takeEffects()
        guard case .message(let message) = lost.replies.first?.outcome,
            let task = message as? APIPollWorkflowTaskQueueResponse
        else {
            Issue.record("no task was handed out")
            return
        }
        try bench.restart()
        let again = try bench.task()
        #expect(again.startedEventID == task.startedEventID, "the same ids come again")
        let error = bench.error(.completeWorkflowTask(bench.completion(task, [Commands.complete()])))
        #expect(error?.message == "Workflow task not found.")
        try bench.complete(again, [Commands.complete()])
    }

    @Test func aStickyQueueWithoutAWorkerIsPassedOver() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.timer(seconds: 11)]) { request in
            request.stickyAttributes.workerTaskQueue.name = "sticky"
            request.stickyAttributes.scheduleToStartTimeout.seconds = 10
        }
        attend("sticky", bench)
        bench.pass(11 * .second)
        let task = try bench.task()
        #expect(task.history.events.first?.eventID == 1, "another worker needs all of it")
        let scheduled = try #require(task.history.events.last { $0.eventType == .workflowTaskScheduled })
        #expect(scheduled.workflowTaskScheduledEventAttributes.taskQueue.kind == .sticky)
        #expect(!(try bench.types().contains(.workflowTaskTimedOut)))
    }

    /// A worker that has polled a queue a moment ago.
    private func attend(_ queue: String, _ bench: Bench) {
        bench.cancel(bench.pollTask(queue: queue, sticky: true))
    }

    private static var poll: APIPollWorkflowTaskQueueRequest {
        var request = APIPollWorkflowTaskQueueRequest()
        request.namespace = "default"
        request.taskQueue.name = "queue"
        return request
    }

    private func fail(_ task: APIPollWorkflowTaskQueueResponse, _ bench: Bench) throws {
        var request = APIRespondWorkflowTaskFailedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        request.cause = .workflowWorkerUnhandledFailure
        _ = try bench.answer(.failWorkflowTask(request), as: APIRespondWorkflowTaskFailedResponse.self)
    }
}
