import SwiftProtobuf
import Synchronization

/// One call of a handler in this process: ends with the handler, the deadline or the caller's cancellation, whichever
/// comes first. A handler that is too late is cancelled and its answer dropped, as it would be over the network.
final class InProcessCall: Sendable {
    private typealias Answer = Result<any Message, RPCError>

    private struct State {
        var continuation: CheckedContinuation<any Message, any Error>?
        var outcome: Answer?
        var task: Task<Void, Never>?
        var deadline: DeadlineEntry?
    }

    private let state = Mutex(State())

    private init() {}

    static func run(
        _ entry: ServiceTable.Entry, _ request: any Message, _ context: RPCContext
    ) async throws -> any Message {
        let call = InProcessCall()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                call.start(continuation) {
                    do {
                        return .success(try await entry.callMessage(request, context))
                    } catch {
                        return .failure(RPCError(describing: error))
                    }
                }
                call.setDeadline(context.deadline)
            }
        } onCancel: {
            call.finish(.failure(.callCancelled))
        }
    }

    private func start(
        _ continuation: CheckedContinuation<any Message, any Error>, _ handler: @escaping @Sendable () async -> Answer
    ) {
        let early = state.withLock { state -> Answer? in
            if state.outcome == nil { state.continuation = continuation }
            return state.outcome
        }
        // Cancelled before it began.
        if let early { return continuation.resume(with: early) }
        let task = startImmediately { self.finish(await handler()) }
        let isOver = state.withLock { state in
            if state.outcome == nil { state.task = task }
            return state.outcome != nil
        }
        if isOver { task.cancel() }
    }

    private func setDeadline(_ deadline: ContinuousClock.Instant?) {
        guard let deadline, state.withLock({ $0.outcome == nil }) else { return }
        let entry = DeadlineTimer.shared.schedule(at: deadline) { self.finish(.failure(.deadlinePassed)) }
        let isOver = state.withLock { state in
            if state.outcome == nil { state.deadline = entry }
            return state.outcome != nil
        }
        if isOver { DeadlineTimer.shared.cancel(entry) }
    }

    private func finish(_ outcome: Answer) {
        let last = state.withLock { state -> State? in
            guard state.outcome == nil else { return nil }
            let last = state
            state = State(outcome: outcome)
            return last
        }
        guard let last else { return }
        last.task?.cancel()
        if let deadline = last.deadline { DeadlineTimer.shared.cancel(deadline) }
        last.continuation?.resume(with: outcome)
    }
}
