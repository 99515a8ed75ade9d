import Engine
import Synchronization

/// A caller that waits for the engine's answer. It is answered once, by whichever comes first: the answer, a refusal,
/// or the caller's own cancellation.
final class PendingCall: Sendable {
    typealias Continuation = CheckedContinuation<ReplyOutcome, any Error>

    private enum State {
        case new
        case waiting(Continuation)
        case over
    }

    let id: CallID
    private let state = Mutex(State.new)

    init(id: CallID) {
        self.id = id
    }

    /// Whether nobody waits any more.
    var isOver: Bool {
        state.withLock { state in
            if case .over = state { return true }
            return false
        }
    }

    /// Puts the caller to sleep; false (and the continuation resumed) if it was cancelled before.
    func wait(_ continuation: Continuation) -> Bool {
        let isWaiting = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !isWaiting { continuation.resume(throwing: CancellationError()) }
        return isWaiting
    }

    /// Wakes the caller with its answer; false if it is gone.
    @discardableResult
    func answer(_ outcome: ReplyOutcome) -> Bool {
        guard let continuation = end() else { return false }
        continuation.resume(returning: outcome)
        return true
    }

    /// Wakes the caller because it was cancelled; false if it was not waiting.
    func abandon() -> Bool {
        guard let continuation = end() else { return false }
        continuation.resume(throwing: CancellationError())
        return true
    }

    private func end() -> Continuation? {
        state.withLock { state in
            defer { state = .over }
            guard case .waiting(let continuation) = state else { return nil }
            return continuation
        }
    }
}
