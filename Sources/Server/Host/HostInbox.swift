import Dispatch
import Engine
import Synchronization

/// What reaches the engine's thread: calls, cancellations, and news from the committer.
///
/// Bounded: a call that finds it full is refused, so that a flood costs its senders and not the server's memory.
final class HostInbox: Sendable {
    enum Item: Sendable {
        case call(EngineCall, PendingCall)
        /// The caller is gone: before its answer, or so late that the answer could not be handed over.
        case cancel(CallID)
    }

    struct Work {
        var items: [Item] = []
        var failure: CommitFailure?
        /// A store that was full can be written again.
        var isWritable = false
        var isStopping = false
    }

    enum Refusal: Error {
        case full
        case stopping
    }

    private let state = Mutex(Work())
    private let signal = WakeSignal()
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    func post(_ call: EngineCall, _ pending: PendingCall) throws(Refusal) {
        let refusal = state.withLock { state -> Refusal? in
            if state.isStopping { return .stopping }
            if state.items.count >= capacity { return .full }
            state.items.append(.call(call, pending))
            return nil
        }
        if let refusal { throw refusal }
        signal.wake()
    }

    func cancel(_ call: CallID) {
        state.withLock { $0.items.append(.cancel(call)) }
        signal.wake()
    }

    /// Says that a commit failed and the pipeline is broken.
    func report(_ failure: CommitFailure) {
        state.withLock { $0.failure = failure }
        signal.wake()
    }

    /// Says that a store that was full can be written again.
    func reportWritable() {
        state.withLock { $0.isWritable = true }
        signal.wake()
    }

    /// Refuses calls from now on; the engine's thread ends once it has taken what is there.
    func stop() {
        state.withLock { $0.isStopping = true }
        signal.wake()
    }

    /// Makes the engine's thread look at the clock.
    func nudge() { signal.wake() }

    /// Takes everything there is, without waiting. Only the engine's thread calls it.
    func take() -> Work {
        state.withLock { state in
            let work = state
            state = Work(isStopping: work.isStopping)
            return work
        }
    }

    /// Sleeps until there may be something to take, or until a time. Only the engine's thread calls it.
    func sleep(until deadline: DispatchTime?) { signal.sleep(until: deadline) }
}
