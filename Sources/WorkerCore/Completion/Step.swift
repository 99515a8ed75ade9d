import Foundation
import SwiftProtobuf
import WireAPI

/// What whoever drives a `WorkflowRunState` has to do next. Each call on the state answers with exactly one.
public enum WorkflowStep: Sendable {
    /// Run the workflow's code with this, then call `complete(with:)`.
    case activate(Activation)

    /// More history is needed. Fetch it, then call `append(events:nextPageToken:)`; if that is impossible, let the run
    /// go (`EvictionReason.historyUnavailable`) and say nothing about the task: it will time out and come again.
    case fetchHistory(HistoryFetch)

    /// The workflow task is done. Send `RespondWorkflowTaskCompleted`, then call `taskAccepted(_:)` with the answer.
    /// If the server refuses, let the run go (`EvictionReason.taskNotAccepted`).
    case completeTask(WorkflowTaskCompletion)

    /// The workflow task failed. Send `RespondWorkflowTaskFailed` if `shouldReport` says so, and let the run go.
    case failTask(WorkflowTaskFailure)

    /// The task was a query by itself. Send `RespondQueryTaskCompleted`. The run stays as it is.
    case answerQuery(QueryTaskAnswer)

    /// This state cannot take the task: the instance does not stand where the task goes on. Let the run go, make a new
    /// `WorkflowRunState`, and give it the same task.
    case restart(EvictionReason)

    /// A replay is over (`WorkflowRunState.replay` only).
    case replayed
}

/// Which part of a history to fetch with `GetWorkflowExecutionHistory`.
public enum HistoryFetch: Sendable, Equatable {
    /// From the first event: no page token.
    case fromStart
    /// The page with this token.
    case page(Data)
}

/// What came of an activation, as told to the core.
public enum ActivationResult: Sendable, Equatable {
    /// The code ran until it had to wait, or to its end; these are its commands in order.
    case success([WorkflowCommand])

    /// The workflow task has failed: the code threw something that must not fail the run, the workflow's type is
    /// unknown, the code blocked the thread, and so on.
    case failure(APIFailureFailure, cause: APIWorkflowTaskFailedCause = .workflowWorkerUnhandledFailure)
}

/// A finished workflow task.
public struct WorkflowTaskCompletion: Sendable {
    /// Filled in: task token, commands, messages, query results, metadata, capabilities. Left to fill in: namespace,
    /// identity, sticky attributes, deployment options, `returnNewWorkflowTask` and so on.
    public var request: APIRespondWorkflowTaskCompletedRequest

    /// Whether the commands end the run, so that it can be let go once the server has accepted them.
    public var closesRun: Bool
}

/// A failed workflow task.
public struct WorkflowTaskFailure: Sendable {
    public var taskToken: Data
    public var cause: APIWorkflowTaskFailedCause
    public var failure: APIFailureFailure

    /// Whether to tell the server. Only the first attempt is reported: later ones are left to time out, which makes the
    /// server wait longer and longer between them.
    public var shouldReport: Bool

    /// The task was a query by itself: answer it with `RespondQueryTaskCompleted` as failed, whatever the attempt.
    public var isQuery: Bool

    /// The request to send, apart from namespace, identity and deployment.
    public var request: APIRespondWorkflowTaskFailedRequest {
        var request = APIRespondWorkflowTaskFailedRequest()
        request.taskToken = taskToken
        request.cause = cause
        request.failure = failure
        return request
    }

    /// The request to send when `isQuery`, apart from the namespace.
    public var queryRequest: APIRespondQueryTaskCompletedRequest {
        var request = APIRespondQueryTaskCompletedRequest()
        request.taskToken = taskToken
        request.completedType = .failed
        request.errorMessage = failure.message
        request.failure = failure
        request.cause = cause
        return request
    }
}

/// The answer to a query that came as a task of its own.
public struct QueryTaskAnswer: Sendable {
    public var taskToken: Data
    public var answer: QueryAnswer

    /// The request to send, apart from the namespace.
    public var request: APIRespondQueryTaskCompletedRequest {
        var request = APIRespondQueryTaskCompletedRequest()
        request.taskToken = taskToken
        switch answer {
        case .answered(let payloads):
            request.completedType = .answered
            request.queryResult = payloads
        case .failed(let failure):
            request.completedType = .failed
            request.errorMessage = failure.message
            request.failure = failure
        }
        return request
    }
}
