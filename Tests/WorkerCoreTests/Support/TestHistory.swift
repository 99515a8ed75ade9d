import Foundation
import SwiftProtobuf
import WireAPI

/// Builds histories, event by event. Ids count up by themselves; each event is 10 ms after the one before.
struct TestHistory {
    private(set) var events: [APIHistoryEvent] = []
    var lastID: Int64 { events.last?.eventID ?? 0 }
    var wire: APIHistory {
        var history = APIHistory()
        history.events = events
        return history
    }

    /// The first event, and the first workflow task up to its start.
    static func started(type: String = "Test") -> TestHistory {
        var history = TestHistory()
        history.start(type: type)
        history.taskStarted()
        return history
    }

    @discardableResult
    mutating func add(_ type: APIEventType, _ attributes: APIHistoryEvent.OneOf_Attributes) -> Int64 {
        var event = APIHistoryEvent()
        event.eventID = lastID + 1
        event.eventType = type
        event.eventTime = Google_Protobuf_Timestamp(
            seconds: 1_700_000_000 + event.eventID / 100, nanos: Int32(event.eventID % 100) * 10_000_000)
        event.attributes = attributes
        events.append(event)
        return event.eventID
    }

    /// Adds an event that was made somewhere else.
    mutating func append(_ event: APIHistoryEvent) { events.append(event) }

    // MARK: Workflow and its tasks

    mutating func start(type: String = "Test") {
        var it = APIWorkflowExecutionStartedEventAttributes()
        it.workflowType.name = type
        it.workflowID = "workflow"
        it.taskQueue.name = "queue"
        it.originalExecutionRunID = "run"
        add(.workflowExecutionStarted, .workflowExecutionStartedEventAttributes(it))
    }

    @discardableResult
    mutating func taskScheduled() -> Int64 {
        add(.workflowTaskScheduled, .workflowTaskScheduledEventAttributes(.init()))
    }

    /// Scheduled and started. Returns the id of the started event.
    @discardableResult
    mutating func taskStarted() -> Int64 {
        let scheduled = taskScheduled()
        var it = APIWorkflowTaskStartedEventAttributes()
        it.scheduledEventID = scheduled
        it.historySizeBytes = 100 * lastID
        return add(.workflowTaskStarted, .workflowTaskStartedEventAttributes(it))
    }

    mutating func taskCompleted() {
        var it = APIWorkflowTaskCompletedEventAttributes()
        it.scheduledEventID = lastID - 1
        it.startedEventID = lastID
        add(.workflowTaskCompleted, .workflowTaskCompletedEventAttributes(it))
    }

    mutating func task() {
        taskStarted()
        taskCompleted()
    }

    mutating func taskFailed(_ cause: APIWorkflowTaskFailedCause = .workflowWorkerUnhandledFailure, newRun: String = "")
    {
        var it = APIWorkflowTaskFailedEventAttributes()
        it.cause = cause
        it.newRunID = newRun
        add(.workflowTaskFailed, .workflowTaskFailedEventAttributes(it))
    }

    mutating func taskTimedOut() {
        add(.workflowTaskTimedOut, .workflowTaskTimedOutEventAttributes(.init()))
    }

    mutating func signal(_ name: String) {
        var it = APIWorkflowExecutionSignaledEventAttributes()
        it.signalName = name
        add(.workflowExecutionSignaled, .workflowExecutionSignaledEventAttributes(it))
    }

    mutating func cancelRequested(_ cause: String = "enough") {
        var it = APIWorkflowExecutionCancelRequestedEventAttributes()
        it.cause = cause
        add(.workflowExecutionCancelRequested, .workflowExecutionCancelRequestedEventAttributes(it))
    }

    mutating func completed() {
        add(.workflowExecutionCompleted, .workflowExecutionCompletedEventAttributes(.init()))
    }

    mutating func terminated() {
        add(.workflowExecutionTerminated, .workflowExecutionTerminatedEventAttributes(.init()))
    }

    // MARK: Timers

    @discardableResult
    mutating func timerStarted(_ id: String) -> Int64 {
        var it = APITimerStartedEventAttributes()
        it.timerID = id
        return add(.timerStarted, .timerStartedEventAttributes(it))
    }

    mutating func timerFired(_ id: String, from started: Int64) {
        var it = APITimerFiredEventAttributes()
        it.timerID = id
        it.startedEventID = started
        add(.timerFired, .timerFiredEventAttributes(it))
    }

    mutating func timerCanceled(_ id: String, from started: Int64) {
        var it = APITimerCanceledEventAttributes()
        it.timerID = id
        it.startedEventID = started
        add(.timerCanceled, .timerCanceledEventAttributes(it))
    }

    // MARK: Activities

    @discardableResult
    mutating func activityScheduled(_ id: String, _ type: String) -> Int64 {
        var it = APIActivityTaskScheduledEventAttributes()
        it.activityID = id
        it.activityType.name = type
        return add(.activityTaskScheduled, .activityTaskScheduledEventAttributes(it))
    }

    mutating func activityStarted(_ scheduled: Int64) {
        var it = APIActivityTaskStartedEventAttributes()
        it.scheduledEventID = scheduled
        add(.activityTaskStarted, .activityTaskStartedEventAttributes(it))
    }

    mutating func activityCompleted(_ scheduled: Int64, _ result: String = "") {
        var it = APIActivityTaskCompletedEventAttributes()
        it.scheduledEventID = scheduled
        it.startedEventID = lastID
        it.result = .text(result)
        add(.activityTaskCompleted, .activityTaskCompletedEventAttributes(it))
    }

    mutating func activityFailed(_ scheduled: Int64, _ message: String = "broken") {
        var it = APIActivityTaskFailedEventAttributes()
        it.scheduledEventID = scheduled
        it.failure.message = message
        it.retryState = .maximumAttemptsReached
        it.identity = "worker"
        add(.activityTaskFailed, .activityTaskFailedEventAttributes(it))
    }

    mutating func activityTimedOut(_ scheduled: Int64) {
        var it = APIActivityTaskTimedOutEventAttributes()
        it.scheduledEventID = scheduled
        it.failure.timeoutFailureInfo.timeoutType = .startToClose
        it.retryState = .timeout
        add(.activityTaskTimedOut, .activityTaskTimedOutEventAttributes(it))
    }

    mutating func activityCancelRequested(_ scheduled: Int64) {
        var it = APIActivityTaskCancelRequestedEventAttributes()
        it.scheduledEventID = scheduled
        add(.activityTaskCancelRequested, .activityTaskCancelRequestedEventAttributes(it))
    }

    mutating func activityCanceled(_ scheduled: Int64) {
        var it = APIActivityTaskCanceledEventAttributes()
        it.scheduledEventID = scheduled
        it.details = .text("stopped")
        add(.activityTaskCanceled, .activityTaskCanceledEventAttributes(it))
    }

    // MARK: Polls

    /// The task that begins with `started`, as a worker gets it.
    ///
    /// - Parameters:
    ///   - from: the first event that comes along: 1 without stickiness, the one after the last task's start with it.
    ///   - page: how many events come along, if not all.
    func poll(
        started: Int64? = nil, previous: Int64 = 0, from: Int64 = 1, page: Int? = nil
    ) -> APIPollWorkflowTaskQueueResponse {
        let started = started ?? lastID
        var answer = APIPollWorkflowTaskQueueResponse()
        answer.taskToken = Data("token \(started)".utf8)
        answer.workflowExecution.runID = "run"
        answer.workflowExecution.workflowID = "workflow"
        answer.startedEventID = started
        answer.previousStartedEventID = previous
        answer.attempt = 1
        let all = events.filter { $0.eventID >= from && $0.eventID <= started }
        answer.history.events = page.map { Array(all.prefix($0)) } ?? all
        if let page, all.count > page { answer.nextPageToken = Self.token(from + Int64(page)) }
        return answer
    }

    /// A query by itself.
    func queryPoll(_ type: String, previous: Int64, from: Int64? = nil) -> APIPollWorkflowTaskQueueResponse {
        var answer = APIPollWorkflowTaskQueueResponse()
        answer.taskToken = Data("query".utf8)
        answer.workflowExecution.runID = "run"
        answer.workflowExecution.workflowID = "workflow"
        answer.previousStartedEventID = previous
        answer.attempt = 1
        answer.query.queryType = type
        if let from { answer.history.events = events.filter { $0.eventID >= from } }
        return answer
    }

    /// A page of the history, of at most `size` events up to `last`.
    func page(_ fetch: HistoryFetchKind, size: Int = 256, last: Int64? = nil) -> (
        events: [APIHistoryEvent], token: Data
    ) {
        let first: Int64
        switch fetch {
        case .start: first = 1
        case .token(let token): first = Int64(String(decoding: token, as: UTF8.self)) ?? 1
        }
        let all = events.filter { $0.eventID >= first && $0.eventID <= last ?? lastID }
        let page = Array(all.prefix(size))
        let token = all.count > size ? Self.token(first + Int64(size)) : Data()
        return (page, token)
    }

    static func token(_ first: Int64) -> Data { Data("\(first)".utf8) }
}

enum HistoryFetchKind {
    case start
    case token(Data)
}
