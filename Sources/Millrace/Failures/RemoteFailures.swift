import WireAPI

/// Something was cancelled: a run, an activity, a timer, a child workflow.
public struct CanceledFailure: DurableFailure {
    public var message: String
    public var details: FailureDetails
    public var cause: (any Error)?
    public var stackTrace = ""

    public init(_ message: String = "Cancelled", details: FailureDetails = .none, cause: (any Error)? = nil) {
        self.message = message
        self.details = details
        self.cause = cause
    }
}

/// One of the timeouts of a run or an activity passed.
public struct TimeoutFailure: DurableFailure {
    public var message: String
    /// Which one; `nil` if the server did not say.
    public var kind: TimeoutKind?
    /// What the activity last reported with `heartbeat`.
    public var lastHeartbeatDetails: FailureDetails
    public var cause: (any Error)?
    public var stackTrace = ""

    public init(
        _ message: String, kind: TimeoutKind?, lastHeartbeatDetails: FailureDetails = .none, cause: (any Error)? = nil
    ) {
        self.message = message
        self.kind = kind
        self.lastHeartbeatDetails = lastHeartbeatDetails
        self.cause = cause
    }
}

/// A run was terminated from outside.
public struct TerminatedFailure: DurableFailure {
    public var message: String
    public var details: FailureDetails
    public var cause: (any Error)?
    public var stackTrace = ""

    public init(_ message: String = "Terminated", details: FailureDetails = .none, cause: (any Error)? = nil) {
        self.message = message
        self.details = details
        self.cause = cause
    }
}

/// The server could not go on.
public struct ServerFailure: DurableFailure {
    public var message: String
    public var nonRetryable: Bool
    public var cause: (any Error)?
    public var stackTrace = ""

    public init(_ message: String, nonRetryable: Bool = false, cause: (any Error)? = nil) {
        self.message = message
        self.nonRetryable = nonRetryable
        self.cause = cause
    }
}

/// An activity that a workflow called did not succeed; ``cause`` says why.
public struct ActivityFailure: DurableFailure {
    public var message: String
    public var activityType: String
    public var activityID: String
    /// Who ran the last attempt.
    public var identity: String
    /// Why it is not tried again.
    public var retryState: RetryState?
    public var scheduledEventID: Int64
    public var startedEventID: Int64
    public var cause: (any Error)?
    public var stackTrace = ""

    public init(
        _ message: String = "Activity task failed", activityType: String, activityID: String, identity: String = "",
        retryState: RetryState? = nil, scheduledEventID: Int64 = 0, startedEventID: Int64 = 0,
        cause: (any Error)? = nil
    ) {
        self.message = message
        self.activityType = activityType
        self.activityID = activityID
        self.identity = identity
        self.retryState = retryState
        self.scheduledEventID = scheduledEventID
        self.startedEventID = startedEventID
        self.cause = cause
    }
}

/// A child workflow did not succeed; ``cause`` says why.
public struct ChildWorkflowFailure: DurableFailure {
    public var message: String
    public var namespace: String
    public var workflowID: String
    public var runID: String
    public var workflowType: String
    /// Why it is not tried again.
    public var retryState: RetryState?
    public var initiatedEventID: Int64
    public var startedEventID: Int64
    public var cause: (any Error)?
    public var stackTrace = ""

    public init(
        _ message: String = "Child workflow execution failed", namespace: String = "", workflowID: String,
        runID: String = "", workflowType: String, retryState: RetryState? = nil, initiatedEventID: Int64 = 0,
        startedEventID: Int64 = 0, cause: (any Error)? = nil
    ) {
        self.message = message
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.workflowType = workflowType
        self.retryState = retryState
        self.initiatedEventID = initiatedEventID
        self.startedEventID = startedEventID
        self.cause = cause
    }
}

/// A Nexus operation did not succeed; ``cause`` says why.
public struct NexusOperationFailure: DurableFailure {
    public var message: String
    public var endpoint: String
    public var service: String
    public var operation: String
    public var operationToken: String
    public var scheduledEventID: Int64
    public var cause: (any Error)?
    public var stackTrace = ""

    public init(
        _ message: String, endpoint: String, service: String, operation: String, operationToken: String = "",
        scheduledEventID: Int64 = 0, cause: (any Error)? = nil
    ) {
        self.message = message
        self.endpoint = endpoint
        self.service = service
        self.operation = operation
        self.operationToken = operationToken
        self.scheduledEventID = scheduledEventID
        self.cause = cause
    }
}
