import WireAPI

// The messages are those that the other SDKs put into histories, where people and tools look for them.

extension APIFailureFailure {
    static func application(type: String, message: String) -> APIFailureFailure {
        var failure = APIFailureFailure()
        failure.message = message
        failure.source = "Millrace"
        failure.applicationFailureInfo.type = type
        return failure
    }

    static func canceled(details: APIPayloads? = nil, message: String = "") -> APIFailureFailure {
        var failure = APIFailureFailure()
        failure.message = message
        failure.canceledFailureInfo = APICanceledFailureInfo()
        if let details { failure.canceledFailureInfo.details = details }
        return failure
    }

    static func terminated() -> APIFailureFailure {
        var failure = APIFailureFailure()
        failure.message = "Terminated"
        failure.terminatedFailureInfo = APITerminatedFailureInfo()
        return failure
    }

    static func timeout(_ type: APITimeoutType) -> APIFailureFailure {
        var failure = APIFailureFailure()
        failure.message = "Timed out"
        failure.timeoutFailureInfo.timeoutType = type
        return failure
    }

    /// Wraps `cause` as what happened to an activity.
    static func activity(
        _ info: APIActivityFailureInfo, message: String, cause: APIFailureFailure?
    ) -> APIFailureFailure {
        var failure = APIFailureFailure()
        failure.message = message
        failure.activityFailureInfo = info
        if let cause { failure.cause = cause }
        return failure
    }

    /// Wraps `cause` as what happened to a child workflow.
    static func child(
        _ info: APIChildWorkflowExecutionFailureInfo, message: String, cause: APIFailureFailure?
    ) -> APIFailureFailure {
        var failure = APIFailureFailure()
        failure.message = message
        failure.childWorkflowExecutionFailureInfo = info
        if let cause { failure.cause = cause }
        return failure
    }
}
