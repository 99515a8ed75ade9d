import Foundation
import SwiftProtobuf
import WireAPI

/// What is wrong with a start, in the reference's order and words: users' code and tests match both.
extension Engine {
    private static var fairnessKeyLength: Int { 64 }
    private static var totalCronFields: Int { 5 }

    func checkStart(_ request: APIStartWorkflowExecutionRequest, _ namespace: NamespaceKey) throws {
        try checkWorkflowID(request.workflowID)
        try checkRetryPolicy(request.hasRetryPolicy, request.retryPolicy)
        try checkDelay(request.cronSchedule, request.hasWorkflowStartDelay, request.workflowStartDelay)
        try checkCron(request.cronSchedule)
        if request.workflowType.name.isEmpty { throw EngineError.invalid("WorkflowType is not set on request.") }
        try checkLength("WorkflowType", request.workflowType.name)
        try checkQueue(request.hasTaskQueue, request.taskQueue)
        try checkTimeouts(request)
        try checkLength("RequestId", request.requestID)
        try checkPolicies(request.workflowIDReusePolicy, request.workflowIDConflictPolicy)
        try checkAttributes(request.searchAttributes, namespace)
        try checkPriority(request.priority)
        try checkSize(request.hasInput ? request.input : nil)
        try checkMemo(request.memo)
    }

    func checkSignalWithStart(
        _ request: APISignalWithStartWorkflowExecutionRequest, _ namespace: NamespaceKey
    ) throws {
        try checkCron(request.cronSchedule)
        try checkWorkflowID(request.workflowID)
        if request.signalName.isEmpty { throw EngineError.invalid("signal not set") }
        try checkCount("signal name", request.signalName)
        if request.workflowType.name.isEmpty { throw EngineError.invalid("workflow type not set") }
        try checkCount("workflow type name", request.workflowType.name)
        try checkQueue(request.hasTaskQueue, request.taskQueue)
        try checkCount("Request ID", request.requestID)
        try checkTimeouts(request)
        try checkRetryPolicy(request.hasRetryPolicy, request.retryPolicy)
        try checkDelay(request.cronSchedule, request.hasWorkflowStartDelay, request.workflowStartDelay)
        try checkPolicies(request.workflowIDReusePolicy, request.workflowIDConflictPolicy)
        if request.workflowIDConflictPolicy == .fail {
            throw EngineError.invalid(
                "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for this operation."
            )
        }
        try checkAttributes(request.searchAttributes, namespace)
        try checkPriority(request.priority)
        try checkSize(request.hasInput ? request.input : nil)
        try checkSize(request.hasSignalInput ? request.signalInput : nil)
        try checkMemo(request.memo)
    }

    private func checkWorkflowID(_ id: String) throws {
        if id.isEmpty { throw EngineError.invalid("WorkflowId is not set on request.") }
        try checkCount("WorkflowId", id)
    }

    func checkLength(_ name: String, _ value: String) throws {
        if value.utf8.count > limits.idLength { throw EngineError.invalid("\(name) length exceeds limit.") }
    }

    func checkCount(_ name: String, _ value: String) throws {
        let length = value.utf8.count
        guard length > limits.idLength else { return }
        throw EngineError.invalid("\(name) exceeds maximum allowed length (\(length)/\(limits.idLength))")
    }

    private func checkRetryPolicy(_ isSet: Bool, _ policy: APIRetryPolicy) throws {
        if isSet, let problem = RetryRecord.problem(policy) { throw EngineError.invalid(problem) }
    }

    private func checkDelay(_ cron: String, _ isSet: Bool, _ delay: Google_Protobuf_Duration) throws {
        guard isSet else { return }
        if !cron.isEmpty {
            throw EngineError.invalid("CronSchedule and WorkflowStartDelay may not be used together.")
        }
        try checkTimeout("WorkflowStartDelay", delay)
    }

    private func checkTimeout(_ name: String, _ timeout: Google_Protobuf_Duration) throws {
        if let problem = timeout.problem {
            throw EngineError.invalid("An invalid \(name)Seconds is set on request. cause: \(problem)")
        }
    }

    private func checkTimeouts(_ request: some HasTimeouts) throws {
        try checkTimeout("WorkflowExecutionTimeout", request.workflowExecutionTimeout)
        try checkTimeout("WorkflowRunTimeout", request.workflowRunTimeout)
        try checkTimeout("WorkflowTaskTimeout", request.workflowTaskTimeout)
    }

    /// Cron workflows are not served yet; what could not be a schedule at all is told as such.
    private func checkCron(_ schedule: String) throws {
        guard !schedule.isEmpty else { return }
        var text = Substring(schedule)
        if text.hasPrefix("CRON_TZ=") || text.hasPrefix("TZ=") {
            text = text.drop { $0 != " " }.drop { $0 == " " }
        }
        let isName = text.hasPrefix("@")
        guard isName || text.split(separator: " ").count == Self.totalCronFields else {
            throw EngineError.invalid("invalid CronSchedule.")
        }
        throw EngineError(
            .unimplemented, "this server does not run cron workflows; leave cron_schedule out")
    }

    private func checkPolicies(_ reuse: APIWorkflowIdReusePolicy, _ conflict: APIWorkflowIdConflictPolicy) throws {
        if reuse == .terminateIfRunning && conflict != .unspecified {
            throw EngineError.invalid(
                "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be used together "
                    + "with a WorkflowIDConflictPolicy")
        }
        if reuse == .rejectDuplicate && conflict == .terminateExisting {
            throw EngineError.invalid(
                "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used together with "
                    + "WorkflowIdConflictPolicy WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING")
        }
    }

    private func checkAttributes(_ attributes: APISearchAttributes, _ namespace: NamespaceKey) throws {
        if let problem = searchAttributeProblem(attributes, namespace: namespace) {
            throw EngineError.invalid(problem)
        }
    }

    private func checkPriority(_ priority: APIPriority) throws {
        if let problem = Self.problem(priority) { throw EngineError.invalid(problem) }
    }

    /// What is wrong with a priority, in the reference's words; `nil` if nothing is.
    static func problem(_ priority: APIPriority) -> String? {
        if priority.priorityKey < 0 { return "priority key can't be negative" }
        if priority.fairnessKey.utf8.count > fairnessKeyLength { return "fairness key length exceeds limit" }
        return priority.fairnessWeight < 0 ? "must be greater than zero" : nil
    }

    func checkMemo(_ memo: APIMemo) throws {
        let size = memo.fields.values.reduce(0) { $0 + $1.data.count }
        if size > limits.memoSize { throw EngineError.invalid("Memo size exceeds limit.") }
    }

    // MARK: Task queues

    func checkQueue(_ isSet: Bool, _ queue: APITaskQueue) throws {
        if !isSet { throw EngineError.invalid("taskQueue is not set") }
        if queue.name.isEmpty { throw EngineError.invalid("missing task queue name") }
        if queue.name.utf8.count > limits.idLength { throw EngineError.invalid("taskQueue length exceeds limit") }
        if queue.name.hasPrefix("/_sys/") {
            throw EngineError.invalid("task queue name cannot start with reserved prefix /_sys/")
        }
    }
}

/// A request that starts a run.
protocol HasTimeouts {
    var workflowExecutionTimeout: Google_Protobuf_Duration { get }
    var workflowRunTimeout: Google_Protobuf_Duration { get }
    var workflowTaskTimeout: Google_Protobuf_Duration { get }
}

extension APIStartWorkflowExecutionRequest: HasTimeouts {}
extension APISignalWithStartWorkflowExecutionRequest: HasTimeouts {}
