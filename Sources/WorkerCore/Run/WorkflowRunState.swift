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

    var machines: RunMachines
    var history = HistoryBuffer()
    var phase = Phase.idle
    /// The started event of the last workflow task that the code has worked on.
    var lastStarted: Int64 = 0
    /// The task after which the records of its commands are still to come.
    var unsettled = false
    /// Filled in when the task at hand began, for each of its activations.
    var clock = Clock()

    /// What is being waited for.
    enum Phase: Sendable {
        case idle
        case fetching(TaskAtHand)
        case activation(TaskAtHand, isNewest: Bool)
        case queries(TaskAtHand, [QueryReceived])
        /// The completion has been handed out. `scheduledEvent` is where a speculative task began.
        case accepting(startedEvent: Int64, scheduledEvent: Int64)
        case over
    }

    /// What an activation says of when it is.
    struct Clock: Sendable {
        var workflowTime: Int64 = 0
        var historyLength: Int64 = 0
        var historySize: Int64 = 0
        var continueAsNewSuggested = false
        var scheduledEvent: Int64 = 0
    }

    /// A run of which nothing is known yet.
    public init(runID: String, options: WorkerCoreOptions = WorkerCoreOptions()) {
        self.runID = runID
        self.options = options
        machines = RunMachines(options: options)
    }

    /// A replay of a whole history that was fetched or read from a file.
    ///
    /// The first step comes from `begin()`. The steps are `.activate`, `.fetchHistory(.page)` if `nextPageToken` is not
    /// empty, `.failTask` if the code does not fit its history, and `.replayed` at the end. A history that ends in the
    /// middle of a workflow task is replayed up to the task before.
    public static func replay(
        history: APIHistory, nextPageToken: Data = Data(), workflowID: String = "replayed-workflow",
        runID: String = "replayed-run", options: WorkerCoreOptions = WorkerCoreOptions()
    ) -> WorkflowRunState {
        var state = WorkflowRunState(runID: runID, options: options)
        state.machines.workflowID = workflowID
        _ = state.history.begin(history.events, nextPageToken: nextPageToken, limit: nil)
        return state
    }

    /// Whether the run is over: the code has ended it, or history says so.
    public var isClosed: Bool { machines.isClosed }

    /// The last activation of an instance.
    public func evictionActivation(_ reason: EvictionReason) -> Activation {
        Activation(runID: runID, workflowTime: clock.workflowTime, jobs: [.evict(reason)])
    }
}
