import ArgumentParser
import SwiftProtobuf
import WireAPI

/// What a new execution is like, whether it starts now or by a schedule.
struct NewWorkflowOptions: ParsableArguments, Sendable {
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

    func message(input: APIPayloads?) throws -> APINewWorkflowExecutionInfo {
        var message = APINewWorkflowExecutionInfo()
        message.workflowID = workflowId.nonEmpty ?? SystemInfo.uniqueID()
        message.workflowType.name = type
        message.taskQueue.name = taskQueue
        if let input { message.input = input }
        // Zero is sent too: histories then say that there is no limit.
        message.workflowExecutionTimeout = .init(executionTimeout ?? .zero)
        message.workflowRunTimeout = .init(runTimeout ?? .zero)
        message.workflowTaskTimeout = .init(taskTimeout)
        message.header = try headers.header()
        if let memo = try KeyValues.memo(memo) { message.memo = memo }
        if let attributes = try KeyValues.searchAttributes(searchAttribute) { message.searchAttributes = attributes }
        if let metadata = userMetadata { message.userMetadata = metadata }
        if let priority { message.priority = priority }
        return message
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
