import WireRPC

/// When a call that failed is made again. A pure rule: time and randomness come from outside.
struct RPCRetry: Sendable {
    /// The pause after the first failure.
    var initialInterval: Duration
    /// What each pause is multiplied by to give the next one.
    var multiplier: Double
    /// Pauses are spread by this share in both directions, so that clients do not come back all at once.
    var jitter: Double
    var maximumInterval: Duration
    /// No pause begins that would end later than this after the first attempt; `nil` means no end.
    var maximumElapsed: Duration?
    var retriesCancelled = false

    /// For calls that someone waits for.
    static let calls = RPCRetry(
        initialInterval: .milliseconds(100), multiplier: 1.7, jitter: 0.2, maximumInterval: .seconds(5),
        maximumElapsed: .seconds(10))

    /// For long polls: for as long as the program lives.
    static let polls = RPCRetry(
        initialInterval: .milliseconds(200), multiplier: 2, jitter: 0.2, maximumInterval: .seconds(10),
        maximumElapsed: nil, retriesCancelled: true)

    /// For calls that are not worth waiting for.
    static let none = RPCRetry(
        initialInterval: .zero, multiplier: 1, jitter: 0, maximumInterval: .zero,
        maximumElapsed: .nanoseconds(-1))

    /// A server that has too much to do is left alone for at least this long.
    static let exhaustedInterval = Duration.seconds(1)

    /// - Parameters:
    ///   - attempt: how many attempts have failed, this one included.
    ///   - elapsed: the time since the first attempt began.
    ///   - random: between 0 and 1.
    /// - Returns: the pause before the next attempt, or `nil` to give up.
    func pause(after error: RPCError, attempt: Int, elapsed: Duration, random: Double) -> Duration? {
        guard isRetryable(error) else { return nil }
        var pause = initialInterval.inSeconds
        let ceiling = maximumInterval.inSeconds
        for _ in 1..<max(attempt, 1) where pause < ceiling { pause *= multiplier }
        pause = min(pause, ceiling) * (1 + jitter * (2 * random - 1))
        if error.code == .resourceExhausted { pause = max(pause, Self.exhaustedInterval.inSeconds) }
        let duration = Duration.seconds(pause)
        if let maximumElapsed, elapsed + duration > maximumElapsed { return nil }
        return duration
    }

    func isRetryable(_ error: RPCError) -> Bool {
        switch error.code {
        case .dataLoss, .internal, .unknown, .aborted, .outOfRange, .unavailable: true
        case .resourceExhausted: !error.isMessageTooLarge
        // A poll that ends without an answer is simply repeated; servers and proxies may end it in either way.
        case .cancelled, .deadlineExceeded: retriesCancelled
        default: false
        }
    }
}

extension RPCError {
    /// Whether the message itself was refused for its size, so that sending it again is useless.
    var isMessageTooLarge: Bool {
        code == .resourceExhausted && message.contains("message") && message.contains("larger than")
    }
}
