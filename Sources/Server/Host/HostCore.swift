import Engine
import Logging
import Store
import Synchronization

/// What the engine's thread, the committer's thread and the callers share.
final class HostCore: Sendable {
    /// An answer and who waits for it.
    struct Delivery: Sendable {
        var call: PendingCall
        var outcome: ReplyOutcome
    }

    /// Read by any thread; written, checkpointed and recovered only inside ``withStore(_:)``.
    let store: any Store
    let clock: ServerClock
    let limits: HostLimits
    let logger: Logger
    let inbox: HostInbox
    let pipeline = Mutex(CommitPipeline<Delivery>())
    let committerSignal = WakeSignal()
    let counters = HostCounters()
    let namespaces = NamespaceDirectory()
    /// The id of this server, drawn when its store was new.
    let clusterID = Mutex("")
    private let storeTurn = Mutex(())
    /// Commits that failed since one succeeded.
    let failuresInARow = Atomic<Int>(0)
    /// The engine waits for the committer to catch up.
    let isThrottled = Atomic<Bool>(false)
    /// The engine wants to know whether the store can be written again.
    let wantsProbe = Atomic<Bool>(false)
    let engineEnded = Atomic<Bool>(false)
    /// Both threads have ended.
    let drained = Gate()

    init(store: any Store, clock: ServerClock, limits: HostLimits, logger: Logger) {
        self.store = store
        self.clock = clock
        self.limits = limits
        self.logger = logger
        inbox = HostInbox(capacity: limits.queuedCalls)
    }

    /// Has the store to itself: it is written by one thread at a time.
    func withStore<Value>(_ body: (any Store) throws -> Value) rethrows -> Value {
        try storeTurn.withLock { _ in try body(store) }
    }

    /// What a failed commit means.
    func failure(_ error: any Error) -> CommitFailure {
        CommitFailure(isFull: (error as? StoreError)?.code == .full, reason: "\(error)")
    }

    /// Hands answers over, in order. A caller that is gone is reported to the engine, which may want back what it sent.
    func deliver(_ deliveries: [Delivery]) {
        for delivery in deliveries where !delivery.call.answer(delivery.outcome) {
            counters.undeliveredAnswers.count()
            inbox.cancel(delivery.call.id)
        }
    }

    func refuse(_ deliveries: [Delivery], _ error: EngineError) {
        counters.refusedCalls.count(deliveries.count)
        for delivery in deliveries { delivery.call.answer(.failure(error)) }
    }
}

/// Bounds and times of a host.
struct HostLimits: Sendable {
    /// Calls that wait for the engine's thread.
    var queuedCalls = 20_000
    /// Callers that wait for an answer, parked polls included.
    var waitingCalls = 100_000
    /// Writes that wait for the committer; past this the engine waits, too.
    var queuedWrites = 100_000
    /// Where one transaction ends, if more is queued.
    var writesPerCommit = 20_000
    /// Calls after which the engine hands over what it has, even if more are queued.
    var callsPerBatch = 256
    /// Quiet time after which a checkpoint is made.
    var checkpointIdle: Duration = .milliseconds(500)
    /// How often a full store is tried again.
    var probeInterval: Duration = .seconds(1)
    /// Longest wait between two attempts to read a failing store back.
    var longestRetry: Duration = .seconds(1)
    /// Threads that read the store.
    var readers = 4
}

extension EngineError {
    static let storeFailed = EngineError(
        .unavailable, "The store failed, and whether the call took effect is not known; try again.")
    static let recovering = EngineError(.unavailable, "The server is reading its store back; try again.")
    static let stopping = EngineError(.unavailable, "The server is stopping.")
    static let storeFull = EngineError(
        .resourceExhausted, "The disk is full: the server only reads until there is space again.")
    static let inboxFull = EngineError(.resourceExhausted, "The server has too many calls queued; try again later.")
    static let tooManyWaiting = EngineError(.resourceExhausted, "The server has too many waiting callers.")
}
