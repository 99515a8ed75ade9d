import ArgumentParser
import SwiftProtobuf
import WireAPI

/// `millrace workflow cancel`
struct CancelCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Ask executions to cancel; they may clean up first.")

    @OptionGroup var target: SingleOrBatchOptions
    @OptionGroup var headers: HeaderOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        switch try target.target() {
        case .execution(let execution):
            let client = try await session.client(connection)
            var request = APIRequestCancelWorkflowExecutionRequest()
            request.namespace = client.namespace
            request.workflowExecution = execution
            request.identity = client.identity
            request.requestID = SystemInfo.uniqueID()
            _ = try await during("failed to cancel workflow") {
                try await client.call(WorkflowService.requestCancelWorkflowExecution, request)
            }
            session.line("Canceled workflow")
        case .query(let query):
            let client = try await session.client(connection)
            var operation = APIBatchOperationCancellation()
            operation.identity = client.identity
            try await BatchStarter(session: session, client: client).start(
                .cancellationOperation(operation), query, target)
        }
    }
}

/// `millrace workflow terminate`
struct TerminateCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminate", abstract: "End executions at once; workflow code is not asked.")

    @OptionGroup var target: SingleOrBatchOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        switch try target.target(allowsReason: true) {
        case .execution(let execution):
            let client = try await session.client(connection)
            var request = APITerminateWorkflowExecutionRequest()
            request.namespace = client.namespace
            request.workflowExecution = execution
            request.reason = target.reasonOrDefault(session)
            request.identity = client.identity
            _ = try await during("failed to terminate workflow") {
                try await client.call(WorkflowService.terminateWorkflowExecution, request)
            }
            session.line("Workflow terminated")
        case .query(let query):
            let client = try await session.client(connection)
            var operation = APIBatchOperationTermination()
            operation.identity = client.identity
            try await BatchStarter(session: session, client: client).start(
                .terminationOperation(operation), query, target)
        }
    }
}

/// `millrace workflow delete`
struct DeleteCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove executions with their histories; running ones are terminated first.")

    @Option(
        name: [.customShort("w", allowingJoined: true), .long], parsing: .unconditional,
        help: "Workflow ID. Either this or --query is needed.")
    var workflowId: String?

    @Option(
        name: [.customShort("r", allowingJoined: true), .long], parsing: .unconditional,
        help: "Run ID; the latest run by default. Only with --workflow-id.")
    var runId: String?

    @Option(
        name: [.customShort("q", allowingJoined: true), .long], parsing: .unconditional,
        help: "Query for the executions of a batch.")
    var query: String?

    @Option(parsing: .unconditional, help: "Reason of a batch.")
    var reason: String?

    @Flag(name: [.customShort("y"), .long], help: "Do not ask.")
    var yes = false

    @Option(parsing: .unconditional, help: "Executions a second the batch may handle. Only with --query.")
    var rps: Float?

    @OptionGroup var headers: HeaderOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        var options = SingleOrBatchOptions.none
        options.workflowId = workflowId
        options.runId = runId
        options.query = query
        options.reason = reason
        options.rps = rps
        switch try options.target() {
        case .execution(let execution):
            try session.confirm("Delete Workflow \"\(execution.workflowID)\"?", yes: yes)
            let client = try await session.client(connection)
            var request = APIDeleteWorkflowExecutionRequest()
            request.namespace = client.namespace
            request.workflowExecution = execution
            _ = try await during("failed to delete workflow") {
                try await client.call(WorkflowService.deleteWorkflowExecution, request)
            }
            session.line("Delete workflow succeeded")
        case .query(let query):
            options.yes = yes
            let client = try await session.client(connection)
            var operation = APIBatchOperationDeletion()
            operation.identity = client.identity
            try await BatchStarter(session: session, client: client).start(
                .deletionOperation(operation), query, options)
        }
    }
}

/// `millrace workflow signal`
struct SignalCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal", abstract: "Send a signal to running executions.")

    @Option(
        name: [.customLong("name"), .customLong("type")], parsing: .unconditional,
        help: ArgumentHelp("Name of the signal.", valueName: "name"))
    var name: String

    @OptionGroup var target: SingleOrBatchOptions
    @OptionGroup var input: PayloadInputOptions
    @OptionGroup var headers: HeaderOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let target = try target.target()
        let input = try input.payloads()
        let header = try headers.header()
        let client = try await session.client(connection)
        switch target {
        case .execution(let execution):
            var request = APISignalWorkflowExecutionRequest()
            request.namespace = client.namespace
            request.workflowExecution = execution
            request.signalName = name
            if let input { request.input = input }
            request.header = header
            request.identity = client.identity
            request.requestID = SystemInfo.uniqueID()
            _ = try await during("failed signalling workflow") {
                try await client.call(WorkflowService.signalWorkflowExecution, request)
            }
            session.line("Signal workflow succeeded")
        case .query(let query):
            var operation = APIBatchOperationSignal()
            operation.signal = name
            if let input { operation.input = input }
            operation.header = header
            operation.identity = client.identity
            try await BatchStarter(session: session, client: client).start(
                .signalOperation(operation), query, self.target)
        }
    }
}

extension SingleOrBatchOptions {
    /// Options nobody has given.
    static var none: SingleOrBatchOptions {
        var options = SingleOrBatchOptions()
        options.workflowId = nil
        options.runId = nil
        options.query = nil
        options.reason = nil
        options.yes = false
        options.rps = nil
        return options
    }
}
