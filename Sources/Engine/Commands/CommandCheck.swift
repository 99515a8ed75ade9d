import Foundation
import SwiftProtobuf
import WireAPI

/// Checks all commands of a completed task before any of them is applied: either all take effect or none.
struct CommandCheck {
    let run: Run
    let limits: Limits
    let searchAttributeProblem: (APISearchAttributes) -> String?
    private var activityIDs: Set<String> = []
    private var newActivities = 0
    private var timerIDs: Set<String> = []
    private var closedTimers: Set<String> = []
    private var hasClosed = false
    /// Scheduled ids of activities that this task's own commands will have, in order.
    private var nextEventID: Int64
    private var scheduledHere: Set<Int64> = []
    private var cancelledHere: Set<Int64> = []

    init(
        run: Run, completedEventID: Int64, limits: Limits,
        searchAttributeProblem: @escaping (APISearchAttributes) -> String?
    ) {
        self.run = run
        self.limits = limits
        self.searchAttributeProblem = searchAttributeProblem
        nextEventID = completedEventID + 1
    }

    /// The commands to apply. Anything after a closing command is left out, as the reference does.
    mutating func accepted(_ commands: [APICommand]) throws(CommandError) -> [APICommand] {
        var accepted: [APICommand] = []
        for command in commands {
            if hasClosed { break }
            try check(command)
            nextEventID += 1
            accepted.append(command)
        }
        return accepted
    }

    private mutating func check(_ command: APICommand) throws(CommandError) {
        switch command.commandType {
        case .scheduleActivityTask: try checkActivity(command)
        case .requestCancelActivityTask: try checkActivityCancel(command)
        case .startTimer: try checkTimer(command)
        case .cancelTimer: try checkTimerCancel(command)
        case .recordMarker: try checkMarker(command)
        case .completeWorkflowExecution: try checkComplete(command)
        case .failWorkflowExecution: try checkFail(command)
        case .cancelWorkflowExecution: try checkCancel(command)
        case .continueAsNewWorkflowExecution: try checkContinue(command)
        case .upsertWorkflowSearchAttributes: try checkSearchAttributes(command)
        case .modifyWorkflowProperties: try checkProperties(command)
        default:
            throw CommandError(
                .featureDisabled, "this server does not carry out the command \(command.commandType) yet")
        }
    }

    // MARK: Activities

    private mutating func checkActivity(_ command: APICommand) throws(CommandError) {
        let cause = APIWorkflowTaskFailedCause.badScheduleActivityAttributes
        guard case .scheduleActivityTaskCommandAttributes(let it) = command.attributes else {
            throw CommandError(
                cause, "ScheduleActivityTaskCommandAttributes is not set on ScheduleActivityTaskCommand.")
        }
        if let problem = activityProblem(it) { throw CommandError(cause, problem) }
        if payloadSize(it.input) > limits.blobSize {
            throw CommandError(
                cause, "ScheduleActivityTaskCommandAttributes.Input exceeds size limit.", terminates: true)
        }
        guard run.activityIDs[it.activityID] == nil, activityIDs.insert(it.activityID).inserted else {
            throw CommandError(
                .scheduleActivityDuplicateID,
                "invalid history builder state for action: add-activitytask-scheduled-event, ActivityID: \(it.activityID)"
            )
        }
        newActivities += 1
        if run.activities.count + newActivities > limits.pendingActivities {
            throw CommandError(
                .pendingActivitiesLimitExceeded,
                "the number of pending activities, \(run.activities.count), has reached the per-workflow limit of "
                    + "\(limits.pendingActivities)")
        }
        scheduledHere.insert(nextEventID)
    }

    private func activityProblem(_ it: APIScheduleActivityTaskCommandAttributes) -> String? {
        if it.taskQueue.name.isEmpty { return "missing task queue name" }
        if it.activityID.isEmpty { return "activityId is not set" }
        if it.activityType.name.isEmpty { return "activityType is not set" }
        if it.hasRetryPolicy, let problem = RetryRecord.problem(it.retryPolicy) { return problem }
        if let problem = Engine.problem(it.priority) { return problem }
        if let problem = lengthProblem("activityId", it.activityID) { return problem }
        if let problem = lengthProblem("activityType", it.activityType.name) { return problem }
        if let problem = lengthProblem("taskQueue", it.taskQueue.name) { return problem }
        let timeouts = [
            ("ScheduleToCloseTimeout", it.scheduleToCloseTimeout),
            ("ScheduleToStartTimeout", it.scheduleToStartTimeout),
            ("StartToCloseTimeout", it.startToCloseTimeout), ("HeartbeatTimeout", it.heartbeatTimeout),
        ]
        for (name, timeout) in timeouts {
            if let problem = timeout.problem { return "invalid \(name): \(problem)" }
        }
        if it.scheduleToCloseTimeout.nanoseconds <= 0 && it.startToCloseTimeout.nanoseconds <= 0 {
            return "a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity. "
                + "ActivityId=\(it.activityID) ActivityType=\(it.activityType.name)"
        }
        return nil
    }

    private func lengthProblem(_ name: String, _ value: String) -> String? {
        let length = value.utf8.count
        guard length > limits.idLength else { return nil }
        return "\(name) exceeds length limit. Length=\(length) Limit=\(limits.idLength)"
    }

    /// Its cancellation has to wait for its worker, so that it cannot be asked for twice.
    private func isRunning(_ scheduledEventID: Int64) -> Bool {
        run.activities[scheduledEventID].map { $0.startedTime > 0 } ?? false
    }

    private mutating func checkActivityCancel(_ command: APICommand) throws(CommandError) {
        let cause = APIWorkflowTaskFailedCause.badRequestCancelActivityAttributes
        guard case .requestCancelActivityTaskCommandAttributes(let it) = command.attributes else {
            throw CommandError(
                cause, "RequestCancelActivityTaskCommandAttributes is not set on RequestCancelActivityTaskCommand.")
        }
        if it.scheduledEventID <= 0 {
            throw CommandError(cause, "ScheduledEventId is not set on RequestCancelActivityTaskCommand.")
        }
        let canCancel =
            run.activities[it.scheduledEventID].map { !$0.cancelRequested }
            ?? run.hasBufferedEnd(of: it.scheduledEventID)
            || scheduledHere.contains(it.scheduledEventID)
        guard canCancel, cancelledHere.insert(it.scheduledEventID).inserted || !isRunning(it.scheduledEventID) else {
            throw CommandError(
                cause,
                "invalid history builder state for action: add-activitytask-cancel-requested-event, "
                    + "ScheduledEventID: \(it.scheduledEventID)")
        }
    }

    // MARK: Timers and markers

    private mutating func checkTimer(_ command: APICommand) throws(CommandError) {
        let cause = APIWorkflowTaskFailedCause.badStartTimerAttributes
        guard case .startTimerCommandAttributes(let it) = command.attributes else {
            throw CommandError(cause, "StartTimerCommandAttributes is not set on StartTimerCommand.")
        }
        if it.timerID.isEmpty { throw CommandError(cause, "TimerId is not set on StartTimerCommand.") }
        if let problem = lengthProblem("TimerId", it.timerID) { throw CommandError(cause, problem) }
        if it.hasStartToFireTimeout, let problem = it.startToFireTimeout.problem {
            throw CommandError(
                cause, "An invalid StartToFireTimeout is set on StartTimerCommand: \(problem). TimerId=\(it.timerID)")
        }
        let isPending = run.timers[it.timerID] != nil && !closedTimers.contains(it.timerID)
        guard !isPending, timerIDs.insert(it.timerID).inserted else {
            throw CommandError(
                .startTimerDuplicateID,
                "invalid history builder state for action: add-timer-started-event, TimerID: \(it.timerID)")
        }
    }

    private mutating func checkTimerCancel(_ command: APICommand) throws(CommandError) {
        let cause = APIWorkflowTaskFailedCause.badCancelTimerAttributes
        guard case .cancelTimerCommandAttributes(let it) = command.attributes else {
            throw CommandError(cause, "CancelTimerCommandAttributes is not set on CancelTimerCommand.")
        }
        if it.timerID.isEmpty { throw CommandError(cause, "TimerId is not set on CancelTimerCommand.") }
        let startedHere = timerIDs.remove(it.timerID) != nil
        let isThere = run.timers[it.timerID] != nil || run.hasBufferedFire(of: it.timerID)
        guard startedHere || isThere && closedTimers.insert(it.timerID).inserted else {
            throw CommandError(
                cause, "invalid history builder state for action: add-timer-canceled-event, TimerID: \(it.timerID)")
        }
    }

    private func checkMarker(_ command: APICommand) throws(CommandError) {
        let cause = APIWorkflowTaskFailedCause.badRecordMarkerAttributes
        guard case .recordMarkerCommandAttributes(let it) = command.attributes else {
            throw CommandError(cause, "RecordMarkerCommandAttributes is not set on RecordMarkerCommand.")
        }
        if it.markerName.isEmpty { throw CommandError(cause, "MarkerName is not set on RecordMarkerCommand.") }
        if let problem = lengthProblem("MarkerName", it.markerName) { throw CommandError(cause, problem) }
        let size = it.details.values.reduce(0) { $0 + payloadSize($1) }
        if size > limits.blobSize {
            throw CommandError(cause, "RecordMarkerCommandAttributes.Details exceeds size limit.", terminates: true)
        }
    }

    // MARK: Ends

    private mutating func checkComplete(_ command: APICommand) throws(CommandError) {
        let cause = APIWorkflowTaskFailedCause.badCompleteWorkflowExecutionAttributes
        // The reference names the wrong cause for a result that is too large; so do we.
        let tooLarge = APIWorkflowTaskFailedCause.badScheduleActivityAttributes
        guard case .completeWorkflowExecutionCommandAttributes(let it) = command.attributes else {
            throw CommandError(
                cause, "CompleteWorkflowExecutionCommandAttributes is not set on CompleteWorkflowExecutionCommand.")
        }
        if payloadSize(it.result) > limits.blobSize {
            throw CommandError(
                tooLarge, "CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit.", terminates: true)
        }
        try close()
    }

    private mutating func checkFail(_ command: APICommand) throws(CommandError) {
        let cause = APIWorkflowTaskFailedCause.badFailWorkflowExecutionAttributes
        guard case .failWorkflowExecutionCommandAttributes(let it) = command.attributes else {
            throw CommandError(
                cause, "FailWorkflowExecutionCommandAttributes is not set on FailWorkflowExecutionCommand.")
        }
        guard it.hasFailure else { throw CommandError(cause, "Failure is not set on FailWorkflowExecutionCommand.") }
        try close()
    }

    private mutating func checkCancel(_ command: APICommand) throws(CommandError) {
        guard case .cancelWorkflowExecutionCommandAttributes = command.attributes else {
            throw CommandError(
                .badCancelWorkflowExecutionAttributes,
                "CancelWorkflowExecutionCommandAttributes is not set on CancelWorkflowExecutionCommand.")
        }
        try close()
    }

    private mutating func checkContinue(_ command: APICommand) throws(CommandError) {
        let cause = APIWorkflowTaskFailedCause.badContinueAsNewAttributes
        guard case .continueAsNewWorkflowExecutionCommandAttributes(let it) = command.attributes else {
            throw CommandError(
                cause,
                "ContinueAsNewWorkflowExecutionCommandAttributes is not set on ContinueAsNewWorkflowExecutionCommand.")
        }
        if let problem = lengthProblem("WorkflowType", it.workflowType.name) { throw CommandError(cause, problem) }
        if it.hasWorkflowRunTimeout, let problem = it.workflowRunTimeout.problem {
            throw CommandError(cause, "error validating ContinueAsNewWorkflowExecutionCommand RunTimeout: \(problem)")
        }
        if it.hasWorkflowTaskTimeout, let problem = it.workflowTaskTimeout.problem {
            throw CommandError(cause, "error validating ContinueAsNewWorkflowExecutionCommand TaskTimeout: \(problem)")
        }
        if it.hasBackoffStartInterval, let problem = it.backoffStartInterval.problem {
            throw CommandError(
                cause, "error validating ContinueAsNewWorkflowExecutionCommand BackoffStartInterval: \(problem)")
        }
        if it.hasRetryPolicy, let problem = RetryRecord.problem(it.retryPolicy) { throw CommandError(cause, problem) }
        if payloadSize(it.input) > limits.blobSize {
            throw CommandError(
                cause, "ContinueAsNewWorkflowExecutionCommandAttributes.Input exceeds size limit.", terminates: true)
        }
        if let problem = searchAttributeProblem(it.searchAttributes) {
            throw CommandError(.badSearchAttributes, problem)
        }
        try close()
    }

    /// A run must not end while it has not seen everything.
    private mutating func close() throws(CommandError) {
        if run.hasUnseenEvents(closedTimers: closedTimers) { throw CommandError(.unhandledCommand) }
        hasClosed = true
    }

    // MARK: Attributes

    private func checkSearchAttributes(_ command: APICommand) throws(CommandError) {
        guard case .upsertWorkflowSearchAttributesCommandAttributes(let it) = command.attributes else {
            throw CommandError(
                .badSearchAttributes,
                "UpsertWorkflowSearchAttributesCommandAttributes is not set on UpsertWorkflowSearchAttributesCommand.")
        }
        if let problem = searchAttributeProblem(it.searchAttributes) {
            throw CommandError(.badSearchAttributes, problem)
        }
    }

    private func checkProperties(_ command: APICommand) throws(CommandError) {
        guard case .modifyWorkflowPropertiesCommandAttributes = command.attributes else {
            throw CommandError(
                .badModifyWorkflowPropertiesAttributes,
                "ModifyWorkflowPropertiesCommandAttributes is not set on ModifyWorkflowPropertiesCommand.")
        }
    }

    private func payloadSize(_ payloads: APIPayloads) -> Int {
        payloads.payloads.reduce(0) { $0 + $1.data.count }
    }
}

extension Run {
    /// The activity's closing event waits in the buffer.
    func hasBufferedEnd(of scheduledEventID: Int64) -> Bool {
        buffered.contains { entry in
            switch entry.event.attributes {
            case .activityTaskCompletedEventAttributes(let it): it.scheduledEventID == scheduledEventID
            case .activityTaskFailedEventAttributes(let it): it.scheduledEventID == scheduledEventID
            case .activityTaskTimedOutEventAttributes(let it): it.scheduledEventID == scheduledEventID
            case .activityTaskCanceledEventAttributes(let it): it.scheduledEventID == scheduledEventID
            default: false
            }
        }
    }

    /// The timer's fired event waits in the buffer.
    func hasBufferedFire(of timerID: String) -> Bool {
        buffered.contains { entry in
            if case .timerFiredEventAttributes(let fired) = entry.event.attributes { return fired.timerID == timerID }
            return false
        }
    }

    /// Events wait in the buffer that the worker has not seen, apart from timers it has cancelled in this very task.
    func hasUnseenEvents(closedTimers: Set<String>) -> Bool {
        buffered.contains { entry in
            if case .timerFiredEventAttributes(let fired) = entry.event.attributes {
                return !closedTimers.contains(fired.timerID)
            }
            return true
        }
    }
}
