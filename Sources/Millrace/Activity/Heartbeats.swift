import Synchronization
import WireAPI
import WireRPC

/// Sends what an activity reports, at most once in each interval.
///
/// The first report goes out at once. During the pause that follows only the newest is kept, and sent when the pause
/// ends. The sending task is made with the first report, since most activities never report anything.
final class Heartbeats: Sendable {
    private struct State {
        var wakeUps: AsyncStream<Void>.Continuation?
        var task: Task<Void, Never>?
        var lastRecorded: ContinuousClock.Instant?
        /// The newest report, until it is being sent.
        var unsent: [BoundaryValue]?
        /// The report under way.
        var sending: [BoundaryValue]?
        var isClosed = false
    }

    private let interval: Duration
    private let clock: any Clock<Duration>
    private let send: @Sendable ([BoundaryValue]) async -> Void
    private let state = Mutex(State())

    init(
        interval: Duration, clock: any Clock<Duration> = ContinuousClock(),
        send: @escaping @Sendable ([BoundaryValue]) async -> Void
    ) {
        self.interval = interval
        self.clock = clock
        self.send = send
    }

    /// 80 % of the heartbeat timeout, at most 60 s; 30 s without a timeout.
    static func interval(
        timeout: Duration?, longest: Duration = .seconds(60), withoutTimeout: Duration = .seconds(30)
    ) -> Duration {
        guard let timeout, timeout > .zero else { return min(withoutTimeout, longest) }
        return min(.seconds(timeout.inSeconds * 0.8), longest)
    }

    func record(_ details: [BoundaryValue]) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.lastRecorded = .now
            state.unsent = details
            if state.wakeUps == nil { start(&state) }
            state.wakeUps?.yield()
        }
    }

    private func start(_ state: inout State) {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.wakeUps = continuation
        state.task = Task { [self] in
            for await _ in stream {
                guard let details = take() else { continue }
                await send(details)
                if !Task.isCancelled { self.state.withLock { $0.sending = nil } }
                try? await clock.sleep(for: interval)
            }
        }
    }

    private func take() -> [BoundaryValue]? {
        state.withLock { state in
            state.sending = state.unsent
            state.unsent = nil
            return state.sending
        }
    }

    /// When the activity last reported; `nil` if it has not.
    var lastRecorded: ContinuousClock.Instant? { state.withLock(\.lastRecorded) }

    /// Ends the sending, so that no report can overtake what is said next.
    /// - Returns: the newest report, if it was held back or its sending was cut off.
    func close() async -> [BoundaryValue]? {
        let task = state.withLock { state in
            state.isClosed = true
            state.wakeUps?.finish()
            return state.task
        }
        guard let task else { return nil }
        task.cancel()
        await task.value
        return state.withLock { $0.unsent ?? $0.sending }
    }
}
