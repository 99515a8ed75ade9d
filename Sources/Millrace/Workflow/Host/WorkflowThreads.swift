import Synchronization
import WorkerCore

/// The threads that run workflow code, with a watchdog.
///
/// They are neither of the cooperative pool, which user code could block for everyone, nor of an event loop. When code
/// does not come back in time, its caller gets an answer from the watchdog, and another thread takes the place of the
/// blocked one.
final class WorkflowThreads: Sendable {
    let limit: Duration
    private let pool: Pool

    init(count: Int, limit: Duration) {
        self.limit = limit
        pool = Pool(limit: limit)
        for _ in 0..<max(1, count) { pool.startWorker() }
        let pool = pool
        startThread(named: "millrace-dog") { pool.watch() }
    }

    deinit { pool.close() }

    /// How many threads were given up.
    var lost: Int { pool.state.read { $0.lost } }

    /// Ends the threads once they have nothing to do. Does not wait for lost ones.
    func close() { pool.close() }

    /// Runs `body` on one of the threads.
    ///
    /// - Parameters:
    ///   - orAfterLimit: what the answer is if `body` takes too long; called on the watchdog's thread.
    ///   - late: called on the lost thread if `body` comes back after all.
    func run(
        _ body: @escaping @Sendable () -> ActivationResult,
        orAfterLimit: @escaping @Sendable () -> ActivationResult, late: @escaping @Sendable () -> Void
    ) async -> ActivationResult {
        await withCheckedContinuation { continuation in
            let work = Work(body: body, orAfterLimit: orAfterLimit, late: late, continuation: continuation)
            if !pool.queue.append(work) { pool.runAlone(work) }
        }
    }
}

/// One activation to work on. Its continuation is resumed once: by the thread that worked, or by the watchdog.
private final class Work: Sendable {
    let body: @Sendable () -> ActivationResult
    let orAfterLimit: @Sendable () -> ActivationResult
    let late: @Sendable () -> Void
    private let continuation: Mutex<CheckedContinuation<ActivationResult, Never>?>

    init(
        body: @escaping @Sendable () -> ActivationResult, orAfterLimit: @escaping @Sendable () -> ActivationResult,
        late: @escaping @Sendable () -> Void, continuation: CheckedContinuation<ActivationResult, Never>
    ) {
        self.body = body
        self.orAfterLimit = orAfterLimit
        self.late = late
        self.continuation = Mutex(continuation)
    }

    /// Takes the right to answer; nil if the other side has it.
    func claim() -> CheckedContinuation<ActivationResult, Never>? {
        continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
    }
}

/// What the threads share. They hold it, and not `WorkflowThreads`, whose end makes them end.
private final class Pool: Sendable {
    struct Running: Sendable {
        var work: Work
        var start: ContinuousClock.Instant
    }

    struct State: Sendable {
        var running: [Int: Running] = [:]
        var threadCount = 0
        var lost = 0
        var isClosed = false
        /// Whether the watchdog looks by itself; if not, it has to be woken when work starts.
        var isWatching = false
    }

    let queue = BlockingQueue<Work>()
    let state = Monitor(State())
    private let limit: Duration

    init(limit: Duration) {
        self.limit = limit
    }

    func close() {
        queue.close()
        state.withLock { $0.isClosed = true }
    }

    func startWorker() {
        let number = state.read { state in
            state.threadCount += 1
            return state.threadCount
        }
        startThread(named: "millrace-wf-\(number)") { [self] in
            while let work = queue.next() {
                begin(work, on: number)
                let result = work.body()
                state.read { _ = $0.running.removeValue(forKey: number) }
                guard let continuation = work.claim() else {
                    // The watchdog has answered and replaced this thread.
                    work.late()
                    return
                }
                continuation.resume(returning: result)
            }
        }
    }

    /// For what comes after the end, such as a late eviction: a thread of its own, without a watchdog.
    func runAlone(_ work: Work) {
        startThread(named: "millrace-wf-late") {
            let result = work.body()
            work.claim()?.resume(returning: result)
        }
    }

    private func begin(_ work: Work, on number: Int) {
        let mustWake = state.read { state in
            state.running[number] = Running(work: work, start: .now)
            defer { state.isWatching = true }
            return !state.isWatching
        }
        if mustWake { state.withLock { _ in } }
    }

    /// The watchdog: looks eight times in the time limit while something runs.
    func watch() {
        var isIdle = false
        while true {
            state.pause(atMost: isIdle ? nil : limit / 8) { state in
                guard !state.isClosed || !state.running.isEmpty else { return false }
                guard isIdle else { return true }
                return !state.isWatching
            }
            let (overdue, isDone) = state.read { state in
                let overdue = state.running.filter { .now - $0.value.start > limit }
                for number in overdue.keys { state.running[number] = nil }
                isIdle = state.running.isEmpty
                if isIdle { state.isWatching = false }
                return (overdue.sorted { $0.key < $1.key }.map(\.value.work), isIdle && state.isClosed)
            }
            for work in overdue { giveUp(work) }
            if isDone { return }
        }
    }

    private func giveUp(_ work: Work) {
        guard let continuation = work.claim() else { return }
        let answer = work.orAfterLimit()
        let isClosed = state.read { state in
            state.lost += 1
            return state.isClosed
        }
        if !isClosed { startWorker() }
        continuation.resume(returning: answer)
    }
}
