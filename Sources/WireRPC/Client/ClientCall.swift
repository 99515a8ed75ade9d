import NIOCore
import NIOHPACK
import Synchronization

/// One call from its start to its outcome, whatever connections it is tried on.
///
/// The outcome is set once: by the answer, the deadline, the caller's cancellation or a failure to connect.
final class ClientCall: Sendable {
    let headers: HPACKHeaders
    let body: (first: ByteBuffer, second: ByteBuffer?)

    private struct State {
        var continuation: CheckedContinuation<ByteBuffer, any Error>?
        var outcome: Result<ByteBuffer, RPCError>?
        var deadline: DeadlineEntry?
        var connection: ClientConnection?
        var attempts = 0
    }

    private let state = Mutex(State())
    /// Told when the call ends without an answer, so that nothing is kept for it.
    private let pool: ClientPool

    init(headers: HPACKHeaders, body: (first: ByteBuffer, second: ByteBuffer?), pool: ClientPool) {
        self.headers = headers
        self.body = body
        self.pool = pool
    }

    /// Performs the call and returns the answer's message.
    func run(deadline: ContinuousClock.Instant?) async throws -> ByteBuffer {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let early = state.withLock { state in
                    if state.outcome == nil { state.continuation = continuation }
                    return state.outcome
                }
                if let early { return continuation.resume(with: early) }
                setDeadline(deadline)
                pool.submit(self)
            }
        } onCancel: {
            giveUp(.callCancelled)
        }
    }

    private func setDeadline(_ deadline: ContinuousClock.Instant?) {
        guard let deadline else { return }
        let entry = DeadlineTimer.shared.schedule(at: deadline) { self.giveUp(.deadlinePassed) }
        let isOver = state.withLock { state in
            if state.outcome == nil { state.deadline = entry }
            return state.outcome != nil
        }
        if isOver { DeadlineTimer.shared.cancel(entry) }
    }

    var isOver: Bool { state.withLock { $0.outcome != nil } }

    /// Notes the connection the call is about to be sent on; false if the call is over.
    func assign(_ connection: ClientConnection) -> Bool {
        state.withLock { state in
            guard state.outcome == nil else { return false }
            state.connection = connection
            state.attempts += 1
            return true
        }
    }

    /// Sends the call once more, because the server has certainly not looked at it.
    func retry(after error: RPCError) {
        let mayRetry = state.withLock { $0.outcome == nil && $0.attempts < 4 }
        if mayRetry {
            pool.submit(self)
        } else {
            finish(.failure(error))
        }
    }

    /// Ends the call from the caller's side and tells the server.
    private func giveUp(_ error: RPCError) {
        let connection = state.withLock { $0.outcome == nil ? $0.connection : nil }
        guard finish(.failure(error)) else { return }
        if let connection {
            connection.cancel(self)
        } else {
            pool.withdraw(self)
        }
    }

    /// Sets the outcome; false if there was one.
    @discardableResult
    func finish(_ outcome: Result<ByteBuffer, RPCError>) -> Bool {
        let last = state.withLock { state -> State? in
            guard state.outcome == nil else { return nil }
            let last = state
            state = State(outcome: outcome)
            return last
        }
        guard let last else { return false }
        if let deadline = last.deadline { DeadlineTimer.shared.cancel(deadline) }
        last.continuation?.resume(with: outcome.mapError { $0 as any Error })
        return true
    }
}
