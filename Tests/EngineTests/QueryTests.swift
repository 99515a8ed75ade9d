import Testing
import WireAPI

@testable import Engine

/// Queries: alone when the worker has seen everything, otherwise riding on the pending workflow task.
@Suite struct QueryTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// A run that has completed its first task.
    private func idle(sticky: String = "", seconds: Int64 = 5) throws {
        try bench.start()
        try bench.complete(bench.task(), [Commands.timer("t", seconds: 600)]) { request in
            guard !sticky.isEmpty else { return }
            request.stickyAttributes.workerTaskQueue.name = sticky
            request.stickyAttributes.scheduleToStartTimeout.seconds = seconds
        }
    }

    private func ask(_ type: String = "state") -> CallID {
        var request = APIQueryWorkflowRequest()
        request.namespace = "default"
        request.execution.workflowID = "wf"
        request.query.queryType = type
        return bench.send(.queryWorkflow(request))
    }

    private func answered(_ text: String) -> APIWorkflowQueryResult {
        var result = APIWorkflowQueryResult()
        result.resultType = .answered
        result.answer = Engine.textPayloads(text)
        return result
    }

    private func answer(_ task: APIPollWorkflowTaskQueueResponse, _ text: String) throws {
        var request = APIRespondQueryTaskCompletedRequest()
        request.taskToken = task.taskToken
        request.completedType = .answered
        request.queryResult = Engine.textPayloads(text)
        _ = try bench.answer(.completeQuery(request), as: APIRespondQueryTaskCompletedResponse.self)
    }

    private func expect(_ call: CallID, _ text: String, _ place: SourceLocation = #_sourceLocation) throws {
        let answer: APIQueryWorkflowResponse = try bench.message(call)
        #expect(answer.queryResult == Engine.textPayloads(text), sourceLocation: place)
    }

    private func failure(of call: CallID) -> EngineError? {
        guard case .failure(let error) = bench.replies[call] else { return nil }
        return error
    }

    @Test func aloneWhenNothingIsPending() throws {
        try idle()
        let first = ask("one")
        let second = ask("two")
        let tasks = [try bench.task(), try bench.task()]
        #expect(tasks.map(\.query.queryType) == ["one", "two"])
        #expect(tasks.allSatisfy { $0.queries.isEmpty && $0.history.events.count == 5 && $0.startedEventID == 0 })
        try answer(tasks[1], "second")
        try answer(tasks[0], "first")
        try expect(first, "first")
        try expect(second, "second")
    }

    @Test func ridesOnThePendingTaskAndSeesItsEvents() throws {
        try idle()
        try bench.signal()
        let call = ask()
        let task = try bench.task()
        #expect(task.queries.values.map(\.queryType) == ["state"])
        #expect(task.history.events.contains { $0.eventType == .workflowExecutionSignaled })
        #expect(bench.replies[call] == nil)
        try bench.complete(task) { $0.queryResults = task.queries.mapValues { _ in self.answered("fine") } }
        try expect(call, "fine")
    }

    @Test func ridesOnTheFirstTask() throws {
        try bench.start()
        let call = ask()
        let task = try bench.task()
        #expect(task.queries.count == 1)
        try bench.complete(task, [Commands.complete()]) {
            $0.queryResults = task.queries.mapValues { _ in self.answered("done") }
        }
        try expect(call, "done")
    }

    @Test func askedWhileATaskRunsItGoesOutAfterwards() throws {
        try idle()
        try bench.signal()
        let task = try bench.task()
        let call = ask()
        let poll = bench.pollTask()
        #expect(bench.replies[poll] == nil)
        try bench.complete(task)
        let query: APIPollWorkflowTaskQueueResponse = try bench.message(poll)
        #expect(query.query.queryType == "state" && query.previousStartedEventID == task.startedEventID)
        try answer(query, "fine")
        try expect(call, "fine")
    }

    @Test func askedWhileATaskRunsItRidesOnTheNext() throws {
        try idle()
        try bench.signal()
        let task = try bench.task()
        let call = ask()
        try bench.signal()
        try bench.complete(task)
        let next = try bench.task()
        #expect(next.queries.count == 1)
        try bench.complete(next) { $0.queryResults = next.queries.mapValues { _ in self.answered("fine") } }
        try expect(call, "fine")
    }

    @Test func oneRidesAtATime() throws {
        try idle()
        try bench.signal()
        let first = ask("one")
        let error = failure(of: ask("two"))
        #expect(error?.code == .resourceExhausted)
        #expect((error?.detail as? APIResourceExhaustedFailure)?.cause == .busyWorkflow)
        let task = try bench.task()
        try bench.complete(task) { $0.queryResults = task.queries.mapValues { _ in self.answered("fine") } }
        try expect(first, "fine")
        #expect(failure(of: ask("three")) == nil)
    }

    @Test func ridesAgainWhenItsTaskFailsTimesOutOrIsRefused() throws {
        try idle()
        try bench.signal()
        let call = ask()
        let first = try bench.task()
        _ = bench.send(
            .completeWorkflowTask(
                bench.completion(first, [Commands.cancelTimer("unknown")]) {
                    $0.queryResults = first.queries.mapValues { _ in self.answered("bad") }
                }))
        #expect(bench.replies[call] == nil)
        let second = try bench.task()
        #expect(second.queries == first.queries && second.attempt == 2)
        bench.pass(11 * .second)
        let third = try bench.task()
        #expect(third.queries == first.queries && third.attempt == 3)
        #expect(
            failure(of: ask())?.message == "Unable to query workflow due to Workflow Task in failed state.")
        try bench.complete(third) { $0.queryResults = third.queries.mapValues { _ in self.answered("fine") } }
        try expect(call, "fine")
    }

    @Test func failuresReachTheCaller() throws {
        try idle()
        let alone = ask()
        var request = APIRespondQueryTaskCompletedRequest()
        request.taskToken = try bench.task().taskToken
        request.completedType = .failed
        request.errorMessage = "no such query"
        _ = try bench.answer(.completeQuery(request), as: APIRespondQueryTaskCompletedResponse.self)
        #expect(failure(of: alone)?.message == "no such query")
        #expect(failure(of: alone)?.detail is APIQueryFailedFailure)

        try bench.signal()
        let riding = ask()
        let task = try bench.task()
        var result = APIWorkflowQueryResult()
        result.resultType = .failed
        result.errorMessage = "not now"
        try bench.complete(task) { $0.queryResults = task.queries.mapValues { _ in result } }
        #expect(failure(of: riding)?.message == "not now")
        #expect(failure(of: riding)?.detail is APIQueryFailedFailure)
    }

    @Test func closingSendsItOut() throws {
        try idle()
        try bench.signal()
        let task = try bench.task()
        let call = ask()
        try bench.complete(task, [Commands.complete()])
        try answer(bench.task(), "after the end")
        try expect(call, "after the end")
    }

    @Test func terminationSendsItOut() throws {
        try idle()
        try bench.signal()
        let call = ask()
        try terminate()
        try answer(bench.task(), "after the end")
        try expect(call, "after the end")
    }

    @Test func nobodyCanAnswerForARunThatNeverRan() throws {
        try bench.start()
        let call = ask()
        try terminate()
        let message = "Workflow execution closed before WorkflowTaskStarted event"
        #expect(failure(of: call)?.message == message)
        #expect(failure(of: ask())?.message == message)
    }

    @Test func noTaskIsScheduledDuringAStartDelay() throws {
        try bench.start { $0.workflowStartDelay.seconds = 60 }
        #expect(failure(of: ask())?.message == "Workflow task is not scheduled yet.")
    }

    @Test func aloneOnTheStickyQueueItCarriesNoHistory() throws {
        try idle(sticky: "mine")
        let poll = bench.pollTask(queue: "mine", sticky: true)
        let call = ask()
        let task: APIPollWorkflowTaskQueueResponse = try bench.message(poll)
        #expect(task.query.queryType == "state" && task.history.events.isEmpty)
        try answer(task, "cached")
        try expect(call, "cached")
    }

    @Test func aWorkerThatDoesNotTakeItLosesItAndTheRun() throws {
        try idle(sticky: "mine", seconds: 3)
        bench.cancel(bench.pollTask(queue: "mine", sticky: true))
        let call = ask()
        let poll = bench.pollTask()
        bench.pass(2 * .second)
        #expect(bench.replies[poll] == nil)
        bench.pass(2 * .second)
        let task: APIPollWorkflowTaskQueueResponse = try bench.message(poll)
        #expect(task.history.events.count == 5)
        try answer(task, "replayed")
        try expect(call, "replayed")
        try bench.signal()
        #expect(try bench.task().history.events.count == 8)
    }

    @Test func aStoppedWorkerGivesItsQueriesBack() throws {
        try idle(sticky: "mine")
        bench.cancel(bench.pollTask(queue: "mine", sticky: true))
        let call = ask()
        var request = APIShutdownWorkerRequest()
        request.namespace = "default"
        request.stickyTaskQueue = "mine"
        _ = try bench.answer(.shutdownWorker(request), as: APIShutdownWorkerResponse.self)
        try answer(bench.task(), "replayed")
        try expect(call, "replayed")
    }

    @Test func aPollerThatIsGoneHasNotTakenIt() throws {
        try idle()
        let call = ask()
        let poll = bench.pollTask()
        #expect(bench.replies[poll] != nil)
        bench.cancel(poll)
        try answer(bench.task(), "fine")
        try expect(call, "fine")
    }

    @Test func timesOut() throws {
        try idle()
        bench.pass(25 * .second)
        let unseen = ask()
        bench.pass(31 * .second)
        #expect(
            failure(of: unseen)?.message == "no poller seen for task queue recently, worker may be down")
        let taken = ask()
        let task = try bench.task()
        bench.pass(31 * .second)
        #expect(failure(of: taken)?.code == .deadlineExceeded)
        var late = APIRespondQueryTaskCompletedRequest()
        late.taskToken = task.taskToken
        #expect(bench.error(.completeQuery(late))?.message == "query task not found, or already expired")
    }

    private func terminate() throws {
        var request = APITerminateWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowExecution.workflowID = "wf"
        _ = try bench.answer(.terminate(request), as: APITerminateWorkflowExecutionResponse.self)
    }
}
