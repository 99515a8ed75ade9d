import Foundation
import SwiftProtobuf
import WireAPI

extension Engine {
    func describeWorkflow(
        _ request: APIDescribeWorkflowExecutionRequest
    ) throws -> APIDescribeWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace).key
        let run = try findRun(namespace, request.hasExecution ? request.execution : nil)
        let first = try event(1, of: run)
        var answer = APIDescribeWorkflowExecutionResponse()
        answer.executionConfig = config(of: run, first)
        answer.workflowExecutionInfo = info(of: run)
        if let started = first?.workflowExecutionStartedEventAttributes, started.hasPriority {
            answer.workflowExecutionInfo.priority = started.priority
        }
        // What was pending when a run was closed from outside stays visible.
        answer.pendingActivities = run.activities.values.map { pending($0, run) }
        if let task = run.task ?? run.closedTask { answer.pendingWorkflowTask = pending(task) }
        answer.workflowExtendedInfo = extendedInfo(of: run)
        return answer
    }

    private func config(of run: Run, _ first: APIHistoryEvent?) -> APIWorkflowExecutionConfig {
        var config = APIWorkflowExecutionConfig()
        config.taskQueue = taskQueue(of: run, sticky: false)
        config.defaultWorkflowTaskTimeout = Google_Protobuf_Duration(run.fixed.taskTimeout)
        guard let first else { return config }
        let started = first.workflowExecutionStartedEventAttributes
        if started.hasWorkflowExecutionTimeout { config.workflowExecutionTimeout = started.workflowExecutionTimeout }
        if started.hasWorkflowRunTimeout { config.workflowRunTimeout = started.workflowRunTimeout }
        if first.hasUserMetadata { config.userMetadata = first.userMetadata }
        return config
    }

    private func info(of run: Run) -> APIWorkflowExecutionInfo {
        var info = APIWorkflowExecutionInfo()
        info.execution = run.execution
        info.type = run.workflowType
        info.startTime = Google_Protobuf_Timestamp(run.fixed.startTime)
        info.executionTime = Google_Protobuf_Timestamp(run.fixed.executionTime)
        info.status = run.status
        info.historyLength = run.header.nextEventID - 1
        info.historySizeBytes = run.header.historySize
        info.stateTransitionCount = run.header.stateTransitions
        info.memo = run.visibility.memo.flatMap { try? APIMemo(serializedBytes: $0) } ?? APIMemo()
        info.searchAttributes =
            run.visibility.searchAttributes.flatMap { try? APISearchAttributes(serializedBytes: $0) }
            ?? APISearchAttributes()
        let points = resetPoints(of: run)
        info.autoResetPoints = points
        info.taskQueue = run.fixed.taskQueue
        if !run.isOpen {
            info.closeTime = Google_Protobuf_Timestamp(run.header.closeTime)
            info.executionDuration = Google_Protobuf_Duration(max(0, run.header.closeTime - run.fixed.executionTime))
        }
        if !run.header.workerVersion.isEmpty,
            let stamp = try? APIWorkerVersionStamp(serializedBytes: run.header.workerVersion)
        {
            info.mostRecentWorkerVersionStamp = stamp
        }
        info.rootExecution.workflowID = run.visibility.rootWorkflowID
        info.rootExecution.runID = run.visibility.rootRunID
        info.firstRunID = run.fixed.firstRunID
        return info
    }

    private func extendedInfo(of run: Run) -> APIWorkflowExecutionExtendedInfo {
        var info = APIWorkflowExecutionExtendedInfo()
        if run.fixed.executionDeadline > 0 {
            info.executionExpirationTime = Google_Protobuf_Timestamp(run.fixed.executionDeadline)
        }
        info.runExpirationTime =
            run.fixed.runDeadline > 0 ? Google_Protobuf_Timestamp(run.fixed.runDeadline) : .noTime
        info.cancelRequested = run.header.cancelRequested
        info.originalStartTime = Google_Protobuf_Timestamp(run.fixed.startTime)
        for (id, request) in run.requests where request.isStart {
            var record = APIRequestIdInfo()
            record.eventType = APIEventType(rawValue: Int(request.eventType)) ?? .unspecified
            record.eventID = request.eventID
            record.buffered = request.eventID == 0
            info.requestIDInfos[id] = record
        }
        return info
    }

    private func pending(_ task: WorkflowTaskRecord) -> APIPendingWorkflowTaskInfo {
        var info = APIPendingWorkflowTaskInfo()
        info.state = task.startedEventID > 0 ? .started : .scheduled
        info.scheduledTime = Google_Protobuf_Timestamp(task.scheduledTime)
        info.originalScheduledTime = Google_Protobuf_Timestamp(task.originalScheduledTime)
        if task.startedEventID > 0 { info.startedTime = Google_Protobuf_Timestamp(task.startedTime) }
        info.attempt = task.attempt
        return info
    }

    private func pending(_ activity: ActivityRecord, _ run: Run) -> APIPendingActivityInfo {
        var info = APIPendingActivityInfo()
        info.activityID = activity.activityID
        info.activityType.name = activity.activityType
        info.state =
            activity.cancelRequested ? .cancelRequested : activity.startedTime > 0 ? .started : .scheduled
        if activity.hasHeartbeat_p, let details = try? APIPayloads(serializedBytes: activity.heartbeatDetails) {
            info.heartbeatDetails = details
        }
        if activity.heartbeatTime > 0 { info.lastHeartbeatTime = Google_Protobuf_Timestamp(activity.heartbeatTime) }
        if activity.startedTime > 0 { info.lastStartedTime = Google_Protobuf_Timestamp(activity.startedTime) }
        info.attempt = activity.attempt
        info.maximumAttempts = activity.retry.maximumAttempts
        info.scheduledTime = Google_Protobuf_Timestamp(activity.scheduledTime)
        if activity.scheduleToClose > 0 {
            info.expirationTime = Google_Protobuf_Timestamp(
                ProtoTime.after(activity.firstScheduledTime, activity.scheduleToClose))
        }
        if let failure = lastFailure(of: activity) { info.lastFailure = failure }
        info.lastWorkerIdentity = activity.lastIdentity
        if activity.lastAttemptCompleteTime > 0 {
            info.lastAttemptCompleteTime = Google_Protobuf_Timestamp(activity.lastAttemptCompleteTime)
        }
        if activity.retryAt > 0 {
            info.nextAttemptScheduleTime = Google_Protobuf_Timestamp(activity.retryAt)
            info.currentRetryInterval = Google_Protobuf_Duration(activity.currentRetryInterval)
        }
        if let priority = activity.shownPriority { info.priority = priority }
        info.activityOptions = options(of: activity)
        return info
    }

    private func options(of activity: ActivityRecord) -> APIActivityOptions {
        var options = APIActivityOptions()
        options.taskQueue.name = activity.taskQueue
        options.taskQueue.normalName = activity.taskQueue
        options.scheduleToCloseTimeout = Google_Protobuf_Duration(activity.scheduleToClose)
        options.scheduleToStartTimeout = Google_Protobuf_Duration(activity.scheduleToStart)
        options.startToCloseTimeout = Google_Protobuf_Duration(activity.startToClose)
        options.heartbeatTimeout = Google_Protobuf_Duration(activity.heartbeat)
        options.retryPolicy = activity.retry.policy
        if let priority = activity.shownPriority { options.priority = priority }
        return options
    }
}

extension ActivityRecord {
    /// The priority as it was given; `nil` if none was.
    fileprivate var shownPriority: APIPriority? {
        hasPriority_p ? try? APIPriority(serializedBytes: priority) : nil
    }
}

extension RequestRecord {
    fileprivate var isStart: Bool { eventType == Int32(APIEventType.workflowExecutionStarted.rawValue) }
}
