import SwiftProtobuf
import WireAPI

/// A run as its history and its description tell it. Pure: the same events make the same steps.
struct RunHistory: Sendable {
    private(set) var events: [APIHistoryEvent] = []
    /// In the order they began.
    private(set) var steps: [Step] = []
    private(set) var tasks: [WorkflowTaskSpan] = []
    /// The event that closed the run.
    private(set) var close: APIHistoryEvent?
    /// Events by the event their step began with.
    private var stepIndex: [Int64: Int] = [:]
    private var taskIndex: [Int64: Int] = [:]

    init() {}

    init(_ events: [APIHistoryEvent], pending: [APIPendingActivityInfo] = []) {
        append(events)
        apply(pending)
    }

    var start: APIWorkflowExecutionStartedEventAttributes? {
        guard case .workflowExecutionStartedEventAttributes(let start) = events.first?.attributes else { return nil }
        return start
    }

    var startTime: Google_Protobuf_Timestamp? { events.first?.eventTime }

    /// The step that begins with an event.
    func step(_ id: Int64) -> Step? { stepIndex[id].map { steps[$0] } }

    /// The steps and the tasks of events read in order.
    mutating func append(_ new: some Sequence<APIHistoryEvent>) {
        for event in new {
            events.append(event)
            add(event)
        }
    }

    /// What the server knows of activities beyond the history: attempts leave no events while an activity goes on.
    mutating func apply(_ pending: [APIPendingActivityInfo]) {
        var byID: [String: Int] = [:]
        for (index, step) in steps.enumerated() where step.kind == .activity && step.isOpen {
            byID[step.label] = index
        }
        for info in pending {
            guard let index = byID[info.activityID] else { continue }
            steps[index].attempt = max(info.attempt, 1)
            steps[index].maximumAttempts = info.maximumAttempts
            steps[index].started = info.hasLastStartedTime ? info.lastStartedTime : nil
            steps[index].failure = info.hasLastFailure ? info.lastFailure : nil
            steps[index].identity = info.lastWorkerIdentity
            steps[index].due = nil
            switch info.state {
            case .started, .cancelRequested, .pauseRequested: steps[index].state = .running
            case .paused: steps[index].state = .paused
            default:
                let isRetry = info.attempt > 1 && info.hasNextAttemptScheduleTime
                steps[index].state = isRetry ? .backingOff : .waiting
                if isRetry { steps[index].due = info.nextAttemptScheduleTime }
            }
        }
    }

    // MARK: Building

    mutating func begin(_ step: Step) {
        stepIndex[step.id] = steps.count
        steps.append(step)
    }

    mutating func change(_ id: Int64, _ event: APIHistoryEvent, _ body: (inout Step) -> Void) {
        guard let index = stepIndex[id] else { return }
        steps[index].events.append(event.eventID)
        body(&steps[index])
    }

    mutating func end(
        _ id: Int64, _ event: APIHistoryEvent, _ state: Step.State, _ body: (inout Step) -> Void = { _ in }
    ) {
        change(id, event) { step in
            step.state = state
            step.ended = event.eventTime
            step.endID = event.eventID
            body(&step)
        }
    }

    /// Lets an event stand for the step that another began, such as the acceptance of an update.
    mutating func alias(_ id: Int64, for other: Int64) { stepIndex[id] = stepIndex[other] }

    mutating func close(with event: APIHistoryEvent) {
        close = event
        // What is open when a run closes ends with it.
        for index in steps.indices where steps[index].isOpen {
            steps[index].state = .canceled
            steps[index].ended = event.eventTime
        }
    }

    mutating func scheduleTask(_ event: APIHistoryEvent) {
        taskIndex[event.eventID] = tasks.count
        tasks.append(WorkflowTaskSpan(scheduledID: event.eventID, scheduled: event.eventTime))
    }

    mutating func changeTask(_ id: Int64, _ body: (inout WorkflowTaskSpan) -> Void) {
        guard let index = taskIndex[id] else { return }
        body(&tasks[index])
    }

    mutating func endTask(_ id: Int64, _ event: APIHistoryEvent, isCompleted: Bool) {
        changeTask(id) { task in
            task.endID = event.eventID
            task.ended = event.eventTime
            task.isCompleted = isCompleted
        }
    }

    /// A workflow task that did not go well, as a step of its own.
    mutating func addFailedTask(
        _ event: APIHistoryEvent, scheduledID: Int64, _ state: Step.State, _ name: String, _ failure: APIFailureFailure?
    ) {
        let since = taskIndex[scheduledID].map { tasks[$0].started ?? tasks[$0].scheduled } ?? event.eventTime
        var step = Step(
            kind: .workflowTask, id: event.eventID, endID: event.eventID, events: [event.eventID], name: name,
            state: state, scheduled: since)
        step.started = since
        step.ended = event.eventTime
        step.failure = failure
        begin(step)
    }
}
