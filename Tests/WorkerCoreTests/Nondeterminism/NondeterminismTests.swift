import Foundation
import Testing
import WireAPI

@testable import WorkerCore

/// Each way in which code and history can disagree, and what people are told.
struct NondeterminismTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        /// What history has after the first task.
        var history: @Sendable (inout TestHistory) -> Void
        var code: @Sendable (TestWorkflow) -> Void
        /// What the message must say.
        var says: [String]
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "no command for an event", history: { $0.timerStarted("1") }, code: { _ in },
            says: ["event 5 history has TimerStarted (timer \"1\")", "the code gave no further command"]),
        Case(
            name: "another kind of command", history: { $0.timerStarted("1") }, code: { $0.activity("work") },
            says: ["TimerStarted (timer \"1\")", "scheduled activity \"work\" with id \"1\""]),
        Case(
            name: "activity type", history: { $0.activityScheduled("1", "play") }, code: { $0.activity("work") },
            says: ["activity \"play\" with id \"1\"", "activity \"work\" with id \"1\""]),
        Case(
            name: "activity id", history: { $0.activityScheduled("7", "work") }, code: { $0.activity("work") },
            says: ["with id \"7\"", "with id \"1\""]),
        Case(
            name: "timer id", history: { $0.timerStarted("9") }, code: { $0.timer() },
            says: ["timer \"9\"", "timer \"1\""]),
        Case(
            name: "child type", history: { $0.childInitiated("kid", "Boy") }, code: { $0.child("Girl", id: "kid") },
            says: ["\"Boy\"", "\"Girl\""]),
        Case(
            name: "child id", history: { $0.childInitiated("ann", "Kid") }, code: { $0.child("Kid", id: "bob") },
            says: ["\"ann\"", "\"bob\""]),
        Case(
            name: "signal's target", history: { $0.signalInitiated("hello", to: "ann") },
            code: { $0.signal("hello", to: "bob") }, says: ["\"ann\"", "\"bob\""]),
        Case(
            name: "signal's name", history: { $0.signalInitiated("hello", to: "ann") },
            code: { $0.signal("bye", to: "ann") }, says: ["\"hello\"", "\"bye\""]),
        Case(
            name: "cancel's target", history: { $0.cancelInitiated("ann") }, code: { $0.cancelOther("bob") },
            says: ["\"ann\"", "\"bob\""]),
        Case(
            name: "a command without its event", history: { $0.signal("more") },
            code: {
                $0.timer()
                $0.activity("work")
            },
            says: ["event 5 history goes on with WorkflowExecutionSignaled (signal \"more\")", "started timer \"1\""]),
        Case(
            name: "order",
            history: {
                $0.timerStarted("1")
                $0.activityScheduled("1", "work")
            },
            code: {
                $0.activity("work")
                $0.timer()
            }, says: ["event 5 history has TimerStarted", "scheduled activity \"work\""]),
        Case(
            name: "history completes, code does not", history: { $0.completed() }, code: { _ in },
            says: ["WorkflowExecutionCompleted", "the code gave no further command"]),
        Case(
            name: "code completes, history does not", history: { $0.signal("more") }, code: { $0.complete() },
            says: ["WorkflowExecutionSignaled", "the code completed the workflow"]),
        Case(
            name: "another end", history: { $0.completed() },
            code: { $0.emit(.failWorkflow(APIFailureFailure())) },
            says: ["WorkflowExecutionCompleted", "the code failed the workflow"]),
        Case(
            name: "upsert without its command", history: { $0.upserted("Stars") }, code: { $0.timer() },
            says: ["UpsertWorkflowSearchAttributes", "started timer \"1\""]),
        Case(
            name: "memo without its command", history: { $0.propertiesModified() }, code: { $0.timer() },
            says: ["WorkflowPropertiesModified", "started timer \"1\""]),
        Case(
            name: "unknown origin", history: { $0.timerFired("1", from: 2) }, code: { _ in },
            says: ["TimerFired (timer \"1\"), which goes back to event 2", "the code gave no command"]),
        Case(
            name: "activity ends twice",
            history: {
                let scheduled = $0.activityScheduled("1", "work")
                $0.activityStarted(scheduled)
                $0.activityCompleted(scheduled)
                $0.activityCompleted(scheduled)
            }, code: { $0.activity("work") }, says: ["ActivityTaskCompleted, which goes back to event 5"]),
        Case(
            name: "activity cancelled without having been asked",
            history: { $0.activityCanceled($0.activityScheduled("1", "work")) }, code: { $0.activity("work") },
            says: ["activity \"1\" cancelled", "the code had not asked"]),
        Case(
            name: "rejected update that history accepts", history: { $0.updateAccepted("id") },
            code: { workflow in
                workflow.onUpdate = {
                    workflow.emit(
                        .updateResponse(protocolInstanceID: $0.protocolInstanceID, .rejected(APIFailureFailure())))
                }
            }, says: ["history accepts update \"id\"", "rejected"]),
    ]

    @Test(arguments: cases)
    func isFoundAndExplained(_ example: Case) throws {
        var history = TestHistory.started()
        history.taskCompleted()
        example.history(&history)
        history.task()
        var shell = TestShell(example.code)
        let failure = try #require(shell.replay(history.wire).failure)
        #expect(failure.cause == .nonDeterministicError)
        #expect(failure.failure.message.hasPrefix("[TMPRL1100] Nondeterminism"))
        #expect(failure.failure.message.contains("Workflow.patched("))
        for part in example.says {
            #expect(failure.failure.message.contains(part), "\(failure.failure.message)")
        }
        #expect(failure.failure.applicationFailureInfo.type == "NondeterminismError")
    }

    @Test func cancelledTimerThatFires() throws {
        var history = TestHistory.started()
        history.taskCompleted()
        let started = history.timerStarted("1")
        history.signal("stop")
        history.task()
        history.timerCanceled("1", from: started)
        history.timerFired("1", from: started)
        history.task()
        var shell = TestShell { workflow in
            let timer = workflow.timer()
            workflow.onSignal = { _ in workflow.cancelTimer(timer) }
        }
        let failure = try #require(shell.replay(history.wire).failure)
        #expect(failure.cause == .nonDeterministicError)
    }

    @Test func isReportedOnceOnly() throws {
        var history = TestHistory.started()
        history.taskCompleted()
        history.timerStarted("1")
        history.signal("go")
        history.taskStarted()
        for attempt: Int32 in 1...3 {
            var poll = history.poll(previous: 3)
            poll.attempt = attempt
            var shell = TestShell { _ in }
            let failure = try #require(shell.work(on: poll).failure)
            #expect(failure.shouldReport == (attempt == 1))
            #expect(failure.request.taskToken == poll.taskToken)
            #expect(failure.request.cause == .nonDeterministicError)
        }
    }

    @Test func failsTheRunIfSoChosen() throws {
        var history = TestHistory.started()
        history.taskCompleted()
        history.timerStarted("1")
        history.signal("go")
        history.taskStarted()
        var shell = TestShell { _ in }
        shell.options.onNondeterminism = .failRun
        let completion = try #require(shell.work(on: history.poll(previous: 3)).completion)
        #expect(completion.closesRun)
        #expect(completion.request.commands.map(\.commandType) == [.failWorkflowExecution])
        let failure = completion.request.commands[0].failWorkflowExecutionCommandAttributes.failure
        #expect(failure.applicationFailureInfo.type == "NondeterminismError")
    }

    @Test func unknownMarkersAreNamed() throws {
        var history = TestHistory.started()
        history.taskCompleted()
        history.marker("core_local_activity")
        history.task()
        var shell = TestShell { _ in }
        let failure = try #require(shell.replay(history.wire).failure)
        #expect(failure.failure.message.contains("core_local_activity"))
    }
}
