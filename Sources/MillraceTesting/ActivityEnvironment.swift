import Logging
import Millrace
import Synchronization

/// Stands in for a worker in a test of activity code.
///
///     let environment = ActivityEnvironment()
///     let stories = try await environment.run { try await HackerNews(api: .sample).stories(ids: [1, 2]) }
///     #expect(environment.heartbeats.count == 2)
///
/// One environment runs one activity.
public final class ActivityEnvironment: Sendable {
    /// The activity as it sees itself.
    public let context: ActivityContext
    private let reports: Reports

    private final class Reports: Sendable {
        let all = Mutex<[FailureDetails]>([])
    }

    /// - Parameters:
    ///   - info: what ``Activity/info`` says.
    ///   - heartbeatDetails: what an earlier attempt has reported.
    ///   - client: what ``Activity/client`` is.
    public init(
        info: ActivityInfo = ActivityEnvironment.sampleInfo, heartbeatDetails: FailureDetails = .none,
        client: Client? = nil, logger: Logger = Logger(label: "millrace.activity")
    ) {
        let reports = Reports()
        self.reports = reports
        context = ActivityContext(info: info, heartbeatDetails: heartbeatDetails, logger: logger, client: client) {
            details in
            reports.all.withLock { $0.append(FailureDetails(details)) }
        }
    }

    /// First attempt, one minute to the end, no heartbeat timeout.
    public static var sampleInfo: ActivityInfo {
        var info = ActivityInfo()
        info.activityID = "test"
        info.activityType = "test"
        info.namespace = "default"
        info.taskQueue = "test"
        info.workflowID = "test"
        info.workflowRunID = "test-run"
        info.workflowType = "test"
        info.startToClose = .minutes(1)
        return info
    }

    /// What the activity has reported so far; not throttled.
    public var heartbeats: [FailureDetails] { reports.all.withLock { $0 } }

    /// Runs activity code with this environment around it.
    public func run<Value: Sendable>(_ activity: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let context = context
        let work = Task { try await Activity.$current.withValue(context) { try await activity() } }
        context.onCancel { work.cancel() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }

    /// Asks the activity to stop, as the server or the worker would.
    public func cancel(_ reason: ActivityCancellationReason = .requested) {
        context.cancel(reason)
    }
}
