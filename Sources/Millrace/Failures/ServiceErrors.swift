import WireAPI
import WireRPC

/// The server refused a call, or could not be reached.
public struct ServiceError: Error, Sendable, CustomStringConvertible {
    /// What kind of refusal it was; the names are gRPC's.
    public enum Code: String, Sendable, Hashable {
        case cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
        case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
        case dataLoss, unauthenticated
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: RPCError) {
        code = Code(error.code)
        message = error.message
    }

    public var description: String { "\(message) (\(code.rawValue))" }
}

extension ServiceError.Code {
    init(_ code: RPCError.Code) {
        self =
            switch code {
            case .ok, .unknown: .unknown
            case .cancelled: .cancelled
            case .invalidArgument: .invalidArgument
            case .deadlineExceeded: .deadlineExceeded
            case .notFound: .notFound
            case .alreadyExists: .alreadyExists
            case .permissionDenied: .permissionDenied
            case .resourceExhausted: .resourceExhausted
            case .failedPrecondition: .failedPrecondition
            case .aborted: .aborted
            case .outOfRange: .outOfRange
            case .unimplemented: .unimplemented
            case .internal: .internal
            case .unavailable: .unavailable
            case .dataLoss: .dataLoss
            case .unauthenticated: .unauthenticated
            }
    }
}

/// A run with this id is open already, or the id may not be used again.
public struct WorkflowAlreadyStarted: Error, Sendable, CustomStringConvertible {
    public var workflowID: String
    /// The run that stands in the way; `nil` if the server did not say.
    public var runID: String?
    public var workflowType: String

    public var description: String {
        "workflow '\(workflowID)' has been started already\(runID.map { " (run \($0))" } ?? "")"
    }
}

/// There is no such run, or it has closed and the operation needs an open one.
public struct WorkflowNotFound: Error, Sendable, CustomStringConvertible {
    public var workflowID: String
    public var runID: String?
    /// In the server's words.
    public var message: String

    public var description: String {
        "workflow '\(workflowID)'\(runID.map { " (run \($0))" } ?? ""): \(message)"
    }
}

/// There is no such namespace.
public struct NamespaceNotFound: Error, Sendable, CustomStringConvertible {
    public var namespace: String

    public var description: String { "namespace '\(namespace)' does not exist on this server" }
}

/// A workflow that was awaited did not end well; ``cause`` says how.
public struct WorkflowFailure: Error, Sendable, CustomStringConvertible {
    public var workflowID: String
    public var runID: String
    /// An ``ApplicationFailure``, ``ActivityFailure``, ``ChildWorkflowFailure``, ``CanceledFailure``,
    /// ``TerminatedFailure`` or ``TimeoutFailure``.
    public var cause: any Error
    /// Why it is not tried again; `nil` if it has no retries.
    public var retryState: RetryState?

    public var description: String { "workflow '\(workflowID)' failed: \(cause)" }
}

/// A workflow continued as new, and the caller wanted to see only that one run.
public struct WorkflowContinuedAsNew: Error, Sendable, CustomStringConvertible {
    public var workflowID: String
    public var newRunID: String

    public var description: String { "workflow '\(workflowID)' continued as new run \(newRunID)" }
}

/// The workflow's code could not answer a query.
public struct QueryFailed: Error, Sendable, CustomStringConvertible {
    public var query: String
    public var message: String
    /// What the workflow threw, if the server told.
    public var cause: (any Error)?

    public var description: String { "query '\(query)' failed: \(message)" }
}

/// A query was not asked because of the state the workflow is in.
public struct QueryRejected: Error, Sendable, CustomStringConvertible {
    public var query: String
    public var status: RunStatus

    public var description: String { "query '\(query)' was not asked: the workflow is \(status.rawValue)" }
}

/// An update was rejected by the workflow, or its handler failed.
public struct UpdateFailed: Error, Sendable, CustomStringConvertible {
    public var update: String
    public var cause: any Error

    public var description: String { "update '\(update)' failed: \(cause)" }
}

/// An activity that was to be completed from outside is gone: completed, timed out, or its run has closed.
public struct ActivityNotFound: Error, Sendable, CustomStringConvertible {
    public var message: String

    public var description: String { message }
}
