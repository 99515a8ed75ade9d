import ArgumentParser
import WireAPI

/// One execution, which must be named.
struct WorkflowReferenceOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("w", allowingJoined: true), .long], parsing: .unconditional,
        help: "Workflow ID.")
    var workflowId: String

    @Option(
        name: [.customShort("r", allowingJoined: true), .long], parsing: .unconditional,
        help: "Run ID; the latest run by default.")
    var runId: String?

    var execution: APIWorkflowExecution {
        APIWorkflowExecution(workflowId, runId)
    }
}

extension APIWorkflowExecution {
    init(_ workflowID: String, _ runID: String?) {
        self.init()
        self.workflowID = workflowID
        self.runID = runID ?? ""
    }
}

/// One execution by its ID, or all that match a query.
struct SingleOrBatchOptions: ParsableArguments, Sendable {
    enum Target: Equatable {
        case execution(APIWorkflowExecution)
        case query(String)
    }

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
        help: "Query for the executions of a batch. Either this or --workflow-id is needed.")
    var query: String?

    @Option(
        parsing: .unconditional,
        help: "Reason; by default a text with the user's name.")
    var reason: String?

    @Flag(name: [.customShort("y"), .long], help: "Do not ask before starting a batch. Only with --query.")
    var yes = false

    @Option(parsing: .unconditional, help: "Executions a second the batch may handle. Only with --query.")
    var rps: Float?

    /// - Parameter allowsReason: whether a single execution takes a reason too.
    func target(allowsReason: Bool = false) throws -> Target {
        if let workflowId = workflowId.nonEmpty {
            guard query.nonEmpty == nil else { throw UsageError("cannot set query when workflow ID is set") }
            guard allowsReason || reason.nonEmpty == nil else {
                throw UsageError("cannot set reason when workflow ID is set")
            }
            guard rps == nil else { throw UsageError("cannot set rps when workflow ID is set") }
            guard !yes else { throw UsageError("cannot set 'yes' when workflow ID is set") }
            return .execution(APIWorkflowExecution(workflowId, runId))
        }
        guard let query = query.nonEmpty else { throw UsageError("must set either workflow ID or query") }
        guard runId.nonEmpty == nil else { throw UsageError("cannot set run ID when query is set") }
        return .query(query)
    }

    func reasonOrDefault(_ session: Session) -> String {
        reason.nonEmpty ?? "Requested from CLI by \(SystemInfo.userName(session.context.environment))"
    }
}

/// Workflow headers, not metadata of the call.
struct HeaderOptions: ParsableArguments, Sendable {
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Workflow header, with a JSON value; repeatable.", valueName: "key=json"))
    var headers: [String] = []

    func header() throws -> APIHeader { try APIHeader(headers) }
}
