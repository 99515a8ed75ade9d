import Foundation
import SwiftProtobuf
import WireAPI

/// Activities from the workflow's side: scheduled and asked to cancel.
extension Engine {
    /// Returns the scheduled event's id.
    func scheduleActivity(
        _ it: APIScheduleActivityTaskCommandAttributes, _ command: APICommand, _ run: Run, _ completedEventID: Int64
    ) -> Int64 {
        let timeouts = ActivityTimeouts(it, runTimeout: run.fixed.runTimeout)
        var attributes = APIActivityTaskScheduledEventAttributes()
        attributes.activityID = it.activityID
        attributes.activityType = it.activityType
        attributes.taskQueue.name = it.taskQueue.name
        attributes.taskQueue.kind = .normal
        if it.hasHeader { attributes.header = it.header }
        if it.hasInput { attributes.input = it.input }
        attributes.scheduleToCloseTimeout = Google_Protobuf_Duration(timeouts.scheduleToClose)
        attributes.scheduleToStartTimeout = Google_Protobuf_Duration(timeouts.scheduleToStart)
        attributes.startToCloseTimeout = Google_Protobuf_Duration(timeouts.startToClose)
        attributes.heartbeatTimeout = Google_Protobuf_Duration(timeouts.heartbeat)
        attributes.workflowTaskCompletedEventID = completedEventID
        // Activities retry by default; a caller that wants one attempt says so.
        let retry = RetryRecord(it.retryPolicy)
        attributes.retryPolicy = retry.policy
        attributes.useWorkflowBuildID = it.useWorkflowBuildID
        if it.hasPriority { attributes.priority = it.priority }
        var event = commandEvent(.activityTaskScheduled, command)
        event.activityTaskScheduledEventAttributes = attributes
        var activity = ActivityRecord()
        activity.scheduledEventID = run.append(event)
        activity.activityID = it.activityID
        activity.activityType = it.activityType.name
        activity.taskQueue = it.taskQueue.name
        activity.attempt = 1
        activity.scheduledTime = now
        activity.firstScheduledTime = now
        activity.scheduleToClose = timeouts.scheduleToClose
        activity.scheduleToStart = timeouts.scheduleToStart
        activity.startToClose = timeouts.startToClose
        activity.heartbeat = timeouts.heartbeat
        activity.hasRetry_p = true
        activity.retry = retry
        activity.hasPriority_p = it.hasPriority
        if it.hasPriority { activity.priority = (try? it.priority.serializedData()) ?? Data() }
        if !it.requestEagerExecution { activity.taskID = newTaskID() }
        run.setActivity(activity)
        planActivity(run, activity)
        if activity.taskID > 0 { enqueueActivity(activity, of: run) }
        return activity.scheduledEventID
    }

    func enqueueActivity(_ activity: ActivityRecord, of run: Run) {
        let key = QueueKey(namespace: run.namespace, kind: .activity, name: activity.taskQueue)
        let task = QueuedTask(
            id: activity.taskID, run: run.key, eventID: activity.scheduledEventID, attempt: activity.attempt,
            scheduledAt: now)
        enqueue(task, to: key, normalQueue: activity.taskQueue, isSticky: false)
    }

    /// Hands activities that the worker asked for straight back to it, at most three; the rest are queued.
    func startEagerly(
        _ ids: [Int64], of run: Run, for request: APIRespondWorkflowTaskCompletedRequest
    ) throws -> [APIPollActivityTaskQueueResponse] {
        var answers: [APIPollActivityTaskQueueResponse] = []
        for id in ids {
            guard var activity = run.activities[id] else { continue }
            if answers.count < 3 {
                var poll = APIPollActivityTaskQueueRequest()
                poll.identity = request.identity
                if let stamp = Self.stamp(of: request) { poll.workerVersionCapabilities.buildID = stamp.buildID }
                answers.append(try begin(activity, of: run, for: poll))
            } else {
                activity.taskID = newTaskID()
                run.setActivity(activity)
                enqueueActivity(activity, of: run)
            }
        }
        return answers
    }

    /// Returns the activity's end if it has not started yet. It is written after the events of all commands: a run
    /// that one of them closes does not see it any more.
    func requestActivityCancel(
        _ scheduledEventID: Int64, _ command: APICommand, _ run: Run, _ completedEventID: Int64
    ) -> APIHistoryEvent? {
        var event = commandEvent(.activityTaskCancelRequested, command)
        var attributes = APIActivityTaskCancelRequestedEventAttributes()
        attributes.scheduledEventID = scheduledEventID
        attributes.workflowTaskCompletedEventID = completedEventID
        event.activityTaskCancelRequestedEventAttributes = attributes
        let requestedEventID = run.append(event)
        // Its end may wait in the buffer: then the worker hears of it with the next task.
        guard var activity = run.activities[scheduledEventID], !activity.cancelRequested else { return nil }
        activity.cancelRequested = true
        activity.cancelRequestedEventID = requestedEventID
        if activity.startedTime > 0 {
            run.setActivity(activity)
            return nil
        }
        dropTask(of: activity)
        run.removeActivity(scheduledEventID)
        var canceled = APIActivityTaskCanceledEventAttributes()
        canceled.details = Self.textPayloads("ACTIVITY_ID_NOT_STARTED")
        canceled.latestCancelRequestedEventID = requestedEventID
        canceled.scheduledEventID = scheduledEventID
        canceled.identity = run.requestIdentity
        var canceledEvent = newEvent(.activityTaskCanceled)
        canceledEvent.activityTaskCanceledEventAttributes = canceled
        return canceledEvent
    }

    func dropTask(of activity: ActivityRecord) {
        if activity.taskID > 0 { write(.deleteTask(id: activity.taskID)) }
    }

    /// A text as the server itself encodes one.
    static func textPayloads(_ text: String) -> APIPayloads {
        var payload = APIPayload()
        payload.metadata["encoding"] = Data("json/plain".utf8)
        payload.data = Data("\"\(text)\"".utf8)
        var payloads = APIPayloads()
        payloads.payloads = [payload]
        return payloads
    }
}

/// An activity's timeouts with what is missing filled in and everything kept within the run's own timeout.
struct ActivityTimeouts {
    var scheduleToClose: Nanoseconds
    var scheduleToStart: Nanoseconds
    var startToClose: Nanoseconds
    var heartbeat: Nanoseconds

    /// - Parameter runTimeout: 0 for none.
    init(_ it: APIScheduleActivityTaskCommandAttributes, runTimeout: Nanoseconds) {
        scheduleToClose = it.scheduleToCloseTimeout.nanoseconds
        scheduleToStart = it.scheduleToStartTimeout.nanoseconds
        startToClose = it.startToCloseTimeout.nanoseconds
        heartbeat = it.heartbeatTimeout.nanoseconds
        if scheduleToClose > 0 {
            scheduleToStart = scheduleToStart > 0 ? min(scheduleToStart, scheduleToClose) : scheduleToClose
            startToClose = startToClose > 0 ? min(startToClose, scheduleToClose) : scheduleToClose
        } else {
            scheduleToClose = runTimeout
            if scheduleToStart == 0 { scheduleToStart = runTimeout }
        }
        if runTimeout > 0 {
            scheduleToClose = min(scheduleToClose, runTimeout)
            scheduleToStart = min(scheduleToStart, runTimeout)
            startToClose = min(startToClose, runTimeout)
            heartbeat = min(heartbeat, runTimeout)
        }
        heartbeat = min(heartbeat, startToClose)
    }
}
