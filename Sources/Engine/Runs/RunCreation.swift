import Foundation
import SwiftProtobuf
import WireAPI

/// What a new run is made of, whether a client starts it or a former run continues in it.
struct RunSeed {
    var namespace: NamespaceKey
    var runID: String
    /// The started event, complete but for what ``Engine/createRun(_:)`` fills in.
    var started: APIWorkflowExecutionStartedEventAttributes
    var startRequestID: String
    var executionTimeout: Nanoseconds = 0
    var runTimeout: Nanoseconds = 0
    var taskTimeout: Nanoseconds
    var retry: RetryRecord?
    /// The chain's deadline; 0 for none.
    var executionDeadline: Nanoseconds = 0
    /// The first workflow task waits this long.
    var backoff: Nanoseconds = 0
    /// Start of the chain; 0 if this run begins one.
    var originalStartTime: Nanoseconds = 0
    var userMetadata: APIUserMetadata?
    var rootWorkflowID: String
    var rootRunID: String
    /// The schedule that started the chain; 0 for none.
    var schedule: RunKey = 0
}

extension Engine {
    /// Makes the run, writes its started event and makes it the current run of its workflow id. The first workflow
    /// task is for the caller to schedule.
    func createRun(_ seed: RunSeed) -> Run {
        lastRunKey += 1
        let fixed = fixedPart(seed)
        var header = RunHeader()
        header.nextEventID = 1
        header.status = Int32(APIWorkflowExecutionStatus.running.rawValue)
        header.taskAttempt = 1
        if seed.backoff > 0 { header.firstTaskAt = ProtoTime.after(now, seed.backoff) }
        let run = Run(
            key: lastRunKey, namespace: seed.namespace, fixed: fixed, header: header,
            visibility: visibility(seed, fixed), isNew: true)
        run.changes.visibility = true
        remember(run)
        touch(run)
        let name = WorkflowName(namespace: seed.namespace, workflowID: fixed.workflowID)
        current[name] = run.key
        write(.setCurrent(namespace: seed.namespace, workflowID: fixed.workflowID, run: run.key))
        var event = newEvent(.workflowExecutionStarted)
        event.workflowExecutionStartedEventAttributes = seed.started
        if let metadata = seed.userMetadata { event.userMetadata = metadata }
        run.append(event)
        if !seed.startRequestID.isEmpty {
            var request = RequestRecord()
            request.eventType = Int32(APIEventType.workflowExecutionStarted.rawValue)
            request.eventID = 1
            run.setRequest(seed.startRequestID, request)
        }
        planRunDeadlines(run)
        return run
    }

    private func planRunDeadlines(_ run: Run) {
        if run.fixed.executionDeadline > 0 { addDeadline(run, .executionTimeout, at: run.fixed.executionDeadline) }
        if run.fixed.runDeadline > 0 { addDeadline(run, .runTimeout, at: run.fixed.runDeadline) }
        if run.header.firstTaskAt > 0 { addDeadline(run, .firstTask, at: run.header.firstTaskAt) }
    }

    private func fixedPart(_ seed: RunSeed) -> RunFixed {
        var fixed = RunFixed()
        fixed.runID = seed.runID
        fixed.workflowID = seed.started.workflowID
        fixed.workflowType = seed.started.workflowType.name
        fixed.taskQueue = seed.started.taskQueue.name
        fixed.firstRunID = seed.started.firstExecutionRunID
        fixed.executionTimeout = seed.executionTimeout
        fixed.runTimeout = seed.runTimeout
        fixed.taskTimeout = seed.taskTimeout
        fixed.startTime = now
        fixed.executionTime = ProtoTime.after(now, seed.backoff)
        if seed.runTimeout > 0 {
            // The backoff does not count: the run's time begins with its first task.
            fixed.runDeadline = ProtoTime.after(fixed.executionTime, seed.runTimeout)
        }
        fixed.executionDeadline = seed.executionDeadline
        if seed.executionDeadline > 0 && fixed.runDeadline > seed.executionDeadline {
            fixed.runDeadline = seed.executionDeadline
        }
        fixed.hasRetry_p = seed.retry != nil
        if let retry = seed.retry { fixed.retry = retry }
        fixed.attempt = seed.started.attempt
        fixed.cronSchedule = seed.started.cronSchedule
        fixed.startRequestID = seed.startRequestID
        fixed.schedule = seed.schedule
        fixed.originalStartTime = seed.originalStartTime > 0 ? seed.originalStartTime : now
        if let metadata = seed.userMetadata { fixed.userMetadata = (try? metadata.serializedData()) ?? Data() }
        if seed.started.hasPriority { fixed.priority = (try? seed.started.priority.serializedData()) ?? Data() }
        if seed.started.hasPrevAutoResetPoints {
            fixed.previousResetPoints = (try? seed.started.prevAutoResetPoints.serializedData()) ?? Data()
        }
        return fixed
    }

    private func visibility(_ seed: RunSeed, _ fixed: RunFixed) -> VisibilityRow {
        let attributes = typed(seed.started.searchAttributes, namespace: seed.namespace)
        return VisibilityRow(
            run: lastRunKey, namespace: seed.namespace, workflowID: fixed.workflowID, runID: fixed.runID,
            workflowType: fixed.workflowType, taskQueue: fixed.taskQueue,
            status: APIWorkflowExecutionStatus.running.rawValue, startTime: fixed.startTime,
            executionTime: fixed.executionTime, rootWorkflowID: seed.rootWorkflowID, rootRunID: seed.rootRunID,
            memo: seed.started.memo.fields.isEmpty ? nil : try? seed.started.memo.serializedData(),
            searchAttributes: attributes.indexedFields.isEmpty ? nil : try? attributes.serializedData())
    }

    /// The run's first task is due: its start delay, retry wait or the like is over.
    func startFirstTask(_ run: Run) {
        guard run.header.firstTaskAt > 0, run.header.firstTaskAt <= now else { return }
        touch(run)
        run.update { $0.firstTaskAt = 0 }
        scheduleTaskIfNeeded(run)
    }

    /// What is due of a run.
    func fire(_ deadline: RunDeadline.Kind, of run: Run) {
        switch deadline {
        case .executionTimeout: timeOutRun(run, isExecution: true)
        case .runTimeout: timeOutRun(run, isExecution: false)
        case .firstTask: startFirstTask(run)
        case .workflowTask(let id, let attempt): workflowTaskDeadline(run, scheduledEventID: id, attempt: attempt)
        case .activity(let id): activityDeadline(run, scheduledEventID: id)
        case .timer(let id): fireTimer(run, id: id)
        }
    }
}
