import Foundation
import Testing
import WireAPI

@testable import WorkerCore

struct QueryTests {
    private static func counting(_ workflow: TestWorkflow) {
        var count = 0
        workflow.onSignal = { _ in
            count += 1
            workflow.timer()
        }
        workflow.onQuery = { query in
            query.name == "bad"
                ? .failed(.application(type: "Bad", message: "no such query")) : .answered(.text("\(count)"))
        }
    }

    /// One task with a signal, recorded; then `signals` more that no task has seen.
    private func history() -> TestHistory {
        var history = TestHistory()
        history.start()
        history.signal("one")
        history.task()
        history.timerStarted("1")
        return history
    }

    @Test func byItselfOnAnUncachedRun() throws {
        var shell = TestShell(Self.counting)
        let answer = try #require(shell.work(on: history().queryPoll("count", previous: 4, from: 1)).query)
        #expect(answer.request.taskToken == Data("query".utf8))
        #expect(answer.request.completedType == .answered)
        #expect(answer.request.queryResult == .text("1"))
        #expect(shell.activations.map(\.isReplaying) == [true, false])
    }

    @Test func byItselfWithoutHistoryOnAnUncachedRun() throws {
        let history = history()
        var shell = TestShell(Self.counting)
        shell.fetch = { _ in (history.events, Data()) }
        let answer = try #require(shell.work(on: history.queryPoll("count", previous: 4)).query)
        #expect(answer.request.queryResult == .text("1"))
        #expect(shell.fetches == [.fromStart])
    }

    @Test(arguments: [nil, Int64(1)])
    func byItselfOnACachedRun(from: Int64?) throws {
        var history = TestHistory()
        history.start()
        history.signal("one")
        let started = history.taskStarted()
        var shell = TestShell(Self.counting)
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        history.timerStarted("1")
        for _ in 0..<2 {
            let answer = try #require(shell.work(on: history.queryPoll("count", previous: started, from: from)).query)
            #expect(answer.request.queryResult == .text("1"))
        }
        // And it goes on as if nothing had been asked.
        history.signal("two")
        history.taskStarted()
        let completion = try #require(shell.work(on: history.poll(previous: started, from: started + 1)).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 2 1000"])
        #expect(shell.restarts.isEmpty)
        #expect(shell.fetches.isEmpty)
    }

    @Test func goesOnAfterAQueryOnAnUncachedRun() throws {
        var history = history()
        var shell = TestShell(Self.counting)
        _ = shell.work(on: history.queryPoll("count", previous: 4, from: 1))
        history.signal("two")
        history.taskStarted()
        let completion = try #require(shell.work(on: history.poll(previous: 4, from: 5)).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 2 1000"])
        #expect(shell.restarts.isEmpty)
    }

    @Test func onAClosedRun() throws {
        var history = history()
        history.timerFired("1", from: 6)
        history.task()
        history.completed()
        var shell = TestShell { workflow in
            workflow.onQuery = { _ in .answered(.text("over")) }
            workflow.onSignal = { _ in workflow.timer { workflow.complete() } }
        }
        let answer = try #require(shell.work(on: history.queryPoll("count", previous: 9, from: 1)).query)
        #expect(answer.request.queryResult == .text("over"))
    }

    @Test func onATerminatedRunSeesWhatTheLastTaskLeft() throws {
        var history = history()
        history.signal("unseen")
        history.taskStarted()
        history.terminated()
        var shell = TestShell(Self.counting)
        let answer = try #require(shell.work(on: history.queryPoll("count", previous: 4, from: 1)).query)
        #expect(answer.request.queryResult == .text("1"))
    }

    @Test func failing() throws {
        var shell = TestShell(Self.counting)
        let answer = try #require(shell.work(on: history().queryPoll("bad", previous: 4, from: 1)).query)
        #expect(answer.request.completedType == .failed)
        #expect(answer.request.errorMessage == "no such query")
        #expect(answer.request.failure.applicationFailureInfo.type == "Bad")
    }

    @Test func besideAWorkflowTask() throws {
        var poll = TestHistory.started().poll()
        for name in ["count", "bad"] {
            var query = APIWorkflowQuery()
            query.queryType = name
            poll.queries["id-\(name)"] = query
        }
        var shell = TestShell(Self.counting)
        let request = try #require(shell.work(on: poll).completion).request
        #expect(request.queryResults["id-count"]?.resultType == .answered)
        #expect(request.queryResults["id-count"]?.answer == .text("0"))
        #expect(request.queryResults["id-bad"]?.resultType == .failed)
        #expect(request.queryResults["id-bad"]?.errorMessage == "no such query")
        // After everything else, in an activation of their own.
        #expect(shell.activations.count == 2)
        #expect(shell.activations.last?.jobs.count == 2)
    }

    @Test func besideATaskThatEndsTheRun() throws {
        var poll = TestHistory.started().poll()
        poll.queries["q"] = APIWorkflowQuery()
        var shell = TestShell { workflow in workflow.complete() }
        let completion = try #require(shell.work(on: poll).completion)
        #expect(completion.closesRun)
        #expect(completion.request.queryResults["q"]?.resultType == .answered)
        #expect(completion.request.commands.map(\.summary) == ["complete"])
    }

    @Test func mustNotGiveCommands() throws {
        var shell = TestShell { workflow in
            workflow.onQuery = { _ in
                workflow.timer()
                return .answered(APIPayloads())
            }
        }
        let failure = try #require(shell.work(on: history().queryPoll("count", previous: 4, from: 1)).failure)
        #expect(failure.isQuery)
    }

    @Test func isAnsweredEvenIfTheCodeForgets() throws {
        var state = WorkflowRunState(runID: "run")
        var poll = TestHistory.started().poll()
        poll.queries["q"] = APIWorkflowQuery()
        _ = state.accept(poll)
        _ = state.complete(with: .success([]))
        guard case .completeTask(let completion) = state.complete(with: .success([])) else {
            Issue.record("not completed")
            return
        }
        #expect(completion.request.queryResults["q"]?.resultType == .failed)
    }
}
