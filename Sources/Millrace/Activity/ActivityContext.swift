import Logging
import Synchronization

/// A running activity, seen from inside.
///
/// ``Activity`` has shorthands for everything in it; keep the context itself only to use it from code that runs
/// outside the activity's task, such as a callback of a library.
public final class ActivityContext: Sendable {
    public let info: ActivityInfo
    /// What an earlier attempt last reported.
    public let heartbeatDetails: FailureDetails
    public let logger: Logger
    /// A client for the worker's namespace; `nil` in a test environment without one.
    public let client: Client?

    private struct State {
        var reason: ActivityCancellationReason?
        var onCancel: [@Sendable () -> Void] = []
    }

    private let onHeartbeat: @Sendable ([BoundaryValue]) -> Void
    private let state = Mutex(State())

    package init(
        info: ActivityInfo, heartbeatDetails: FailureDetails = .none, logger: Logger, client: Client? = nil,
        onHeartbeat: @escaping @Sendable ([BoundaryValue]) -> Void
    ) {
        self.info = info
        self.heartbeatDetails = heartbeatDetails
        self.logger = logger
        self.client = client
        self.onHeartbeat = onHeartbeat
    }

    /// Says that the activity is being worked on; see ``Activity/heartbeat(_:)``.
    public func heartbeat(_ details: [BoundaryValue]) { onHeartbeat(details) }

    /// Why the activity should stop; `nil` while it should not.
    public var cancellationReason: ActivityCancellationReason? { state.withLock(\.reason) }

    /// Sets the reason and cancels what was registered. The first reason stays.
    /// - Returns: whether this was the first.
    @discardableResult
    package func cancel(_ reason: ActivityCancellationReason) -> Bool {
        let actions: [@Sendable () -> Void]? = state.withLock { state in
            guard state.reason == nil else { return nil }
            state.reason = reason
            defer { state.onCancel = [] }
            return state.onCancel
        }
        guard let actions else { return false }
        for action in actions { action() }
        return true
    }

    /// Calls `action` when the activity is cancelled; at once if it is already.
    package func onCancel(_ action: @escaping @Sendable () -> Void) {
        let isCancelled = state.withLock { state in
            if state.reason == nil { state.onCancel.append(action) }
            return state.reason != nil
        }
        if isCancelled { action() }
    }
}
