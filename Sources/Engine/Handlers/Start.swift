import Foundation
import SwiftProtobuf
import WireAPI

/// `StartWorkflowExecution` and `SignalWithStartWorkflowExecution`.
extension Engine {
    func startWorkflow(_ request: APIStartWorkflowExecutionRequest) throws -> APIStartWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace)
        try validateStart(request, namespace.key)
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

    private func isStart(_ requestID: String, of run: Run) -> Bool {
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

    // MARK: Validation

    private func validateStart(_ request: APIStartWorkflowExecutionRequest, _ namespace: NamespaceKey) throws {
        try validateWorkflowID(request.workflowID)
        if request.hasRetryPolicy, let problem = RetryRecord.problem(request.retryPolicy) {
            throw EngineError.invalid(problem)
        }
        if request.hasWorkflowStartDelay, let problem = request.workflowStartDelay.problem {
            throw EngineError.invalid("An invalid WorkflowStartDelay is set on request: \(problem)")
        }
        if !request.cronSchedule.isEmpty {
            throw EngineError(
                .unimplemented, "this server does not run cron workflows yet; use a schedule or leave cron_schedule out"
            )
        }
        try validateLength("RequestId", request.requestID)
        try validateQueueName(request.taskQueue.name)
        if request.workflowType.name.isEmpty { throw EngineError.invalid("WorkflowType is not set on request.") }
        try validateLength("WorkflowType", request.workflowType.name)
        try validateTimeouts(request)
        try validatePolicies(request)
        try checkSize(request.hasInput ? request.input : nil)
        let memo = request.memo.fields.values.reduce(0) { $0 + $1.data.count }
        if memo > limits.memoSize { throw EngineError.invalid("Memo size exceeds limit.") }
        if let problem = searchAttributeProblem(request.searchAttributes, namespace: namespace) {
            throw EngineError.invalid(problem)
        }
    }

    func validateWorkflowID(_ id: String) throws {
        if id.isEmpty { throw EngineError.invalid("WorkflowId is not set on request.") }
        try validateLength("WorkflowId", id)
    }

    func validateLength(_ name: String, _ value: String) throws {
        let length = value.utf8.count
        guard length > limits.idLength else { return }
        throw EngineError.invalid("\(name) exceeds maximum allowed length (\(length)/\(limits.idLength))")
    }

    private func validateTimeouts(_ request: APIStartWorkflowExecutionRequest) throws {
        let timeouts = [
            ("WorkflowExecutionTimeout", request.workflowExecutionTimeout),
            ("WorkflowRunTimeout", request.workflowRunTimeout), ("WorkflowTaskTimeout", request.workflowTaskTimeout),
        ]
        for (name, timeout) in timeouts {
            if let problem = timeout.problem {
                throw EngineError.invalid("An invalid \(name) is set on request: \(problem)")
            }
        }
    }

    private func validatePolicies(_ request: APIStartWorkflowExecutionRequest) throws {
        let conflict = request.workflowIDConflictPolicy
        if request.workflowIDReusePolicy == .rejectDuplicate && conflict == .terminateExisting {
            throw EngineError.invalid(
                "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used together with "
                    + "WorkflowIdConflictPolicy WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING")
        }
        if request.workflowIDReusePolicy == .terminateIfRunning && conflict != .unspecified {
            throw EngineError.invalid(
                "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be used together "
                    + "with a WorkflowIDConflictPolicy.")
        }
    }

    // MARK: A run is there already

    /// The answer if the existing run settles the matter; `nil` if a new run is to start.
    private func resolveConflict(
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

    private func seed(
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
        started.workflowRunTimeout = Google_Protobuf_Duration(times.run)
        started.workflowTaskTimeout = Google_Protobuf_Duration(times.task)
        if times.execution == 0 { started.workflowExecutionTimeout = Google_Protobuf_Duration() }
        return RunSeed(
            namespace: namespace, runID: runID, started: started, startRequestID: request.requestID,
            executionTimeout: times.execution, runTimeout: times.run, taskTimeout: times.task, retry: retry,
            executionDeadline: times.deadline, backoff: times.backoff,
            userMetadata: request.hasUserMetadata ? request.userMetadata : nil, rootWorkflowID: request.workflowID,
            rootRunID: runID)
    }

    // MARK: Signal with start

    func signalWithStart(
        _ request: APISignalWithStartWorkflowExecutionRequest
    ) throws -> APISignalWithStartWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace)
        let start = Self.startPart(of: request)
        try validateStart(start, namespace.key)
        if request.signalName.isEmpty { throw EngineError.invalid("SignalName is not set on request.") }
        try validateLength("SignalName", request.signalName)
        try checkSize(request.hasSignalInput ? request.signalInput : nil)
        var signal = APISignalWorkflowExecutionRequest()
        signal.signalName = request.signalName
        if request.hasSignalInput { signal.input = request.signalInput }
        signal.identity = request.identity
        signal.requestID = request.requestID
        if request.hasHeader { signal.header = request.header }
        var answer = APISignalWithStartWorkflowExecutionResponse()
        let former = try currentRun(namespace.key, request.workflowID)
        let runID = Identifiers.timeOrdered(now: now, random: random)
        if let former {
            if isStart(request.requestID, of: former), !request.requestID.isEmpty {
                answer.runID = former.fixed.runID
                answer.started = true
                return answer
            }
            let ends =
                request.workflowIDReusePolicy == .terminateIfRunning
                || request.workflowIDConflictPolicy == .terminateExisting
            if former.isOpen && !ends {
                try deliver(signal, to: former)
                answer.runID = former.fixed.runID
                return answer
            }
            _ = try resolveConflict(start, former, newRunID: runID)
        }
        let run = createRun(try seed(start, namespace.key, runID: runID))
        try deliver(signal, to: run)
        answer.runID = run.fixed.runID
        answer.started = true
        return answer
    }

    private static func startPart(
        of request: APISignalWithStartWorkflowExecutionRequest
    ) -> APIStartWorkflowExecutionRequest {
        var start = APIStartWorkflowExecutionRequest()
        start.namespace = request.namespace
        start.workflowID = request.workflowID
        start.workflowType = request.workflowType
        start.taskQueue = request.taskQueue
        if request.hasInput { start.input = request.input }
        start.workflowExecutionTimeout = request.workflowExecutionTimeout
        start.workflowRunTimeout = request.workflowRunTimeout
        start.workflowTaskTimeout = request.workflowTaskTimeout
        start.identity = request.identity
        start.requestID = request.requestID
        start.workflowIDReusePolicy = request.workflowIDReusePolicy
        start.workflowIDConflictPolicy = request.workflowIDConflictPolicy
        if request.hasRetryPolicy { start.retryPolicy = request.retryPolicy }
        start.cronSchedule = request.cronSchedule
        if request.hasMemo { start.memo = request.memo }
        if request.hasSearchAttributes { start.searchAttributes = request.searchAttributes }
        if request.hasHeader { start.header = request.header }
        if request.hasWorkflowStartDelay { start.workflowStartDelay = request.workflowStartDelay }
        if request.hasUserMetadata { start.userMetadata = request.userMetadata }
        if request.hasPriority { start.priority = request.priority }
        return start
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
