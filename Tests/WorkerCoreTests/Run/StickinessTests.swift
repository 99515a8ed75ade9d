import Foundation
import Testing
import WireAPI

@testable import WorkerCore

/// How tasks find, or do not find, the instance that they go on from; and histories that come in pieces.
struct StickinessTests {
    /// Starts a timer with each signal.
    private static func program(_ workflow: TestWorkflow) {
        workflow.onSignal = { _ in workflow.timer() }
    }

    /// `count` tasks, all recorded but the last, each with a signal.
    private func history(tasks count: Int) -> TestHistory {
        var history = TestHistory()
        history.start()
        for index in 1...count {
            history.signal("s\(index)")
            history.taskStarted()
            if index < count {
                history.taskCompleted()
                history.timerStarted("\(index)")
            }
        }
        return history
    }

    private func starts(_ history: TestHistory) -> [Int64] {
        history.events.filter { $0.eventType == .workflowTaskStarted }.map(\.eventID)
    }

    @Test func aMissFetchesFromTheStart() throws {
        let history = history(tasks: 5)
        let starts = starts(history)
        var shell = TestShell(Self.program)
        shell.fetch = { fetch in
            if case .page(let token) = fetch { return history.page(.token(token), size: 4) }
            return history.page(.start, size: 4)
        }
        let completion = try #require(
            shell.work(on: history.poll(previous: starts[3], from: starts[3] + 1)).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 5 1000"])
        #expect(shell.fetches.first == .fromStart)
        // What the task itself carried is not fetched again.
        #expect(shell.fetches.count < (history.events.count + 3) / 4)
        #expect(shell.activations.map(\.isReplaying) == [true, true, true, true, false])
    }

    @Test func aTaskThatDoesNotFollowRestartsTheRun() throws {
        let history = history(tasks: 3)
        let starts = starts(history)
        var shell = TestShell(Self.program)
        _ = shell.work(on: history.poll(started: starts[0]))
        // The second task was worked on elsewhere; the third comes with all of history.
        let completion = try #require(shell.work(on: history.poll(previous: starts[1])).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 3 1000"])
        #expect(shell.restarts.count == 1)
        guard case .outOfStep? = shell.restarts.first else {
            Issue.record("another reason")
            return
        }
    }

    @Test func aGapInTheTaskRestartsTheRun() throws {
        let history = history(tasks: 3)
        let starts = starts(history)
        var shell = TestShell(Self.program)
        shell.fetch = { _ in history.page(.start) }
        _ = shell.work(on: history.poll(started: starts[0]))
        let completion = try #require(
            shell.work(on: history.poll(started: starts[1], previous: starts[0], from: starts[0] + 3)).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 2 1000"])
        #expect(shell.restarts.count == 1)
    }

    @Test func fullHistoryOnACachedRunGoesOn() throws {
        let history = history(tasks: 4)
        let starts = starts(history)
        var shell = TestShell(Self.program)
        for (index, started) in starts.enumerated() {
            let previous = index > 0 ? starts[index - 1] : 0
            let completion = try #require(shell.work(on: history.poll(started: started, previous: previous)).completion)
            #expect(completion.request.commands.map(\.summary) == ["timer \(index + 1) 1000"])
        }
        #expect(shell.restarts.isEmpty)
        #expect(shell.activations.count == 4)
    }

    @Test func anUnacceptedCompletionIsForgotten() throws {
        let history = history(tasks: 1)
        var shell = TestShell(Self.program)
        _ = shell.work(on: history.poll())
        shell.evict(.taskNotAccepted)
        var retry = TestHistory()
        retry.start()
        retry.signal("s1")
        retry.taskStarted()
        retry.taskTimedOut()
        retry.signal("s2")
        retry.taskStarted()
        let completion = try #require(shell.work(on: retry.poll()).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 1 1000", "timer 2 1000"])
    }

    @Test(arguments: [1, 2, 3, 5, 8, 1000])
    func pagesOfAnySize(size: Int) throws {
        let history = history(tasks: 6)
        let starts = starts(history)
        var shell = TestShell(Self.program)
        shell.fetch = { fetch in
            guard case .page(let token) = fetch else { return ([], Data()) }
            return history.page(.token(token), size: size)
        }
        let completion = try #require(shell.work(on: history.poll(previous: starts[4], page: size)).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 6 1000"])
        #expect(shell.activations.count == 6)
        #expect(shell.activations.map(\.historyLength) == starts)
    }

    /// A page that ends with the history's end may carry a token all the same.
    @Test func aTokenBehindTheLastEventIsNotFollowed() throws {
        var poll = TestHistory.started().poll()
        poll.nextPageToken = Data("nothing there".utf8)
        var shell = TestShell(Self.program)
        #expect(shell.work(on: poll).completion != nil)
        #expect(shell.fetches.isEmpty)
    }

    @Test func emptyPagesInBetweenAreFollowed() throws {
        let history = history(tasks: 2)
        var shell = TestShell(Self.program)
        var isEmpty = true
        shell.fetch = { fetch in
            guard case .page(let token) = fetch else { return ([], Data()) }
            isEmpty.toggle()
            return isEmpty ? history.page(.token(token), size: 2) : ([], token)
        }
        let completion = try #require(shell.work(on: history.poll(previous: 4, page: 2)).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 2 1000"])
    }

    @Test func missingEventsFailTheTask() throws {
        let history = history(tasks: 3)
        let starts = starts(history)
        var shell = TestShell(Self.program)
        shell.fetch = { _ in (Array(history.events.prefix(3)), Data()) }
        let failure = try #require(
            shell.work(on: history.poll(previous: starts[1], from: starts[1] + 1)).failure)
        #expect(failure.failure.message.contains("events are missing after event 3"))
    }

    /// Events after the task's own start belong to others: a termination, for instance, that came meanwhile.
    @Test func whatCameAfterTheTaskIsLeftAlone() throws {
        var history = history(tasks: 2)
        let starts = starts(history)
        let poll = history.poll(previous: starts[0], from: starts[0] + 1)
        history.terminated()
        var shell = TestShell(Self.program)
        shell.fetch = { _ in history.page(.start) }
        #expect(shell.work(on: poll).completion != nil)
    }

    @Test func clockNeverGoesBack() throws {
        var history = TestHistory.started()
        history.taskCompleted()
        history.signal("hello")
        history.taskScheduled()
        var started = APIHistoryEvent()
        started.eventID = history.lastID + 1
        started.eventType = .workflowTaskStarted
        started.eventTime.seconds = 1_600_000_000
        started.workflowTaskStartedEventAttributes.suggestContinueAsNew = true
        history.append(started)
        var shell = TestShell(Self.program)
        _ = shell.work(on: history.poll(previous: 3))
        #expect(shell.activations.map(\.workflowTime) == [1_700_000_000_030_000_000, 1_700_000_000_030_000_000])
        #expect(shell.activations.map(\.continueAsNewSuggested) == [false, true])
    }
}
