import ScheduleSpec

/// What the engine is given from outside: everything that is not a function of its inputs.
public struct EngineEnvironment {
    /// Reads committed state. Called synchronously inside a step.
    public var reader: any StoreReader
    /// Random bits: run ids, nonces, jitter.
    public var random: () -> UInt64
    public var limits: Limits
    /// The rules of time zones, for schedules.
    public var zones: any TimeZoneSource

    public init(
        reader: any StoreReader, random: @escaping () -> UInt64, limits: Limits = Limits(),
        zones: any TimeZoneSource = SystemTimeZones()
    ) {
        self.reader = reader
        self.random = random
        self.limits = limits
        self.zones = zones
    }
}

/// Sizes, counts and times the engine keeps to. The defaults are the reference server's.
public struct Limits: Sendable {
    /// Largest input, result, signal or detail, in bytes.
    public var blobSize = 2 << 20
    public var memoSize = 2 << 20
    /// Largest history, in events and in bytes; a run that passes either is terminated.
    public var historyCount: Int64 = 51_200
    public var historySize: Int64 = 50 << 20
    /// From here on, workers are told to continue as new.
    public var suggestContinueAsNewCount: Int64 = 4_096
    public var suggestContinueAsNewSize: Int64 = 4 << 20
    /// Longest workflow id, type, task queue, activity id and the like, in characters.
    public var idLength = 1_000
    public var pendingActivities = 2_000
    public var signalsPerRun: Int64 = 10_000
    public var bufferedEvents = 100
    public var bufferedSize = 2 << 20
    public var historyPage = 256
    public var defaultWorkflowTaskTimeout: Nanoseconds = 10 * .second
    public var maximumWorkflowTaskTimeout: Nanoseconds = 120 * .second
    /// How long a workflow task may be kept alive by heartbeats.
    public var workflowTaskHeartbeatLimit: Nanoseconds = 1_800 * .second
    public var longPoll: Nanoseconds = 60 * .second
    public var historyLongPoll: Nanoseconds = 20 * .second
    /// Retention of a new namespace.
    public var defaultRetention: Nanoseconds = 24 * 3_600 * .second
    /// Least time between two runs of a chain.
    public var continueAsNewInterval: Nanoseconds = 1 * .second
    /// Open runs kept in memory; more are read back when touched.
    public var cachedRuns = 5_000
    /// Closed runs kept in memory.
    public var cachedClosedRuns = 200
    /// Schedules kept in memory, and bytes of their definitions and last results; more are read back when touched.
    public var cachedSchedules = 20_000
    public var cachedScheduleBytes = 64 << 20
    /// Starts of one schedule that can wait; more are dropped.
    public var scheduleBuffer = 1_000
    /// Longest note of a pause.
    public var scheduleNotes = 1_000
    /// A schedule that has nothing left to do is deleted after this time.
    public var idleScheduleRetention: Nanoseconds = 7 * 86_400 * .second
    /// Runs and schedules that one tick looks after; the others follow in the next, so that no batch gets too long.
    public var wakesPerTick = 64
    /// A task queue or poller nobody has used for this long is forgotten.
    public var pollerMemory: Nanoseconds = 300 * .second
    /// A sticky queue nobody has polled for this long is passed over.
    public var stickyPollerMemory: Nanoseconds = 10 * .second

    /// Queries that wait for one run's workflow task at a time.
    public var ridingQueries = 1
    public var queryTimeout: Nanoseconds = 30 * .second
    /// A caller whose query nobody took is told that no worker seems to be there, if none has polled for this long.
    public var queryPollerMemory: Nanoseconds = 20 * .second

    public init() {}
}

extension Nanoseconds {
    public static let millisecond: Nanoseconds = 1_000_000
    public static let second: Nanoseconds = 1_000_000_000
}
