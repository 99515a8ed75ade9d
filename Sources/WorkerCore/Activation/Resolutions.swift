import WireAPI

/// How an activity ended.
public enum ActivityResolution: Sendable, Equatable {
    case completed(APIPayloads)
    /// Failed for good, or timed out. The failure carries `activityFailureInfo`; what went wrong is its cause.
    case failed(APIFailureFailure)
    /// Cancelled. The failure carries `activityFailureInfo`; its cause carries `canceledFailureInfo`.
    case canceled(APIFailureFailure)
}

/// What became of a request to start a child workflow.
public enum ChildStartResolution: Sendable, Equatable {
    case started(runID: String)
    /// The server refused, most often because the workflow id is in use.
    case failed(cause: APIStartChildWorkflowExecutionFailedCause, workflowID: String, workflowType: String)
    /// Cancelled before the child was known to have started. The failure carries `childWorkflowExecutionFailureInfo`.
    case canceled(APIFailureFailure)
}

/// How a child workflow ended.
public enum ChildResolution: Sendable, Equatable {
    case completed(APIPayloads)
    /// Failed, timed out or terminated. The failure carries `childWorkflowExecutionFailureInfo`.
    case failed(APIFailureFailure)
    /// The failure carries `childWorkflowExecutionFailureInfo`; its cause carries `canceledFailureInfo`.
    case canceled(APIFailureFailure)
}

/// Why a cached run is let go.
public enum EvictionReason: Sendable, Equatable {
    /// The cache was full and this run had been idle longest.
    case cacheFull
    /// The server did not take the answer to a workflow task, so that what it knows and what we know may differ.
    case taskNotAccepted
    /// A task arrived that does not continue from where this instance is.
    case outOfStep(String)
    /// The workflow task was failed: by the workflow's code, by nondeterminism or because it took too long.
    case taskFailed(String)
    /// The history could not be fetched.
    case historyUnavailable(String)
    /// The run has come to its end.
    case runClosed
    /// The worker is shutting down.
    case shutdown
    /// Whoever owns the cache asked for it.
    case requested
}
