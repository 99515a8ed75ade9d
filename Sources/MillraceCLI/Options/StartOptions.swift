import ArgumentParser
import SwiftProtobuf
import WireAPI

enum IDReusePolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
    case allowDuplicate = "AllowDuplicate"
    case allowDuplicateFailedOnly = "AllowDuplicateFailedOnly"
    case rejectDuplicate = "RejectDuplicate"
    case terminateIfRunning = "TerminateIfRunning"

    var wire: APIWorkflowIdReusePolicy {
        switch self {
        case .allowDuplicate: .allowDuplicate
        case .allowDuplicateFailedOnly: .allowDuplicateFailedOnly
        case .rejectDuplicate: .rejectDuplicate
        case .terminateIfRunning: .terminateIfRunning
        }
    }
}

enum IDConflictPolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
    case fail = "Fail"
    case useExisting = "UseExisting"
    case terminateExisting = "TerminateExisting"

    var wire: APIWorkflowIdConflictPolicy {
        switch self {
        case .fail: .fail
        case .useExisting: .useExisting
        case .terminateExisting: .terminateExisting
        }
    }
}

/// What starts an execution.
struct StartOptions: ParsableArguments, Sendable {
    @OptionGroup var workflow: NewWorkflowOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait before the first workflow task.", valueName: "duration"),
        transform: DurationText.parse)
    var startDelay: Duration?

    @Option(parsing: .unconditional, help: "What to do if a closed execution has this ID.")
    var idReusePolicy: IDReusePolicy?

    @Option(parsing: .unconditional, help: "What to do if an open execution has this ID.")
    var idConflictPolicy: IDConflictPolicy?

    @Flag(help: "Fail if the execution exists already, instead of showing it.")
    var failExisting = false

    func request(_ client: ServiceClient, input: APIPayloads?) throws -> APIStartWorkflowExecutionRequest {
        let new = try workflow.message(input: input)
        var request = APIStartWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.workflowID = new.workflowID
        request.workflowType = new.workflowType
        request.taskQueue = new.taskQueue
        if new.hasInput { request.input = new.input }
        request.workflowExecutionTimeout = new.workflowExecutionTimeout
        request.workflowRunTimeout = new.workflowRunTimeout
        request.workflowTaskTimeout = new.workflowTaskTimeout
        if let startDelay, startDelay > .zero { request.workflowStartDelay = .init(startDelay) }
        request.identity = client.identity
        request.requestID = SystemInfo.uniqueID()
        if let idReusePolicy { request.workflowIDReusePolicy = idReusePolicy.wire }
        if let idConflictPolicy { request.workflowIDConflictPolicy = idConflictPolicy.wire }
        request.header = new.header
        if new.hasMemo { request.memo = new.memo }
        if new.hasSearchAttributes { request.searchAttributes = new.searchAttributes }
        if new.hasUserMetadata { request.userMetadata = new.userMetadata }
        if new.hasPriority { request.priority = new.priority }
        return request
    }
}
