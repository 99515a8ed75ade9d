import WireAPI

/// A failure of the program itself: what workflows and activities throw to say what went wrong and whether to try
/// again.
///
/// Any other Swift error that leaves an activity becomes one, with the name of the error's type as its ``type``.
/// In a workflow, throwing an `ApplicationFailure` fails the run.
public struct ApplicationFailure: DurableFailure {
    /// Whether anyone should be alarmed.
    public enum Category: Sendable, Hashable {
        case unspecified
        /// Expected: workers do not log it as an error or count it as a failure.
        case benign
    }

    public var message: String
    /// What kind of failure it is; retry policies name such types as not retryable.
    public var type: String?
    /// Whether it is not tried again whatever the retry policy says.
    public var nonRetryable: Bool
    /// Values that the catcher may read.
    public var details: FailureDetails
    /// The pause before the next attempt, in place of the retry policy's.
    public var nextRetryDelay: Duration?
    public var category: Category
    public var cause: (any Error)?
    public var stackTrace: String

    /// - Parameters:
    ///   - message: what went wrong, for people.
    ///   - details: values that the catcher may read, as `FailureDetails(.init(42))`.
    public init(
        _ message: String, type: String? = nil, nonRetryable: Bool = false, details: FailureDetails = .none,
        nextRetryDelay: Duration? = nil, category: Category = .unspecified, cause: (any Error)? = nil
    ) {
        self.message = message
        self.type = type
        self.nonRetryable = nonRetryable
        self.details = details
        self.nextRetryDelay = nextRetryDelay
        self.category = category
        self.cause = cause
        stackTrace = ""
    }

    /// A failure that is not tried again.
    public static func nonRetryable(
        _ message: String, type: String? = nil, details: FailureDetails = .none, cause: (any Error)? = nil
    ) -> ApplicationFailure {
        ApplicationFailure(message, type: type, nonRetryable: true, details: details, cause: cause)
    }
}
