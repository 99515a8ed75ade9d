import ArgumentParser
import SwiftProtobuf
import WireAPI

enum QueryRejectCondition: String, ExpressibleByArgument, CaseIterable, Sendable {
    case notOpen = "not_open"
    case notCompletedCleanly = "not_completed_cleanly"

    var wire: APIQueryRejectCondition {
        switch self {
        case .notOpen: .notOpen
        case .notCompletedCleanly: .notCompletedCleanly
        }
    }
}

/// Options of every query.
struct QueryOptions: ParsableArguments, Sendable {
    @Option(parsing: .unconditional, help: "Refuse the query in this state of the execution.")
    var rejectCondition: QueryRejectCondition?

    @OptionGroup var reference: WorkflowReferenceOptions
    @OptionGroup var headers: HeaderOptions

    func query(_ type: String, _ input: APIPayloads?, _ client: ServiceClient) async throws -> APIQueryWorkflowResponse
    {
        var request = APIQueryWorkflowRequest()
        request.namespace = client.namespace
        request.execution = reference.execution
        request.query.queryType = type
        if let input { request.query.queryArgs = input }
        request.query.header = try headers.header()
        if let rejectCondition { request.queryRejectCondition = rejectCondition.wire }
        let response = try await during("querying workflow failed") {
            try await client.call(WorkflowService.queryWorkflow, request)
        }
        guard !response.hasQueryRejected else {
            let status = EnumText.short(response.queryRejected.status)
            throw OperationError("query was rejected, workflow has status: \(status)")
        }
        return response
    }

    func show(_ type: String, _ input: APIPayloads?, _ connection: ConnectionOptions, _ session: Session) async throws {
        let response = try await query(type, input, try await session.client(connection))
        try session.json(response)
        session.heading("Query result:")
        for payload in response.queryResult.payloads {
            session.card(Card([("QueryResult", JSONPrinter.compact(try PayloadShorthand.value(of: payload)))]))
        }
    }
}

/// `millrace workflow query`
struct QueryCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask an execution for its state.")

    @Option(
        name: [.customLong("name"), .customLong("type")], parsing: .unconditional,
        help: ArgumentHelp("Name of the query.", valueName: "name"))
    var name: String

    @OptionGroup var query: QueryOptions
    @OptionGroup var input: PayloadInputOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        try await query.show(name, try input.payloads(), connection, session)
    }
}

/// `millrace workflow stack`
struct StackCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "stack", abstract: "Show where the code of an execution waits.")

    @OptionGroup var query: QueryOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard session.isLive else { return try await query.show("__stack_trace", nil, connection, session) }
        let response = try await query.query("__stack_trace", nil, try await session.client(connection))
        for payload in response.queryResult.payloads {
            let value = try PayloadShorthand.value(of: payload)
            session.line(value.stringValue ?? JSONPrinter.compact(value))
        }
    }
}

/// `millrace workflow metadata`
struct MetadataCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "metadata", abstract: "Show what an execution says of itself: its queries, signals and updates.")

    @OptionGroup var query: QueryOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        let response = try await query.query("__temporal_workflow_metadata", nil, client)
        try session.json(response)
        guard session.format == .text, let payload = response.queryResult.payloads.first else { return }
        let metadata = try APIWorkflowMetadata(jsonUTF8Bytes: payload.data)
        session.heading("Metadata:")
        if !metadata.currentDetails.isEmpty { session.line("  Current Details: \(metadata.currentDetails)") }
        show("Query Definitions", metadata.definition.queryDefinitions, session)
        show("Signal Definitions", metadata.definition.signalDefinitions, session)
        show("Update Definitions", metadata.definition.updateDefinitions, session)
    }

    private func show(_ title: String, _ definitions: [APIWorkflowInteractionDefinition], _ session: Session) {
        guard !definitions.isEmpty else { return }
        session.line("  \(session.style.heading(title)):")
        let width = definitions.map { TextWidth.of($0.name) }.max() ?? 0
        for definition in definitions {
            let line = "    \(TextWidth.padRight(definition.name, width))  \(definition.description_p)"
            session.line(line.trimmingTrailingSpaces())
        }
    }
}
