import WireAPI

/// One child workflow.
///
///     created ──Initiated──▶ initiated ──Started──▶ running ──Completed / Failed / …──▶ (gone, code is told)
///        │                       │ StartFailed ──▶ (gone, code is told)
///        └─cancel─▶ (gone, never sent, code is told)
///
/// Cancelling one that was initiated sends a request to cancel an external workflow, limited to children. Its outcome
/// comes as `cancelDelivered`.
struct ChildMachine: Sendable {
    enum State: Sendable {
        case created(CommandQueue.Ticket)
        case initiated
        case running
    }

    enum Cancellation {
        case withdraw(CommandQueue.Ticket, ActivationJob)
        /// Ask the child (if there are attributes) and tell the code (if there is a job).
        case act(APIRequestCancelExternalWorkflowExecutionCommandAttributes?, ActivationJob?)
    }

    private(set) var state: State
    /// The code has been told how the child ended.
    private(set) var isResolved = false
    private var isCancelRequested = false
    private let seq: Int
    private let cancellation: ChildCancellation
    private let workflowID: String
    private let workflowType: APIWorkflowType
    private let namespace: String
    private var runID = ""
    private var initiatedEvent: Int64 = 0
    private var startedEvent: Int64 = 0

    init(
        seq: Int, attributes: APIStartChildWorkflowExecutionCommandAttributes, cancellation: ChildCancellation,
        ticket: CommandQueue.Ticket
    ) {
        state = .created(ticket)
        self.seq = seq
        self.cancellation = cancellation
        workflowID = attributes.workflowID
        workflowType = attributes.workflowType
        namespace = attributes.namespace
    }

    // MARK: What the code asks

    mutating func cancel(reason: String) -> Cancellation {
        if isResolved || isCancelRequested { return .act(nil, nil) }
        if case .created(let ticket) = state {
            let message = "Child Workflow execution cancelled before scheduled"
            return .withdraw(ticket, .resolveChildStart(seq: seq, .canceled(canceledFailure(message))))
        }
        isCancelRequested = true
        let request = cancellation == .abandon ? nil : cancelRequest(reason: reason)
        guard cancellation == .abandon || cancellation == .tryCancel else { return .act(request, nil) }
        return .act(request, resolveAsCanceled())
    }

    /// The request to cancel the child was delivered.
    mutating func cancelDelivered() -> ActivationJob? {
        if isResolved || cancellation != .waitRequested { return nil }
        return resolveAsCanceled()
    }

    // MARK: What history has

    /// The command was recorded.
    mutating func initiated(
        _ event: APIStartChildWorkflowExecutionInitiatedEventAttributes, eventID: Int64
    ) throws(Nondeterminism) {
        guard event.workflowID == workflowID, event.workflowType.name == workflowType.name else {
            throw Nondeterminism(
                eventID: eventID,
                history: "history starts child workflow \"\(event.workflowType.name)\" with id "
                    + "\"\(event.workflowID)\"",
                code: "the code started child workflow \"\(workflowType.name)\" with id \"\(workflowID)\"")
        }
        state = .initiated
        initiatedEvent = eventID
    }

    mutating func started(_ event: APIChildWorkflowExecutionStartedEventAttributes, eventID: Int64) -> ActivationJob? {
        state = .running
        startedEvent = eventID
        runID = event.workflowExecution.runID
        return isResolved ? nil : .resolveChildStart(seq: seq, .started(runID: runID))
    }

    func startFailed(_ cause: APIStartChildWorkflowExecutionFailedCause) -> ActivationJob? {
        if isResolved { return nil }
        return .resolveChildStart(
            seq: seq, .failed(cause: cause, workflowID: workflowID, workflowType: workflowType.name))
    }

    func completed(_ result: APIPayloads) -> ActivationJob? {
        isResolved ? nil : .resolveChild(seq: seq, .completed(result))
    }

    func failed(_ cause: APIFailureFailure, retryState: APIRetryState) -> ActivationJob? {
        failed("Child Workflow execution failed", cause, retryState)
    }

    func timedOut(retryState: APIRetryState) -> ActivationJob? {
        failed("Child Workflow execution timed out", .timeout(.startToClose), retryState)
    }

    func terminated() -> ActivationJob? {
        failed("Child Workflow execution terminated", .terminated(), .nonRetryableFailure)
    }

    func canceled(details: APIPayloads?) -> ActivationJob? {
        if isResolved { return nil }
        return .resolveChild(seq: seq, .canceled(canceledFailure("Child Workflow execution cancelled", details)))
    }

    // MARK: Details

    private mutating func resolveAsCanceled() -> ActivationJob {
        isResolved = true
        let failure = canceledFailure("Child Workflow execution cancelled")
        if case .running = state { return .resolveChild(seq: seq, .canceled(failure)) }
        return .resolveChildStart(seq: seq, .canceled(failure))
    }

    private func cancelRequest(reason: String) -> APIRequestCancelExternalWorkflowExecutionCommandAttributes {
        var attributes = APIRequestCancelExternalWorkflowExecutionCommandAttributes()
        attributes.namespace = namespace
        attributes.workflowID = workflowID
        attributes.runID = runID
        attributes.childWorkflowOnly = true
        attributes.reason = reason
        return attributes
    }

    private func failed(_ message: String, _ cause: APIFailureFailure, _ retryState: APIRetryState) -> ActivationJob? {
        if isResolved { return nil }
        return .resolveChild(seq: seq, .failed(.child(info(retryState), message: message, cause: cause)))
    }

    private func canceledFailure(_ message: String, _ details: APIPayloads? = nil) -> APIFailureFailure {
        .child(info(.nonRetryableFailure), message: message, cause: .canceled(details: details))
    }

    private func info(_ retryState: APIRetryState) -> APIChildWorkflowExecutionFailureInfo {
        var info = APIChildWorkflowExecutionFailureInfo()
        info.namespace = namespace
        info.workflowExecution.workflowID = workflowID
        info.workflowExecution.runID = runID
        info.workflowType = workflowType
        info.initiatedEventID = initiatedEvent
        info.startedEventID = startedEvent
        info.retryState = retryState
        return info
    }
}
