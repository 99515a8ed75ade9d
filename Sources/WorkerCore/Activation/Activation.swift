import SwiftProtobuf
import WireAPI

/// One turn of a workflow's code: what has happened since the last turn.
///
/// The core hands activations out one at a time. Whoever runs the workflow's code applies `jobs` in order, lets the
/// code run until nothing in it can go on, and answers with `WorkflowRunState.complete(with:)`. The jobs are already
/// in the order in which they must be applied:
///
/// 1. `start`
/// 2. `notifyHasPatch`
/// 3. `updateRandomSeed`
/// 4. `signal` and `update`, in history order
/// 5. everything else, in history order
///
/// None of the workflow's own code may run before the first three have been applied: it may ask for a patch at once.
///
/// Queries come in activations of their own, and so do evictions.
public struct Activation: Sendable, Equatable {
    /// The run this is for.
    public var runID: String

    /// What the workflow sees as "now": nanoseconds since 1970, UTC. It is the time at which the workflow task was
    /// started, and does not move within an activation.
    public var workflowTime: Int64

    /// Whether the code is catching up with what is already in history. While it is, nothing may leave the workflow's
    /// code: no logging, no metrics, no update validation. Never set for queries: they come when the code has caught up.
    public var isReplaying: Bool

    /// The number of events in history at this point.
    public var historyLength: Int64

    /// The size of the history at this point, in bytes, as the server counts it.
    public var historySize: Int64

    /// Whether the server would like the workflow to continue as new soon.
    public var continueAsNewSuggested: Bool

    /// What to apply, in order. Empty only when an activation was asked for without anything having happened.
    public var jobs: [ActivationJob]

    public init(
        runID: String, workflowTime: Int64 = 0, isReplaying: Bool = false, historyLength: Int64 = 0,
        historySize: Int64 = 0, continueAsNewSuggested: Bool = false, jobs: [ActivationJob] = []
    ) {
        self.runID = runID
        self.workflowTime = workflowTime
        self.isReplaying = isReplaying
        self.historyLength = historyLength
        self.historySize = historySize
        self.continueAsNewSuggested = continueAsNewSuggested
        self.jobs = jobs
    }
}

/// A single thing that happened to a workflow.
///
/// `seq` is the number that the workflow's code gave to the command which the job answers. Each kind of command has
/// its own numbers, which the code counts up from 1.
public enum ActivationJob: Sendable, Equatable {
    /// The workflow begins. Exactly once for each instance, and always the first job it sees.
    case start(WorkflowStart)

    /// The patch is in this run's history: `patched(id)` must answer true. It comes before, or together with, the
    /// first job after which the recorded run asked.
    case notifyHasPatch(id: String)

    /// The run was reset: random numbers must come from this seed from now on.
    case updateRandomSeed(UInt64)

    /// A signal arrived.
    case signal(SignalReceived)

    /// An update was asked for. Answer with `WorkflowCommand.updateResponse`.
    case update(UpdateReceived)

    /// Someone asked for the whole workflow to be cancelled.
    case cancelWorkflow(reason: String)

    /// The timer is due. Code that has cancelled the timer meanwhile ignores it.
    case fireTimer(seq: Int)

    /// The activity has come to its end. At most once for each activity.
    case resolveActivity(seq: Int, ActivityResolution)

    /// The child has begun, or could not.
    case resolveChildStart(seq: Int, ChildStartResolution)

    /// The child has come to its end. Only after `resolveChildStart` with `.started`.
    case resolveChild(seq: Int, ChildResolution)

    /// The signal to another workflow was delivered (`failure` is nil) or could not be.
    case resolveSignalExternal(seq: Int, failure: APIFailureFailure?)

    /// The request to cancel another workflow was delivered (`failure` is nil) or could not be.
    case resolveCancelExternal(seq: Int, failure: APIFailureFailure?)

    /// A question from outside. It must change nothing. Answer with `WorkflowCommand.queryResult`.
    case query(QueryReceived)

    /// The instance is not wanted any longer: let go of everything. Commands it gives in answer are thrown away.
    case evict(EvictionReason)
}

/// How a workflow begins.
public struct WorkflowStart: Sendable, Equatable {
    public var workflowID: String
    /// The name under which the workflow is registered.
    public var workflowType: String
    /// The seed of the run's random numbers. The same at every replay.
    public var randomSeed: UInt64
    /// When the run was started: nanoseconds since 1970, UTC.
    public var startTime: Int64
    /// All that the server says of the start: input, headers, timeouts, memo, parent and so on.
    public var attributes: APIWorkflowExecutionStartedEventAttributes

    public init(
        workflowID: String, workflowType: String, randomSeed: UInt64, startTime: Int64,
        attributes: APIWorkflowExecutionStartedEventAttributes
    ) {
        self.workflowID = workflowID
        self.workflowType = workflowType
        self.randomSeed = randomSeed
        self.startTime = startTime
        self.attributes = attributes
    }
}

/// A signal, as it came.
public struct SignalReceived: Sendable, Equatable {
    public var name: String
    public var input: [APIPayload]
    public var headers: [String: APIPayload]
    /// Who sent it, as they described themselves.
    public var identity: String

    public init(name: String, input: [APIPayload], headers: [String: APIPayload], identity: String) {
        self.name = name
        self.input = input
        self.headers = headers
        self.identity = identity
    }
}

/// An update, as it came.
public struct UpdateReceived: Sendable, Equatable {
    /// The id which the caller gave to the update.
    public var id: String
    /// Names this one exchange; `WorkflowCommand.updateResponse` carries it back.
    public var protocolInstanceID: String
    public var name: String
    public var input: [APIPayload]
    public var headers: [String: APIPayload]
    public var identity: String
    /// False at replay: the update has been accepted already, and its validator must not run again.
    public var runValidator: Bool

    public init(
        id: String, protocolInstanceID: String, name: String, input: [APIPayload], headers: [String: APIPayload],
        identity: String, runValidator: Bool
    ) {
        self.id = id
        self.protocolInstanceID = protocolInstanceID
        self.name = name
        self.input = input
        self.headers = headers
        self.identity = identity
        self.runValidator = runValidator
    }
}

/// A query, as it came.
public struct QueryReceived: Sendable, Equatable {
    /// Names the query within its activation; `WorkflowCommand.queryResult` carries it back.
    public var id: String
    public var name: String
    public var input: [APIPayload]
    public var headers: [String: APIPayload]

    public init(id: String, name: String, input: [APIPayload], headers: [String: APIPayload]) {
        self.id = id
        self.name = name
        self.input = input
        self.headers = headers
    }
}
