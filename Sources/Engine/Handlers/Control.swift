import Foundation
import SwiftProtobuf
import WireAPI

/// Signal, cancel, terminate and delete.
extension Engine {
    func signalWorkflow(_ request: APISignalWorkflowExecutionRequest) throws -> APISignalWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace).key
        let execution = try checkedExecution(request.hasWorkflowExecution ? request.workflowExecution : nil)
        if request.signalName.isEmpty { throw EngineError.invalid("SignalName is not set on request.") }
        try checkLength("SignalName", request.signalName)
        try checkLength("RequestId", request.requestID)
        try checkSize(request.hasInput ? request.input : nil)
        let run = try findRun(namespace, execution)
        guard run.isOpen else { throw EngineError.workflowCompleted }
        try deliver(request, to: run)
        var answer = APISignalWorkflowExecutionResponse()
        answer.link = signalLink(run, requestID: request.requestID)
        return answer
    }

    /// Names a signal's event by its request: while a workflow task runs the event has no id yet.
    func signalLink(_ run: Run, requestID: String) -> APILink {
        var link = APILink()
        link.workflowEvent.namespace = namespaces[run.namespace]?.name ?? ""
        link.workflowEvent.workflowID = run.fixed.workflowID
        link.workflowEvent.runID = run.fixed.runID
        link.workflowEvent.requestIDRef.requestID = requestID
        link.workflowEvent.requestIDRef.eventType = .workflowExecutionSignaled
        return link
    }

    /// Writes a signal once for each request id.
    func deliver(_ request: APISignalWorkflowExecutionRequest, to run: Run) throws {
        if !request.requestID.isEmpty, let known = run.requests[request.requestID], known.isSignal { return }
        if run.header.closeAttempted && run.isTaskStarted {
            // The worker has just been told of signals it had not seen. Were more let in now it could never close.
            throw EngineError.busyWorkflow
        }
        if run.header.signalCount >= limits.signalsPerRun {
            throw EngineError.invalid("exceeded workflow execution limit for signal events")
        }
        touch(run)
        run.update { $0.signalCount += 1 }
        var event = newEvent(.workflowExecutionSignaled)
        var attributes = APIWorkflowExecutionSignaledEventAttributes()
        attributes.signalName = request.signalName
        if request.hasInput { attributes.input = request.input }
        attributes.identity = request.identity
        attributes.requestID = request.requestID
        if request.hasHeader { attributes.header = request.header }
        event.workflowExecutionSignaledEventAttributes = attributes
        let id = add(event, to: run)
        remember(request.requestID, .workflowExecutionSignaled, id, in: run)
        enforceBufferLimit(run)
        scheduleTaskIfNeeded(run)
    }

    private func remember(_ requestID: String, _ type: APIEventType, _ eventID: Int64, in run: Run) {
        guard !requestID.isEmpty else { return }
        // The id of a signal with start stands for both; it keeps the start's type and points to the signal.
        var request = run.requests[requestID] ?? RequestRecord()
        if request.eventType == 0 { request.eventType = Int32(type.rawValue) }
        request.eventID = eventID
        run.setRequest(requestID, request)
    }

    func requestCancel(
        _ request: APIRequestCancelWorkflowExecutionRequest
    ) throws -> APIRequestCancelWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace).key
        let run = try findRun(namespace, request.hasWorkflowExecution ? request.workflowExecution : nil)
        try checkChain(run, request.firstExecutionRunID)
        cancel(run, reason: request.reason, identity: request.identity, requestID: request.requestID)
        return APIRequestCancelWorkflowExecutionResponse()
    }

    /// Asks an open run to end; asking again changes nothing.
    func cancel(_ run: Run, reason: String, identity: String, requestID: String) {
        guard run.isOpen, !run.header.cancelRequested else { return }
        touch(run)
        run.update { header in
            header.cancelRequested = true
            header.cancelRequestID = requestID
        }
        var event = newEvent(.workflowExecutionCancelRequested)
        var attributes = APIWorkflowExecutionCancelRequestedEventAttributes()
        attributes.cause = reason
        attributes.identity = identity
        event.workflowExecutionCancelRequestedEventAttributes = attributes
        add(event, to: run)
        // A run that still waits for its first task is woken: there is no reason to wait any longer.
        run.update { $0.firstTaskAt = 0 }
        enforceBufferLimit(run)
        scheduleTaskIfNeeded(run)
    }

    /// A caller that names the first run of a chain means that chain and no other.
    private func checkChain(_ run: Run, _ firstRunID: String) throws {
        if !firstRunID.isEmpty && run.fixed.firstRunID != firstRunID {
            throw EngineError.notFound("workflow execution not found")
        }
    }

    func terminateWorkflow(
        _ request: APITerminateWorkflowExecutionRequest
    ) throws -> APITerminateWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace).key
        let run = try findRun(namespace, request.hasWorkflowExecution ? request.workflowExecution : nil)
        try checkChain(run, request.firstExecutionRunID)
        guard run.isOpen else { throw EngineError.workflowCompleted }
        // A caller that says nothing is told apart from the server's own terminations.
        terminate(
            run, reason: request.reason.isEmpty ? "terminated by user via frontend" : request.reason,
            details: request.hasDetails ? request.details : nil,
            identity: request.identity.isEmpty ? "frontend-service" : request.identity)
        return APITerminateWorkflowExecutionResponse()
    }

    func deleteWorkflow(
        _ request: APIDeleteWorkflowExecutionRequest
    ) throws -> APIDeleteWorkflowExecutionResponse {
        let namespace = try namespaces.named(request.namespace).key
        let run = try findRun(namespace, request.hasWorkflowExecution ? request.workflowExecution : nil)
        if run.isOpen {
            terminate(run, reason: "Delete workflow execution", details: nil, identity: "history-service")
        }
        removeRun(run)
        return APIDeleteWorkflowExecutionResponse()
    }

    /// Removes a run from memory and from the store.
    func removeRun(_ run: Run) {
        for waiter in run.historyWaiters {
            waiting[waiter.call] = nil
            reply(waiter.call, .failure(.workflowNotFound(run.fixed.workflowID)))
        }
        for query in run.queries.values {
            waiting[query.call] = nil
            reply(query.call, .failure(.workflowNotFound(run.fixed.workflowID)))
        }
        run.historyWaiters = []
        run.queries = [:]
        discard(run)
        noteDeleted(run.key)
        write(.deleteRun(run: run.key))
    }

    static let retentionSweepInterval: Nanoseconds = 60 * .second

    /// Deletes runs that closed longer ago than their namespace keeps them.
    func sweepRetention() {
        forgetIdleQueues()
        let most = 500
        var sawAll = true
        for namespace in namespaces.all {
            let before = now - namespace.retention
            guard let keys = try? reader.closedRuns(namespace: namespace.key, before: before, limit: most) else {
                continue
            }
            if keys.count == most { sawAll = false }
            for key in keys where deletedRuns[key] == nil {
                if let run = runs[key] {
                    removeRun(run)
                } else {
                    noteDeleted(key)
                    write(.deleteRun(run: key))
                }
            }
        }
        nextRetentionSweep = ProtoTime.after(now, sawAll ? Self.retentionSweepInterval : .second)
    }
}

extension RequestRecord {
    /// A signal was written for it: alone, or together with the run's start, which by itself is event 1.
    var isSignal: Bool { eventType == Int32(APIEventType.workflowExecutionSignaled.rawValue) || eventID != 1 }
}
