import WireAPI
import WireRPC

extension UntypedWorkflowHandle {
    /// Sends an update and waits for what its handler returns.
    ///
    /// - Parameter updateID: the update's id within the workflow; the same id again gives the same answer.
    /// - Throws: ``UpdateFailed`` if it is rejected or its handler fails, ``WorkflowNotFound`` if no run is open.
    public func update<Result: Sendable>(
        _ name: String, arguments: [BoundaryValue], updateID: String? = nil, returning type: Result.Type
    ) async throws -> Result {
        var request = APIUpdateWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.workflowExecution = execution
        request.firstExecutionRunID = firstExecutionRunID ?? ""
        request.waitPolicy.lifecycleStage = .completed
        request.request.meta.updateID = updateID ?? Identity.requestID()
        request.request.meta.identity = client.identity
        request.request.input.name = name
        request.request.input.args = try await client.dataConverter.encode(arguments)
        while true {
            let response = try await client.poll(WorkflowService.updateWorkflowExecution, request, about: subject)
            if response.hasOutcome { return try await answer(name, response.outcome, as: type) }
            if response.stage == .accepted || response.stage == .completed {
                return try await awaitUpdate(name, response.updateRef, as: type)
            }
            try Task.checkCancellation()
        }
    }

    /// Sends an update by its name.
    public func update<Result: Decodable & Sendable, each Argument: Encodable & Sendable>(
        _ name: String, _ arguments: repeat each Argument, returning type: Result.Type = Result.self
    ) async throws -> Result {
        try await update(name, arguments: boundaryValues(repeat each arguments), returning: type)
    }

    /// Sends an update to a workflow whose type is known.
    public func update<Definition: WorkflowDefinition, Result: Sendable>(
        _ call: UpdateCall<Definition, Result>
    ) async throws -> Result {
        try await update(call.name, arguments: call.arguments, returning: Result.self)
    }

    private func awaitUpdate<Result: Sendable>(
        _ name: String, _ reference: APIUpdateRef, as type: Result.Type
    ) async throws -> Result {
        var request = APIPollWorkflowExecutionUpdateRequest()
        request.namespace = client.namespace
        request.updateRef = reference
        request.identity = client.identity
        request.waitPolicy.lifecycleStage = .completed
        while true {
            let response = try await client.poll(WorkflowService.pollWorkflowExecutionUpdate, request, about: subject)
            if response.hasOutcome { return try await answer(name, response.outcome, as: type) }
            try Task.checkCancellation()
        }
    }

    private func answer<Result: Sendable>(
        _ name: String, _ outcome: APIOutcome, as type: Result.Type
    ) async throws -> Result {
        let converter = client.dataConverter
        switch outcome.value {
        case .success(let payloads):
            return try converter.payloadConverter.result(from: try await converter.decoded(payloads), as: type)
        case .failure(let failure):
            throw UpdateFailed(update: name, cause: try await converter.error(from: failure))
        case nil: throw ServiceError(.internal, "the server answered update '\(name)' without an outcome")
        }
    }
}
