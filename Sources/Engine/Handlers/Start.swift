import Foundation
import SwiftProtobuf
import WireAPI

/// `StartWorkflowExecution`.
extension Engine {
    func startWorkflow(_ request: APIStartWorkflowExecutionRequest) throws -> APIStartWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace)
        try checkStart(request, namespace.key)
        var request = request
        if request.requestID.isEmpty { request.requestID = Identifiers.random(random) }
        let former = try currentRun(namespace.key, request.workflowID)
        let runID = Identifiers.timeOrdered(now: now, random: random)
        if let former {
            if isStart(request.requestID, of: former) { return answer(former, started: true) }
            if let answer = try resolveConflict(request, former, newRunID: runID) { return answer }
        }
        let run = createRun(try seed(request, namespace.key, runID: runID))
        if run.header.firstTaskAt == 0 {
            scheduleTask(run, handsOut: !request.requestEagerExecution)
        }
        var answer = answer(run, started: true)
        if request.requestEagerExecution, run.isOpen, run.task != nil {
            begin(run, identity: request.identity, requestID: Identifiers.random(random), version: nil)
            answer.eagerWorkflowTask = try taskAnswer(for: run, isSticky: false)
        }
        return answer
    }

    func isStart(_ requestID: String, of run: Run) -> Bool {
        run.fixed.startRequestID == requestID
    }

    private func answer(_ run: Run, started: Bool) -> APIStartWorkflowExecutionResponse {
        var answer = APIStartWorkflowExecutionResponse()
        answer.runID = run.fixed.runID
        answer.firstExecutionRunID = run.fixed.firstRunID
        answer.started = started
        answer.status = run.status
        answer.link = startLink(run)
        return answer
    }

    private func startLink(_ run: Run) -> APILink {
        var link = APILink()
        link.workflowEvent.namespace = namespaces[run.namespace]?.name ?? ""
        link.workflowEvent.workflowID = run.fixed.workflowID
        link.workflowEvent.runID = run.fixed.runID
        link.workflowEvent.eventRef.eventID = 1
        link.workflowEvent.eventRef.eventType = .workflowExecutionStarted
        return link
    }

    // MARK: A run is there already

    /// The answer if the existing run settles the matter; `nil` if a new run is to start.
    func resolveConflict(
        _ request: APIStartWorkflowExecutionRequest, _ former: Run, newRunID: String
    ) throws -> APIStartWorkflowExecutionResponse? {
        guard former.isOpen else {
            try checkReuse(request.workflowIDReusePolicy, former)
            return nil
        }
        if request.workflowIDReusePolicy == .terminateIfRunning
            || request.workflowIDConflictPolicy == .terminateExisting
        {
            terminate(
                former, reason: "TerminateIfRunning WorkflowIdReusePolicy",
                details: Self.textPayloads("terminated by new runID: \(newRunID)"), identity: "history-service")
            return nil
        }
        if request.workflowIDConflictPolicy == .useExisting { return answer(former, started: false) }
        throw alreadyStarted(
            former,
            "Workflow execution is already running. WorkflowId: \(former.fixed.workflowID), RunId: \(former.fixed.runID)."
        )
    }

    private func checkReuse(_ policy: APIWorkflowIdReusePolicy, _ former: Run) throws {
        let ids = "WorkflowId: \(former.fixed.workflowID), RunId: \(former.fixed.runID)."
        switch policy {
        case .rejectDuplicate:
            throw alreadyStarted(
                former,
                "Workflow execution already finished. \(ids) Workflow Id reuse policy: reject duplicate workflow Id.")
        case .allowDuplicateFailedOnly where former.status == .completed || former.status == .continuedAsNew:
            throw alreadyStarted(
                former,
                "Workflow execution already finished successfully. \(ids) Workflow Id reuse policy: "
                    + "allow duplicate workflow Id if last run failed.")
        default: break
        }
    }

    private func alreadyStarted(_ run: Run, _ message: String) -> EngineError {
        var detail = APIWorkflowExecutionAlreadyStartedFailure()
        detail.startRequestID = run.fixed.startRequestID
        detail.runID = run.fixed.runID
        detail.firstExecutionRunID = run.fixed.firstRunID
        return EngineError(.alreadyExists, message, detail: detail)
    }

    // MARK: The new run

    func seed(
        _ request: APIStartWorkflowExecutionRequest, _ namespace: NamespaceKey, runID: String
    ) throws -> RunSeed {
        var started = APIWorkflowExecutionStartedEventAttributes()
        started.workflowID = request.workflowID
        started.workflowType = request.workflowType
        started.taskQueue.name = request.taskQueue.name
        started.taskQueue.kind = .normal
        if request.hasInput { started.input = request.input }
        started.originalExecutionRunID = runID
        started.firstExecutionRunID = runID
        started.identity = request.identity
        let retry = request.hasRetryPolicy ? RetryRecord(request.retryPolicy) : nil
        if let retry { started.retryPolicy = retry.policy }
        started.attempt = 1
        if request.hasMemo { started.memo = request.memo }
        if request.hasSearchAttributes { started.searchAttributes = request.searchAttributes }
        if request.hasHeader { started.header = request.header }
        if request.hasPriority { started.priority = request.priority }
        if request.hasContinuedFailure { started.continuedFailure = request.continuedFailure }
        if request.hasLastCompletionResult { started.lastCompletionResult = request.lastCompletionResult }
        let times = StartTimes(request, limits: limits, now: now)
        started.firstWorkflowTaskBackoff = Google_Protobuf_Duration(times.backoff)
        if times.execution > 0 {
            started.workflowExecutionTimeout = Google_Protobuf_Duration(times.execution)
            started.workflowExecutionExpirationTime = Google_Protobuf_Timestamp(times.deadline)
        }
        // A timeout of zero is shown as zero if the caller gave it, otherwise not at all.
        if request.hasWorkflowExecutionTimeout && times.execution == 0 {
            started.workflowExecutionTimeout = Google_Protobuf_Duration()
        }
        if times.run > 0 || request.hasWorkflowRunTimeout {
            started.workflowRunTimeout = Google_Protobuf_Duration(times.run)
        }
        started.workflowTaskTimeout = Google_Protobuf_Duration(times.task)
        return RunSeed(
            namespace: namespace, runID: runID, started: started, startRequestID: request.requestID,
            executionTimeout: times.execution, runTimeout: times.run, taskTimeout: times.task, retry: retry,
            executionDeadline: times.deadline, backoff: times.backoff,
            userMetadata: request.hasUserMetadata ? request.userMetadata : nil, rootWorkflowID: request.workflowID,
            rootRunID: runID)
    }
}

/// A start's timeouts with the defaults and limits applied.
private struct StartTimes {
    var execution: Nanoseconds
    var run: Nanoseconds
    var task: Nanoseconds
    var backoff: Nanoseconds
    /// The chain's deadline; 0 for none.
    var deadline: Nanoseconds

    init(_ request: APIStartWorkflowExecutionRequest, limits: Limits, now: Nanoseconds) {
        execution = request.workflowExecutionTimeout.nanoseconds
        run = request.workflowRunTimeout.nanoseconds
        if execution > 0 && (run == 0 || run > execution) { run = execution }
        task = request.workflowTaskTimeout.nanoseconds
        if task == 0 { task = limits.defaultWorkflowTaskTimeout }
        task = min(task, limits.maximumWorkflowTaskTimeout)
        if run > 0 { task = min(task, run) }
        backoff = request.workflowStartDelay.nanoseconds
        deadline = execution > 0 ? ProtoTime.after(now, execution + backoff) : 0
    }
}
