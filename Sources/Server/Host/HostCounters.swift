import Synchronization

/// What a server has done since it started.
public struct ServerCounters: Sendable, Equatable {
    /// Calls that reached the engine.
    public var calls = 0
    /// Calls refused because a queue was full, the store was down, or the server was stopping.
    public var refusedCalls = 0
    /// Transactions, each made durable with one sync.
    public var commits = 0
    /// Rows written in them.
    public var writes = 0
    public var failedCommits = 0
    /// Times the engine was rebuilt from the store after a failure.
    public var rebuilds = 0
    /// Answers whose callers were gone when they were ready.
    public var undeliveredAnswers = 0

    /// Callers that wait for an answer now, parked polls included.
    public var waitingCalls = 0

    public init() {}
}

/// The counters while they count. Relaxed atomics: nobody orders anything by them.
final class HostCounters: Sendable {
    let calls = Atomic<Int>(0)
    let refusedCalls = Atomic<Int>(0)
    let commits = Atomic<Int>(0)
    let writes = Atomic<Int>(0)
    let failedCommits = Atomic<Int>(0)
    let rebuilds = Atomic<Int>(0)
    let undeliveredAnswers = Atomic<Int>(0)
    let waitingCalls = Atomic<Int>(0)

    var snapshot: ServerCounters {
        var copy = ServerCounters()
        copy.calls = calls.load(ordering: .relaxed)
        copy.refusedCalls = refusedCalls.load(ordering: .relaxed)
        copy.commits = commits.load(ordering: .relaxed)
        copy.writes = writes.load(ordering: .relaxed)
        copy.failedCommits = failedCommits.load(ordering: .relaxed)
        copy.rebuilds = rebuilds.load(ordering: .relaxed)
        copy.undeliveredAnswers = undeliveredAnswers.load(ordering: .relaxed)
        copy.waitingCalls = waitingCalls.load(ordering: .relaxed)
        return copy
    }
}

extension Atomic where Value == Int {
    func count(_ amount: Int = 1) { add(amount, ordering: .relaxed) }
}
