import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

@Suite struct RunTests {
    @Test func manyDueRunsDoNotHoldUpCalls() throws {
        let bench = try Bench()
        for number in 1...200 {
            try bench.start("wf-\(number)")
            try bench.complete(bench.task(), [Commands.timer("t", seconds: 30)])
        }
        try bench.restart()
        bench.now += 60 * .second
        bench.engine.tick(now: bench.now)
        bench.commit()
        func fired() throws -> Int {
            try (1...200).count(where: { try bench.types("wf-\($0)").contains(.timerFired) })
        }
        #expect(try fired() == 64)
        #expect(bench.engine.nextTick.map { $0 <= bench.now } == true)
        bench.pass(.second)
        #expect(try fired() == 200)
    }

    @Test func aRepeatedStartGivesTheSameRun() throws {
        let bench = try Bench()
        let first = try bench.start()
        let second = try bench.start()
        #expect(first.runID == second.runID)
        #expect(second.started)
        try bench.restart()
        #expect(try bench.start().runID == first.runID, "a restart does not forget the request")
    }

    @Test func aSecondStartIsRefusedWhileTheFirstRuns() throws {
        let bench = try Bench()
        let first = try bench.start()
        let error = bench.error(.startWorkflow(Bench.startRequest { $0.requestID = "other" }))
        #expect(error?.code == .alreadyExists)
        let detail = error?.detail as? APIWorkflowExecutionAlreadyStartedFailure
        #expect(detail?.runID == first.runID)
    }

    @Test func conflictPolicies() throws {
        let bench = try Bench()
        let first = try bench.start()
        let existing = try bench.start { it in
            it.requestID = "b"
            it.workflowIDConflictPolicy = .useExisting
        }
        #expect(existing.runID == first.runID && !existing.started)
        let replaced = try bench.start { it in
            it.requestID = "c"
            it.workflowIDConflictPolicy = .terminateExisting
        }
        #expect(replaced.runID != first.runID)
        #expect(try bench.status(run: first.runID) == .terminated)
    }

    @Test(arguments: [
        (APIWorkflowIdReusePolicy.allowDuplicate, true), (.rejectDuplicate, false),
        (.allowDuplicateFailedOnly, false),
    ])
    func reusePolicies(_ policy: APIWorkflowIdReusePolicy, allows: Bool) throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.complete()])
        let error = bench.error(
            .startWorkflow(
                Bench.startRequest { it in
                    it.requestID = "again"
                    it.workflowIDReusePolicy = policy
                }))
        #expect((error == nil) == allows)
    }

    @Test func timersFireNotBeforeTheirTimeAndOverARestart() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.timer(seconds: 5)])
        bench.pass(4_999 * .millisecond)
        #expect(try bench.types().last == .timerStarted)
        try bench.restart()
        bench.pass(1 * .millisecond)
        #expect(try bench.types().suffix(2) == [.timerFired, .workflowTaskScheduled])
    }

    @Test func aTimerFiredDuringATaskCanStillBeCancelled() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.timer(seconds: 2)])
        try bench.signal()
        let task = try bench.task()
        bench.pass(3 * .second)
        try bench.complete(task, [Commands.cancelTimer(), Commands.complete()])
        #expect(try bench.status() == .completed)
        #expect(!(try bench.types().contains(.timerFired)))
    }

    @Test func aRepeatedSignalIsWrittenOnce() throws {
        let bench = try Bench()
        try bench.start()
        try bench.signal(requestID: "r")
        try bench.signal(requestID: "r")
        #expect(try bench.types().filter { $0 == .workflowExecutionSignaled }.count == 1)
    }

    @Test func cancelIsAskedOnce() throws {
        let bench = try Bench()
        try bench.start()
        var request = APIRequestCancelWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowExecution.workflowID = "wf"
        for _ in 0..<2 {
            _ = try bench.answer(.requestCancel(request), as: APIRequestCancelWorkflowExecutionResponse.self)
        }
        #expect(try bench.types().filter { $0 == .workflowExecutionCancelRequested }.count == 1)
    }

    @Test func terminateEndsARunWhateverItDoes() throws {
        let bench = try Bench()
        try bench.start()
        let task = try bench.task()
        var request = APITerminateWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowExecution.workflowID = "wf"
        request.reason = "enough"
        _ = try bench.answer(.terminate(request), as: APITerminateWorkflowExecutionResponse.self)
        #expect(try bench.types().suffix(2) == [.workflowTaskFailed, .workflowExecutionTerminated])
        #expect(bench.error(.terminate(request))?.message == "workflow execution already completed")
        #expect(bench.error(.completeWorkflowTask(bench.completion(task)))?.code == .notFound)
    }

    @Test func continueAsNewKeepsTheChain() throws {
        let bench = try Bench()
        let first = try bench.start()
        try bench.complete(try bench.task(), [Commands.continueAsNew()])
        #expect(try bench.status(run: first.runID) == .continuedAsNew)
        bench.pass(1 * .second)
        let task = try bench.task()
        #expect(task.workflowExecution.runID != first.runID)
        let started = try #require(task.history.events.first).workflowExecutionStartedEventAttributes
        #expect(started.firstExecutionRunID == first.runID)
        #expect(started.continuedExecutionRunID == first.runID)
        #expect(started.initiator == .workflow)
    }

    @Test func aFailedRunIsRetried() throws {
        let bench = try Bench()
        let first = try bench.start { it in
            it.retryPolicy.maximumAttempts = 2
            it.retryPolicy.initialInterval.seconds = 3
        }
        try bench.complete(try bench.task(), [Commands.fail()])
        let failed = try #require(try bench.history(run: first.runID).last).workflowExecutionFailedEventAttributes
        #expect(failed.retryState == .inProgress)
        #expect(!failed.newExecutionRunID.isEmpty)
        let poll = bench.pollTask()
        bench.pass(2_999 * .millisecond)
        #expect(bench.replies[poll] == nil)
        bench.pass(1 * .millisecond)
        let second: APIPollWorkflowTaskQueueResponse = try bench.message(poll)
        #expect(second.workflowExecution.runID == failed.newExecutionRunID)
        try bench.complete(second, [Commands.fail()])
        let last = try #require(try bench.history().last).workflowExecutionFailedEventAttributes
        #expect(last.retryState == .maximumAttemptsReached)
    }

    @Test func runAndExecutionTimeouts() throws {
        let bench = try Bench()
        try bench.start("run") { $0.workflowRunTimeout.seconds = 3 }
        try bench.start("execution") { $0.workflowExecutionTimeout.seconds = 3 }
        bench.pass(3 * .second)
        let run = try #require(try bench.history("run").last).workflowExecutionTimedOutEventAttributes
        let execution = try #require(try bench.history("execution").last).workflowExecutionTimedOutEventAttributes
        #expect(run.retryState == .retryPolicyNotSet)
        #expect(execution.retryState == .timeout)
        let poll = bench.pollTask()
        #expect(bench.replies[poll] == nil, "tasks of runs that have ended are not handed out")
    }

    @Test func aStartDelayHoldsTheFirstTaskBack() throws {
        let bench = try Bench()
        try bench.start { $0.workflowStartDelay.seconds = 5 }
        let poll = bench.pollTask()
        try bench.signal()
        #expect(bench.replies[poll] == nil)
        bench.pass(5 * .second)
        #expect(try bench.message(poll, as: APIPollWorkflowTaskQueueResponse.self).startedEventID == 4)
    }

    @Test func historyLongPollsSeeNewEventsAndTheClose() throws {
        let bench = try Bench()
        try bench.start()
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = "default"
        request.execution.workflowID = "wf"
        request.waitNewEvent = true
        let first: APIGetWorkflowExecutionHistoryResponse = try bench.answer(.getHistory(request))
        request.nextPageToken = first.nextPageToken
        let waiting = bench.send(.getHistory(request))
        var close = request
        close.nextPageToken = .init()
        close.historyEventFilterType = .closeEvent
        let closing = bench.send(.getHistory(close))
        #expect(bench.replies[waiting] == nil)
        let task = try bench.task()
        let page: APIGetWorkflowExecutionHistoryResponse = try bench.message(waiting)
        #expect(page.history.events.map(\.eventType) == [.workflowTaskStarted])
        #expect(bench.replies[closing] == nil)
        try bench.complete(task, [Commands.complete()])
        let last: APIGetWorkflowExecutionHistoryResponse = try bench.message(closing)
        #expect(last.history.events.map(\.eventType) == [.workflowExecutionCompleted])
    }

    @Test func aHistoryLongPollEndsEmptyWithAToken() throws {
        let bench = try Bench()
        try bench.start()
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = "default"
        request.execution.workflowID = "wf"
        request.waitNewEvent = true
        request.historyEventFilterType = .closeEvent
        let call = bench.send(.getHistory(request))
        bench.pass(20 * .second)
        let answer: APIGetWorkflowExecutionHistoryResponse = try bench.message(call)
        #expect(answer.history.events.isEmpty)
        #expect(!answer.nextPageToken.isEmpty)
    }

    @Test func closedRunsAreDeletedAfterTheirRetention() throws {
        let bench = try Bench()
        try bench.start()
        try bench.complete(try bench.task(), [Commands.complete()])
        bench.pass(25 * 3_600 * .second)
        #expect(bench.store.runs.isEmpty)
        #expect(bench.store.histories.isEmpty)
        #expect(throws: EngineError.self) { try bench.describe() }
    }

    @Test func aCacheOfThreeKeepsEveryRunRight() throws {
        var limits = Limits()
        limits.cachedRuns = 3
        let bench = try Bench(limits: limits)
        let ids = (0..<20).map { "wf-\($0)" }
        for id in ids { try bench.start(id) }
        #expect(bench.engine.runs.count <= 4)
        for _ in ids { try bench.complete(try bench.task(), [Commands.timer(seconds: 5)]) }
        bench.pass(5 * .second)
        for _ in ids { try bench.complete(try bench.task(), [Commands.complete()]) }
        for id in ids { #expect(try bench.status(id) == .completed) }
    }
}
