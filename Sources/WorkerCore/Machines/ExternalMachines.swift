import WireAPI

/// A signal to another workflow.
///
///     created ──Initiated──▶ sent ──Signaled / Failed──▶ (gone, code is told)
///        └─cancel─▶ (gone, never sent, code is told)
struct SignalExternalMachine: Sendable {
    enum State: Sendable {
        case created(CommandQueue.Ticket)
        case sent
    }

    private(set) var state: State
    private let signalName: String
    private let workflowID: String
    private let childOnly: Bool

    init(_ attributes: APISignalExternalWorkflowExecutionCommandAttributes, ticket: CommandQueue.Ticket) {
        state = .created(ticket)
        signalName = attributes.signalName
        workflowID = attributes.execution.workflowID
        childOnly = attributes.childWorkflowOnly
    }

    mutating func initiated(
        _ event: APISignalExternalWorkflowExecutionInitiatedEventAttributes, eventID: Int64
    ) throws(Nondeterminism) {
        guard event.signalName == signalName, event.workflowExecution.workflowID == workflowID else {
            throw Nondeterminism(
                eventID: eventID,
                history: "history sends signal \"\(event.signalName)\" to workflow "
                    + "\"\(event.workflowExecution.workflowID)\"",
                code: "the code sent signal \"\(signalName)\" to workflow \"\(workflowID)\"")
        }
        state = .sent
    }

    /// The command to take back, unless it is too late.
    func cancel() -> CommandQueue.Ticket? {
        if case .created(let ticket) = state { ticket } else { nil }
    }

    static let canceledFailure = APIFailureFailure.canceled(message: "Signal was cancelled before being sent")

    static func failure(_ cause: APISignalExternalWorkflowExecutionFailedCause) -> APIFailureFailure {
        let reason =
            switch cause {
            case .externalWorkflowExecutionNotFound, .namespaceNotFound: "it was not found"
            case .signalCountLimitExceeded: "it has reached its limit of signals"
            default: "of an unknown reason"
            }
        return .application(
            type: cause.displayName, message: "Unable to signal external workflow because \(reason)")
    }
}

/// A request to another workflow to cancel.
///
///     created ──Initiated──▶ sent ──CancelRequested / Failed──▶ (gone, code is told)
struct CancelExternalMachine: Sendable {
    private let workflowID: String

    init(_ attributes: APIRequestCancelExternalWorkflowExecutionCommandAttributes) {
        workflowID = attributes.workflowID
    }

    func initiated(
        _ event: APIRequestCancelExternalWorkflowExecutionInitiatedEventAttributes, eventID: Int64
    ) throws(Nondeterminism) {
        guard event.workflowExecution.workflowID == workflowID else {
            throw Nondeterminism(
                eventID: eventID,
                history: "history asks workflow \"\(event.workflowExecution.workflowID)\" to cancel",
                code: "the code asked workflow \"\(workflowID)\" to cancel")
        }
    }

    static func failure(_ cause: APICancelExternalWorkflowExecutionFailedCause) -> APIFailureFailure {
        let reason =
            switch cause {
            case .externalWorkflowExecutionNotFound, .namespaceNotFound: "it was not found"
            default: "of an unknown reason"
            }
        return .application(
            type: cause.displayName, message: "Unable to cancel external workflow because \(reason)")
    }
}

extension APISignalExternalWorkflowExecutionFailedCause {
    /// The name as the other SDKs give it: `ExternalWorkflowExecutionNotFound`.
    var displayName: String { capitalizedCase("\(self)") }
}

extension APICancelExternalWorkflowExecutionFailedCause {
    /// The name as the other SDKs give it: `ExternalWorkflowExecutionNotFound`.
    var displayName: String { capitalizedCase("\(self)") }
}

private func capitalizedCase(_ name: String) -> String {
    name.prefix(1).uppercased() + name.dropFirst()
}
