import ArgumentParser
import WireAPI

/// `millrace workflow execute`
struct ExecuteCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "execute", abstract: "Start an execution, watch it and show its result.",
        discussion: "On a terminal its steps are shown as they happen; otherwise its events.")

    @OptionGroup var start: StartOptions
    @OptionGroup var input: PayloadInputOptions

    @Flag(help: "Show all that events hold, in sections; with JSON, add the whole history.")
    var detailed = false

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let input = try input.payloads()
        let client = try await session.client(connection)
        let began = ContinuousClock.now
        let started = try await StartedExecution.start(start, input: input, client)
        let execution = APIWorkflowExecution(started.workflowID, started.runID)
        started.printCard(session, showsTaskQueue: true)
        session.line()
        let outcome = try await during("displaying history failed") {
            try await watch(execution, session, client)
        }
        let runTime = ContinuousClock.now - began
        if session.isJSON {
            try await printJSON(started, outcome, runTime, session, client)
        } else {
            if !detailed { session.line() }
            try outcome.printResults(session, runTime: runTime)
        }
        guard outcome.isSuccess else { throw OperationError("workflow failed") }
    }

    private func watch(
        _ execution: APIWorkflowExecution, _ session: Session, _ client: ServiceClient
    ) async throws -> ExecutionOutcome {
        if session.format != .text { return try await HistoryReader(client: client).finalOutcome(execution) }
        if session.isLive && !detailed {
            return try await LiveProgress(session: session, client: client).follow(execution)
        }
        let printer = HistoryPrinter(session: session, isDetailed: detailed)
        printer.begin()
        return try await printer.follow(execution, client)
    }

    private func printJSON(
        _ started: StartedExecution, _ outcome: ExecutionOutcome, _ runTime: Duration, _ session: Session,
        _ client: ServiceClient
    ) async throws {
        var members = started.members(showsTaskQueue: true)
        members.append(.init("durationMillis", .integer(DurationText.nanoseconds(runTime) / 1_000_000)))
        members += try outcome.members(session)
        if detailed {
            var history = APIHistory()
            try await HistoryReader(client: client).read(.init(started.workflowID, started.runID)) {
                history.events += $0
            }
            members.append(.init("history", try ProtoJSON.value(of: history, shorthand: false)))
        }
        session.json(.object(members))
    }
}
