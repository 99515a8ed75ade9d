import Foundation
import WireAPI

// What whoever drives the state calls.

extension WorkflowRunState {
    /// The first step of a replay.
    public mutating func begin() -> WorkflowStep {
        guard case .idle = phase else { return misuse("begin()") }
        return advance(TaskAtHand())
    }

    /// A workflow task was polled for this run.
    public mutating func accept(_ answer: APIPollWorkflowTaskQueueResponse) -> WorkflowStep {
        guard case .idle = phase else { return misuse("accept(_:)") }
        let task = TaskAtHand(answer)
        if lastStarted > 0, answer.previousStartedEventID != lastStarted {
            return restart(
                "the task follows the one started by event \(answer.previousStartedEventID), the instance stands "
                    + "after the one started by event \(lastStarted)")
        }
        if !answer.workflowExecution.workflowID.isEmpty { machines.workflowID = answer.workflowExecution.workflowID }
        let continues = history.begin(
            answer.history.events, nextPageToken: answer.nextPageToken, limit: task.newest)
        guard continues else {
            return restart("the task's events do not follow event \(history.lastKnown), the last one known")
        }
        // A query to a run that is not cached comes without events when it went to the worker that had it cached.
        if lastStarted == 0, answer.history.events.isEmpty, answer.nextPageToken.isEmpty { history.fetchFromStart() }
        return advance(task)
    }

    /// A page of history was fetched, in answer to `.fetchHistory`.
    ///
    /// - Parameter nextPageToken: as the server gave it; empty if there is no more.
    public mutating func append(events: [APIHistoryEvent], nextPageToken: Data) -> WorkflowStep {
        guard case .fetching(let task) = phase else { return misuse("append(events:nextPageToken:)") }
        history.append(events, nextPageToken: nextPageToken)
        return advance(task)
    }

    /// The workflow's code has worked on the activation that the last step carried.
    public mutating func complete(with result: ActivationResult) -> WorkflowStep {
        switch phase {
        case .activation(let task, let isNewest):
            return complete(task, isNewest: isNewest, result)
        case .queries(let task, let queries):
            return answer(task, queries, result)
        default:
            return misuse("complete(with:)")
        }
    }

    /// The server has taken the answer to the workflow task.
    ///
    /// A further task in the answer is given to `accept(_:)` next, by the caller.
    public mutating func taskAccepted(_ answer: APIRespondWorkflowTaskCompletedResponse) {
        guard case .accepting(let startedEvent, let scheduledEvent) = phase else { return }
        phase = .idle
        lastStarted = startedEvent
        unsettled = true
        if answer.resetHistoryEventID > 0 {
            // The task was speculative and has been dropped: its own two events never were.
            lastStarted = answer.resetHistoryEventID
            unsettled = false
            history.rewind(to: scheduledEvent - 1)
        }
    }

    // MARK: Steps that end things

    func restart(_ reason: String) -> WorkflowStep {
        .restart(.outOfStep(reason))
    }

    mutating func fail(_ task: TaskAtHand, _ failure: APIFailureFailure, _ cause: APIWorkflowTaskFailedCause)
        -> WorkflowStep
    {
        phase = .over
        return .failTask(
            WorkflowTaskFailure(
                taskToken: task.token, cause: cause, failure: failure,
                shouldReport: task.attempt <= 1 && task.newest != nil, isQuery: task.isQuery))
    }

    mutating func fail(_ task: TaskAtHand, _ error: CoreError) -> WorkflowStep {
        if case .nondeterminism = error, options.onNondeterminism == .failRun, let started = task.newest {
            return failRun(task, started: started, error.failure)
        }
        return fail(task, error.failure, error.cause)
    }

    /// The core was called at a moment when the call makes no sense: an error in the caller, never in a workflow.
    private mutating func misuse(_ call: String) -> WorkflowStep {
        fail(TaskAtHand(), .badCommand("The worker core was called with \(call) in phase \(phase)."))
    }
}
