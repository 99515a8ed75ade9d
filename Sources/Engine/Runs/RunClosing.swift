import Foundation
import SwiftProtobuf
import WireAPI

/// How runs end, and how a chain goes on in a new one.
extension Engine {
    func completeRun(_ run: Run, result: APIPayloads?, _ command: APICommand, _ completedEventID: Int64) {
        var event = commandEvent(.workflowExecutionCompleted, command)
        var attributes = APIWorkflowExecutionCompletedEventAttributes()
        if let result { attributes.result = result }
        attributes.workflowTaskCompletedEventID = completedEventID
        event.workflowExecutionCompletedEventAttributes = attributes
        close(run, .completed, event)
    }

    func failRun(_ run: Run, _ failure: APIFailureFailure, _ command: APICommand, _ completedEventID: Int64) {
        let decision = retryDecision(run, failure)
        var attributes = APIWorkflowExecutionFailedEventAttributes()
        attributes.failure = failure
        attributes.workflowTaskCompletedEventID = completedEventID
        let next = successor(of: run, after: decision)
        attributes.retryState = decision.state
        attributes.newExecutionRunID = next?.runID ?? ""
        var event = commandEvent(.workflowExecutionFailed, command)
        event.workflowExecutionFailedEventAttributes = attributes
        close(run, .failed, event)
        if let next { retry(run, as: next, failure: failure) }
    }

    func cancelRun(_ run: Run, details: APIPayloads?, _ command: APICommand, _ completedEventID: Int64) {
        var event = commandEvent(.workflowExecutionCanceled, command)
        var attributes = APIWorkflowExecutionCanceledEventAttributes()
        attributes.workflowTaskCompletedEventID = completedEventID
        if let details { attributes.details = details }
        event.workflowExecutionCanceledEventAttributes = attributes
        close(run, .canceled, event)
    }

    func terminate(_ run: Run, reason: String, details: APIPayloads?, identity: String) {
        touch(run)
        endStartedTask(run)
        var event = newEvent(.workflowExecutionTerminated)
        var attributes = APIWorkflowExecutionTerminatedEventAttributes()
        attributes.reason = reason
        if let details { attributes.details = details }
        attributes.identity = identity
        event.workflowExecutionTerminatedEventAttributes = attributes
        close(run, .terminated, event)
    }

    func timeOutRun(_ run: Run, isExecution: Bool) {
        let deadline = isExecution ? run.fixed.executionDeadline : run.fixed.runDeadline
        guard deadline > 0, deadline <= now else { return }
        touch(run)
        endStartedTask(run)
        // With both deadlines at one moment it is the execution's: nothing may follow it.
        let execution = run.fixed.executionDeadline
        let isOver = execution > 0 && execution <= now
        var failure = APIFailureFailure()
        failure.message = "workflow timeout"
        failure.source = "Server"
        failure.timeoutFailureInfo.timeoutType = .startToClose
        let decision: RetryDecision = isOver ? .no(.timeout) : retryDecision(run, failure)
        let next = successor(of: run, after: decision)
        var attributes = APIWorkflowExecutionTimedOutEventAttributes()
        attributes.retryState = decision.state
        attributes.newExecutionRunID = next?.runID ?? ""
        var event = newEvent(.workflowExecutionTimedOut)
        event.workflowExecutionTimedOutEventAttributes = attributes
        close(run, .timedOut, event)
        if let next { retry(run, as: next, failure: failure) }
    }

    /// A run that is ended from outside fails the task its worker is at, so that the history shows why.
    private func endStartedTask(_ run: Run) {
        if let task = run.task, task.startedEventID > 0 {
            failTask(run, task, cause: .forceCloseCommand, failure: nil, identity: "history-service")
        }
        flushBuffered(run)
    }

    /// Writes the closing event and forgets all that was pending.
    private func close(_ run: Run, _ status: APIWorkflowExecutionStatus, _ event: APIHistoryEvent) {
        touch(run)
        if let task = run.task, task.taskID > 0 { write(.deleteTask(id: task.taskID)) }
        for activity in run.activities.values { dropTask(of: activity) }
        if let task = run.task { run.update { $0.closedTask = task } }
        run.setTask(nil)
        run.append(event)
        run.dropPending()
        run.update { header in
            header.status = Int32(status.rawValue)
            header.closeTime = now
            header.firstTaskAt = 0
        }
        run.visibility.status = status.rawValue
        run.visibility.closeTime = now
        run.changes.visibility = true
        noteEnd(of: run, status, event)
        releaseQueries(of: run)
    }

    // MARK: Chains

    private struct Successor {
        var runID: String
        var backoff: Nanoseconds
    }

    private func retryDecision(_ run: Run, _ failure: APIFailureFailure) -> RetryDecision {
        RetryDecision.make(
            policy: run.retry, attempt: run.fixed.attempt, failure: failure, now: now,
            expiry: run.fixed.executionDeadline, override: Retryability.delayOverride(failure))
    }

    private func successor(of run: Run, after decision: RetryDecision) -> Successor? {
        guard case .again(_, let interval) = decision else { return nil }
        return Successor(runID: Identifiers.timeOrdered(now: now, random: random), backoff: interval)
    }

    /// Starts the next attempt of a run that failed or timed out.
    private func retry(_ run: Run, as next: Successor, failure: APIFailureFailure) {
        guard case .workflowExecutionStartedEventAttributes(let former) = try? event(1, of: run)?.attributes else {
            return
        }
        var started = former
        started.continuedExecutionRunID = run.fixed.runID
        started.initiator = .retry
        started.continuedFailure = failure
        started.originalExecutionRunID = next.runID
        started.attempt = run.fixed.attempt + 1
        started.firstWorkflowTaskBackoff = Google_Protobuf_Duration(next.backoff)
        started.identity = ""
        carryOn(run, &started)
        let seed = seed(after: run, started, runID: next.runID, backoff: next.backoff)
        let created = createRun(seed)
        scheduleTaskIfNeeded(created)
    }

    func continueRun(
        _ run: Run, _ it: APIContinueAsNewWorkflowExecutionCommandAttributes, _ command: APICommand,
        _ completedEventID: Int64
    ) {
        let runID = Identifiers.timeOrdered(now: now, random: random)
        let backoff = max(it.backoffStartInterval.nanoseconds, leastInterval(after: run))
        let memo = it.hasMemo ? it.memo : run.visibility.memo.flatMap { try? APIMemo(serializedBytes: $0) }
        let attributes = it.hasSearchAttributes ? it.searchAttributes : ownSearchAttributes(of: run)
        var continued = APIWorkflowExecutionContinuedAsNewEventAttributes()
        continued.newExecutionRunID = runID
        continued.workflowType = it.workflowType.name.isEmpty ? run.workflowType : it.workflowType
        continued.taskQueue = it.taskQueue.name.isEmpty ? taskQueue(of: run, sticky: false) : it.taskQueue
        continued.taskQueue.kind = .normal
        if it.hasInput { continued.input = it.input }
        let runTimeout =
            it.workflowRunTimeout.nanoseconds > 0 ? it.workflowRunTimeout.nanoseconds : run.fixed.runTimeout
        var taskTimeout =
            it.workflowTaskTimeout.nanoseconds > 0 ? it.workflowTaskTimeout.nanoseconds : run.fixed.taskTimeout
        if runTimeout > 0 { taskTimeout = min(taskTimeout, runTimeout) }
        continued.workflowRunTimeout = Google_Protobuf_Duration(runTimeout)
        continued.workflowTaskTimeout = Google_Protobuf_Duration(taskTimeout)
        continued.workflowTaskCompletedEventID = completedEventID
        if it.hasBackoffStartInterval { continued.backoffStartInterval = it.backoffStartInterval }
        continued.initiator = it.initiator
        if it.hasFailure { continued.failure = it.failure }
        if it.hasLastCompletionResult { continued.lastCompletionResult = it.lastCompletionResult }
        if it.hasHeader { continued.header = it.header }
        if let memo { continued.memo = memo }
        if let attributes { continued.searchAttributes = attributes }
        continued.inheritBuildID = it.inheritBuildID
        continued.initialVersioningBehavior = it.initialVersioningBehavior
        var event = commandEvent(.workflowExecutionContinuedAsNew, command)
        event.workflowExecutionContinuedAsNewEventAttributes = continued
        close(run, .continuedAsNew, event)
        start(after: run, continued, it, runID: runID, backoff: backoff, runTimeout, taskTimeout)
    }

    private func start(
        after run: Run, _ continued: APIWorkflowExecutionContinuedAsNewEventAttributes,
        _ it: APIContinueAsNewWorkflowExecutionCommandAttributes, runID: String, backoff: Nanoseconds,
        _ runTimeout: Nanoseconds, _ taskTimeout: Nanoseconds
    ) {
        var started = APIWorkflowExecutionStartedEventAttributes()
        started.workflowType = continued.workflowType
        started.taskQueue = continued.taskQueue
        if continued.hasInput { started.input = continued.input }
        started.continuedExecutionRunID = run.fixed.runID
        started.initiator = continued.initiator == .unspecified ? .workflow : continued.initiator
        if continued.hasFailure { started.continuedFailure = continued.failure }
        if continued.hasLastCompletionResult { started.lastCompletionResult = continued.lastCompletionResult }
        started.originalExecutionRunID = runID
        started.firstExecutionRunID = run.fixed.firstRunID
        let retry = it.hasRetryPolicy ? RetryRecord(it.retryPolicy) : run.retry
        if let retry { started.retryPolicy = retry.policy }
        started.attempt = 1
        started.cronSchedule = it.cronSchedule
        if backoff > 0 { started.firstWorkflowTaskBackoff = Google_Protobuf_Duration(backoff) }
        if continued.hasMemo { started.memo = continued.memo }
        if continued.hasSearchAttributes { started.searchAttributes = continued.searchAttributes }
        if continued.hasHeader { started.header = continued.header }
        if let former = try? event(1, of: run)?.workflowExecutionStartedEventAttributes, former.hasPriority {
            started.priority = former.priority
        }
        carryOn(run, &started)
        var next = seed(after: run, started, runID: runID, backoff: backoff)
        next.runTimeout = runTimeout
        next.taskTimeout = taskTimeout
        next.retry = retry
        next.started.workflowRunTimeout = Google_Protobuf_Duration(runTimeout)
        next.started.workflowTaskTimeout = Google_Protobuf_Duration(taskTimeout)
        let created = createRun(next)
        scheduleTaskIfNeeded(created)
    }

    /// What every run of a chain shares.
    private func carryOn(_ run: Run, _ started: inout APIWorkflowExecutionStartedEventAttributes) {
        started.workflowID = run.fixed.workflowID
        started.firstExecutionRunID = run.fixed.firstRunID
        started.rootWorkflowExecution.workflowID = run.visibility.rootWorkflowID
        started.rootWorkflowExecution.runID = run.visibility.rootRunID
        if run.visibility.rootRunID == run.fixed.runID { started.clearRootWorkflowExecution() }
        if run.fixed.executionTimeout > 0 {
            started.workflowExecutionTimeout = Google_Protobuf_Duration(run.fixed.executionTimeout)
            started.workflowExecutionExpirationTime = Google_Protobuf_Timestamp(run.fixed.executionDeadline)
        }
        if let points = chainResetPoints(of: run) { started.prevAutoResetPoints = points }
    }

    private func seed(
        after run: Run, _ started: APIWorkflowExecutionStartedEventAttributes, runID: String, backoff: Nanoseconds
    ) -> RunSeed {
        RunSeed(
            namespace: run.namespace, runID: runID, started: started,
            startRequestID: Identifiers.random(random), executionTimeout: run.fixed.executionTimeout,
            runTimeout: run.fixed.runTimeout, taskTimeout: run.fixed.taskTimeout, retry: run.retry,
            executionDeadline: run.fixed.executionDeadline, backoff: backoff,
            originalStartTime: run.fixed.originalStartTime,
            userMetadata: run.fixed.userMetadata.isEmpty
                ? nil : try? APIUserMetadata(serializedBytes: run.fixed.userMetadata),
            rootWorkflowID: run.visibility.rootWorkflowID,
            rootRunID: run.visibility.rootRunID == run.fixed.runID ? runID : run.visibility.rootRunID,
            schedule: run.fixed.schedule)
    }

    /// Runs of a chain do not follow each other faster than this.
    private func leastInterval(after run: Run) -> Nanoseconds {
        max(0, limits.continueAsNewInterval - (now - run.fixed.startTime))
    }

    /// The search attributes that belong to the workflow itself, not to the server's bookkeeping.
    private func ownSearchAttributes(of run: Run) -> APISearchAttributes? {
        guard let bytes = run.visibility.searchAttributes, var all = try? APISearchAttributes(serializedBytes: bytes)
        else { return nil }
        all.indexedFields["BuildIds"] = nil
        return all.indexedFields.isEmpty ? nil : all
    }
}

extension RetryDecision {
    var state: APIRetryState {
        switch self {
        case .again: .inProgress
        case .no(let state): state
        }
    }
}
