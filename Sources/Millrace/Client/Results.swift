import WireAPI
import WireRPC

extension UntypedWorkflowHandle {
    /// What the workflow returns, once it has.
    ///
    /// - Parameter followsRuns: whether to go on with the runs that follow by continuing as new, by retrying or by
    ///   cron; otherwise the end of one run is the answer.
    /// - Throws: ``WorkflowFailure`` if it does not end well, ``WorkflowContinuedAsNew`` if it goes on and is not
    ///   followed, ``WorkflowNotFound``, ``ConversionError`` if the result is of another type.
    public func result<Result: Sendable>(
        as type: Result.Type = Result.self, followsRuns: Bool = true
    ) async throws -> Result {
        var run = resultRunID ?? runID ?? ""
        while true {
            let event = try await closeEvent(runID: run)
            if let next = event.nextRunID, followsRuns || event.isContinuation {
                guard followsRuns else { throw WorkflowContinuedAsNew(workflowID: workflowID, newRunID: next) }
                run = next
                continue
            }
            return try await outcome(of: event, runID: run, as: type)
        }
    }

    /// Waits for the run to close, however it does.
    private func closeEvent(runID: String) async throws -> APIHistoryEvent {
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = client.namespace
        request.execution.workflowID = workflowID
        request.execution.runID = runID
        request.waitNewEvent = true
        request.historyEventFilterType = .closeEvent
        request.skipArchival = true
        let subject = ErrorSubject(workflowID: workflowID, runID: runID.isEmpty ? nil : runID)
        while true {
            let response = try await client.poll(WorkflowService.getWorkflowExecutionHistory, request, about: subject)
            if let event = response.history.events.last { return event }
            request.nextPageToken = response.nextPageToken
            try Task.checkCancellation()
        }
    }

    private func outcome<Result: Sendable>(
        of event: APIHistoryEvent, runID: String, as type: Result.Type
    ) async throws -> Result {
        let converter = client.dataConverter
        switch event.attributes {
        case .workflowExecutionCompletedEventAttributes(let end):
            return try converter.payloadConverter.result(from: try await converter.decoded(end.result), as: type)
        case .workflowExecutionFailedEventAttributes(let end):
            throw failure(
                runID, try await converter.error(from: end.failure), retryState: RetryState(wire: end.retryState))
        case .workflowExecutionCanceledEventAttributes(let end):
            let details = try await converter.decoded(end.details)
            throw failure(
                runID,
                CanceledFailure(
                    "Workflow cancelled", details: FailureDetails(details, converter: converter.payloadConverter)))
        case .workflowExecutionTerminatedEventAttributes(let end):
            let details = try await converter.decoded(end.details)
            throw failure(
                runID,
                TerminatedFailure(
                    end.reason.isEmpty ? "Workflow terminated" : end.reason,
                    details: FailureDetails(details, converter: converter.payloadConverter)))
        case .workflowExecutionTimedOutEventAttributes(let end):
            throw failure(
                runID, TimeoutFailure("Workflow timed out", kind: .startToClose),
                retryState: RetryState(wire: end.retryState))
        default:
            throw ServiceError(.internal, "the server answered with \(event.eventType) instead of the run's end")
        }
    }

    private func failure(_ runID: String, _ cause: any Error, retryState: RetryState? = nil) -> WorkflowFailure {
        WorkflowFailure(workflowID: workflowID, runID: runID, cause: cause, retryState: retryState)
    }
}

extension APIHistoryEvent {
    /// The run that goes on after this one, if the event is an end that has one.
    fileprivate var nextRunID: String? {
        let id =
            switch attributes {
            case .workflowExecutionCompletedEventAttributes(let end): end.newExecutionRunID
            case .workflowExecutionFailedEventAttributes(let end): end.newExecutionRunID
            case .workflowExecutionTimedOutEventAttributes(let end): end.newExecutionRunID
            case .workflowExecutionContinuedAsNewEventAttributes(let end): end.newExecutionRunID
            default: ""
            }
        return id.isEmpty ? nil : id
    }

    fileprivate var isContinuation: Bool {
        if case .workflowExecutionContinuedAsNewEventAttributes = attributes { return true }
        return false
    }
}
