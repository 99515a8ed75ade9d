import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import WorkerCore

struct UpdateTests {
    /// Accepts all updates but those called `bad`, and completes them at once; `slow` ones with a timer.
    private static func program(_ workflow: TestWorkflow) {
        workflow.onUpdate = { update in
            let instance = update.protocolInstanceID
            if update.name == "bad", update.runValidator {
                workflow.emit(.updateResponse(protocolInstanceID: instance, .rejected(APIFailureFailure())))
                return
            }
            workflow.emit(.updateResponse(protocolInstanceID: instance, .accepted))
            let outcome = WorkflowCommand.updateResponse(
                protocolInstanceID: instance, .completed(.success(.text("changed"))))
            if update.name == "slow" { workflow.timer { workflow.emit(outcome) } } else { workflow.emit(outcome) }
        }
    }

    private func message(_ id: String, _ name: String, sequencing: Int64) throws -> APIMessage {
        var message = APIMessage()
        message.id = "\(id)/request"
        message.protocolInstanceID = id
        message.eventID = sequencing
        message.body = try Google_Protobuf_Any(message: APIUpdateRequest.test(id, name: name))
        return message
    }

    private func poll(_ names: [String]) throws -> APIPollWorkflowTaskQueueResponse {
        var poll = TestHistory.started().poll()
        poll.messages = try names.map { try message("id-\($0)", $0, sequencing: 2) }
        return poll
    }

    @Test func acceptedAndCompleted() throws {
        var shell = TestShell(Self.program)
        let request = try #require(shell.work(on: poll(["change"])).completion).request
        #expect(
            request.commands.map(\.summary) == [
                "message id-change/request/accept", "message id-change/request/complete",
            ])
        #expect(request.messages.map(\.id) == ["id-change/request/accept", "id-change/request/complete"])
        #expect(request.messages.allSatisfy { $0.protocolInstanceID == "id-change" })
        let acceptance = try APIAcceptance(unpackingAny: request.messages[0].body)
        #expect(acceptance.acceptedRequestMessageID == "id-change/request")
        #expect(acceptance.acceptedRequestSequencingEventID == 2)
        #expect(acceptance.acceptedRequest.input.name == "change")
        let response = try APIUpdateResponse(unpackingAny: request.messages[1].body)
        #expect(response.meta.updateID == "id-change")
        #expect(response.outcome.success == .text("changed"))
        // The update comes after the start, in the same activation.
        #expect(shell.activations.count == 1)
        #expect(shell.activations.first?.jobs.count == 2)
    }

    @Test func rejectedLeavesNoCommand() throws {
        var shell = TestShell(Self.program)
        let request = try #require(shell.work(on: poll(["bad"])).completion).request
        #expect(request.commands.isEmpty)
        #expect(request.messages.map(\.id) == ["id-bad/request/reject"])
        let rejection = try APIRejection(unpackingAny: request.messages[0].body)
        #expect(rejection.rejectedRequestMessageID == "id-bad/request")
        #expect(rejection.rejectedRequestSequencingEventID == 2)
    }

    @Test func completesInALaterTask() throws {
        var history = TestHistory.started()
        var shell = TestShell(Self.program)
        let first = try #require(shell.work(on: poll(["slow"])).completion).request
        #expect(first.commands.map(\.summary) == ["message id-slow/request/accept", "timer 1 1000"])
        history.taskCompleted()
        history.updateAccepted("id-slow", name: "slow")
        history.timerFired("1", from: history.timerStarted("1"))
        history.taskStarted()
        let second = try #require(shell.work(on: history.poll(previous: 3, from: 4)).completion).request
        #expect(second.commands.map(\.summary) == ["message id-slow/request/complete"])
        #expect(second.messages.count == 1)
    }

    @Test(arguments: [true, false])
    func replaysWithoutValidatingOrAnswering(isAdmitted: Bool) throws {
        var history = TestHistory()
        history.start()
        if isAdmitted { history.updateAdmitted("id", name: "bad") }
        history.taskStarted()
        history.taskCompleted()
        history.updateAccepted("id", name: "bad", withRequest: !isAdmitted)
        history.updateCompleted("id")
        history.signal("later")
        let started = history.taskStarted()
        var shell = TestShell(Self.program)
        let request = try #require(shell.work(on: history.poll(previous: started - 6)).completion).request
        #expect(request.commands.isEmpty)
        #expect(request.messages.isEmpty)
        let updates = shell.activations.flatMap(\.jobs).compactMap { job -> UpdateReceived? in
            if case .update(let update) = job { update } else { nil }
        }
        #expect(updates.map(\.name) == ["bad"])
        #expect(updates.map(\.runValidator) == [false])
    }

    @Test func admittedOnesAreDeliveredWithTheNewestTask() throws {
        var history = TestHistory()
        history.start()
        history.updateAdmitted("early", name: "change")
        history.taskStarted()
        var shell = TestShell(Self.program)
        let request = try #require(shell.work(on: history.poll()).completion).request
        #expect(request.messages.map(\.id) == ["early/request/accept", "early/request/complete"])
    }

    @Test func droppedSpeculativeTaskIsUndone() throws {
        var history = TestHistory.started()
        var shell = TestShell(Self.program)
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        history.signal("real")
        history.taskStarted()
        _ = shell.work(on: history.poll(previous: 3, from: 4))
        history.taskCompleted()

        // Events 9 and 10 are speculative; the server takes them back.
        var speculative = history
        speculative.taskStarted()
        var poll = speculative.poll(previous: 7, from: 8)
        poll.messages = [try message("id", "bad", sequencing: 9)]
        let rejected = shell.work(on: poll, resetTo: 7)
        #expect(rejected.completion?.request.messages.map(\.id) == ["id/request/reject"])

        history.signal("another")
        history.taskStarted()
        let before = shell.activations.count
        let next = try #require(shell.work(on: history.poll(previous: 7, from: 8)).completion)
        #expect(next.request.commands.isEmpty)
        #expect(shell.restarts.isEmpty)
        #expect(shell.activations.count == before + 1)
    }

    @Test func answersOutOfOrderAreErrors() throws {
        for answers in [[UpdateAnswer.completed(.success(APIPayloads()))], [.accepted, .accepted]] {
            var shell = TestShell { workflow in
                workflow.onUpdate = { update in
                    for answer in answers {
                        workflow.emit(.updateResponse(protocolInstanceID: update.protocolInstanceID, answer))
                    }
                }
            }
            let failure = try #require(shell.work(on: poll(["change"])).failure)
            #expect(failure.failure.message.contains("id-change"))
        }
    }

    @Test func answeringOneThatIsNotInProgressIsAnError() throws {
        var shell = TestShell { workflow in
            workflow.emit(.updateResponse(protocolInstanceID: "nothing", .accepted))
        }
        #expect(shell.work(on: TestHistory.started().poll()).failure != nil)
    }

    @Test func otherMessagesAreIgnored() throws {
        var poll = TestHistory.started().poll()
        var message = APIMessage()
        message.body = try Google_Protobuf_Any(message: APIRejection())
        poll.messages = [message]
        var shell = TestShell(Self.program)
        #expect(shell.work(on: poll).completion?.request.messages.isEmpty == true)
    }
}
