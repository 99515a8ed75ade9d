import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Errors to failures.
struct FailureEncoder {
    var converter: any PayloadConverter
    var encodesCommonAttributes: Bool

    func failure(_ error: any Error, depth: Int) -> APIFailureFailure {
        var failure = APIFailureFailure()
        failure.source = FailureMessage.source
        if let error = error as? any DurableFailure {
            failure.message = error.message
            failure.stackTrace = error.stackTrace
            failure.failureInfo = info(error)
            if let cause = error.cause, depth < FailureMessage.maximumDepth {
                failure.cause = self.failure(cause, depth: depth + 1)
            }
        } else {
            (failure.message, failure.failureInfo) = foreign(error)
        }
        if encodesCommonAttributes { hide(&failure) }
        return failure
    }

    private func info(_ error: any DurableFailure) -> APIFailureFailure.OneOf_FailureInfo? {
        switch error {
        case let error as ApplicationFailure: .applicationFailureInfo(application(error))
        case let error as CanceledFailure:
            .canceledFailureInfo(.with { if let details = details(error.details) { $0.details = details } })
        case let error as TimeoutFailure:
            .timeoutFailureInfo(
                .with {
                    $0.timeoutType = error.kind?.wire ?? .unspecified
                    if let details = details(error.lastHeartbeatDetails) { $0.lastHeartbeatDetails = details }
                })
        case is TerminatedFailure: .terminatedFailureInfo(.init())
        case let error as ServerFailure: .serverFailureInfo(.with { $0.nonRetryable = error.nonRetryable })
        case let error as ActivityFailure: .activityFailureInfo(activity(error))
        case let error as ChildWorkflowFailure: .childWorkflowExecutionFailureInfo(child(error))
        case let error as NexusOperationFailure: .nexusOperationExecutionFailureInfo(nexus(error))
        default: .applicationFailureInfo(.with { $0.type = Self.typeName(error) })
        }
    }

    private func application(_ error: ApplicationFailure) -> APIApplicationFailureInfo {
        .with {
            $0.type = error.type ?? ""
            $0.nonRetryable = error.nonRetryable
            if let details = details(error.details) { $0.details = details }
            if let delay = error.nextRetryDelay { $0.nextRetryDelay = .init(delay) }
            $0.category = error.category == .benign ? .benign : .unspecified
        }
    }

    private func activity(_ error: ActivityFailure) -> APIActivityFailureInfo {
        .with {
            $0.scheduledEventID = error.scheduledEventID
            $0.startedEventID = error.startedEventID
            $0.identity = error.identity
            $0.activityType.name = error.activityType
            $0.activityID = error.activityID
            $0.retryState = error.retryState?.wire ?? .unspecified
        }
    }

    private func child(_ error: ChildWorkflowFailure) -> APIChildWorkflowExecutionFailureInfo {
        .with {
            $0.namespace = error.namespace
            $0.workflowExecution.workflowID = error.workflowID
            $0.workflowExecution.runID = error.runID
            $0.workflowType.name = error.workflowType
            $0.initiatedEventID = error.initiatedEventID
            $0.startedEventID = error.startedEventID
            $0.retryState = error.retryState?.wire ?? .unspecified
        }
    }

    private func nexus(_ error: NexusOperationFailure) -> APINexusOperationFailureInfo {
        .with {
            $0.scheduledEventID = error.scheduledEventID
            $0.endpoint = error.endpoint
            $0.service = error.service
            $0.operation = error.operation
            $0.operationToken = error.operationToken
        }
    }

    /// Errors that know nothing of failures: an application failure named after the error's type.
    private func foreign(_ error: any Error) -> (String, APIFailureFailure.OneOf_FailureInfo) {
        if error is CancellationError {
            return ("Cancelled", .canceledFailureInfo(.init()))
        }
        return (Self.message(error), .applicationFailureInfo(.with { $0.type = Self.typeName(error) }))
    }

    /// Details that cannot be encoded must not hide the failure they belong to, so they say why instead.
    private func details(_ details: FailureDetails) -> APIPayloads? {
        guard !details.isEmpty else { return nil }
        do {
            return try details.payloads(with: converter)
        } catch {
            return try? converter.payloads(from: [BoundaryValue("details could not be encoded: \(error)")])
        }
    }

    private func hide(_ failure: inout APIFailureFailure) {
        let attributes = CommonAttributes(message: failure.message, stackTrace: failure.stackTrace)
        guard let payload = try? converter.payload(from: attributes) else { return }
        failure.encodedAttributes = payload.wire
        failure.message = FailureMessage.encodedMessage
        failure.stackTrace = ""
    }

    static func typeName(_ error: any Error) -> String { "\(type(of: error))" }

    static func message(_ error: any Error) -> String {
        if let text = (error as? any LocalizedError)?.errorDescription { return text }
        return String(describing: error)
    }
}
