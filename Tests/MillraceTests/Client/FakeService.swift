import SwiftProtobuf
import Synchronization
import WireAPI
import WireRPC

/// A server that answers as a test says, and remembers what it was asked.
///
/// A method without an answer parks the call until it is cancelled, as a poll with nothing to hand out would.
final class FakeService: ServiceConnection {
    private struct State {
        var handlers: [String: @Sendable (any Message, Int) async throws -> any Message] = [:]
        var requests: [String: [any Message]] = [:]
        var waiting: [(path: String, count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// - Parameter answer: gets the request, and how many requests of the method there were before it.
    func on<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ answer: @escaping @Sendable (Request, Int) async throws -> Response
    ) {
        state.withLock { state in
            state.handlers[method.path] = { message, count in
                guard let request = message as? Request else { throw RPCError(.internal, "wrong type") }
                return try await answer(request, count)
            }
        }
    }

    func on<Request: Message, Response: Message>(_ method: RPCMethod<Request, Response>, answer: Response) {
        on(method) { _, _ in answer }
    }

    /// Answers the first calls with these, in order, and parks the others.
    func on<Request: Message, Response: Message>(_ method: RPCMethod<Request, Response>, answers: [Response]) {
        on(method) { _, count in
            if count < answers.count { return answers[count] }
            try await Task.sleep(for: .seconds(3600))
            return Response()
        }
    }

    func requests<Request: Message, Response: Message>(_ method: RPCMethod<Request, Response>) -> [Request] {
        state.withLock { $0.requests[method.path] ?? [] }.compactMap { $0 as? Request }
    }

    /// Waits until a method has been called so many times.
    func calls<Request: Message, Response: Message>(
        of method: RPCMethod<Request, Response>, reach count: Int = 1
    ) async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                let isDone = (state.requests[method.path]?.count ?? 0) >= count
                if !isDone { state.waiting.append((method.path, count, continuation)) }
                return isDone
            }
            if isDone { continuation.resume() }
        }
    }

    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response {
        let (handler, count, ready) = state.withLock { state in
            let count = state.requests[method.path]?.count ?? 0
            state.requests[method.path, default: []].append(request)
            let ready = state.waiting.filter { $0.path == method.path && $0.count <= count + 1 }
            state.waiting.removeAll { $0.path == method.path && $0.count <= count + 1 }
            return (state.handlers[method.path], count, ready.map(\.continuation))
        }
        for continuation in ready { continuation.resume() }
        do {
            guard let handler else {
                try await Task.sleep(for: .seconds(3600))
                return Response()
            }
            guard let response = try await handler(request, count) as? Response else {
                throw RPCError(.internal, "wrong type")
            }
            return response
        } catch is CancellationError {
            throw RPCError(.cancelled, "the call was cancelled")
        }
    }
}

/// A clock that moves only when it is slept on: sleeping takes no time and is written down.
final class SkippingClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Mutex((now: Duration.zero, sleeps: [Duration]()))

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// How long each sleep was to be.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.sleeps.append(deadline.offset - state.now)
            state.now = max(state.now, deadline.offset)
        }
    }
}
