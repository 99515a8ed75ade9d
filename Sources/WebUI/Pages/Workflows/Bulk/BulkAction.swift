import WireAPI
import WireRPC

/// What is done with many runs at once.
enum BulkAction: String, Sendable {
    case cancel, terminate

    var verb: String {
        switch self {
        case .cancel: "Cancel"
        case .terminate: "Terminate"
        }
    }

    var done: String {
        switch self {
        case .cancel: "asked to cancel"
        case .terminate: "terminated"
        }
    }

    var explanation: HTML {
        switch self {
        case .cancel: "Their code is told, may clean up, and ends as it sees fit."
        case .terminate: "They end at once; their code gets no chance to clean up."
        }
    }

    /// - Throws: `RPCError`
    func perform(
        on target: BulkTarget, reason: String, namespace: String, service: Service
    ) async throws {
        switch self {
        case .cancel:
            var request = APIRequestCancelWorkflowExecutionRequest()
            request.namespace = namespace
            request.workflowExecution = target.execution
            request.reason = reason
            request.identity = service.identity
            request.requestID = RandomID.make()
            _ = try await service.call(WorkflowService.requestCancelWorkflowExecution, request)
        case .terminate:
            var request = APITerminateWorkflowExecutionRequest()
            request.namespace = namespace
            request.workflowExecution = target.execution
            request.reason = reason
            request.identity = service.identity
            _ = try await service.call(WorkflowService.terminateWorkflowExecution, request)
        }
    }

    /// The operation on all runs that match a query.
    func operation(identity: String) -> APIStartBatchOperationRequest.OneOf_Operation {
        switch self {
        case .cancel:
            var operation = APIBatchOperationCancellation()
            operation.identity = identity
            return .cancellationOperation(operation)
        case .terminate:
            var operation = APIBatchOperationTermination()
            operation.identity = identity
            return .terminationOperation(operation)
        }
    }
}

/// What became of each run.
struct BulkOutcome: Sendable {
    /// How many calls are made at the same time.
    private static let width = 8

    var done = 0
    var failures: [(target: BulkTarget, message: String)] = []

    static func performing(
        _ action: BulkAction, on targets: [BulkTarget], reason: String, namespace: String, service: Service
    ) async -> BulkOutcome {
        await withTaskGroup(of: (Int, String?).self) { group in
            var rest = targets.indices[...]
            func next() {
                guard let index = rest.popFirst() else { return }
                group.addTask {
                    do {
                        try await action.perform(
                            on: targets[index], reason: reason, namespace: namespace, service: service)
                        return (index, nil)
                    } catch let error as RPCError {
                        return (index, error.message)
                    } catch {
                        return (index, "\(error)")
                    }
                }
            }
            for _ in 0..<width { next() }
            var messages: [Int: String] = [:]
            while let (index, message) = await group.next() {
                if let message { messages[index] = message }
                next()
            }
            return BulkOutcome(
                done: targets.count - messages.count,
                failures: messages.sorted { $0.key < $1.key }.map { (targets[$0.key], $0.value) })
        }
    }
}
