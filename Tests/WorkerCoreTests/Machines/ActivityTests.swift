import Foundation
import Testing
import WireAPI

@testable import WorkerCore

struct ActivityTests {
    /// One activity of type `work`, recorded as event 5 and started; `cancelled` by a signal.
    private func shell(_ cancellation: ActivityCancellation = .tryCancel) -> TestShell {
        TestShell { workflow in
            let activity = workflow.activity("work", cancellation)
            workflow.onSignal = { _ in workflow.emit(.requestCancelActivity(seq: activity)) }
        }
    }

    private func resolution(_ shell: TestShell) -> ActivityResolution? {
        for activation in shell.activations.reversed() {
            for case .resolveActivity(seq: 1, let resolution) in activation.jobs { return resolution }
        }
        return nil
    }

    @Test func fillsInWhatTheCodeLeavesOut() throws {
        var shell = shell()
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        let command = try #require(completion.request.commands.first)
        #expect(command.commandType == .scheduleActivityTask)
        #expect(command.scheduleActivityTaskCommandAttributes.activityID == "1")
        #expect(command.scheduleActivityTaskCommandAttributes.taskQueue.name == "queue")
    }

    @Test func completes() throws {
        var (shell, history) = (shell(), TestHistory.started())
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        let scheduled = history.activityScheduled("1", "work")
        history.activityStarted(scheduled)
        history.activityCompleted(scheduled, "done")
        history.taskStarted()
        _ = shell.work(on: history.poll(previous: 3, from: 4))
        #expect(resolution(shell) == .completed(.text("done")))
    }

    @Test func fails() throws {
        var (shell, history) = (shell(), TestHistory.started())
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        let scheduled = history.activityScheduled("1", "work")
        history.activityStarted(scheduled)
        history.activityFailed(scheduled, "no luck")
        history.taskStarted()
        _ = shell.work(on: history.poll(previous: 3, from: 4))
        guard case .failed(let failure)? = resolution(shell) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.message == "Activity task failed")
        #expect(failure.cause.message == "no luck")
        #expect(failure.activityFailureInfo.activityID == "1")
        #expect(failure.activityFailureInfo.activityType.name == "work")
        #expect(failure.activityFailureInfo.scheduledEventID == scheduled)
        #expect(failure.activityFailureInfo.startedEventID == scheduled + 1)
        #expect(failure.activityFailureInfo.retryState == .maximumAttemptsReached)
        #expect(failure.activityFailureInfo.identity == "worker")
    }

    @Test(arguments: [true, false])
    func timesOut(isStarted: Bool) throws {
        var (shell, history) = (shell(), TestHistory.started())
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        let scheduled = history.activityScheduled("1", "work")
        if isStarted { history.activityStarted(scheduled) }
        history.activityTimedOut(scheduled)
        history.taskStarted()
        _ = shell.work(on: history.poll(previous: 3, from: 4))
        guard case .failed(let failure)? = resolution(shell) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.message == "Activity task timed out")
        #expect(failure.cause.timeoutFailureInfo.timeoutType == .startToClose)
        #expect(failure.activityFailureInfo.retryState == .timeout)
    }

    // MARK: Cancellation

    @Test(arguments: [ActivityCancellation.tryCancel, .waitCompletion, .abandon])
    func cancelledBeforeItIsSentIsNeverSent(cancellation: ActivityCancellation) throws {
        var resolutions: [ActivityResolution] = []
        var shell = TestShell { workflow in
            let activity = workflow.activity("work", cancellation) { resolutions.append($0) }
            workflow.emit(.requestCancelActivity(seq: activity))
            workflow.emit(.requestCancelActivity(seq: activity))
        }
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        #expect(completion.request.commands.isEmpty)
        #expect(shell.activations.count == 2)
        #expect(resolutions.count == 1)
        guard case .canceled(let failure)? = resolutions.first else {
            Issue.record("not cancelled")
            return
        }
        #expect(failure.activityFailureInfo.activityID == "1")
        #expect(failure.cause.canceledFailureInfo == APICanceledFailureInfo())
    }

    /// A workflow that is signalled to cancel its running activity. Returns the answer to that task.
    private func cancelRunning(
        _ cancellation: ActivityCancellation, started: Bool = true
    ) throws -> (TestShell, TestHistory, WorkflowTaskCompletion, scheduled: Int64) {
        var (shell, history) = (shell(cancellation), TestHistory.started())
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        let scheduled = history.activityScheduled("1", "work")
        if started { history.activityStarted(scheduled) }
        history.signal("cancel")
        let last = history.taskStarted()
        let completion = try #require(shell.work(on: history.poll(started: last, previous: 3, from: 4)).completion)
        history.taskCompleted()
        return (shell, history, completion, scheduled)
    }

    @Test(arguments: [true, false])
    func tryCancelAsksAndResolvesAtOnce(isStarted: Bool) throws {
        var (shell, history, completion, scheduled) = try cancelRunning(.tryCancel, started: isStarted)
        #expect(completion.request.commands.map(\.summary) == ["cancel activity of \(scheduled)"])
        guard case .canceled? = resolution(shell) else {
            Issue.record("not cancelled")
            return
        }
        let previous = history.lastID - 1
        history.activityCancelRequested(scheduled)
        history.activityCanceled(scheduled)
        history.signal("again")
        history.taskStarted()
        let before = shell.activations.count
        _ = try #require(shell.work(on: history.poll(previous: previous, from: previous + 1)).completion)
        // Only the signal: the end of the activity is no news any more, and cancelling it again does nothing.
        #expect(shell.activations.dropFirst(before).flatMap(\.jobs).count == 1)
    }

    @Test func waitCompletionWaits() throws {
        var (shell, history, completion, scheduled) = try cancelRunning(.waitCompletion)
        #expect(completion.request.commands.map(\.summary) == ["cancel activity of \(scheduled)"])
        #expect(resolution(shell) == nil)
        let previous = history.lastID - 1
        history.activityCancelRequested(scheduled)
        history.activityCanceled(scheduled)
        history.taskStarted()
        _ = shell.work(on: history.poll(previous: previous, from: previous + 1))
        guard case .canceled(let failure)? = resolution(shell) else {
            Issue.record("not cancelled")
            return
        }
        #expect(failure.cause.canceledFailureInfo.details == .text("stopped"))
    }

    @Test func waitCompletionTakesAnyEnd() throws {
        var (shell, history, _, scheduled) = try cancelRunning(.waitCompletion)
        let previous = history.lastID - 1
        history.activityCancelRequested(scheduled)
        history.activityCompleted(scheduled, "all the same")
        history.taskStarted()
        _ = shell.work(on: history.poll(previous: previous, from: previous + 1))
        #expect(resolution(shell) == .completed(.text("all the same")))
    }

    @Test func abandonSendsNothing() throws {
        var (shell, history, completion, scheduled) = try cancelRunning(.abandon)
        #expect(completion.request.commands.isEmpty)
        guard case .canceled? = resolution(shell) else {
            Issue.record("not cancelled")
            return
        }
        let previous = history.lastID - 1
        history.activityCompleted(scheduled)
        history.taskStarted()
        let before = shell.activations.count
        _ = try #require(shell.work(on: history.poll(previous: previous, from: previous + 1)).completion)
        #expect(shell.activations.count == before)
    }

    @Test func cancellingOneThatHasEndedDoesNothing() throws {
        var (shell, history) = (shell(.waitCompletion), TestHistory.started())
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        let scheduled = history.activityScheduled("1", "work")
        history.activityStarted(scheduled)
        history.signal("cancel")
        history.activityCompleted(scheduled)
        history.taskStarted()
        let completion = try #require(shell.work(on: history.poll(previous: 3, from: 4)).completion)
        #expect(completion.request.commands.isEmpty)
    }
}
