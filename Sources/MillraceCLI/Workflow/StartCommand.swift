import ArgumentParser
import SwiftProtobuf
import WireAPI
import WireRPC

/// `millrace workflow start`
struct StartCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start an execution and print its IDs.",
        discussion: "millrace workflow start -t my-queue --type MyPipeline -w my-id --input '{\"n\": 30}'")

    @OptionGroup var start: StartOptions
    @OptionGroup var input: PayloadInputOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let input = try input.payloads()
        let client = try await session.client(connection)
        let started = try await StartedExecution.start(start, input: input, client)
        session.json(.object(started.members(showsTaskQueue: true)))
        started.printCard(session, showsTaskQueue: true)
    }
}

/// `millrace workflow signal-with-start`
struct SignalWithStartCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal-with-start", abstract: "Signal an execution; start it first if it is not running.")

    @Option(
        name: [.customLong("signal-name"), .customLong("signal-type")], parsing: .unconditional,
        help: ArgumentHelp("Name of the signal.", valueName: "name"))
    var signalName: String

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Input of the signal, JSON unless --signal-input-meta says otherwise.", valueName: "json"))
    var signalInput: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("File with an input of the signal; repeatable.", valueName: "path"))
    var signalInputFile: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Metadata of the signal's inputs; repeatable.", valueName: "key=value"))
    var signalInputMeta: [String] = []

    @Flag(help: "Inputs of the signal are base64.")
    var signalInputBase64 = false

    @OptionGroup var start: StartOptions
    @OptionGroup var input: PayloadInputOptions
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let input = try input.payloads()
        let signalPayloads = try PayloadInput(
            values: signalInput, files: signalInputFile, metadata: signalInputMeta, isBase64: signalInputBase64
        ).payloads()
        let client = try await session.client(connection)
        let plain = try start.request(client, input: input)
        let request = Self.request(plain, signalName, signalPayloads)
        let response = try await during("failed signaling workflow with start") {
            try await client.call(WorkflowService.signalWithStartWorkflowExecution, request)
        }
        let started = StartedExecution(
            workflowID: request.workflowID, runID: response.runID, type: start.workflow.type,
            namespace: client.namespace, taskQueue: start.workflow.taskQueue)
        session.json(.object(started.members(showsTaskQueue: false)))
        started.printCard(session, showsTaskQueue: false)
    }

    private static func request(
        _ start: APIStartWorkflowExecutionRequest, _ signalName: String, _ signalInput: APIPayloads?
    ) -> APISignalWithStartWorkflowExecutionRequest {
        var request = APISignalWithStartWorkflowExecutionRequest()
        request.namespace = start.namespace
        request.workflowID = start.workflowID
        request.workflowType = start.workflowType
        request.taskQueue = start.taskQueue
        if start.hasInput { request.input = start.input }
        request.workflowExecutionTimeout = start.workflowExecutionTimeout
        request.workflowRunTimeout = start.workflowRunTimeout
        request.workflowTaskTimeout = start.workflowTaskTimeout
        request.identity = start.identity
        request.requestID = start.requestID
        request.workflowIDReusePolicy = start.workflowIDReusePolicy
        request.workflowIDConflictPolicy = start.workflowIDConflictPolicy
        request.signalName = signalName
        if let signalInput { request.signalInput = signalInput }
        if start.hasMemo { request.memo = start.memo }
        if start.hasSearchAttributes { request.searchAttributes = start.searchAttributes }
        request.header = start.header
        if start.hasWorkflowStartDelay { request.workflowStartDelay = start.workflowStartDelay }
        if start.hasUserMetadata { request.userMetadata = start.userMetadata }
        if start.hasPriority { request.priority = start.priority }
        return request
    }
}

/// An execution that was started, or that was there already.
struct StartedExecution: Sendable {
    var workflowID: String
    var runID: String
    var type: String
    var namespace: String
    var taskQueue: String

    /// Starts an execution. If one with this ID is there and may be used (``StartOptions/failExisting`` is off), that
    /// one is the result.
    static func start(
        _ options: StartOptions, input: APIPayloads?, _ client: ServiceClient
    ) async throws -> StartedExecution {
        let request = try options.request(client, input: input)
        var started = StartedExecution(
            workflowID: request.workflowID, runID: "", type: options.workflow.type,
            namespace: client.namespace, taskQueue: options.workflow.taskQueue)
        do {
            started.runID = try await client.call(WorkflowService.startWorkflowExecution, request).runID
        } catch let error as RPCError {
            guard !options.failExisting, error.code == .alreadyExists,
                let existing = error.detail(APIWorkflowExecutionAlreadyStartedFailure.self)
            else { throw OperationError.during("failed starting workflow", error) }
            started.runID = existing.runID
        }
        return started
    }

    func members(showsTaskQueue: Bool) -> [JSONValue.Member] {
        rows(showsTaskQueue).map { .init($0.prefix(1).lowercased() + $0.dropFirst(), .string($1)) }
    }

    func printCard(_ session: Session, showsTaskQueue: Bool) {
        session.heading("Running execution:")
        session.card(Card(rows(showsTaskQueue)))
    }

    private func rows(_ showsTaskQueue: Bool) -> [(String, String)] {
        [("WorkflowId", workflowID), ("RunId", runID), ("Type", type), ("Namespace", namespace)]
            + (showsTaskQueue ? [("TaskQueue", taskQueue)] : [])
    }
}
