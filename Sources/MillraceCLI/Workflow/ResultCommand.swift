import ArgumentParser
import WireAPI

/// `millrace workflow result`
struct ResultCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "result", abstract: "Wait for an execution to end and show its result.")

    @OptionGroup var reference: WorkflowReferenceOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        let runID = try await resolvedRunID(client)
        let outcome = try await during("failed getting close event") {
            try await HistoryReader(client: client).finalOutcome(.init(reference.workflowId, runID))
        }
        if session.isJSON {
            let start: [JSONValue.Member] = [
                .init("workflowId", .string(reference.workflowId)), .init("runId", .string(runID)),
                .init("namespace", .string(client.namespace)),
            ]
            session.json(.object(start + (try outcome.members(session))))
        }
        try outcome.printResults(session, runTime: nil)
        guard outcome.isSuccess else { throw OperationError("workflow failed") }
    }

    private func resolvedRunID(_ client: ServiceClient) async throws -> String {
        if let runID = reference.runId.nonEmpty { return runID }
        var request = APIDescribeWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.execution = reference.execution
        let response = try await during("failed getting close event") {
            try await client.call(WorkflowService.describeWorkflowExecution, request)
        }
        return response.workflowExecutionInfo.execution.runID
    }
}
