import ArgumentParser
import SwiftProtobuf
import WireAPI

/// `millrace workflow describe`
struct DescribeCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show what is known of an execution.")

    @OptionGroup var reference: WorkflowReferenceOptions

    @Flag(help: "Show the points the execution can be reset to, and nothing else.")
    var resetPoints = false

    @Flag(help: "Show properties as they are.")
    var raw = false

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        var request = APIDescribeWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.execution = reference.execution
        let response = try await during("failed describing workflow") {
            try await client.call(WorkflowService.describeWorkflowExecution, request)
        }
        if resetPoints { return showResetPoints(response.workflowExecutionInfo, session) }
        let outcome = try await outcome(response.workflowExecutionInfo, client)
        if session.isJSON {
            session.json(try json(response, outcome, session))
        } else {
            try DescriptionPrinter(session: session, namespace: client.namespace).print(response, outcome)
        }
    }

    /// How the run ended; `nil` while it is open.
    private func outcome(_ info: APIWorkflowExecutionInfo, _ client: ServiceClient) async throws -> ExecutionOutcome? {
        guard info.hasCloseTime else { return nil }
        return try await during("failed getting close event") {
            try await HistoryReader(client: client).closeEvent(info.execution)
        }
    }

    /// Of a closed run, the closing event and the result are added, and members are in the order of their names.
    private func json(
        _ response: APIDescribeWorkflowExecutionResponse, _ outcome: ExecutionOutcome?, _ session: Session
    ) throws -> JSONValue {
        let plain = try session.protoJSON(response)
        guard let outcome, case .object(var members) = plain.sortedByKey() else { return plain }
        members.append(.init("closeEvent", try session.protoJSON(outcome.closeEvent)))
        if let result = try outcome.resultJSON(session) { members.append(.init("result", result)) }
        return .object(members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    }

    private func showResetPoints(_ info: APIWorkflowExecutionInfo, _ session: Session) {
        let points = info.autoResetPoints.points
        session.json(
            .array(
                points.map { point in
                    .object([
                        .init("BinaryChecksum", .string(point.binaryChecksum)),
                        .init("CreateTime", .string((try? point.createTime.isoText()) ?? "")),
                        .init("RunId", .string(point.runID)),
                        .init("EventId", .integer(point.firstWorkflowTaskCompletedID)),
                    ])
                }))
        session.heading("Auto Reset Points: \(points.count)")
        for point in points {
            session.card(
                Card([
                    ("BinaryChecksum", point.binaryChecksum), ("CreateTime", session.time(point.createTime)),
                    ("RunId", point.runID), ("EventId", "\(point.firstWorkflowTaskCompletedID)"),
                ]))
        }
    }
}

extension Google_Protobuf_Timestamp {
    /// The time as JSON has it, with all its digits.
    func isoText() throws -> String {
        try JSONParser.parse(jsonString()).stringValue ?? ""
    }
}
