import Engine
import SwiftProtobuf
import WireAPI
import WireRPC

/// Registers `WorkflowService`: what the engine answers, what is read beside it, and what the server says of itself.
struct WorkflowServiceHandlers {
    let engine: EngineCaller
    let system: SystemHandlers

    func register(in table: inout ServiceTable) {
        registerNamespaces(in: &table)
        registerWorkflows(in: &table)
        registerWorkflowTasks(in: &table)
        registerActivities(in: &table)
        HistoryHandlers(engine: engine).register(in: &table)
        VisibilityHandlers(engine: engine).register(in: &table)
        ScheduleHandlers(visibility: VisibilityHandlers(engine: engine)).register(in: &table)
        system.register(in: &table)
    }

    private func registerNamespaces(in table: inout ServiceTable) {
        table.serve(WorkflowService.registerNamespace, by: engine) { .registerNamespace($0) }
        table.serve(WorkflowService.describeNamespace, by: engine) { .describeNamespace($0) }
        table.serve(WorkflowService.listNamespaces, by: engine) { .listNamespaces($0) }
        table.serve(WorkflowService.updateNamespace, by: engine) { .updateNamespace($0) }
    }

    private func registerWorkflows(in table: inout ServiceTable) {
        table.serve(WorkflowService.startWorkflowExecution, by: engine) { .startWorkflow($0) }
        table.serve(WorkflowService.signalWorkflowExecution, by: engine) { .signalWorkflow($0) }
        table.serve(WorkflowService.signalWithStartWorkflowExecution, by: engine) { .signalWithStart($0) }
        table.serve(WorkflowService.requestCancelWorkflowExecution, by: engine) { .requestCancel($0) }
        table.serve(WorkflowService.terminateWorkflowExecution, by: engine) { .terminate($0) }
        table.serve(WorkflowService.deleteWorkflowExecution, by: engine) { .deleteWorkflow($0) }
        table.serve(WorkflowService.describeWorkflowExecution, by: engine) { .describeWorkflow($0) }
        table.serve(WorkflowService.queryWorkflow, by: engine) { .queryWorkflow($0) }
    }

    private func registerWorkflowTasks(in table: inout ServiceTable) {
        table.register(WorkflowService.pollWorkflowTaskQueue) { request, context in
            try checkPoll(request.namespace, context)
            return try await engine.call(.pollWorkflowTask(request), context)
        }
        table.serve(WorkflowService.respondWorkflowTaskCompleted, by: engine) { .completeWorkflowTask($0) }
        table.serve(WorkflowService.respondWorkflowTaskFailed, by: engine) { .failWorkflowTask($0) }
        table.serve(WorkflowService.resetStickyTaskQueue, by: engine) { .resetStickyTaskQueue($0) }
        table.serve(WorkflowService.respondQueryTaskCompleted, by: engine) { .completeQuery($0) }
        table.serve(WorkflowService.shutdownWorker, by: engine) { .shutdownWorker($0) }
        table.serve(WorkflowService.describeTaskQueue, by: engine) { .describeTaskQueue($0) }
    }

    private func registerActivities(in table: inout ServiceTable) {
        table.register(WorkflowService.pollActivityTaskQueue) { request, context in
            try checkPoll(request.namespace, context)
            return try await engine.call(.pollActivityTask(request), context)
        }
        table.serve(WorkflowService.recordActivityTaskHeartbeat, by: engine) { .heartbeat($0) }
        table.serve(WorkflowService.recordActivityTaskHeartbeatById, by: engine) { .heartbeatByID($0) }
        table.serve(WorkflowService.respondActivityTaskCompleted, by: engine) { .completeActivity($0) }
        table.serve(WorkflowService.respondActivityTaskCompletedById, by: engine) { .completeActivityByID($0) }
        table.serve(WorkflowService.respondActivityTaskFailed, by: engine) { .failActivity($0) }
        table.serve(WorkflowService.respondActivityTaskFailedById, by: engine) { .failActivityByID($0) }
        table.serve(WorkflowService.respondActivityTaskCanceled, by: engine) { .cancelActivity($0) }
        table.serve(WorkflowService.respondActivityTaskCanceledById, by: engine) { .cancelActivityByID($0) }
    }

    /// A poll needs time to be parked and a second to answer before its caller gives up.
    private func checkPoll(_ namespace: String, _ context: RPCContext) throws(RPCError) {
        guard let deadline = context.deadline, ContinuousClock.now.duration(to: deadline) < .seconds(2) else { return }
        _ = try engine.namespace(namespace)
        throw RPCError(.failedPrecondition, "Context timeout is too short.")
    }
}
