import APIJSON
import SwiftProtobuf
import WireAPI

extension RunHistory {
    /// What an event changes in the steps.
    mutating func add(_ event: APIHistoryEvent) {
        switch event.attributes {
        case .workflowExecutionCompletedEventAttributes, .workflowExecutionFailedEventAttributes,
            .workflowExecutionTimedOutEventAttributes, .workflowExecutionCanceledEventAttributes,
            .workflowExecutionTerminatedEventAttributes, .workflowExecutionContinuedAsNewEventAttributes:
            close(with: event)
        case .workflowTaskScheduledEventAttributes: scheduleTask(event)
        case .workflowTaskStartedEventAttributes(let started):
            changeTask(started.scheduledEventID) { task in
                task.startedID = event.eventID
                task.started = event.eventTime
            }
        case .workflowTaskCompletedEventAttributes(let completed):
            endTask(completed.scheduledEventID, event, isCompleted: true)
        case .workflowTaskFailedEventAttributes(let failed):
            addFailedTask(
                event, scheduledID: failed.scheduledEventID, .failed, EnumText.words(failed.cause),
                failed.hasFailure ? failed.failure : nil)
            endTask(failed.scheduledEventID, event, isCompleted: false)
        case .workflowTaskTimedOutEventAttributes(let timedOut):
            addFailedTask(
                event, scheduledID: timedOut.scheduledEventID, .timedOut, EnumText.words(timedOut.timeoutType), nil)
            endTask(timedOut.scheduledEventID, event, isCompleted: false)
        default:
            if !addActivity(event), !addChild(event), !addExternal(event), !addNexus(event) { addOther(event) }
        }
    }

    private mutating func begin(
        _ kind: Step.Kind, _ event: APIHistoryEvent, _ name: String, _ state: Step.State, task: Int64,
        _ body: (inout Step) -> Void = { _ in }
    ) {
        var step = Step(
            kind: kind, id: event.eventID, events: [event.eventID], name: name, state: state,
            scheduled: event.eventTime)
        step.task = task
        step.summary = event.userMetadata.summary.string
        body(&step)
        begin(step)
    }

    /// Something that has ended as soon as it is there.
    private mutating func moment(
        _ kind: Step.Kind, _ event: APIHistoryEvent, _ name: String, task: Int64 = 0,
        _ body: (inout Step) -> Void = { _ in }
    ) {
        begin(kind, event, name, .completed, task: task) { step in
            step.started = event.eventTime
            step.ended = event.eventTime
            step.endID = event.eventID
            body(&step)
        }
    }

    private mutating func addActivity(_ event: APIHistoryEvent) -> Bool {
        switch event.attributes {
        case .activityTaskScheduledEventAttributes(let scheduled):
            begin(
                .activity, event, scheduled.activityType.name, .waiting, task: scheduled.workflowTaskCompletedEventID
            ) { step in
                step.label = scheduled.activityID
                step.input = scheduled.input.payloads
                step.maximumAttempts = scheduled.retryPolicy.maximumAttempts
            }
        case .activityTaskStartedEventAttributes(let started):
            change(started.scheduledEventID, event) { step in
                step.state = .running
                step.started = event.eventTime
                step.attempt = max(started.attempt, 1)
                step.identity = started.identity
                if started.hasLastFailure { step.failure = started.lastFailure }
            }
        case .activityTaskCompletedEventAttributes(let completed):
            end(completed.scheduledEventID, event, .completed) { $0.result = completed.result.payloads }
        case .activityTaskFailedEventAttributes(let failed):
            end(failed.scheduledEventID, event, .failed) { $0.failure = failed.failure }
        case .activityTaskTimedOutEventAttributes(let timedOut):
            end(timedOut.scheduledEventID, event, .timedOut) { $0.failure = timedOut.failure }
        case .activityTaskCanceledEventAttributes(let canceled):
            end(canceled.scheduledEventID, event, .canceled) { $0.result = canceled.details.payloads }
        case .activityTaskCancelRequestedEventAttributes(let requested):
            change(requested.scheduledEventID, event) { _ in }
        default: return false
        }
        return true
    }

    private mutating func addChild(_ event: APIHistoryEvent) -> Bool {
        switch event.attributes {
        case .startChildWorkflowExecutionInitiatedEventAttributes(let initiated):
            begin(
                .child, event, initiated.workflowType.name, .waiting, task: initiated.workflowTaskCompletedEventID
            ) { step in
                step.label = initiated.workflowID
                step.input = initiated.input.payloads
                step.other = RunReference(
                    namespace: initiated.namespace, workflowID: initiated.workflowID, runID: "",
                    type: initiated.workflowType.name)
            }
        case .startChildWorkflowExecutionFailedEventAttributes(let failed):
            end(failed.initiatedEventID, event, .failed) { step in
                step.failure = APIFailureFailure(
                    message: "The child could not be started: \(EnumText.words(failed.cause))")
                step.other = nil
            }
        case .childWorkflowExecutionStartedEventAttributes(let started):
            change(started.initiatedEventID, event) { step in
                step.state = .running
                step.started = event.eventTime
                step.other?.runID = started.workflowExecution.runID
            }
        case .childWorkflowExecutionCompletedEventAttributes(let completed):
            end(completed.initiatedEventID, event, .completed) { $0.result = completed.result.payloads }
        case .childWorkflowExecutionFailedEventAttributes(let failed):
            end(failed.initiatedEventID, event, .failed) { $0.failure = failed.failure }
        case .childWorkflowExecutionCanceledEventAttributes(let canceled):
            end(canceled.initiatedEventID, event, .canceled) { $0.result = canceled.details.payloads }
        case .childWorkflowExecutionTimedOutEventAttributes(let timedOut):
            end(timedOut.initiatedEventID, event, .timedOut)
        case .childWorkflowExecutionTerminatedEventAttributes(let terminated):
            end(terminated.initiatedEventID, event, .terminated)
        default: return false
        }
        return true
    }

    private mutating func addExternal(_ event: APIHistoryEvent) -> Bool {
        switch event.attributes {
        case .signalExternalWorkflowExecutionInitiatedEventAttributes(let initiated):
            begin(
                .externalSignal, event, initiated.signalName, .running, task: initiated.workflowTaskCompletedEventID
            ) { step in
                step.label = initiated.workflowExecution.workflowID
                step.input = initiated.input.payloads
                step.other = RunReference(initiated.namespace, initiated.workflowExecution)
            }
        case .signalExternalWorkflowExecutionFailedEventAttributes(let failed):
            end(failed.initiatedEventID, event, .failed) {
                $0.failure = APIFailureFailure(message: EnumText.words(failed.cause))
            }
        case .externalWorkflowExecutionSignaledEventAttributes(let signaled):
            end(signaled.initiatedEventID, event, .completed)
        case .requestCancelExternalWorkflowExecutionInitiatedEventAttributes(let initiated):
            begin(
                .externalCancel, event, initiated.workflowExecution.workflowID, .running,
                task: initiated.workflowTaskCompletedEventID
            ) { $0.other = RunReference(initiated.namespace, initiated.workflowExecution) }
        case .requestCancelExternalWorkflowExecutionFailedEventAttributes(let failed):
            end(failed.initiatedEventID, event, .failed) {
                $0.failure = APIFailureFailure(message: EnumText.words(failed.cause))
            }
        case .externalWorkflowExecutionCancelRequestedEventAttributes(let requested):
            end(requested.initiatedEventID, event, .completed)
        default: return false
        }
        return true
    }

    private mutating func addNexus(_ event: APIHistoryEvent) -> Bool {
        switch event.attributes {
        case .nexusOperationScheduledEventAttributes(let scheduled):
            begin(
                .nexus, event, scheduled.operation, .waiting, task: scheduled.workflowTaskCompletedEventID
            ) { step in
                step.label = "\(scheduled.endpoint) \(scheduled.service)"
                if scheduled.hasInput { step.input = [scheduled.input] }
            }
        case .nexusOperationStartedEventAttributes(let started):
            change(started.scheduledEventID, event) { step in
                step.state = .running
                step.started = event.eventTime
            }
        case .nexusOperationCompletedEventAttributes(let completed):
            end(completed.scheduledEventID, event, .completed) { step in
                if completed.hasResult { step.result = [completed.result] }
            }
        case .nexusOperationFailedEventAttributes(let failed):
            end(failed.scheduledEventID, event, .failed) { $0.failure = failed.failure }
        case .nexusOperationCanceledEventAttributes(let canceled):
            end(canceled.scheduledEventID, event, .canceled) { $0.failure = canceled.failure }
        case .nexusOperationTimedOutEventAttributes(let timedOut):
            end(timedOut.scheduledEventID, event, .timedOut) { $0.failure = timedOut.failure }
        case .nexusOperationCancelRequestedEventAttributes(let requested):
            change(requested.scheduledEventID, event) { _ in }
        default: return false
        }
        return true
    }

    private mutating func addOther(_ event: APIHistoryEvent) {
        switch event.attributes {
        case .timerStartedEventAttributes(let started):
            begin(.timer, event, "Timer \(started.timerID)", .running, task: started.workflowTaskCompletedEventID) {
                $0.name = DurationText.chosen(started.startToFireTimeout)
                $0.label = started.timerID
                $0.started = event.eventTime
                $0.due = event.eventTime.adding(started.startToFireTimeout)
            }
        case .timerFiredEventAttributes(let fired): end(fired.startedEventID, event, .completed)
        case .timerCanceledEventAttributes(let canceled): end(canceled.startedEventID, event, .canceled)
        case .workflowExecutionSignaledEventAttributes(let signaled):
            moment(.signal, event, signaled.signalName) { step in
                step.input = signaled.input.payloads
                step.identity = signaled.identity
            }
        case .workflowExecutionCancelRequestedEventAttributes(let requested):
            moment(.cancelRequest, event, "Cancellation requested") { step in
                step.identity = requested.identity
                step.label = requested.cause
            }
        case .workflowExecutionUpdateAcceptedEventAttributes(let accepted):
            begin(.update, event, accepted.acceptedRequest.input.name, .running, task: 0) { step in
                step.label = accepted.acceptedRequest.meta.updateID
                step.identity = accepted.acceptedRequest.meta.identity
                step.input = accepted.acceptedRequest.input.args.payloads
                step.started = event.eventTime
            }
        case .workflowExecutionUpdateCompletedEventAttributes(let completed): endUpdate(event, completed.outcome)
        case .markerRecordedEventAttributes(let marker): addMarker(event, marker)
        default: break
        }
    }

    private mutating func endUpdate(_ event: APIHistoryEvent, _ outcome: APIOutcome) {
        let id = event.workflowExecutionUpdateCompletedEventAttributes.acceptedEventID
        switch outcome.value {
        case .failure(let failure): end(id, event, .failed) { $0.failure = failure }
        case .success(let result): end(id, event, .completed) { $0.result = result.payloads }
        case nil: end(id, event, .completed)
        }
    }

    /// Local activities are markers whose data, as JSON, names their type; SDKs differ in how.
    private mutating func addMarker(_ event: APIHistoryEvent, _ marker: APIMarkerRecordedEventAttributes) {
        let isLocalActivity = marker.markerName == "core_local_activity" || marker.markerName == "LocalActivity"
        let name = isLocalActivity ? localActivityName(marker) : nil
        moment(
            name == nil ? .marker : .localActivity, event, name ?? marker.markerName,
            task: marker.workflowTaskCompletedEventID
        ) { step in
            if let name = marker.details["type"]?.payloads.first?.string { step.name = name }
            step.result = marker.details["result"]?.payloads ?? []
            if marker.hasFailure {
                step.state = .failed
                step.failure = marker.failure
            }
        }
    }

    private func localActivityName(_ marker: APIMarkerRecordedEventAttributes) -> String {
        guard let payload = marker.details["data"]?.payloads.first, case .json(let value) = ShownPayload(payload) else {
            return "local activity"
        }
        return value["activity_type"]?.stringValue ?? value["ActivityType"]?.stringValue ?? "local activity"
    }
}

extension RunReference {
    init(_ namespace: String, _ execution: APIWorkflowExecution) {
        self.init(namespace: namespace, workflowID: execution.workflowID, runID: execution.runID)
    }
}

extension APIFailureFailure {
    init(message: String) {
        self.init()
        self.message = message
    }
}
