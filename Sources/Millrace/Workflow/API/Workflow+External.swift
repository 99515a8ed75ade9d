import WireAPI
import WorkerCore

extension Workflow {
    /// Another workflow, wherever it runs, to be signalled or cancelled from this one.
    ///
    /// - Parameter runID: the one run that is meant; `nil` means whichever is open.
    public static func external<Definition: WorkflowDefinition>(
        _ type: Definition.Type, id: String, runID: String? = nil
    ) -> ExternalWorkflow<Definition> {
        ExternalWorkflow(workflowID: id, runID: runID)
    }

    /// Sends a signal to another workflow that is known by its id, and waits until it has been delivered.
    public nonisolated(nonsending) static func signal<each Argument: Encodable & Sendable>(
        _ name: String, _ arguments: repeat each Argument, workflowID: String, runID: String? = nil
    ) async throws {
        var values: [BoundaryValue] = []
        for argument in repeat each arguments { values.append(BoundaryValue(argument)) }
        try await signal(name, arguments: values, workflowID: workflowID, runID: runID, isChild: false)
    }

    nonisolated(nonsending) static func signal(
        _ name: String, arguments: [BoundaryValue], workflowID: String, runID: String?, isChild: Bool
    ) async throws {
        let context = try await RunContext.entered(waitingIn: "signal '\(name)' to workflow '\(workflowID)'")
        var attributes = APISignalExternalWorkflowExecutionCommandAttributes()
        attributes.namespace = context.services.namespace
        attributes.execution.workflowID = workflowID
        attributes.execution.runID = runID ?? ""
        attributes.signalName = name
        attributes.input = try context.services.payloadConverter.payloads(from: arguments)
        attributes.childWorkflowOnly = isChild
        let seq = context.number(.signalExternal)
        context.emit(.signalExternal(seq: seq, attributes))
        let outcome = try await RunContext.wait(.signalExternal(seq)) { context in
            if context.isAwaited(.signalExternal(seq)) { context.emit(.cancelSignalExternal(seq: seq)) }
        }
        try deliver(outcome)
    }

    /// Asks another workflow to cancel, and waits until the request has been delivered.
    public nonisolated(nonsending) static func cancel(
        workflowID: String, runID: String? = nil, reason: String = ""
    ) async throws {
        let context = try await RunContext.entered(waitingIn: "cancel of workflow '\(workflowID)'")
        var attributes = APIRequestCancelExternalWorkflowExecutionCommandAttributes()
        attributes.namespace = context.services.namespace
        attributes.workflowID = workflowID
        attributes.runID = runID ?? ""
        attributes.reason = reason
        let seq = context.number(.cancelExternal)
        context.emit(.requestCancelExternal(seq: seq, attributes))
        try deliver(try await RunContext.wait(.cancelExternal(seq)) { _ in })
    }

    private static func deliver(_ outcome: RunContext.Outcome) throws {
        guard case .external(let failure) = outcome, let context = DrainThread.context else { throw WorkflowEvicted() }
        if let failure { throw context.services.error(from: failure) }
    }
}

/// Another workflow, wherever it runs.
public struct ExternalWorkflow<Definition: WorkflowDefinition>: Sendable {
    public let workflowID: String
    public let runID: String?

    /// Sends a signal and waits until it has been delivered.
    public nonisolated(nonsending) func signal(_ call: SignalCall<Definition>) async throws {
        try await Workflow.signal(
            call.name, arguments: call.arguments, workflowID: workflowID, runID: runID, isChild: false)
    }

    /// Asks the workflow to cancel, and waits until the request has been delivered.
    public nonisolated(nonsending) func cancel(reason: String = "") async throws {
        try await Workflow.cancel(workflowID: workflowID, runID: runID, reason: reason)
    }
}
