import Foundation
import SwiftProtobuf
import WireAPI

/// Carrying out checked commands: each writes its event.
extension Engine {
    /// What applying a task's commands led to.
    struct AppliedCommands {
        /// An activity was cancelled before it started: its outcome is already there, so another task is needed.
        var needsTask: Bool { !canceledActivities.isEmpty }
        var canceledActivities: [APIHistoryEvent] = []
        var eagerActivities: [Int64] = []
    }

    func apply(_ commands: [APICommand], to run: Run, completedEventID: Int64) -> AppliedCommands {
        var applied = AppliedCommands()
        for command in commands {
            switch command.attributes {
            case .scheduleActivityTaskCommandAttributes(let it):
                let id = scheduleActivity(it, command, run, completedEventID)
                if it.requestEagerExecution { applied.eagerActivities.append(id) }
            case .requestCancelActivityTaskCommandAttributes(let it):
                let canceled = requestActivityCancel(it.scheduledEventID, command, run, completedEventID)
                if let canceled { applied.canceledActivities.append(canceled) }
            case .startTimerCommandAttributes(let it): startTimer(it, command, run, completedEventID)
            case .cancelTimerCommandAttributes(let it): cancelTimer(it.timerID, command, run, completedEventID)
            case .recordMarkerCommandAttributes(let it): recordMarker(it, command, run, completedEventID)
            case .upsertWorkflowSearchAttributesCommandAttributes(let it):
                upsertSearchAttributes(it.searchAttributes, command, run, completedEventID)
            case .modifyWorkflowPropertiesCommandAttributes(let it):
                modifyProperties(it.upsertedMemo, command, run, completedEventID)
            case .completeWorkflowExecutionCommandAttributes(let it):
                completeRun(run, result: it.hasResult ? it.result : nil, command, completedEventID)
            case .failWorkflowExecutionCommandAttributes(let it): failRun(run, it.failure, command, completedEventID)
            case .cancelWorkflowExecutionCommandAttributes(let it):
                cancelRun(run, details: it.hasDetails ? it.details : nil, command, completedEventID)
            case .continueAsNewWorkflowExecutionCommandAttributes(let it):
                continueRun(run, it, command, completedEventID)
            default: break
            }
        }
        if run.isOpen { for event in applied.canceledActivities { run.append(event) } }
        return applied
    }

    func commandEvent(_ type: APIEventType, _ command: APICommand) -> APIHistoryEvent {
        var event = newEvent(type)
        if command.hasUserMetadata { event.userMetadata = command.userMetadata }
        return event
    }

    private func startTimer(
        _ it: APIStartTimerCommandAttributes, _ command: APICommand, _ run: Run, _ completedEventID: Int64
    ) {
        var event = commandEvent(.timerStarted, command)
        var attributes = APITimerStartedEventAttributes()
        attributes.timerID = it.timerID
        if it.hasStartToFireTimeout { attributes.startToFireTimeout = it.startToFireTimeout }
        attributes.workflowTaskCompletedEventID = completedEventID
        event.timerStartedEventAttributes = attributes
        var timer = TimerRecord()
        timer.timerID = it.timerID
        timer.startedEventID = run.append(event)
        timer.fireAt = ProtoTime.after(now, it.startToFireTimeout.nanoseconds)
        run.setTimer(timer)
        addDeadline(run, .timer(id: timer.timerID), at: timer.fireAt)
    }

    private func cancelTimer(_ id: String, _ command: APICommand, _ run: Run, _ completedEventID: Int64) {
        var startedEventID = run.timers[id]?.startedEventID ?? 0
        if startedEventID == 0 {
            // It has fired, but the worker has not seen that: for it the timer is cancelled, and so it is.
            for entry in run.buffered {
                if case .timerFiredEventAttributes(let fired) = entry.event.attributes, fired.timerID == id {
                    startedEventID = fired.startedEventID
                }
            }
            _ = run.removeBuffered { event in
                if case .timerFiredEventAttributes(let fired) = event.attributes { return fired.timerID == id }
                return false
            }
        }
        run.removeTimer(id)
        var event = commandEvent(.timerCanceled, command)
        var attributes = APITimerCanceledEventAttributes()
        attributes.timerID = id
        attributes.startedEventID = startedEventID
        attributes.workflowTaskCompletedEventID = completedEventID
        attributes.identity = run.requestIdentity
        event.timerCanceledEventAttributes = attributes
        run.append(event)
    }

    func fireTimer(_ run: Run, id: String) {
        guard let timer = run.timers[id], timer.fireAt <= now else { return }
        run.removeTimer(id)
        var event = newEvent(.timerFired)
        var attributes = APITimerFiredEventAttributes()
        attributes.timerID = id
        attributes.startedEventID = timer.startedEventID
        event.timerFiredEventAttributes = attributes
        add(event, to: run)
        scheduleTaskIfNeeded(run)
    }

    private func recordMarker(
        _ it: APIRecordMarkerCommandAttributes, _ command: APICommand, _ run: Run, _ completedEventID: Int64
    ) {
        var event = commandEvent(.markerRecorded, command)
        var attributes = APIMarkerRecordedEventAttributes()
        attributes.markerName = it.markerName
        attributes.details = it.details
        attributes.workflowTaskCompletedEventID = completedEventID
        if it.hasHeader { attributes.header = it.header }
        if it.hasFailure { attributes.failure = it.failure }
        event.markerRecordedEventAttributes = attributes
        run.append(event)
    }

    private func upsertSearchAttributes(
        _ changed: APISearchAttributes, _ command: APICommand, _ run: Run, _ completedEventID: Int64
    ) {
        var event = commandEvent(.upsertWorkflowSearchAttributes, command)
        var attributes = APIUpsertWorkflowSearchAttributesEventAttributes()
        attributes.workflowTaskCompletedEventID = completedEventID
        attributes.searchAttributes = changed
        event.upsertWorkflowSearchAttributesEventAttributes = attributes
        run.append(event)
        mergeSearchAttributes(typed(changed, namespace: run.namespace), into: run)
    }

    func mergeSearchAttributes(_ changed: APISearchAttributes, into run: Run) {
        var all = run.visibility.searchAttributes.flatMap { try? APISearchAttributes(serializedBytes: $0) } ?? .init()
        for (name, payload) in changed.indexedFields {
            all.indexedFields[name] = Self.isNull(payload) ? nil : payload
        }
        run.visibility.searchAttributes = all.indexedFields.isEmpty ? nil : try? all.serializedData()
        run.changes.visibility = true
        run.notedBuild = nil
    }

    private func modifyProperties(
        _ changed: APIMemo, _ command: APICommand, _ run: Run, _ completedEventID: Int64
    ) {
        var event = commandEvent(.workflowPropertiesModified, command)
        var attributes = APIWorkflowPropertiesModifiedEventAttributes()
        attributes.workflowTaskCompletedEventID = completedEventID
        attributes.upsertedMemo = changed
        event.workflowPropertiesModifiedEventAttributes = attributes
        run.append(event)
        var memo = run.visibility.memo.flatMap { try? APIMemo(serializedBytes: $0) } ?? APIMemo()
        for (name, payload) in changed.fields { memo.fields[name] = Self.isNull(payload) ? nil : payload }
        run.visibility.memo = memo.fields.isEmpty ? nil : try? memo.serializedData()
        run.changes.visibility = true
    }

    /// A payload that stands for "remove this".
    static func isNull(_ payload: APIPayload) -> Bool {
        let encoding = payload.metadata["encoding"].map { String(decoding: $0, as: UTF8.self) }
        if encoding == "binary/null" { return true }
        let text = String(decoding: payload.data, as: UTF8.self)
        return encoding == "json/plain" && (text == "null" || text == "[]")
    }
}
