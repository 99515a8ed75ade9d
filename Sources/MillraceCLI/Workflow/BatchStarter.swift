import SwiftProtobuf
import WireAPI
import WireRPC

/// Starts an operation on all executions that match a query.
struct BatchStarter {
    let session: Session
    let client: ServiceClient

    func start(
        _ operation: APIStartBatchOperationRequest.OneOf_Operation, _ query: String, _ options: SingleOrBatchOptions
    ) async throws {
        try await confirm(query, yes: options.yes)
        var request = APIStartBatchOperationRequest()
        request.namespace = client.namespace
        request.visibilityQuery = query
        request.jobID = SystemInfo.uniqueID()
        request.reason = options.reasonOrDefault(session)
        request.maxOperationsPerSecond = options.rps ?? 0
        request.operation = operation
        do {
            _ = try await client.call(WorkflowService.startBatchOperation, request)
        } catch let error as RPCError where error.code == .unimplemented {
            throw OperationError("this server has no batch operations; give a --workflow-id")
        } catch {
            throw OperationError.during("failed starting batch operation", error)
        }
        session.json(.object([.init("batchJobId", .string(request.jobID))]))
        session.line("Started batch for job ID: \(request.jobID)")
    }

    private func confirm(_ query: String, yes: Bool) async throws {
        if yes || session.isJSON || session.format == .none {
            let shown = JSONPrinter.compact(.string(query))
            return try session.confirm("Start batch against workflows matching query \(shown)?", yes: yes)
        }
        var request = APICountWorkflowExecutionsRequest()
        request.namespace = client.namespace
        request.query = query
        let count = try await during("failed counting workflows") {
            try await client.call(WorkflowService.countWorkflowExecutions, request).count
        }
        try session.confirm("Start batch against approximately \(count) workflow(s)?", yes: false)
    }
}
