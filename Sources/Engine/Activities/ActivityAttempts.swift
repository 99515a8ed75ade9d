import Foundation
import SwiftProtobuf
import WireAPI

/// Attempts: handed out, kept alive by heartbeats, retried, timed out.
extension Engine {
    /// Starts the next attempt for a poller; `nil` if it is no longer wanted.
    func startActivity(
        _ queued: QueuedTask, for poll: APIPollActivityTaskQueueRequest
    ) throws -> APIPollActivityTaskQueueResponse? {
        guard let run = try loadRun(queued.run), run.isOpen, let activity = run.activities[queued.eventID],
            activity.startedTime == 0, activity.retryAt == 0,
            queued.attempt == 0 || queued.attempt == activity.attempt
        else { return nil }
        return try begin(activity, of: run, for: poll)
    }

    func begin(
        _ activity: ActivityRecord, of run: Run, for poll: APIPollActivityTaskQueueRequest
    ) throws -> APIPollActivityTaskQueueResponse {
        // The event is read before anything changes: if the store cannot be read, nothing has happened.
        guard
            case .activityTaskScheduledEventAttributes(let scheduled) =
                try event(activity.scheduledEventID, of: run)?.attributes
        else { throw EngineError(.internal, "the scheduled event of activity \(activity.activityID) is missing") }
        touch(run)
        var activity = activity
        activity.startedTime = now
        activity.lastStartedTime = now
        activity.identity = poll.identity
        activity.lastIdentity = poll.identity
        activity.requestID = Identifiers.random(random)
        activity.nonce = random()
        activity.taskID = 0
        // Noted when the worker answers: of an attempt that nobody answered the reference does not tell the build.
        activity.workerVersion = Data()
        run.setActivity(activity)
        planActivity(run, activity)
        return try answer(activity, scheduled, run)
    }

    private func answer(
        _ activity: ActivityRecord, _ scheduled: APIActivityTaskScheduledEventAttributes, _ run: Run
    ) throws -> APIPollActivityTaskQueueResponse {
        var answer = APIPollActivityTaskQueueResponse()
        var token = TaskToken()
        token.run = run.key
        token.namespace = run.namespace
        token.scheduledEventID = activity.scheduledEventID
        token.attempt = activity.attempt
        token.nonce = activity.nonce
        answer.taskToken = try token.serializedBytes()
        answer.workflowNamespace = namespaces[run.namespace]?.name ?? ""
        answer.workflowType = run.workflowType
        answer.workflowExecution = run.execution
        answer.activityType = scheduled.activityType
        answer.activityID = activity.activityID
        if scheduled.hasHeader { answer.header = scheduled.header }
        if scheduled.hasInput { answer.input = scheduled.input }
        if activity.hasHeartbeat_p, let details = try? APIPayloads(serializedBytes: activity.heartbeatDetails) {
            answer.heartbeatDetails = details
        }
        answer.scheduledTime = Google_Protobuf_Timestamp(activity.firstScheduledTime)
        answer.currentAttemptScheduledTime = Google_Protobuf_Timestamp(activity.scheduledTime)
        answer.startedTime = Google_Protobuf_Timestamp(activity.startedTime)
        answer.attempt = activity.attempt
        answer.scheduleToCloseTimeout = Google_Protobuf_Duration(activity.scheduleToClose)
        answer.startToCloseTimeout = Google_Protobuf_Duration(activity.startToClose)
        answer.heartbeatTimeout = Google_Protobuf_Duration(activity.heartbeat)
        answer.retryPolicy = activity.retry.policy
        if scheduled.hasPriority { answer.priority = scheduled.priority }
        return answer
    }

    // MARK: Deadlines

    /// When something next happens to the activity by itself, and what.
    func nextDeadline(of activity: ActivityRecord) -> (at: Nanoseconds, what: APITimeoutType)? {
        // Of two at the same time the first counts: a filled-in schedule-to-start strikes before schedule-to-close.
        var all: [(at: Nanoseconds, what: APITimeoutType)] = []
        if activity.startedTime > 0 {
            if activity.startToClose > 0 {
                all.append((ProtoTime.after(activity.startedTime, activity.startToClose), .startToClose))
            }
            if activity.heartbeat > 0 {
                let last = max(activity.startedTime, activity.heartbeatTime)
                all.append((ProtoTime.after(last, activity.heartbeat), .heartbeat))
            }
        } else if activity.retryAt > 0 {
            all.append((activity.retryAt, .unspecified))
        } else if activity.scheduleToStart > 0 {
            all.append((ProtoTime.after(activity.scheduledTime, activity.scheduleToStart), .scheduleToStart))
        }
        if activity.scheduleToClose > 0 {
            all.append((ProtoTime.after(activity.firstScheduledTime, activity.scheduleToClose), .scheduleToClose))
        }
        return all.min { $0.at < $1.at }
    }

    func planActivity(_ run: Run, _ activity: ActivityRecord) {
        guard let next = nextDeadline(of: activity) else { return }
        addDeadline(run, .activity(scheduledEventID: activity.scheduledEventID), at: next.at)
    }

    func activityDeadline(_ run: Run, scheduledEventID: Int64) {
        guard var activity = run.activities[scheduledEventID], let next = nextDeadline(of: activity) else { return }
        guard next.at <= now else {
            planActivity(run, activity)
            return
        }
        if next.what == .unspecified {
            activity.retryAt = 0
            activity.scheduledTime = now
            activity.taskID = newTaskID()
            run.setActivity(activity)
            planActivity(run, activity)
            enqueueActivity(activity, of: run)
        } else {
            timeOut(activity, of: run, next.what)
        }
    }

    private func timeOut(_ activity: ActivityRecord, of run: Run, _ type: APITimeoutType) {
        let name =
            switch type {
            case .startToClose: "StartToClose"
            case .heartbeat: "Heartbeat"
            case .scheduleToStart: "ScheduleToStart"
            default: "ScheduleToClose"
            }
        var failure = APIFailureFailure()
        failure.message = "activity \(name) timeout"
        failure.source = "Server"
        failure.timeoutFailureInfo.timeoutType = type
        // An attempt that timed out remembers its failure without the heartbeat's details, as in the reference.
        guard case .no(let state) = retryActivity(activity, of: run, after: failure) else { return }
        if state == .timeout && type != .scheduleToStart {
            failure.message =
                "Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying"
            failure.timeoutFailureInfo.timeoutType = .scheduleToClose
        }
        if activity.hasHeartbeat_p, let details = try? APIPayloads(serializedBytes: activity.heartbeatDetails) {
            failure.timeoutFailureInfo.lastHeartbeatDetails = details
        }
        if let last = lastFailure(of: activity) { failure.cause = last }
        end(activity, of: run) { startedEventID in
            var event = self.newEvent(.activityTaskTimedOut)
            var attributes = APIActivityTaskTimedOutEventAttributes()
            attributes.failure = failure
            attributes.scheduledEventID = activity.scheduledEventID
            attributes.startedEventID = startedEventID
            attributes.retryState = state
            event.activityTaskTimedOutEventAttributes = attributes
            return event
        }
    }

    func lastFailure(of activity: ActivityRecord) -> APIFailureFailure? {
        activity.lastFailure.isEmpty ? nil : try? APIFailureFailure(serializedBytes: activity.lastFailure)
    }

    // MARK: Retry and end

    /// Plans the next attempt, if there is to be one.
    func retryActivity(
        _ activity: ActivityRecord, of run: Run, after failure: APIFailureFailure
    ) -> RetryDecision {
        if activity.cancelRequested { return .no(.cancelRequested) }
        // These two are limits the server keeps, not failures of an attempt.
        if case .timeoutFailureInfo(let info) = failure.failureInfo,
            info.timeoutType == .scheduleToStart || info.timeoutType == .scheduleToClose
        {
            return .no(.timeout)
        }
        let expiry =
            activity.scheduleToClose > 0 ? ProtoTime.after(activity.firstScheduledTime, activity.scheduleToClose) : 0
        let decision = RetryDecision.make(
            policy: activity.hasRetry_p ? activity.retry : nil, attempt: activity.attempt, failure: failure, now: now,
            expiry: expiry, override: Retryability.delayOverride(failure))
        guard case .again(let at, let interval) = decision else { return decision }
        touch(run)
        var next = activity
        next.attempt += 1
        next.retryAt = max(at, 1)
        next.currentRetryInterval = interval
        next.scheduledTime = at
        next.startedTime = 0
        next.identity = ""
        next.requestID = ""
        next.nonce = 0
        next.heartbeatTime = 0
        next.lastAttemptCompleteTime = now
        next.lastFailure = (try? failure.serializedData()) ?? Data()
        run.setActivity(next)
        planActivity(run, next)
        return decision
    }

    /// Writes the end of an activity, preceded by its started event if an attempt was running.
    func end(_ activity: ActivityRecord, of run: Run, _ closing: (_ startedEventID: Int64) -> APIHistoryEvent) {
        touch(run)
        dropTask(of: activity)
        run.removeActivity(activity.scheduledEventID)
        var startedEventID: Int64 = 0
        if activity.startedTime > 0 {
            startedEventID = add(startedEvent(activity), to: run)
        }
        add(closing(startedEventID), to: run)
        enforceBufferLimit(run)
        scheduleTaskIfNeeded(run)
    }

    private func startedEvent(_ activity: ActivityRecord) -> APIHistoryEvent {
        var event = newEvent(.activityTaskStarted, at: activity.startedTime)
        var attributes = APIActivityTaskStartedEventAttributes()
        attributes.scheduledEventID = activity.scheduledEventID
        attributes.identity = activity.identity
        attributes.requestID = activity.requestID
        attributes.attempt = activity.attempt
        if let failure = lastFailure(of: activity) { attributes.lastFailure = failure }
        if !activity.workerVersion.isEmpty,
            let stamp = try? APIWorkerVersionStamp(serializedBytes: activity.workerVersion)
        {
            attributes.workerVersion = stamp
        }
        event.activityTaskStartedEventAttributes = attributes
        return event
    }
}
