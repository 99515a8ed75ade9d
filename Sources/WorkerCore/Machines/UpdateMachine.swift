import SwiftProtobuf
import WireAPI

/// One update, from its request to its outcome.
///
///     requested ──accept──▶ accepted ──complete──▶ completed
///        └─reject─▶ (gone: a rejected update leaves no trace in history)
///
/// Acceptance and outcome are protocol messages; each also needs a command that marks its place among the others.
struct UpdateMachine: Sendable {
    enum State: Sendable {
        case requested
        case accepted
        case completed
    }

    private(set) var state = State.requested
    let request: UpdateRequest

    init(_ request: UpdateRequest) {
        self.request = request
    }

    /// The message that says so.
    mutating func accept() throws(CoreError) -> APIMessage {
        guard case .requested = state else { throw outOfOrder("accepted") }
        state = .accepted
        var acceptance = APIAcceptance()
        acceptance.acceptedRequestMessageID = request.messageID
        acceptance.acceptedRequestSequencingEventID = request.sequencingEventID
        acceptance.acceptedRequest = request.body
        return try message("accept", acceptance)
    }

    mutating func reject(_ failure: APIFailureFailure) throws(CoreError) -> APIMessage {
        guard case .requested = state else { throw outOfOrder("rejected") }
        var rejection = APIRejection()
        rejection.rejectedRequestMessageID = request.messageID
        rejection.rejectedRequestSequencingEventID = request.sequencingEventID
        rejection.rejectedRequest = request.body
        rejection.failure = failure
        return try message("reject", rejection)
    }

    mutating func complete(_ outcome: UpdateOutcome) throws(CoreError) -> APIMessage {
        guard case .accepted = state else { throw outOfOrder("completed") }
        state = .completed
        var response = APIUpdateResponse()
        response.meta = request.body.meta
        switch outcome {
        case .success(let payloads): response.outcome.success = payloads
        case .failure(let failure): response.outcome.failure = failure
        }
        return try message("complete", response)
    }

    private func message(_ verb: String, _ body: any Message) throws(CoreError) -> APIMessage {
        var message = APIMessage()
        message.id = "\(request.messageID)/\(verb)"
        message.protocolInstanceID = request.protocolInstanceID
        guard let packed = try? Google_Protobuf_Any(message: body) else {
            throw .badCommand("The answer to update \"\(request.body.meta.updateID)\" cannot be encoded.")
        }
        message.body = packed
        return message
    }

    private func outOfOrder(_ verb: String) -> CoreError {
        .badCommand("Update \"\(request.body.meta.updateID)\" cannot be \(verb): it is \(state) already.")
    }
}

/// A request for an update, from wherever it came: a protocol message, or history.
struct UpdateRequest: Sendable {
    var messageID: String
    var protocolInstanceID: String
    var sequencingEventID: Int64
    var body: APIUpdateRequest

    /// Nil if the message is not a request for an update.
    init?(_ message: APIMessage) {
        guard message.body.isA(APIUpdateRequest.self), let body = try? APIUpdateRequest(unpackingAny: message.body)
        else { return nil }
        messageID = message.id
        protocolInstanceID = message.protocolInstanceID
        sequencingEventID = message.eventID
        self.body = body
    }

    init(_ event: APIWorkflowExecutionUpdateAcceptedEventAttributes) {
        messageID = event.acceptedRequestMessageID
        protocolInstanceID = event.protocolInstanceID
        sequencingEventID = event.acceptedRequestSequencingEventID
        body = event.acceptedRequest
    }

    /// An update that history admitted before the workflow saw it, after a reset for instance.
    init(_ event: APIWorkflowExecutionUpdateAdmittedEventAttributes, eventID: Int64) {
        let updateID = event.request.meta.updateID
        messageID = "\(updateID)/request"
        protocolInstanceID = updateID
        sequencingEventID = eventID - 1
        body = event.request
    }

    func job(runValidator: Bool) -> ActivationJob {
        .update(
            UpdateReceived(
                id: body.meta.updateID, protocolInstanceID: protocolInstanceID, name: body.input.name,
                input: body.input.args.payloads, headers: body.input.header.fields, identity: body.meta.identity,
                runValidator: runValidator))
    }
}
