import Engine

/// The engine as its host sees it; tests have simpler ones.
protocol HostedEngine: AnyObject {
    func step(_ call: EngineCall, now: Nanoseconds)
    func cancel(_ call: CallID, now: Nanoseconds)
    func tick(now: Nanoseconds)
    var nextTick: Nanoseconds? { get }
    func takeEffects() -> Effects
    func noteBatches(open: UInt64, durable: UInt64)
}

extension Engine: HostedEngine {}

/// Why a commit failed.
struct CommitFailure: Error, Sendable {
    /// There is no room on the disk; reads go on, writes are refused until there is.
    var isFull: Bool
    var reason: String
}
