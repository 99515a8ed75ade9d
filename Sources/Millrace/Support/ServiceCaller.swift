import SwiftProtobuf
import WireAPI
import WireRPC

/// Makes calls with deadlines and retries. Clients and workers make all theirs through one of these.
struct ServiceCaller: Sendable {
    let connection: any ServiceConnection
    var metadata: [(key: String, value: String)] = []
    var clock: any Clock<Duration> = ContinuousClock()

    /// How long one attempt of an ordinary call may take.
    static let callTimeout = Duration.seconds(30)
    /// How long one attempt of a long poll may take; the server answers empty-handed after 60 s.
    static let pollTimeout = Duration.seconds(70)

    /// Makes the call, again and again as `retry` says.
    ///
    /// The request is the same each time, so ids in it that make a repetition harmless must be there already.
    /// - Parameter onRetry: told of each failure that is followed by another attempt.
    /// - Throws: ``RPCError``; `CancellationError` never.
    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, timeout: Duration = callTimeout,
        retry: RPCRetry = .calls, onRetry: (@Sendable (RPCError, Duration) -> Void)? = nil
    ) async throws -> Response {
        try await measured(clock) { elapsed in
            var attempt = 0
            while true {
                do {
                    return try await connection.call(
                        method, request, options: CallOptions(timeout: timeout, metadata: metadata))
                } catch let error as RPCError {
                    attempt += 1
                    let pause = retry.pause(
                        after: error, attempt: attempt, elapsed: elapsed(), random: .random(in: 0...1))
                    guard !Task.isCancelled, let pause else { throw error }
                    onRetry?(error, pause)
                    try await sleep(pause)
                } catch is CancellationError {
                    throw RPCError(.cancelled, "the call was cancelled")
                }
            }
        }
    }

    /// A long poll that goes on until there is an answer.
    func poll<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request,
        onRetry: (@Sendable (RPCError, Duration) -> Void)? = nil
    ) async throws -> Response {
        try await call(method, request, timeout: Self.pollTimeout, retry: .polls, onRetry: onRetry)
    }

    private func sleep(_ duration: Duration) async throws {
        do {
            try await clock.sleep(for: duration)
        } catch {
            throw RPCError(.cancelled, "the call was cancelled while it waited to be repeated")
        }
    }

    /// Opens the clock, so that the time since now can be asked for.
    private func measured<C: Clock, Value>(
        _ clock: C, _ body: (_ elapsed: () -> Duration) async throws -> Value
    ) async throws -> Value where C.Duration == Duration {
        let start = clock.now
        return try await body { start.duration(to: clock.now) }
    }
}
