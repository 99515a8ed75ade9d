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
    @Option(
        name: [.customShort("t", allowingJoined: true), .long], parsing: .unconditional,
        help: "Task queue of the workflow.")
    var taskQueue: String

    @Option(
        name: [.customLong("type"), .customLong("name")], parsing: .unconditional,
        help: ArgumentHelp("Workflow type.", valueName: "type"))
    var type: String

    @Option(
        name: [.customShort("w", allowingJoined: true), .long], parsing: .unconditional,
        help: "Workflow ID; a unique one is made by default.")
    var workflowId: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Longest time of the execution with all its runs. No limit by default.", valueName: "duration"),
        transform: DurationText.parse)
    var executionTimeout: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Longest time of one run. No limit by default.", valueName: "duration"),
        transform: DurationText.parse)
    var runTimeout: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Longest time of one workflow task. (default: 10s)", valueName: "duration"),
        transform: DurationText.parse)
    var taskTimeout: Duration = .seconds(10)

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

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Memo, with a JSON value; repeatable.", valueName: "key=json"))
    var memo: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Search attribute, with a JSON value; repeatable.", valueName: "key=json"))
    var searchAttribute: [String] = []

    @Option(parsing: .unconditional, help: "One line about this execution, for people.")
    var staticSummary: String?

    @Option(parsing: .unconditional, help: "More about this execution, for people.")
    var staticDetails: String?

    @Option(parsing: .unconditional, help: "Priority, 1 (first) to 5 (last); 3 by default.")
    var priorityKey: Int32?

    @Option(parsing: .unconditional, help: "Tasks with the same key share the queue's capacity.")
    var fairnessKey: String?

    @Option(parsing: .unconditional, help: "Weight of the fairness key, 0.001 to 1000.")
    var fairnessWeight: Float?

    @OptionGroup var headers: HeaderOptions

    func request(_ client: ServiceClient, input: APIPayloads?) throws -> APIStartWorkflowExecutionRequest {
        var request = APIStartWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.workflowID = workflowId.nonEmpty ?? SystemInfo.uniqueID()
        request.workflowType.name = type
        request.taskQueue.name = taskQueue
        if let input { request.input = input }
        // Zero is sent too: histories then say that there is no limit.
        request.workflowExecutionTimeout = .init(executionTimeout ?? .zero)
        request.workflowRunTimeout = .init(runTimeout ?? .zero)
        request.workflowTaskTimeout = .init(taskTimeout)
        if let startDelay, startDelay > .zero { request.workflowStartDelay = .init(startDelay) }
        request.identity = client.identity
        request.requestID = SystemInfo.uniqueID()
        if let idReusePolicy { request.workflowIDReusePolicy = idReusePolicy.wire }
        if let idConflictPolicy { request.workflowIDConflictPolicy = idConflictPolicy.wire }
        request.header = try headers.header()
        if let memo = try memoMessage() { request.memo = memo }
        if let attributes = try searchAttributesMessage() { request.searchAttributes = attributes }
        if let metadata = userMetadata { request.userMetadata = metadata }
        if let priority { request.priority = priority }
        return request
    }

    private func memoMessage() throws -> APIMemo? {
        guard !memo.isEmpty else { return nil }
        var message = APIMemo()
        message.fields = try prefixed("invalid memo values") { try KeyValues.payloads(memo) }
        return message
    }

    private func searchAttributesMessage() throws -> APISearchAttributes? {
        guard !searchAttribute.isEmpty else { return nil }
        var message = APISearchAttributes()
        message.indexedFields = try prefixed("invalid search attribute values") {
            try KeyValues.payloads(searchAttribute)
        }
        return message
    }

    private func prefixed<Result>(_ prefix: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as UsageError {
            throw UsageError("\(prefix): \(error)")
        }
    }

    private var userMetadata: APIUserMetadata? {
        guard staticSummary.nonEmpty != nil || staticDetails.nonEmpty != nil else { return nil }
        var metadata = APIUserMetadata()
        if let summary = staticSummary.nonEmpty { metadata.summary = .jsonString(summary) }
        if let details = staticDetails.nonEmpty { metadata.details = .jsonString(details) }
        return metadata
    }

    private var priority: APIPriority? {
        guard priorityKey != nil || fairnessKey != nil || fairnessWeight != nil else { return nil }
        var priority = APIPriority()
        priority.priorityKey = priorityKey ?? 0
        priority.fairnessKey = fairnessKey ?? ""
        priority.fairnessWeight = fairnessWeight ?? 0
        return priority
    }
}
