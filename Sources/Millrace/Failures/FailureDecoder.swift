import WireAPI

/// Failures to errors.
struct FailureDecoder {
    var converter: any PayloadConverter

    func error(_ failure: APIFailureFailure, depth: Int = 0) -> any Error {
        var message = failure.message
        var stackTrace = failure.stackTrace
        if failure.hasEncodedAttributes,
            let hidden = try? converter.value(
                from: Payload(wire: failure.encodedAttributes), as: CommonAttributes.self)
        {
            message = hidden.message ?? message
            stackTrace = hidden.stackTrace ?? stackTrace
        }
        let hasCause = failure.hasCause && depth < FailureMessage.maximumDepth
        let cause = hasCause ? error(failure.cause, depth: depth + 1) : nil
        return error(failure, message: message, stackTrace: stackTrace, cause: cause)
    }

    private func error(
        _ failure: APIFailureFailure, message: String, stackTrace: String, cause: (any Error)?
    ) -> any Error {
        switch failure.failureInfo {
        case .applicationFailureInfo(let info):
            return application(info, message: message, stackTrace: stackTrace, cause: cause)
        case .canceledFailureInfo(let info):
            var error = CanceledFailure(message, details: details(info.details), cause: cause)
            error.stackTrace = stackTrace
            return error
        case .timeoutFailureInfo(let info):
            var error = TimeoutFailure(
                message, kind: TimeoutKind(wire: info.timeoutType),
                lastHeartbeatDetails: details(info.lastHeartbeatDetails), cause: cause)
            error.stackTrace = stackTrace
            return error
        case .terminatedFailureInfo:
            var error = TerminatedFailure(message, cause: cause)
            error.stackTrace = stackTrace
            return error
        case .serverFailureInfo(let info):
            var error = ServerFailure(message, nonRetryable: info.nonRetryable, cause: cause)
            error.stackTrace = stackTrace
            return error
        case .activityFailureInfo(let info):
            return activity(info, message: message, stackTrace: stackTrace, cause: cause)
        case .childWorkflowExecutionFailureInfo(let info):
            return child(info, message: message, stackTrace: stackTrace, cause: cause)
        case .nexusOperationExecutionFailureInfo(let info):
            return nexus(info, message: message, stackTrace: stackTrace, cause: cause)
        case .resetWorkflowFailureInfo(let info):
            var error = ApplicationFailure(
                message, type: "ResetWorkflow", details: details(info.lastHeartbeatDetails), cause: cause)
            error.stackTrace = stackTrace
            return error
        case .nexusHandlerFailureInfo(let info):
            var error = ApplicationFailure(
                message, type: info.type, nonRetryable: info.retryBehavior == .nonRetryable, cause: cause)
            error.stackTrace = stackTrace
            return error
        case nil:
            var error = ApplicationFailure(message, cause: cause)
            error.stackTrace = stackTrace
            return error
        }
    }

    private func application(
        _ info: APIApplicationFailureInfo, message: String, stackTrace: String, cause: (any Error)?
    ) -> ApplicationFailure {
        var error = ApplicationFailure(
            message, type: info.type.isEmpty ? nil : info.type, nonRetryable: info.nonRetryable,
            details: details(info.details), nextRetryDelay: info.hasNextRetryDelay ? info.nextRetryDelay.duration : nil,
            category: info.category == .benign ? .benign : .unspecified, cause: cause)
        error.stackTrace = stackTrace
        return error
    }

    private func activity(
        _ info: APIActivityFailureInfo, message: String, stackTrace: String, cause: (any Error)?
    ) -> ActivityFailure {
        var error = ActivityFailure(
            message, activityType: info.activityType.name, activityID: info.activityID, identity: info.identity,
            retryState: RetryState(wire: info.retryState), scheduledEventID: info.scheduledEventID,
            startedEventID: info.startedEventID, cause: cause)
        error.stackTrace = stackTrace
        return error
    }

    private func child(
        _ info: APIChildWorkflowExecutionFailureInfo, message: String, stackTrace: String, cause: (any Error)?
    ) -> ChildWorkflowFailure {
        var error = ChildWorkflowFailure(
            message, namespace: info.namespace, workflowID: info.workflowExecution.workflowID,
            runID: info.workflowExecution.runID, workflowType: info.workflowType.name,
            retryState: RetryState(wire: info.retryState), initiatedEventID: info.initiatedEventID,
            startedEventID: info.startedEventID, cause: cause)
        error.stackTrace = stackTrace
        return error
    }

    private func nexus(
        _ info: APINexusOperationFailureInfo, message: String, stackTrace: String, cause: (any Error)?
    ) -> NexusOperationFailure {
        var error = NexusOperationFailure(
            message, endpoint: info.endpoint, service: info.service, operation: info.operation,
            operationToken: info.operationToken, scheduledEventID: info.scheduledEventID, cause: cause)
        error.stackTrace = stackTrace
        return error
    }

    private func details(_ payloads: APIPayloads) -> FailureDetails {
        payloads.payloads.isEmpty ? .none : FailureDetails(payloads, converter: converter)
    }
}
