import SwiftProtobuf
import WireAPI

extension Engine {
    /// Performs a call; `nil` if it waits, or if its answer is already among the effects.
    func handle(_ call: EngineCall) throws -> (any Message)? {
        switch call.request {
        case .registerNamespace(let it): return try registerNamespace(it)
        case .describeNamespace(let it): return try describeNamespace(it)
        case .listNamespaces(let it): return listNamespaces(it)
        case .updateNamespace(let it): return try updateNamespace(it)
        case .deleteNamespace(let it): return try deleteNamespace(it)
        case .addSearchAttributes(let it): return try addSearchAttributes(it)
        case .removeSearchAttributes(let it): return try removeSearchAttributes(it)
        case .listSearchAttributes(let it): return try listSearchAttributes(it)
        case .startWorkflow(let it): return try startWorkflow(it)
        case .signalWorkflow(let it): return try signalWorkflow(it)
        case .signalWithStart(let it): return try signalWithStart(it)
        case .requestCancel(let it): return try requestCancel(it)
        case .terminate(let it): return try terminateWorkflow(it)
        case .deleteWorkflow(let it): return try deleteWorkflow(it)
        case .describeWorkflow(let it): return try describeWorkflow(it)
        case .describeTaskQueue(let it): return try describeTaskQueue(it)
        default: return try handleWorkerCall(call)
        }
    }

    private func handleWorkerCall(_ call: EngineCall) throws -> (any Message)? {
        switch call.request {
        case .getHistory(let it): try getHistory(call, it)
        case .getHistoryReverse(let it): try getHistoryReverse(call, it)
        case .pollWorkflowTask(let it): try pollWorkflowTask(call, it)
        case .pollActivityTask(let it): try pollActivityTask(call, it)
        case .queryWorkflow(let it): try queryWorkflow(call, it)
        case .completeWorkflowTask(let it): return try respondTaskCompleted(it)
        case .failWorkflowTask(let it): return try respondTaskFailed(it)
        case .resetStickyTaskQueue(let it): return try resetSticky(it)
        case .shutdownWorker(let it): return try shutdownWorker(it)
        case .completeQuery(let it): return try completeQuery(it)
        default: return try handleActivityCall(call)
        }
        return nil
    }

    private func handleScheduleCall(_ call: EngineCall) throws -> (any Message)? {
        switch call.request {
        case .createSchedule(let it): try createSchedule(it)
        case .describeSchedule(let it): try describeSchedule(it)
        case .updateSchedule(let it): try updateSchedule(it)
        case .patchSchedule(let it): try patchSchedule(it)
        case .deleteSchedule(let it): try deleteSchedule(it)
        case .listScheduleMatchingTimes(let it): try listMatchingTimes(it)
        default: throw EngineError(.unimplemented, "the engine does not know this call")
        }
    }

    private func handleActivityCall(_ call: EngineCall) throws -> (any Message)? {
        switch call.request {
        case .heartbeat(let it): return try heartbeat(.token(it.taskToken), details: it.hasDetails ? it.details : nil)
        case .heartbeatByID(let it):
            let answer = try heartbeat(.of(it), details: it.hasDetails ? it.details : nil)
            var byID = APIRecordActivityTaskHeartbeatByIdResponse()
            byID.cancelRequested = answer.cancelRequested
            return byID
        case .completeActivity(let it):
            try completeActivity(
                .token(it.taskToken), result: it.hasResult ? it.result : nil, identity: it.identity,
                version: it.hasWorkerVersion ? it.workerVersion : nil)
            return APIRespondActivityTaskCompletedResponse()
        case .completeActivityByID(let it):
            try completeActivity(
                .of(it), result: it.hasResult ? it.result : nil, identity: it.identity, version: nil)
            return APIRespondActivityTaskCompletedByIdResponse()
        case .failActivity(let it):
            try failActivity(
                .token(it.taskToken), failure: it.hasFailure ? it.failure : nil,
                lastHeartbeat: it.hasLastHeartbeatDetails ? it.lastHeartbeatDetails : nil, identity: it.identity,
                version: it.hasWorkerVersion ? it.workerVersion : nil)
            return APIRespondActivityTaskFailedResponse()
        case .failActivityByID(let it):
            try failActivity(
                .of(it), failure: it.hasFailure ? it.failure : nil,
                lastHeartbeat: it.hasLastHeartbeatDetails ? it.lastHeartbeatDetails : nil, identity: it.identity,
                version: nil)
            return APIRespondActivityTaskFailedByIdResponse()
        case .cancelActivity(let it):
            try cancelActivity(
                .token(it.taskToken), details: it.hasDetails ? it.details : nil, identity: it.identity,
                version: it.hasWorkerVersion ? it.workerVersion : nil)
            return APIRespondActivityTaskCanceledResponse()
        case .cancelActivityByID(let it):
            try cancelActivity(.of(it), details: it.hasDetails ? it.details : nil, identity: it.identity, version: nil)
            return APIRespondActivityTaskCanceledByIdResponse()
        default: return try handleScheduleCall(call)
        }
    }
}

/// A request that names an activity by its id.
protocol NamesActivity {
    var namespace: String { get }
    var workflowID: String { get }
    var runID: String { get }
    var activityID: String { get }
}

extension APIRecordActivityTaskHeartbeatByIdRequest: NamesActivity {}
extension APIRespondActivityTaskCompletedByIdRequest: NamesActivity {}
extension APIRespondActivityTaskFailedByIdRequest: NamesActivity {}
extension APIRespondActivityTaskCanceledByIdRequest: NamesActivity {}

extension Engine.ActivityReference {
    static func of(_ request: some NamesActivity) -> Self {
        .id(
            namespace: request.namespace, workflowID: request.workflowID, runID: request.runID,
            activityID: request.activityID)
    }
}
