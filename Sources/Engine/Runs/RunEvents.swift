import Foundation
import SwiftProtobuf
import WireAPI

/// Writing events, now or, while a workflow task runs, later.
extension Engine {
    func newEvent(_ type: APIEventType, at time: Nanoseconds? = nil) -> APIHistoryEvent {
        var event = APIHistoryEvent()
        event.eventType = type
        event.eventTime = Google_Protobuf_Timestamp(time ?? now)
        return event
    }

    /// Writes an event that came from outside, or buffers it while a workflow task runs.
    ///
    /// A worker that is at work must not find events in the history that it was not shown; engine.md "Buffering".
    /// - Returns: the event's id, 0 if it was buffered.
    @discardableResult
    func add(_ event: APIHistoryEvent, to run: Run) -> Int64 {
        touch(run)
        guard run.isTaskStarted else { return run.append(event) }
        let size = (try? event.serializedData().count) ?? 0
        run.buffer(event, size: size)
        return 0
    }

    /// What happened while the workflow task ran too much to be held back any longer?
    func enforceBufferLimit(_ run: Run) {
        guard run.isOpen, let task = run.task, task.startedEventID > 0 else { return }
        guard run.buffered.count > limits.bufferedEvents || run.bufferedSize > limits.bufferedSize else { return }
        failTask(run, task, cause: .forceCloseCommand, failure: nil, identity: "history-service")
        flushBuffered(run)
        scheduleTask(run, isWritten: true)
    }

    /// Moves buffered events into the history: those that end activities go last, as in the reference.
    func flushBuffered(_ run: Run) {
        let events = run.takeBuffered()
        guard !events.isEmpty else { return }
        touch(run)
        let ordered = events.filter { !Self.endsActivity($0) } + events.filter(Self.endsActivity)
        var startedIDs: [Int64: Int64] = [:]
        for event in ordered {
            var event = event
            Self.wire(&event, startedIDs: startedIDs)
            let id = run.append(event)
            if case .activityTaskStartedEventAttributes(let started) = event.attributes {
                startedIDs[started.scheduledEventID] = id
            }
            noteRequest(of: event, id: id, in: run)
        }
    }

    private static func endsActivity(_ event: APIHistoryEvent) -> Bool {
        switch event.eventType {
        case .activityTaskCompleted, .activityTaskFailed, .activityTaskTimedOut, .activityTaskCanceled: true
        default: false
        }
    }

    /// An activity's end was buffered together with its start: only now has the start an id.
    private static func wire(_ event: inout APIHistoryEvent, startedIDs: [Int64: Int64]) {
        switch event.attributes {
        case .activityTaskCompletedEventAttributes(var ended):
            ended.startedEventID = startedIDs[ended.scheduledEventID] ?? ended.startedEventID
            event.activityTaskCompletedEventAttributes = ended
        case .activityTaskFailedEventAttributes(var ended):
            ended.startedEventID = startedIDs[ended.scheduledEventID] ?? ended.startedEventID
            event.activityTaskFailedEventAttributes = ended
        case .activityTaskTimedOutEventAttributes(var ended):
            ended.startedEventID = startedIDs[ended.scheduledEventID] ?? ended.startedEventID
            event.activityTaskTimedOutEventAttributes = ended
        case .activityTaskCanceledEventAttributes(var ended):
            ended.startedEventID = startedIDs[ended.scheduledEventID] ?? ended.startedEventID
            event.activityTaskCanceledEventAttributes = ended
        default: break
        }
    }

    /// A buffered signal has its id now; say so where its request is remembered.
    private func noteRequest(of event: APIHistoryEvent, id: Int64, in run: Run) {
        guard case .workflowExecutionSignaledEventAttributes(let signal) = event.attributes,
            !signal.requestID.isEmpty, var request = run.requests[signal.requestID]
        else { return }
        request.eventID = id
        run.setRequest(signal.requestID, request)
    }

    /// Ends a run whose history has grown past the limits.
    func enforceHistoryLimit(_ run: Run) {
        guard run.isOpen, run.unwritten.count > 0 else { return }
        let count = run.header.nextEventID - 1
        let tooLong = count >= limits.historyCount
        guard tooLong || run.header.historySize > limits.historySize else { return }
        let reason =
            tooLong
            ? "Workflow history count exceeds limit." : "Workflow history size exceeds limit."
        terminate(run, reason: reason, details: nil, identity: "history-service")
    }
}
