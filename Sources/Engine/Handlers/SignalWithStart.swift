import Foundation
import SwiftProtobuf
import WireAPI

/// `SignalWithStartWorkflowExecution`.
extension Engine {
    func signalWithStart(
        _ request: APISignalWithStartWorkflowExecutionRequest
    ) throws -> APISignalWithStartWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace)
        try checkSignalWithStart(request, namespace.key)
        var start = Self.startPart(of: request)
        if start.requestID.isEmpty { start.requestID = Identifiers.random(random) }
        let signal = Self.signalPart(of: request, requestID: start.requestID)
        let former = try currentRun(namespace.key, request.workflowID)
        let runID = Identifiers.timeOrdered(now: now, random: random)
        if let former {
            if isStart(start.requestID, of: former) { return answer(former, signal, started: false) }
            let ends =
                request.workflowIDReusePolicy == .terminateIfRunning
                || request.workflowIDConflictPolicy == .terminateExisting
            if former.isOpen && !ends {
                try deliver(signal, to: former)
                return answer(former, signal, started: false)
            }
            _ = try resolveConflict(start, former, newRunID: runID)
        }
        let run = createRun(try seed(start, namespace.key, runID: runID))
        try deliver(signal, to: run)
        return answer(run, signal, started: true)
    }

    private func answer(
        _ run: Run, _ signal: APISignalWorkflowExecutionRequest, started: Bool
    ) -> APISignalWithStartWorkflowExecutionResponse {
        var answer = APISignalWithStartWorkflowExecutionResponse()
        answer.runID = run.fixed.runID
        answer.firstExecutionRunID = run.fixed.firstRunID
        answer.started = started
        answer.signalLink = signalLink(run, requestID: signal.requestID)
        return answer
    }

    private static func signalPart(
        of request: APISignalWithStartWorkflowExecutionRequest, requestID: String
    ) -> APISignalWorkflowExecutionRequest {
        var signal = APISignalWorkflowExecutionRequest()
        signal.signalName = request.signalName
        if request.hasSignalInput { signal.input = request.signalInput }
        signal.identity = request.identity
        signal.requestID = requestID
        if request.hasHeader { signal.header = request.header }
        return signal
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
        if request.hasWorkflowExecutionTimeout { start.workflowExecutionTimeout = request.workflowExecutionTimeout }
        if request.hasWorkflowRunTimeout { start.workflowRunTimeout = request.workflowRunTimeout }
        if request.hasWorkflowTaskTimeout { start.workflowTaskTimeout = request.workflowTaskTimeout }
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
