import SwiftProtobuf
import WireAPI

/// What a workflow's code wants done, in the order in which it asked.
///
/// `seq` is chosen by the code: for each kind of command counted up from 1, never used twice in a run, and the same
/// at every replay. The answer comes as the `ActivationJob` that carries the same number.
///
/// A command that closes the run (`completeWorkflow`, `failWorkflow`, `cancelWorkflow`, `continueAsNew`) is sent last,
/// after all the others of its workflow task; should there be several, the first counts.
public enum WorkflowCommand: Sendable, Equatable {
    /// Answered by `fireTimer`. The timer's id in history is `seq`.
    case startTimer(StartTimer)

    /// Not answered: the code knows at once that its timer is cancelled. A timer that was started in the same
    /// workflow task is never sent at all.
    case cancelTimer(seq: Int)

    /// Answered by `resolveActivity`.
    case scheduleActivity(ScheduleActivity)

    /// Answered by `resolveActivity` as the activity's `ActivityCancellation` says. An activity that was scheduled in
    /// the same workflow task is never sent, and is answered with `canceled`. Cancelling one that has ended, or twice,
    /// does nothing.
    case requestCancelActivity(seq: Int)

    /// Answered by `resolveChildStart`, then `resolveChild`.
    case startChild(StartChild)

    /// Answered as the child's `ChildCancellation` says.
    case cancelChild(seq: Int, reason: String)

    /// Answered by `resolveSignalExternal`.
    case signalExternal(seq: Int, APISignalExternalWorkflowExecutionCommandAttributes)

    /// Takes a signal back that has not been sent yet; it is then answered with a failure that carries
    /// `canceledFailureInfo`. Once sent it goes its way and this does nothing.
    case cancelSignalExternal(seq: Int)

    /// Answered by `resolveCancelExternal`.
    case requestCancelExternal(seq: Int, APIRequestCancelExternalWorkflowExecutionCommandAttributes)

    /// The code has asked for a patch and goes the new way: once for each id and instance, and only when not
    /// replaying or when the patch was announced with `notifyHasPatch`. With `deprecated` it is given in any case.
    case setPatchMarker(id: String, deprecated: Bool)

    /// Adds to or changes the run's search attributes. A payload with encoding `binary/null` removes one.
    case upsertSearchAttributes(APISearchAttributes)

    /// Adds to or changes the run's memo. A payload with encoding `binary/null` removes a field.
    case modifyProperties(APIModifyWorkflowPropertiesCommandAttributes)

    /// The answer to the query with this id.
    case queryResult(id: String, QueryAnswer)

    /// The answer to an update: `accepted` (or `rejected`, and nothing more), and later `completed`.
    case updateResponse(protocolInstanceID: String, UpdateAnswer)

    /// The run has succeeded.
    case completeWorkflow(APIPayloads)

    /// The run has failed.
    case failWorkflow(APIFailureFailure)

    /// The run ends as cancelled.
    case cancelWorkflow(details: APIPayloads)

    /// The run ends and goes on as a new one.
    case continueAsNew(APIContinueAsNewWorkflowExecutionCommandAttributes)
}

/// A timer to be started.
public struct StartTimer: Sendable, Equatable {
    public var seq: Int
    /// When it is due, counted from the workflow task's completion. Longer than zero.
    public var duration: Google_Protobuf_Duration
    /// Summary and details that people see beside the timer in history.
    public var metadata: APIUserMetadata?

    public init(seq: Int, duration: Google_Protobuf_Duration, metadata: APIUserMetadata? = nil) {
        self.seq = seq
        self.duration = duration
        self.metadata = metadata
    }
}

/// An activity to be scheduled.
public struct ScheduleActivity: Sendable, Equatable {
    public var seq: Int
    /// As sent to the server. An empty `activityID` becomes `seq`; an empty task queue name becomes the workflow's own.
    public var attributes: APIScheduleActivityTaskCommandAttributes
    public var cancellation: ActivityCancellation
    public var metadata: APIUserMetadata?

    public init(
        seq: Int, attributes: APIScheduleActivityTaskCommandAttributes,
        cancellation: ActivityCancellation = .tryCancel, metadata: APIUserMetadata? = nil
    ) {
        self.seq = seq
        self.attributes = attributes
        self.cancellation = cancellation
        self.metadata = metadata
    }
}

/// What cancelling an activity means to the workflow that waits for it.
public enum ActivityCancellation: Sendable, Equatable {
    /// Ask the activity to stop, and see it as cancelled at once.
    case tryCancel
    /// Ask the activity to stop, and wait for what it answers.
    case waitCompletion
    /// See it as cancelled at once and leave the activity alone.
    case abandon
}

/// A child workflow to be started.
public struct StartChild: Sendable, Equatable {
    public var seq: Int
    /// As sent to the server. An empty namespace or task queue name becomes the workflow's own.
    public var attributes: APIStartChildWorkflowExecutionCommandAttributes
    public var cancellation: ChildCancellation
    public var metadata: APIUserMetadata?

    public init(
        seq: Int, attributes: APIStartChildWorkflowExecutionCommandAttributes,
        cancellation: ChildCancellation = .waitCompletion, metadata: APIUserMetadata? = nil
    ) {
        self.seq = seq
        self.attributes = attributes
        self.cancellation = cancellation
        self.metadata = metadata
    }
}

/// What cancelling a child workflow means to the workflow that waits for it.
public enum ChildCancellation: Sendable, Equatable {
    /// See it as cancelled at once and leave the child alone.
    case abandon
    /// Ask the child to stop, and see it as cancelled at once.
    case tryCancel
    /// Ask the child to stop, and see it as cancelled as soon as the request was delivered.
    case waitRequested
    /// Ask the child to stop, and wait for its end.
    case waitCompletion
}

/// The answer to a query.
public enum QueryAnswer: Sendable, Equatable {
    case answered(APIPayloads)
    case failed(APIFailureFailure)
}

/// One step in the answer to an update.
public enum UpdateAnswer: Sendable, Equatable {
    case accepted
    case rejected(APIFailureFailure)
    case completed(UpdateOutcome)
}

/// How an accepted update ended.
public enum UpdateOutcome: Sendable, Equatable {
    case success(APIPayloads)
    case failure(APIFailureFailure)
}
