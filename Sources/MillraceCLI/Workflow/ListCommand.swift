import ArgumentParser
import WireAPI

/// `millrace workflow list`
struct ListCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show executions.",
        discussion: "millrace workflow list --query 'WorkflowType = \"MyPipeline\" AND ExecutionStatus = \"Running\"'")

    @Option(
        name: [.customShort("q", allowingJoined: true), .long], parsing: .unconditional,
        help: "Query that filters the list.")
    var query: String?

    @Option(parsing: .unconditional, help: "Show no more executions than this. No limit by default.")
    var limit: Int = 0

    @Option(parsing: .unconditional, help: "Executions fetched with one call.")
    var pageSize: Int32 = 0

    @Flag(help: "Show archived executions.")
    var archived = false

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard !archived else { throw OperationError("there is no archive; history is kept for the retention period") }
        let client = try await session.client(connection)
        var request = APIListWorkflowExecutionsRequest()
        request.namespace = client.namespace
        request.query = query ?? ""
        request.pageSize = pageSize
        var printer = ExecutionListPrinter(session)
        var left = limit > 0 ? limit : Int.max
        var isFirst = true
        repeat {
            let page = try await during("failed listing workflows") {
                try await client.call(WorkflowService.listWorkflowExecutions, request)
            }
            if isFirst { printer.begin() }
            isFirst = false
            try printer.print(page.executions.prefix(left))
            left -= min(left, page.executions.count)
            request.nextPageToken = page.nextPageToken
        } while !request.nextPageToken.isEmpty && left > 0
        printer.finish()
    }
}

/// Prints executions page by page.
struct ExecutionListPrinter {
    private let session: Session
    private var json: JSONListWriter?
    private var widths: [Int] = []

    init(_ session: Session) {
        self.session = session
    }

    mutating func begin() {
        if session.isJSON { json = JSONListWriter(session) }
    }

    mutating func print(_ executions: some Collection<APIWorkflowExecutionInfo>) throws {
        if session.isJSON {
            for execution in executions {
                let value = try session.protoJSON(execution)
                json?.append(value)
            }
            return
        }
        guard !executions.isEmpty else { return }
        let rows = executions.map { info in
            let status = EnumText.short(info.status)
            return [
                Table.Cell(status, Style.color(ofStatus: status)), Table.Cell(info.execution.workflowID),
                Table.Cell(info.type.name), Table.Cell(session.time(info.startTime)),
            ]
        }
        let isFirst = widths.isEmpty
        // Later pages keep the columns of the first as far as they fit.
        if isFirst { widths = (0..<4).map { column in rows.map { TextWidth.of($0[column].text) }.max() ?? 0 } }
        let titles = ["Status", "WorkflowId", "Type", "StartTime"]
        let columns = zip(titles, widths).map { Table.Column($0, minimumWidth: $1) }
        session.table(Table(columns: columns, rows: rows), showHeading: isFirst)
    }

    func finish() {
        json?.finish()
    }
}

/// `millrace workflow count`
struct CountCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "count", abstract: "Count executions.",
        discussion: "millrace workflow count --query 'GROUP BY ExecutionStatus'")

    @Option(
        name: [.customShort("q", allowingJoined: true), .long], parsing: .unconditional,
        help: "Query that says which executions to count, and by what to group.")
    var query: String?

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        var request = APICountWorkflowExecutionsRequest()
        request.namespace = client.namespace
        request.query = query ?? ""
        let response = try await client.call(WorkflowService.countWorkflowExecutions, request)
        guard !session.isJSON else { return session.json(try json(response)) }
        session.line("Total: \(response.count)")
        for group in response.groups {
            let values = try group.groupValues.map { try text(of: $0) }
            session.line("Group total: \(group.count), values: \(values.joined(separator: ", "))")
        }
    }

    /// Group values show as values: their payloads carry the attribute's type, which has no short form.
    private func json(_ response: APICountWorkflowExecutionsResponse) throws -> JSONValue {
        var members: [JSONValue.Member] = [.init("count", .string(String(response.count)))]
        let groups = try response.groups.map { group in
            JSONValue.object([
                .init("groupValues", .array(try group.groupValues.map { try JSONParser.parse([UInt8]($0.data)) })),
                .init("count", .string(String(group.count))),
            ])
        }
        if !groups.isEmpty { members.append(.init("groups", .array(groups))) }
        return .object(members)
    }

    private func text(of payload: APIPayload) throws -> String {
        let value = try JSONParser.parse([UInt8](payload.data))
        return value.stringValue ?? JSONPrinter.compact(value)
    }
}
