import ArgumentParser
import WireAPI

/// `millrace workflow show`
struct ShowCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the history of an execution.",
        discussion: "With -o json the output is a history file that workflows can be replayed from.")

    @OptionGroup var reference: WorkflowReferenceOptions

    @Flag(help: "Show all that events hold, in sections. Not for JSON.")
    var detailed = false

    @Flag(name: [.customShort("f"), .long], help: "Go on with what happens, until the execution ends. Not for JSON.")
    var follow = false

    @Flag(help: "Newest events first. Not with --follow.")
    var reverse = false

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard !(reverse && follow) else { throw UsageError("--reverse cannot be combined with --follow") }
        let client = try await session.client(connection)
        try await during("displaying history failed") {
            if session.isJSON {
                try await showJSON(session, client)
            } else {
                try await showText(session, client)
            }
        }
    }

    /// The whole history as one message, its payloads as they are, so that it can be replayed.
    private func showJSON(_ session: Session, _ client: ServiceClient) async throws {
        var history = APIHistory()
        try await HistoryReader(client: client).read(reference.execution, newestFirst: reverse) {
            history.events += $0
        }
        session.json(try ProtoJSON.value(of: history, shorthand: false))
    }

    private func showText(_ session: Session, _ client: ServiceClient) async throws {
        let printer = HistoryPrinter(session: session, isDetailed: detailed)
        var last: APIHistoryEvent?
        printer.begin()
        if follow {
            last = try await printer.follow(reference.execution, client).closeEvent
        } else if reverse {
            try await HistoryReader(client: client).read(reference.execution, newestFirst: true) {
                try printer.print($0)
                last = last ?? $0.first
            }
        } else {
            last = try await showChain(printer, client)
        }
        if !detailed { session.line() }
        guard let last, ExecutionOutcome.isClosing(last), !reverse else { return }
        try ExecutionOutcome(closeEvent: last).printResults(session, runTime: nil)
    }

    /// The history and those of the runs that go on from it.
    private func showChain(_ printer: HistoryPrinter, _ client: ServiceClient) async throws -> APIHistoryEvent? {
        var execution = reference.execution
        while true {
            var last: APIHistoryEvent?
            try await HistoryReader(client: client).read(execution) {
                try printer.print($0)
                last = $0.last ?? last
            }
            guard let event = last, let next = ExecutionOutcome(closeEvent: event).nextRunID else { return last }
            execution.runID = next
        }
    }
}
