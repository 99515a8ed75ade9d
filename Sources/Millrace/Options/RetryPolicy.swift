import WireAPI

/// How often and how soon something that failed is tried again.
///
/// The defaults are the server's own: the first retry after a second, each pause twice the one before, at most a
/// hundred times the first, without a limit on attempts.
public struct RetryPolicy: Sendable, Hashable, Codable {
    /// The pause before the first retry.
    public var initialInterval: Duration
    /// What each pause is multiplied by to give the next one; at least 1.
    public var backoffCoefficient: Double
    /// The longest pause; `nil` means a hundred times ``initialInterval``.
    public var maximumInterval: Duration?
    /// How many attempts there are in all, the first included; 0 means no limit.
    public var maximumAttempts: Int
    /// ``ApplicationFailure`` types that are not tried again.
    public var nonRetryableErrorTypes: [String]

    public init(
        initialInterval: Duration = .seconds(1), backoffCoefficient: Double = 2, maximumInterval: Duration? = nil,
        maximumAttempts: Int = 0, nonRetryableErrorTypes: [String] = []
    ) {
        self.initialInterval = initialInterval
        self.backoffCoefficient = backoffCoefficient
        self.maximumInterval = maximumInterval
        self.maximumAttempts = maximumAttempts
        self.nonRetryableErrorTypes = nonRetryableErrorTypes
    }

    /// The server's defaults: tried again until it succeeds.
    public static let `default` = RetryPolicy()

    /// One attempt, no retry.
    public static let never = RetryPolicy(maximumAttempts: 1)

    /// At most so many attempts, the first included, with the default pauses.
    public static func upTo(_ attempts: Int) -> RetryPolicy { RetryPolicy(maximumAttempts: attempts) }

    /// The same pause before every retry.
    /// - Parameter attempts: how many attempts there are in all; 0 means no limit.
    public static func every(_ interval: Duration, upTo attempts: Int = 0) -> RetryPolicy {
        RetryPolicy(
            initialInterval: interval, backoffCoefficient: 1, maximumInterval: interval, maximumAttempts: attempts)
    }

    /// The same policy, with error types that are not tried again.
    public func except(_ types: String...) -> RetryPolicy {
        var policy = self
        policy.nonRetryableErrorTypes += types
        return policy
    }

    /// Checks what the server would refuse.
    /// - Throws: ``InvalidOptions``.
    public func validate() throws(InvalidOptions) {
        if initialInterval < .zero {
            throw InvalidOptions("retry.initialInterval", "must not be negative, is \(initialInterval)")
        }
        if !(backoffCoefficient >= 1) || !backoffCoefficient.isFinite {
            throw InvalidOptions("retry.backoffCoefficient", "must be at least 1, is \(backoffCoefficient)")
        }
        if let maximumInterval, maximumInterval < initialInterval {
            throw InvalidOptions(
                "retry.maximumInterval", "(\(maximumInterval)) is shorter than initialInterval (\(initialInterval))")
        }
        if maximumAttempts < 0 || maximumAttempts > Int(Int32.max) {
            throw InvalidOptions("retry.maximumAttempts", "must be 0 (no limit) or more, is \(maximumAttempts)")
        }
    }

    /// The pause before the retry that follows the given attempt (1 is the first).
    public func pause(afterAttempt attempt: Int) -> Duration {
        let ceiling = (maximumInterval ?? initialInterval * 100).inSeconds
        var pause = initialInterval.inSeconds
        for _ in 1..<max(attempt, 1) {
            pause *= backoffCoefficient
            // Past the ceiling nothing changes any more; stopping also keeps the product finite.
            if pause >= ceiling || backoffCoefficient == 1 { break }
        }
        return .seconds(min(pause, ceiling))
    }
}

extension RetryPolicy {
    package var wire: APIRetryPolicy {
        .with {
            $0.initialInterval = .init(initialInterval)
            $0.backoffCoefficient = backoffCoefficient
            if let maximumInterval { $0.maximumInterval = .init(maximumInterval) }
            $0.maximumAttempts = Int32(clamping: maximumAttempts)
            $0.nonRetryableErrorTypes = nonRetryableErrorTypes
        }
    }

    package init(wire: APIRetryPolicy) {
        self.init(
            initialInterval: wire.hasInitialInterval ? wire.initialInterval.duration : .seconds(1),
            backoffCoefficient: wire.backoffCoefficient == 0 ? 2 : wire.backoffCoefficient,
            maximumInterval: wire.hasMaximumInterval ? wire.maximumInterval.duration : nil,
            maximumAttempts: Int(wire.maximumAttempts), nonRetryableErrorTypes: wire.nonRetryableErrorTypes)
    }
}
