import WireAPI

/// The durable-execution engine: every run, task queue, timer and namespace of one server.
///
/// A pure, synchronous state machine. Its host calls it from one thread at a time, passes the time in, and takes the
/// effects out after each call:
///
///     engine.step(call, now: now)          // or tick / cancel
///     let effects = engine.takeEffects()
///     // effects.writes → open batch; effects.replies → after the batch is durable
///     // engine.committed(through: batch)   once a batch is durable
///     // engine.nextTick                    when to call tick next
///
/// After a failed commit the engine is dropped and a new one made from `Store.recover()`.
public final class Engine {
    public init(environment: EngineEnvironment, recovered: RecoveredState, now: Nanoseconds) {}

    /// Performs one call. It is answered by exactly one reply: in this step's effects or, for a long poll, in those of
    /// a later step.
    public func step(_ call: EngineCall, now: Nanoseconds) {}

    /// Gives up a waiting call: its caller is gone. No reply follows. Unknown ids are ignored.
    public func cancel(_ call: CallID, now: Nanoseconds) {}

    /// Does what is due: timers, timeouts, retries, ends of long polls, retention.
    public func tick(now: Nanoseconds) {}

    /// When ``tick(now:)`` has something to do next; `nil` if nothing is planned.
    public var nextTick: Nanoseconds? { nil }

    /// Hands over what has been decided since the last call.
    public func takeEffects() -> Effects { Effects() }

    /// Says which batch the effects taken next will be written in, and which batch was the last to become durable;
    /// a run stays in memory until its last write is durable. Batches are numbered 1, 2, 3 … by the host.
    public func noteBatches(open: UInt64, durable: UInt64) {}
}
