import Foundation
import Testing
import WireAPI

@testable import WorkerCore

struct TimerTests {
    @Test func firesAndCompletes() throws {
        var history = TestHistory.started()
        var shell = TestShell { workflow in workflow.timer(milliseconds: 1500) { workflow.complete() } }
        let first = try #require(shell.work(on: history.poll()).completion)
        #expect(first.request.commands.map(\.summary) == ["timer 1 1500"])
        #expect(first.request.commands.first?.commandType == .startTimer)
        #expect(!first.closesRun)

        history.taskCompleted()
        history.timerFired("1", from: history.timerStarted("1"))
        history.taskStarted()
        let second = try #require(shell.work(on: history.poll(previous: 3, from: 4)).completion)
        #expect(second.request.commands.map(\.summary) == ["complete"])
        #expect(second.closesRun)
        #expect(shell.activations.map(\.jobs).last == [.fireTimer(seq: 1)])
    }

    @Test func carriesItsSummary() throws {
        var metadata = APIUserMetadata()
        metadata.summary.data = Data("wait a little".utf8)
        var shell = TestShell { workflow in
            workflow.emit(.startTimer(StartTimer(seq: 1, duration: .milliseconds(1), metadata: metadata)))
        }
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        #expect(completion.request.commands.first?.userMetadata == metadata)
    }

    @Test func startedAndCancelledInOneTaskIsNeverSent() throws {
        var shell = TestShell { workflow in
            workflow.timer()
            workflow.cancelTimer(workflow.timer())
            workflow.timer()
        }
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 1 1000", "timer 3 1000"])
    }

    @Test func isCancelledAfterItWasSent() throws {
        var history = TestHistory.started()
        var shell = TestShell { workflow in
            let timer = workflow.timer()
            workflow.onSignal = { _ in
                workflow.cancelTimer(timer)
                workflow.cancelTimer(timer)
            }
        }
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        let started = history.timerStarted("1")
        history.signal("stop")
        history.taskStarted()
        let completion = try #require(shell.work(on: history.poll(previous: 3, from: 4)).completion)
        #expect(completion.request.commands.map(\.summary) == ["cancel timer 1"])

        history.taskCompleted()
        history.timerCanceled("1", from: started)
        history.signal("stop")
        history.taskStarted()
        let last = try #require(shell.work(on: history.poll(previous: 8, from: 9)).completion)
        #expect(last.request.commands.isEmpty)
    }

    /// The signal comes first in history and the code cancels the timer, whose firing is in the same task.
    @Test func cancellingOneThatHasFiredDoesNothing() throws {
        var history = TestHistory.started()
        var shell = TestShell { workflow in
            let timer = workflow.timer()
            workflow.onSignal = { _ in workflow.cancelTimer(timer) }
        }
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        let started = history.timerStarted("1")
        history.signal("stop")
        history.timerFired("1", from: started)
        history.taskStarted()
        let completion = try #require(shell.work(on: history.poll(previous: 3, from: 4)).completion)
        #expect(completion.request.commands.isEmpty)
    }

    @Test func numbersMustNotRepeat() throws {
        var shell = TestShell { workflow in
            workflow.emit(.startTimer(StartTimer(seq: 1, duration: .milliseconds(1))))
            workflow.emit(.startTimer(StartTimer(seq: 1, duration: .milliseconds(1))))
        }
        let failure = try #require(shell.work(on: TestHistory.started().poll()).failure)
        #expect(failure.cause == .workflowWorkerUnhandledFailure)
        #expect(failure.failure.message.contains("second timer"))
    }

    @Test func cancellingOneThatNeverWasIsAnError() throws {
        var shell = TestShell { workflow in workflow.emit(.cancelTimer(seq: 7)) }
        let failure = try #require(shell.work(on: TestHistory.started().poll()).failure)
        #expect(failure.failure.message == "There is no timer with the number 7.")
    }
}
