import Logging

/// How a worker works. Everything has a default.
public struct WorkerOptions: Sendable {
    /// How many workflow tasks are worked on at once.
    public var maximumWorkflowTasks: Int
    /// How many activities run at once.
    public var maximumActivities: Int
    /// How many polls for workflow tasks are open at once, sticky ones included; at least 1.
    public var workflowPollers: Int
    /// How many polls for activities are open at once; at least 1.
    public var activityPollers: Int
    /// How many runs are kept in memory between their tasks, so that their histories need not be replayed each time; 0
    /// keeps none.
    public var maximumCachedRuns: Int
    /// How many threads run workflow code.
    public var workflowThreads: Int
    /// How long workflow code may take to come back before its task is failed.
    public var deadlockTimeout: Duration
    /// How long a task for a cached run waits for this worker before any worker may take it.
    public var stickyTimeout: Duration
    /// How long activities may go on once the worker is told to stop; after that they are cancelled.
    public var gracePeriod: Duration
    /// How long the worker waits for cancelled activities to end.
    public var cancellationPeriod: Duration
    /// The longest pause between two heartbeats of an activity.
    public var maximumHeartbeatInterval: Duration
    /// The pause between two heartbeats of an activity without a heartbeat timeout.
    public var defaultHeartbeatInterval: Duration
    /// What a workflow whose code does not fit its history does: wait for other code, or fail.
    public var onNondeterminism: NondeterminismPolicy
    /// How the worker names itself; `nil` means the client's identity.
    public var identity: String?
    /// Which build of the program this is, for people who look at histories; `nil` means a fingerprint of the program.
    public var buildID: String?
    public var logger: Logger
    /// Called with what happens in the worker, for metrics and tests. It must return quickly.
    public var onEvent: (@Sendable (WorkerEvent) -> Void)?

    public init(
        maximumWorkflowTasks: Int = 100, maximumActivities: Int = 100, workflowPollers: Int = 5,
        activityPollers: Int = 5, maximumCachedRuns: Int = 1_000, workflowThreads: Int = 2,
        deadlockTimeout: Duration = .seconds(2), stickyTimeout: Duration = .seconds(10),
        gracePeriod: Duration = .zero, cancellationPeriod: Duration = .seconds(10),
        maximumHeartbeatInterval: Duration = .seconds(60), defaultHeartbeatInterval: Duration = .seconds(30),
        onNondeterminism: NondeterminismPolicy = .failTask, identity: String? = nil, buildID: String? = nil,
        logger: Logger = Logger(label: "millrace.worker"), onEvent: (@Sendable (WorkerEvent) -> Void)? = nil
    ) {
        self.maximumWorkflowTasks = maximumWorkflowTasks
        self.maximumActivities = maximumActivities
        self.workflowPollers = workflowPollers
        self.activityPollers = activityPollers
        self.maximumCachedRuns = maximumCachedRuns
        self.workflowThreads = workflowThreads
        self.deadlockTimeout = deadlockTimeout
        self.stickyTimeout = stickyTimeout
        self.gracePeriod = gracePeriod
        self.cancellationPeriod = cancellationPeriod
        self.maximumHeartbeatInterval = maximumHeartbeatInterval
        self.defaultHeartbeatInterval = defaultHeartbeatInterval
        self.onNondeterminism = onNondeterminism
        self.identity = identity
        self.buildID = buildID
        self.logger = logger
        self.onEvent = onEvent
    }

    func validate() throws(InvalidOptions) {
        let counts = [
            ("maximumWorkflowTasks", maximumWorkflowTasks), ("maximumActivities", maximumActivities),
            ("workflowPollers", workflowPollers), ("activityPollers", activityPollers),
            ("workflowThreads", workflowThreads),
        ]
        for (name, count) in counts where count < 1 {
            throw InvalidOptions(name, "must be at least 1, is \(count)")
        }
        if maximumCachedRuns < 0 { throw InvalidOptions("maximumCachedRuns", "must not be negative") }
    }
}

/// What becomes of a run whose code does not fit its history.
public enum NondeterminismPolicy: Sendable, Hashable {
    /// The task fails, and is tried again until a worker comes whose code fits. Nothing is lost. The default.
    case failTask
    /// The run fails.
    case failRun
}

/// Something that happened in a worker.
public enum WorkerEvent: Sendable, Hashable {
    case workflowTaskStarted(type: String, runID: String)
    case workflowTaskCompleted(type: String, runID: String, duration: Duration)
    /// The task failed; the run waits for it to be tried again.
    case workflowTaskFailed(type: String, runID: String, cause: String)
    /// A run's instance was let go.
    case runEvicted(runID: String, reason: String)
    /// The server did not take an answer, most often because it came too late.
    case answerRefused(method: String, message: String)
    case activityStarted(type: String, attempt: Int)
    case activityCompleted(type: String, duration: Duration)
    case activityFailed(type: String, duration: Duration)
    case activityCancelled(type: String)
    /// A poll failed and is repeated after the pause.
    case pollFailed(message: String, pause: Duration)
}
