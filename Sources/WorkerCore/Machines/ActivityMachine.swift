import WireAPI

/// One activity.
///
///     created ──Scheduled──▶ scheduled ──Started──▶ running ──Completed / Failed / TimedOut──▶ (gone, code is told)
///        │                       └──────cancel──────┘
///        │                            │ CancelRequested, then Canceled or any other end ──▶ (gone)
///        └─cancel─▶ (gone, never sent, code is told)
///
/// With `tryCancel` and `abandon` the code is told at the cancellation, and the end changes nothing any more.
struct ActivityMachine: Sendable {
    enum State: Sendable {
        case created(CommandQueue.Ticket)
        case scheduled
        case running
    }

    enum Cancellation {
        /// Never sent: the code is told at once and the machine can go.
        case withdraw(CommandQueue.Ticket, ActivityResolution)
        /// Ask the activity; tell the code at once if there is a resolution.
        case send(APIRequestCancelActivityTaskCommandAttributes, ActivityResolution?)
        /// Tell the code and leave the activity alone.
        case abandon(ActivityResolution)
        case nothing
    }

    private(set) var state: State
    private(set) var isResolved = false
    private(set) var isCancelRequested = false
    private let cancellation: ActivityCancellation
    private let activityID: String
    private let activityType: APIActivityType
    private var scheduledEvent: Int64 = 0
    private var startedEvent: Int64 = 0

    init(
        attributes: APIScheduleActivityTaskCommandAttributes, cancellation: ActivityCancellation,
        ticket: CommandQueue.Ticket
    ) {
        state = .created(ticket)
        self.cancellation = cancellation
        activityID = attributes.activityID
        activityType = attributes.activityType
    }

    // MARK: What the code asks

    mutating func cancel() -> Cancellation {
        if isResolved || isCancelRequested { return .nothing }
        if case .created(let ticket) = state { return .withdraw(ticket, .canceled(canceledFailure(nil))) }
        if cancellation == .abandon {
            isResolved = true
            return .abandon(.canceled(canceledFailure(nil)))
        }
        isCancelRequested = true
        var attributes = APIRequestCancelActivityTaskCommandAttributes()
        attributes.scheduledEventID = scheduledEvent
        guard cancellation == .tryCancel else { return .send(attributes, nil) }
        isResolved = true
        return .send(attributes, .canceled(canceledFailure(nil)))
    }

    // MARK: What history has

    /// The command was recorded.
    mutating func scheduled(
        _ event: APIActivityTaskScheduledEventAttributes, eventID: Int64
    ) throws(Nondeterminism) {
        guard event.activityID == activityID, event.activityType.name == activityType.name else {
            throw Nondeterminism(
                eventID: eventID,
                history: "history schedules activity \"\(event.activityType.name)\" with id \"\(event.activityID)\"",
                code: "the code scheduled activity \"\(activityType.name)\" with id \"\(activityID)\"")
        }
        state = .scheduled
        scheduledEvent = eventID
    }

    func cancelRequested(
        _ event: APIActivityTaskCancelRequestedEventAttributes, eventID: Int64
    ) throws(Nondeterminism) {
        guard event.scheduledEventID == scheduledEvent else {
            throw Nondeterminism(
                eventID: eventID, history: "history cancels the activity of event \(event.scheduledEventID)",
                code: "the code cancelled that of event \(scheduledEvent)")
        }
    }

    mutating func started(eventID: Int64) {
        state = .running
        startedEvent = eventID
    }

    /// The activity is over. Nil if the code knows already.
    func completed(_ event: APIActivityTaskCompletedEventAttributes) -> ActivityResolution? {
        isResolved ? nil : .completed(event.result)
    }

    func failed(_ event: APIActivityTaskFailedEventAttributes) -> ActivityResolution? {
        if isResolved { return nil }
        let info = info(retryState: event.retryState, identity: event.identity)
        return .failed(.activity(info, message: "Activity task failed", cause: event.failure))
    }

    func timedOut(_ event: APIActivityTaskTimedOutEventAttributes) -> ActivityResolution? {
        if isResolved { return nil }
        let info = info(retryState: event.retryState)
        return .failed(.activity(info, message: "Activity task timed out", cause: event.failure))
    }

    func canceled(
        _ event: APIActivityTaskCanceledEventAttributes, eventID: Int64
    ) throws(Nondeterminism) -> ActivityResolution? {
        guard isCancelRequested else {
            throw Nondeterminism(
                eventID: eventID, history: "history has activity \"\(activityID)\" cancelled",
                code: "the code had not asked for that")
        }
        return isResolved ? nil : .canceled(canceledFailure(event))
    }

    // MARK: Failures

    private func canceledFailure(_ event: APIActivityTaskCanceledEventAttributes?) -> APIFailureFailure {
        let details = event.flatMap { $0.hasDetails ? $0.details : nil }
        return .activity(
            info(retryState: .unspecified, identity: event?.identity ?? ""), message: "Activity cancelled",
            cause: .canceled(details: details, message: "Activity cancelled"))
    }

    private func info(retryState: APIRetryState, identity: String = "") -> APIActivityFailureInfo {
        var info = APIActivityFailureInfo()
        info.scheduledEventID = scheduledEvent
        info.startedEventID = startedEvent
        info.identity = identity
        info.activityType = activityType
        info.activityID = activityID
        info.retryState = retryState
        return info
    }
}
