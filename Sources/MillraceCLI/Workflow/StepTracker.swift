import SwiftProtobuf
import WireAPI

/// The steps of a run, found from its events: activities of one type together, child workflows of one type together,
/// each timer wait, in the order they first appeared. Pure; the screen is ``LiveProgress``'s business.
struct StepTracker {
    struct Step: Equatable {
        enum Kind: String { case activity, child, timer }

        var kind: Kind
        var name: String
        var total = 0
        var completed = 0
        var failed = 0
        var firstStart: Google_Protobuf_Timestamp
        var lastEnd: Google_Protobuf_Timestamp?
        var lastFailure: String?
        /// Attempts of those that are being retried.
        var retries: [Retry] = []

        var open: Int { total - completed - failed }
    }

    /// An activity that failed and will be tried again.
    struct Retry: Equatable {
        var attempt: Int32
        var failure: String
        var nextAttempt: Google_Protobuf_Timestamp?
    }

    private(set) var steps: [Step] = []
    private(set) var signals = 0
    private(set) var eventCount = 0
    /// Index in ``steps`` by the event that began each part.
    private var stepByEvent: [Int64: Int] = [:]
    private var indexByName: [String: Int] = [:]

    mutating func add(_ events: [APIHistoryEvent]) {
        for event in events { add(event) }
    }

    /// A new run goes on where the last one ended; its events count from 1 again.
    mutating func beginRun() {
        stepByEvent = [:]
    }

    private mutating func add(_ event: APIHistoryEvent) {
        eventCount += 1
        switch event.attributes {
        case .activityTaskScheduledEventAttributes(let it): begin(.activity, it.activityType.name, event)
        case .startChildWorkflowExecutionInitiatedEventAttributes(let it): begin(.child, it.workflowType.name, event)
        case .timerStartedEventAttributes(let it): begin(.timer, DurationText.format(it.startToFireTimeout), event)
        case .workflowExecutionSignaledEventAttributes: signals += 1
        default: end(event)
        }
    }

    private mutating func begin(_ kind: Step.Kind, _ name: String, _ event: APIHistoryEvent) {
        let key = "\(kind.rawValue) \(name)"
        let index = indexByName[key] ?? steps.count
        if index == steps.count {
            steps.append(Step(kind: kind, name: name, firstStart: event.eventTime))
            indexByName[key] = index
        }
        steps[index].total += 1
        stepByEvent[event.eventID] = index
    }

    private mutating func end(_ event: APIHistoryEvent) {
        guard let ending = Ending(event), let index = stepByEvent[ending.startEventID] else { return }
        steps[index].lastEnd = event.eventTime
        if let failure = ending.failure {
            steps[index].failed += 1
            steps[index].lastFailure = failure
        } else {
            steps[index].completed += 1
        }
    }

    /// Replaces what is known of attempts in progress, which histories do not say.
    mutating func update(pending: [APIPendingActivityInfo]) {
        for index in steps.indices { steps[index].retries = [] }
        for activity in pending where activity.attempt > 1 && activity.hasLastFailure {
            guard let index = indexByName["activity \(activity.activityType.name)"] else { continue }
            let next = activity.state == .scheduled && activity.hasNextAttemptScheduleTime
            steps[index].retries.append(
                Retry(
                    attempt: activity.attempt, failure: FailureText.summary(activity.lastFailure),
                    nextAttempt: next ? activity.nextAttemptScheduleTime : nil))
        }
    }
}

/// The end of a step: which event began it, and why it failed if it did.
private struct Ending {
    var startEventID: Int64
    var failure: String?

    init?(_ event: APIHistoryEvent) {
        switch event.attributes {
        case .activityTaskCompletedEventAttributes(let it): self.init(it.scheduledEventID, nil)
        case .activityTaskFailedEventAttributes(let it):
            self.init(it.scheduledEventID, FailureText.summary(it.failure))
        case .activityTaskTimedOutEventAttributes(let it):
            self.init(it.scheduledEventID, FailureText.summary(it.failure))
        case .activityTaskCanceledEventAttributes(let it): self.init(it.scheduledEventID, "canceled")
        case .timerFiredEventAttributes(let it): self.init(it.startedEventID, nil)
        case .timerCanceledEventAttributes(let it): self.init(it.startedEventID, "canceled")
        case .startChildWorkflowExecutionFailedEventAttributes(let it):
            self.init(it.initiatedEventID, EnumText.short(it.cause))
        case .childWorkflowExecutionCompletedEventAttributes(let it): self.init(it.initiatedEventID, nil)
        case .childWorkflowExecutionFailedEventAttributes(let it):
            self.init(it.initiatedEventID, FailureText.summary(it.failure))
        case .childWorkflowExecutionTimedOutEventAttributes(let it): self.init(it.initiatedEventID, "timed out")
        case .childWorkflowExecutionCanceledEventAttributes(let it): self.init(it.initiatedEventID, "canceled")
        case .childWorkflowExecutionTerminatedEventAttributes(let it): self.init(it.initiatedEventID, "terminated")
        default: return nil
        }
    }

    private init(_ startEventID: Int64, _ failure: String?) {
        self.startEventID = startEventID
        self.failure = failure
    }
}
