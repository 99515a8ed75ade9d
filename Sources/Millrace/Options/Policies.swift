import WireAPI

/// Whether a workflow id may be used again once its run has closed.
public enum WorkflowIDReusePolicy: Sendable, Hashable {
    /// Always. The default.
    case allowDuplicate
    /// Only if the last run did not complete successfully.
    case allowDuplicateFailedOnly
    /// Never.
    case rejectDuplicate

    package var wire: APIWorkflowIdReusePolicy {
        switch self {
        case .allowDuplicate: .allowDuplicate
        case .allowDuplicateFailedOnly: .allowDuplicateFailedOnly
        case .rejectDuplicate: .rejectDuplicate
        }
    }
}

/// What starting a workflow does when a run with its id is open.
public enum WorkflowIDConflictPolicy: Sendable, Hashable {
    /// The start fails with ``WorkflowAlreadyStarted``. The default.
    case fail
    /// The start answers with the open run.
    case useExisting
    /// The open run is terminated and a new one started.
    case terminateExisting

    package var wire: APIWorkflowIdConflictPolicy {
        switch self {
        case .fail: .fail
        case .useExisting: .useExisting
        case .terminateExisting: .terminateExisting
        }
    }
}

/// What happens to a child workflow when its parent closes first.
public enum ParentClosePolicy: Sendable, Hashable {
    /// The child is terminated. The default.
    case terminate
    /// The child goes on.
    case abandon
    /// The child is asked to cancel.
    case requestCancel

    package var wire: APIParentClosePolicy {
        switch self {
        case .terminate: .terminate
        case .abandon: .abandon
        case .requestCancel: .requestCancel
        }
    }
}

/// Why something is not tried again, as the server saw it.
public enum RetryState: String, Sendable, Hashable {
    case inProgress, nonRetryableFailure, timeout, maximumAttemptsReached, retryPolicyNotSet, internalServerError
    case cancelRequested

    package init?(wire: APIRetryState) {
        switch wire {
        case .inProgress: self = .inProgress
        case .nonRetryableFailure: self = .nonRetryableFailure
        case .timeout: self = .timeout
        case .maximumAttemptsReached: self = .maximumAttemptsReached
        case .retryPolicyNotSet: self = .retryPolicyNotSet
        case .internalServerError: self = .internalServerError
        case .cancelRequested: self = .cancelRequested
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }

    package var wire: APIRetryState {
        switch self {
        case .inProgress: .inProgress
        case .nonRetryableFailure: .nonRetryableFailure
        case .timeout: .timeout
        case .maximumAttemptsReached: .maximumAttemptsReached
        case .retryPolicyNotSet: .retryPolicyNotSet
        case .internalServerError: .internalServerError
        case .cancelRequested: .cancelRequested
        }
    }
}

/// Which of its timeouts something exceeded.
public enum TimeoutKind: String, Sendable, Hashable {
    case startToClose, scheduleToStart, scheduleToClose, heartbeat

    package init?(wire: APITimeoutType) {
        switch wire {
        case .startToClose: self = .startToClose
        case .scheduleToStart: self = .scheduleToStart
        case .scheduleToClose: self = .scheduleToClose
        case .heartbeat: self = .heartbeat
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }

    package var wire: APITimeoutType {
        switch self {
        case .startToClose: .startToClose
        case .scheduleToStart: .scheduleToStart
        case .scheduleToClose: .scheduleToClose
        case .heartbeat: .heartbeat
        }
    }
}
