import Foundation
import SwiftProtobuf
import WireAPI

/// All that a worker knows of one workflow run, apart from the instance of the workflow's code.
///
/// A value without I/O, clock or concurrency: history goes in, activations come out; commands go in, the answer to the
/// workflow task comes out. Whoever drives it (the worker's shell, a replayer, a test) does what the returned
/// `WorkflowStep` says, then makes the call that the step names:
///
///     var state = WorkflowRunState(runID: answer.workflowExecution.runID)      // or the cached one
///     var step = state.accept(answer)                                          // a workflow task was polled
///     loop: while true {
///         switch step {
///         case .activate(let activation):
///             step = state.complete(with: instance.run(activation))            // commands, or a failure
///         case .fetchHistory(let fetch):
///             let page = try await history(fetch)
///             step = state.append(events: page.events, nextPageToken: page.token)
///         case .completeTask(let completion):
///             let answer = try await respondCompleted(completion.request)      // refused: evict(.taskNotAccepted)
///             state.taskAccepted(answer)
///             if completion.closesRun { evict(.runClosed) }
///             break loop                                                       // keep `state` for the next task
///         case .failTask(let failure):
///             report(failure); evict(.taskFailed(failure.failure.message)); break loop
///         case .answerQuery(let answer):
///             respondQuery(answer.request); break loop
///         case .restart(let reason):
///             evict(reason); state = WorkflowRunState(…); step = state.accept(answer)
///         case .replayed:
///             break loop
///         }
///     }
///
/// - One task at a time: a further task for the run waits until the one before it has been answered *and*
///   `taskAccepted` was called (or the run was evicted).
/// - A task for a run that is not cached goes to a new state. If the task carries only the newest events, the answer is
///   `.fetchHistory(.fromStart)`.
/// - "evict" above is: give the instance `evictionActivation(_:)`, then drop instance and state.
/// - A state whose last step was `.failTask` or `.restart` must not be used again.
public struct WorkflowRunState: Sendable {
    /// The run.
    public let runID: String
    public let options: WorkerCoreOptions

    /// A run of which nothing is known yet.
    public init(runID: String, options: WorkerCoreOptions = WorkerCoreOptions()) {
        self.runID = runID
        self.options = options
    }

    /// A replay of a whole history that was fetched or read from a file.
    ///
    /// The first step comes from `begin()`. The steps are `.activate`, `.fetchHistory(.page)` if `nextPageToken` is not
    /// empty, `.failTask` if the code does not fit its history, and `.replayed` at the end.
    public static func replay(
        history: APIHistory, nextPageToken: Data = Data(), workflowID: String = "replayed-workflow",
        options: WorkerCoreOptions = WorkerCoreOptions()
    ) -> WorkflowRunState {
        WorkflowRunState(runID: "", options: options)
    }

    /// The first step of a replay.
    public mutating func begin() -> WorkflowStep { notBuilt() }

    /// A workflow task was polled for this run.
    public mutating func accept(_ task: APIPollWorkflowTaskQueueResponse) -> WorkflowStep { notBuilt() }

    /// A page of history was fetched, in answer to `.fetchHistory`.
    ///
    /// - Parameter nextPageToken: as the server gave it; empty if there is no more.
    public mutating func append(events: [APIHistoryEvent], nextPageToken: Data) -> WorkflowStep { notBuilt() }

    /// The workflow's code has worked on the activation that the last step carried.
    public mutating func complete(with result: ActivationResult) -> WorkflowStep { notBuilt() }

    /// The server has taken the answer to the workflow task.
    ///
    /// A further task in the answer is given to `accept(_:)` next, by the caller.
    public mutating func taskAccepted(_ answer: APIRespondWorkflowTaskCompletedResponse) {}

    /// The last activation of an instance.
    public func evictionActivation(_ reason: EvictionReason) -> Activation {
        Activation(runID: runID, jobs: [.evict(reason)])
    }

    private func notBuilt() -> WorkflowStep {
        var failure = APIFailureFailure()
        failure.message = "the worker core is still being built"
        return .failTask(
            WorkflowTaskFailure(
                taskToken: Data(), cause: .unspecified, failure: failure, shouldReport: false, isQuery: false))
    }
}

/// What the core must know of the worker.
public struct WorkerCoreOptions: Sendable {
    /// What to do with a run whose code does not fit its history.
    public enum NondeterminismPolicy: Sendable {
        /// Fail the workflow task: the run waits until a worker comes whose code fits.
        case failTask
        /// Fail the run.
        case failRun
    }

    /// Name and version of the SDK, recorded in the history.
    public var sdkName: String
    public var sdkVersion: String
    /// The namespace in which the worker works.
    public var namespace: String
    public var onNondeterminism: NondeterminismPolicy

    public init(
        sdkName: String = "millrace-swift", sdkVersion: String = "0.1.0", namespace: String = "default",
        onNondeterminism: NondeterminismPolicy = .failTask
    ) {
        self.sdkName = sdkName
        self.sdkVersion = sdkVersion
        self.namespace = namespace
        self.onNondeterminism = onNondeterminism
    }
}
