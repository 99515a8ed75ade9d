import Foundation
import Testing
import WireAPI

@testable import WorkerCore

struct ChildTests {
    private func shell(_ cancellation: ChildCancellation = .waitCompletion) -> TestShell {
        TestShell { workflow in
            let child = workflow.child("Kid", id: "kid", cancellation)
            workflow.onSignal = { _ in workflow.emit(.cancelChild(seq: child, reason: "bedtime")) }
        }
    }

    /// The jobs about children that the code heard of after the first activation.
    private func jobs(_ shell: TestShell) -> [ActivationJob] {
        shell.activations.dropFirst().flatMap(\.jobs).filter {
            switch $0 {
            case .resolveChildStart, .resolveChild: true
            default: false
            }
        }
    }

    /// Runs the first task and one with the child's events, which `fill` adds after the initiation.
    private func afterStart(
        _ cancellation: ChildCancellation = .waitCompletion, _ fill: (inout TestHistory, Int64) -> Void
    ) throws -> (TestShell, TestHistory, WorkflowTaskCompletion, initiated: Int64) {
        var (shell, history) = (shell(cancellation), TestHistory.started())
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        let initiated = history.childInitiated("kid", "Kid")
        fill(&history, initiated)
        history.taskStarted()
        let completion = try #require(shell.work(on: history.poll(previous: 3, from: 4)).completion)
        return (shell, history, completion, initiated)
    }

    @Test func fillsInWhatTheCodeLeavesOut() throws {
        var shell = shell()
        shell.options.namespace = "home"
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        let attributes = try #require(completion.request.commands.first)
            .startChildWorkflowExecutionCommandAttributes
        #expect(attributes.namespace == "home")
        #expect(attributes.taskQueue.name == "queue")
    }

    @Test func startsAndCompletes() throws {
        let (shell, _, _, _) = try afterStart { history, initiated in
            history.childStarted(initiated)
            history.childCompleted(initiated)
        }
        #expect(
            jobs(shell) == [
                .resolveChildStart(seq: 1, .started(runID: "child-run")),
                .resolveChild(seq: 1, .completed(.text("grown up"))),
            ])
    }

    @Test func startFails() throws {
        let (shell, _, _, _) = try afterStart { history, initiated in history.childStartFailed(initiated) }
        #expect(
            jobs(shell) == [
                .resolveChildStart(
                    seq: 1, .failed(cause: .workflowAlreadyExists, workflowID: "kid", workflowType: "Kid"))
            ])
    }

    @Test(arguments: [
        ("Child Workflow execution failed", "naughty"), ("Child Workflow execution timed out", "Timed out"),
        ("Child Workflow execution terminated", "Terminated"),
    ])
    func endsBadly(message: String, cause: String) throws {
        let (shell, _, _, initiated) = try afterStart { history, initiated in
            history.childStarted(initiated)
            switch cause {
            case "naughty": history.childFailed(initiated)
            case "Timed out": history.childTimedOut(initiated)
            default: history.childTerminated(initiated)
            }
        }
        guard case .resolveChild(seq: 1, .failed(let failure))? = jobs(shell).last else {
            Issue.record("not failed")
            return
        }
        #expect(failure.message == message)
        #expect(failure.cause.message == cause)
        let info = failure.childWorkflowExecutionFailureInfo
        #expect(info.workflowExecution.workflowID == "kid")
        #expect(info.workflowExecution.runID == "child-run")
        #expect(info.workflowType.name == "Kid")
        #expect(info.initiatedEventID == initiated)
        #expect(info.startedEventID == initiated + 1)
    }

    @Test func cancelledBeforeItIsSentIsNeverSent() throws {
        var shell = TestShell { workflow in
            let child = workflow.child("Kid", id: "kid")
            workflow.emit(.cancelChild(seq: child, reason: "never mind"))
        }
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        #expect(completion.request.commands.isEmpty)
        guard case .resolveChildStart(seq: 1, .canceled(let failure))? = jobs(shell).last else {
            Issue.record("not cancelled")
            return
        }
        #expect(failure.childWorkflowExecutionFailureInfo.workflowExecution.workflowID == "kid")
    }

    @Test func waitCompletionWaitsForTheChild() throws {
        var (shell, history, completion, initiated) = try afterStart { history, initiated in
            history.childStarted(initiated)
            history.signal("cancel")
        }
        #expect(completion.request.commands.map(\.summary) == ["cancel workflow kid child"])
        let attributes = completion.request.commands[0].requestCancelExternalWorkflowExecutionCommandAttributes
        #expect(attributes.reason == "bedtime")
        #expect(attributes.runID == "child-run")
        #expect(jobs(shell).count == 1)

        let previous = history.lastID
        history.taskCompleted()
        history.cancelDelivered(history.cancelInitiated("kid"))
        history.childCanceled(initiated)
        history.taskStarted()
        _ = try #require(shell.work(on: history.poll(previous: previous, from: previous + 1)).completion)
        guard case .resolveChild(seq: 1, .canceled)? = jobs(shell).last else {
            Issue.record("not cancelled")
            return
        }
    }

    @Test func waitRequestedWaitsForDelivery() throws {
        var (shell, history, _, initiated) = try afterStart(.waitRequested) { history, initiated in
            history.childStarted(initiated)
            history.signal("cancel")
        }
        #expect(jobs(shell).count == 1)
        let previous = history.lastID
        history.taskCompleted()
        history.cancelDelivered(history.cancelInitiated("kid"))
        history.childCompleted(initiated)
        history.taskStarted()
        _ = try #require(shell.work(on: history.poll(previous: previous, from: previous + 1)).completion)
        #expect(jobs(shell).count == 2)
        guard case .resolveChild(seq: 1, .canceled)? = jobs(shell).last else {
            Issue.record("not cancelled")
            return
        }
    }

    @Test(arguments: [ChildCancellation.tryCancel, .abandon], [true, false])
    func tryCancelAndAbandonResolveAtOnce(cancellation: ChildCancellation, isStarted: Bool) throws {
        var (shell, history, completion, initiated) = try afterStart(cancellation) { history, initiated in
            if isStarted { history.childStarted(initiated) }
            history.signal("cancel")
        }
        #expect(completion.request.commands.count == (cancellation == .tryCancel ? 1 : 0))
        switch jobs(shell).last {
        case .resolveChild(seq: 1, .canceled)?: #expect(isStarted)
        case .resolveChildStart(seq: 1, .canceled)?: #expect(!isStarted)
        default: Issue.record("not cancelled")
        }
        // Whatever becomes of the child is no news.
        let before = shell.activations.count
        let previous = history.lastID
        history.taskCompleted()
        if cancellation == .tryCancel { history.cancelDelivered(history.cancelInitiated("kid")) }
        if !isStarted { history.childStarted(initiated) }
        history.childCompleted(initiated)
        history.taskStarted()
        _ = try #require(shell.work(on: history.poll(previous: previous, from: previous + 1)).completion)
        #expect(shell.activations.count == before)
    }
}
