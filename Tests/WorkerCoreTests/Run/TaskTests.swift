import Foundation
import Testing
import WireAPI

@testable import WorkerCore

/// Workflow tasks: what they carry, how they follow each other, how they fail.
struct TaskTests {
    private static func heartbeats(_ workflow: TestWorkflow) { workflow.timer { heartbeats(workflow) } }

    @Test func theFirstActivationTellsAllAboutTheStart() throws {
        let history = TestHistory.started(type: "Greeting")
        var shell = TestShell { _ in }
        _ = shell.work(on: history.poll())
        let activation = try #require(shell.activations.first)
        #expect(activation.runID == "run")
        #expect(activation.workflowTime == 1_700_000_000_030_000_000)
        #expect(!activation.isReplaying)
        #expect(activation.historyLength == 3)
        #expect(activation.historySize == 200)
        guard case .start(let start)? = activation.jobs.first else {
            Issue.record("no start")
            return
        }
        #expect(start.workflowID == "workflow")
        #expect(start.workflowType == "Greeting")
        #expect(start.startTime == 1_700_000_000_010_000_000)
        #expect(start.randomSeed == RandomSeed.seed(from: "run"))
        #expect(start.attributes.taskQueue.name == "queue")
    }

    @Test func jobsComeInTheirOrder() throws {
        var history = TestHistory.started()
        history.taskCompleted()
        let activity = history.activityScheduled("1", "work")
        let timer = history.timerStarted("1")
        history.timerFired("1", from: timer)
        history.signal("first")
        history.activityStarted(activity)
        history.activityCompleted(activity)
        history.cancelRequested("why not")
        history.signal("second")
        history.taskStarted()
        history.taskFailed(.resetWorkflow, newRun: "other")
        history.taskStarted()
        history.taskCompleted()
        history.patchMarker("change")
        history.signal("later")
        history.taskStarted()
        var shell = TestShell { workflow in
            workflow.activity("work")
            workflow.timer()
            workflow.onCancel = { _ in _ = workflow.patched("change") }
        }
        _ = shell.work(on: history.poll(previous: history.lastID - 5))
        let names = shell.activations[1].jobs.map { job in
            switch job {
            case .notifyHasPatch: "patch"
            case .updateRandomSeed(let seed): seed == RandomSeed.seed(from: "other") ? "seed" : "wrong seed"
            case .signal(let signal): signal.name
            case .fireTimer: "timer"
            case .resolveActivity: "activity"
            case .cancelWorkflow(let reason): reason
            default: "something else"
            }
        }
        #expect(names == ["patch", "seed", "first", "second", "timer", "activity", "why not"])
    }

    @Test func failedAndTimedOutTasksAreSkipped() throws {
        var history = TestHistory.started()
        history.taskFailed()
        history.taskStarted()
        history.taskTimedOut()
        history.signal("hello")
        history.taskStarted()
        var shell = TestShell { _ in }
        _ = try #require(shell.work(on: history.poll()).completion)
        #expect(shell.activations.count == 1)
        #expect(shell.activations.first?.jobs.count == 2)
        #expect(shell.activations.first?.historyLength == history.lastID)
        #expect(shell.activations.first?.isReplaying == false)
    }

    /// Tasks in which nothing happens do not reach the code, neither live nor at replay.
    @Test func emptyTasksAreAnsweredWithoutTheCode() throws {
        var history = TestHistory.started()
        var shell = TestShell { _ in }
        _ = shell.work(on: history.poll())
        for _ in 0..<3 {
            let previous = history.lastID
            history.taskCompleted()
            history.taskStarted()
            let completion = try #require(
                shell.work(on: history.poll(previous: previous, from: previous + 1)).completion)
            #expect(completion.request.commands.isEmpty)
        }
        #expect(shell.activations.count == 1)
        history.taskCompleted()
        #expect(shell.replay(history.wire).failure == nil)
        #expect(shell.activations.count == 2)
    }

    @Test func closingCommandsGoLast() throws {
        var shell = TestShell { workflow in
            workflow.complete()
            workflow.timer()
            workflow.emit(.failWorkflow(APIFailureFailure()))
        }
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        #expect(completion.request.commands.map(\.summary) == ["timer 1 1000", "complete"])
        #expect(completion.closesRun)
    }

    @Test(arguments: ["complete", "fail oops", "end as cancelled", "continue as new Next"])
    func endsAreSentAndReplayed(end: String) throws {
        let command: WorkflowCommand
        var history = TestHistory.started()
        let poll = history.poll()
        history.taskCompleted()
        switch end {
        case "complete":
            command = .completeWorkflow(.text("result"))
            history.completed()
        case "fail oops":
            command = .failWorkflow(.application(type: "Oops", message: "oops"))
            history.add(.workflowExecutionFailed, .workflowExecutionFailedEventAttributes(.init()))
        case "end as cancelled":
            command = .cancelWorkflow(details: APIPayloads())
            history.add(.workflowExecutionCanceled, .workflowExecutionCanceledEventAttributes(.init()))
        default:
            var attributes = APIContinueAsNewWorkflowExecutionCommandAttributes()
            attributes.workflowType.name = "Next"
            command = .continueAsNew(attributes)
            history.add(.workflowExecutionContinuedAsNew, .workflowExecutionContinuedAsNewEventAttributes(.init()))
        }
        var shell = TestShell { $0.emit(command) }
        let completion = try #require(shell.work(on: poll).completion)
        #expect(completion.request.commands.map(\.summary) == [end])
        #expect(completion.closesRun)
        #expect(shell.replay(history.wire).failure == nil)
        #expect(shell.state?.isClosed == true)
    }

    @Test func continuingAsNewStaysOnItsTaskQueue() throws {
        var shell = TestShell { $0.emit(.continueAsNew(APIContinueAsNewWorkflowExecutionCommandAttributes())) }
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        let attributes = completion.request.commands[0].continueAsNewWorkflowExecutionCommandAttributes
        #expect(attributes.taskQueue.name == "queue")
    }

    /// A server that retries or repeats a run may say so in place of how it ended.
    @Test func retryInPlaceOfFailureIsAccepted() {
        var history = TestHistory.started()
        history.taskCompleted()
        var attributes = APIWorkflowExecutionContinuedAsNewEventAttributes()
        attributes.initiator = .retry
        history.add(.workflowExecutionContinuedAsNew, .workflowExecutionContinuedAsNewEventAttributes(attributes))
        var shell = TestShell { $0.emit(.failWorkflow(APIFailureFailure())) }
        #expect(shell.replay(history.wire).failure == nil)
    }

    @Test func attributesAndMemoAreSent() throws {
        var history = TestHistory.started()
        var shell = TestShell { workflow in
            var attributes = APISearchAttributes()
            attributes.indexedFields = ["Stars": APIPayload()]
            workflow.emit(.upsertSearchAttributes(attributes))
            var memo = APIModifyWorkflowPropertiesCommandAttributes()
            memo.upsertedMemo.fields = ["mood": APIPayload()]
            workflow.emit(.modifyProperties(memo))
        }
        let completion = try #require(shell.work(on: history.poll()).completion)
        #expect(completion.request.commands.map(\.summary) == ["upsert Stars=", "memo mood"])
        history.taskCompleted()
        history.upserted("Stars")
        history.propertiesModified()
        history.task()
        #expect(shell.replay(history.wire).failure == nil)
    }

    // MARK: Failures of the code

    @Test func failuresOfTheCodeFailTheTask() throws {
        var history = TestHistory.started()
        for attempt: Int32 in 1...2 {
            var poll = history.poll()
            poll.attempt = attempt
            var shell = TestShell { $0.failure = "boom" }
            let failure = try #require(shell.work(on: poll).failure)
            #expect(failure.cause == .workflowWorkerUnhandledFailure)
            #expect(failure.failure.message == "boom")
            #expect(failure.taskToken == poll.taskToken)
            #expect(failure.shouldReport == (attempt == 1))
            #expect(!failure.isQuery)
        }
        history.taskCompleted()
        var shell = TestShell { $0.failure = "boom" }
        let failure = try #require(shell.work(on: history.queryPoll("how", previous: 3, from: 1)).failure)
        #expect(failure.isQuery)
        #expect(!failure.shouldReport)
        #expect(failure.queryRequest.completedType == .failed)
        #expect(failure.queryRequest.errorMessage == "boom")
        #expect(failure.queryRequest.taskToken == Data("query".utf8))
    }

    @Test func evictionIsTheLastActivation() {
        var shell = TestShell(Self.heartbeats)
        _ = shell.work(on: TestHistory.started().poll())
        let workflow = shell.workflow
        shell.evict(.cacheFull)
        #expect(workflow?.isEvicted == true)
        #expect(workflow?.activations.last?.jobs == [.evict(.cacheFull)])
    }

    @Test func callsAtTheWrongTimeFailTheTask() {
        var state = WorkflowRunState(runID: "run")
        guard case .failTask(let failure) = state.complete(with: .success([])) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.failure.message.contains("complete(with:)"))
        #expect(!failure.shouldReport)
    }

    // MARK: Metadata

    @Test func flagsAndNameAreRecordedOnce() throws {
        var history = TestHistory.started()
        var shell = TestShell(Self.heartbeats)
        shell.options = WorkerCoreOptions(sdkName: "swift", sdkVersion: "1")
        let first = try #require(shell.work(on: history.poll()).completion).request
        #expect(first.sdkMetadata.coreUsedFlags == [1, 2, 3])
        #expect(first.sdkMetadata.sdkName == "swift")
        #expect(first.sdkMetadata.sdkVersion == "1")
        #expect(first.capabilities.discardSpeculativeWorkflowTaskWithEvents)
        history.taskCompleted()
        history.timerFired("1", from: history.timerStarted("1"))
        history.taskStarted()
        let second = try #require(shell.work(on: history.poll(previous: 3, from: 4)).completion).request
        #expect(!second.hasSdkMetadata)
    }

    @Test func whatAnotherVersionRecordedIsNotRepeated() throws {
        var history = TestHistory.started()
        var completed = APIWorkflowTaskCompletedEventAttributes()
        completed.sdkMetadata.coreUsedFlags = [1, 2]
        completed.sdkMetadata.sdkName = "swift"
        completed.sdkMetadata.sdkVersion = "0"
        history.add(.workflowTaskCompleted, .workflowTaskCompletedEventAttributes(completed))
        history.timerFired("1", from: history.timerStarted("1"))
        history.taskStarted()
        var shell = TestShell(Self.heartbeats)
        shell.options = WorkerCoreOptions(sdkName: "swift", sdkVersion: "1")
        let request = try #require(shell.work(on: history.poll(previous: 3)).completion).request
        #expect(request.sdkMetadata.coreUsedFlags == [3])
        #expect(request.sdkMetadata.sdkName.isEmpty)
        #expect(request.sdkMetadata.sdkVersion == "1")
    }
}
