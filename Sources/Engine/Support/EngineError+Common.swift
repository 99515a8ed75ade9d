import Foundation
import WireAPI

// The errors that several calls share, in the reference's words.
extension EngineError {
    static func invalid(_ message: String) -> EngineError { EngineError(.invalidArgument, message) }

    static func notFound(_ message: String) -> EngineError {
        EngineError(.notFound, message, detail: APINotFoundFailure())
    }

    static func workflowNotFound(_ workflowID: String) -> EngineError {
        notFound("workflow not found for ID: \(workflowID)")
    }

    /// A caller named a run of a workflow, and there is no such run.
    static func runNotFound(_ execution: APIWorkflowExecution) -> EngineError {
        if execution.runID.isEmpty { return workflowNotFound(execution.workflowID) }
        return notFound(
            "workflow execution not found for workflow ID \"\(execution.workflowID)\" and run ID \"\(execution.runID)\""
        )
    }

    static var noScheduleID: EngineError { invalid("Can't load workflow execution.  WorkflowId not set.") }

    static var workflowCompleted: EngineError { notFound("workflow execution already completed") }

    static var workflowTaskNotFound: EngineError { notFound("Workflow task not found.") }

    static var activityNotFound: EngineError {
        notFound("invalid activityID or activity already timed out or invoking workflow is completed")
    }

    static func namespaceNotFound(_ name: String) -> EngineError {
        var detail = APINamespaceNotFoundFailure()
        detail.namespace = name
        return EngineError(.notFound, "Namespace \(name) is not found.", detail: detail)
    }

    static var busyWorkflow: EngineError {
        var detail = APIResourceExhaustedFailure()
        detail.cause = .busyWorkflow
        detail.scope = .namespace
        return EngineError(
            .resourceExhausted, "workflow operation can not be applied because workflow is closing", detail: detail)
    }

    /// A token that is empty or was not made here.
    static func badToken(_ token: Data) -> EngineError {
        invalid(token.isEmpty ? "Task token not set on request." : "Error deserializing task token.")
    }
}
