import Foundation
import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// What is wrong with requests about schedules, in the reference's order and words.
extension Engine {
    /// Characters that a time adds to a workflow id.
    private static var timeSuffix: Int { 21 }

    func checkCreate(_ request: APICreateScheduleRequest, _ namespace: NamespaceKey) throws {
        if request.requestID.isEmpty { throw EngineError.invalid("RequestId is not set on request.") }
        if request.scheduleID.isEmpty { throw EngineError.noScheduleID }
        try checkCount("WorkflowId", ScheduleNames.workflowID(request.scheduleID))
        try checkLength("RequestId", request.requestID)
        try check(request.schedule, request.hasSearchAttributes ? request.searchAttributes : nil, namespace)
        try checkMemo(request.memo)
        if request.hasInitialPatch { try check(request.initialPatch) }
    }

    func checkUpdate(_ request: APIUpdateScheduleRequest, _ namespace: NamespaceKey) throws {
        try checkLength("RequestId", request.requestID)
        try check(request.schedule, request.hasSearchAttributes ? request.searchAttributes : nil, namespace)
        try checkMemo(request.memo)
    }

    func checkPatch(_ request: APIPatchScheduleRequest) throws {
        guard request.hasPatch else { throw EngineError.invalid("Patch is not set on request.") }
        try checkLength("RequestId", request.requestID)
        try check(request.patch)
    }

    private func check(_ patch: APISchedulePatch) throws {
        if patch.pause.utf8.count > limits.scheduleNotes || patch.unpause.utf8.count > limits.scheduleNotes {
            throw EngineError.invalid("Schedule notes exceeds limit.")
        }
        try check(patch.triggerImmediately.overlapPolicy)
        for request in patch.backfillRequest { try check(request.overlapPolicy) }
    }

    private func check(_ policy: APIScheduleOverlapPolicy) throws {
        if case .UNRECOGNIZED(let value) = policy {
            throw EngineError.invalid("Invalid schedule: there is no overlap policy \(value).")
        }
    }

    private func check(
        _ schedule: APISchedule, _ attributes: APISearchAttributes?, _ namespace: NamespaceKey
    ) throws {
        guard case .startWorkflow(let action) = schedule.action.action else {
            throw EngineError.invalid("Only StartWorkflow action is supported for schedules")
        }
        try check(action, namespace)
        try check(schedule.policies.overlapPolicy)
        if schedule.state.remainingActions < 0 {
            throw EngineError.invalid("Invalid schedule: remaining actions cannot be negative.")
        }
        if let problem = attributes.flatMap({ searchAttributeProblem($0, namespace: namespace) }) {
            throw EngineError.invalid(problem)
        }
    }

    /// The action is a start like any other, but for what a schedule decides itself.
    private func check(_ action: APINewWorkflowExecutionInfo, _ namespace: NamespaceKey) throws {
        let length = action.workflowID.utf8.count + Self.timeSuffix
        if length > limits.idLength {
            throw EngineError.invalid("WorkflowId exceeds maximum allowed length (\(length)/\(limits.idLength))")
        }
        if action.workflowIDReusePolicy != .unspecified && action.workflowIDReusePolicy != .allowDuplicate {
            throw EngineError.invalid("Scheduled workflow must not contain WorkflowIDReusePolicy")
        }
        if !action.cronSchedule.isEmpty {
            throw EngineError.invalid("Scheduled workflow must not contain CronSchedule")
        }
        var request = APIStartWorkflowExecutionRequest()
        request.workflowID = "-"
        request.workflowType = action.workflowType
        if action.hasTaskQueue { request.taskQueue = action.taskQueue }
        if action.hasInput { request.input = action.input }
        request.workflowExecutionTimeout = action.workflowExecutionTimeout
        request.workflowRunTimeout = action.workflowRunTimeout
        request.workflowTaskTimeout = action.workflowTaskTimeout
        if action.hasRetryPolicy { request.retryPolicy = action.retryPolicy }
        request.memo = action.memo
        request.searchAttributes = action.searchAttributes
        request.priority = action.priority
        try checkStart(request, namespace)
    }

    /// The action as it is shown: its task queue is an ordinary one, its search attributes have their types.
    func normalized(_ action: APIScheduleAction, _ namespace: NamespaceKey) -> APIScheduleAction {
        var action = action
        if action.startWorkflow.hasSearchAttributes {
            action.startWorkflow.searchAttributes = typed(action.startWorkflow.searchAttributes, namespace: namespace)
        }
        let name = action.startWorkflow.taskQueue.name
        action.startWorkflow.taskQueue = APITaskQueue()
        action.startWorkflow.taskQueue.name = name
        action.startWorkflow.taskQueue.kind = .normal
        return action
    }

    func canonicalSpec(_ spec: APIScheduleSpec) throws -> APIScheduleSpec {
        do {
            return try ScheduleTimes(spec, zones: zones).canonical
        } catch {
            throw EngineError.invalid("Invalid schedule spec: \(error.message)")
        }
    }
}
