import SwiftProtobuf
import WireAPI

/// What schedules are made of, as the `temporal` CLI writes it in its text output.
enum ScheduleText {
    static func list(_ elements: [String]) -> String {
        "[" + elements.joined(separator: ", ") + "]"
    }

    // MARK: Spec

    /// Calendar times, then intervals, each a JSON text.
    static func times(_ spec: APIScheduleSpec) throws -> [String] {
        try spec.structuredCalendar.map(calendar) + spec.interval.map(interval)
    }

    static func skippedTimes(_ spec: APIScheduleSpec) throws -> [String] {
        try spec.excludeStructuredCalendar.map(calendar)
    }

    private static func calendar(_ calendar: APIStructuredCalendarSpec) throws -> String {
        var text = APICalendarSpec()
        text.second = ranges(calendar.second)
        text.minute = ranges(calendar.minute)
        text.hour = ranges(calendar.hour)
        text.dayOfMonth = ranges(calendar.dayOfMonth)
        text.month = ranges(calendar.month)
        text.year = ranges(calendar.year)
        text.dayOfWeek = ranges(calendar.dayOfWeek)
        text.comment = calendar.comment
        return JSONPrinter.compact(try ProtoJSON.value(of: text, shorthand: false))
    }

    /// `1-5/2,9`
    private static func ranges(_ ranges: [APIRange]) -> String {
        ranges.map { range in
            "\(range.start)" + (range.end > range.start ? "-\(range.end)" : "")
                + (range.step > 1 ? "/\(range.step)" : "")
        }.joined(separator: ",")
    }

    private static func interval(_ interval: APIIntervalSpec) -> String {
        var members: [JSONValue.Member] = [.init("every", .string(DurationText.formatSpaced(interval.interval)))]
        if Duration(interval.phase) > .zero {
            members.append(.init("offset", .string(DurationText.formatSpaced(interval.phase))))
        }
        return JSONPrinter.compact(.object(members))
    }

    static func counts(_ info: APIScheduleInfo) -> String {
        JSONPrinter.compact(
            .object([
                .init("Total", .integer(info.actionCount)),
                .init("MissedCatchupWindow", .integer(info.missedCatchupWindow)),
                .init("SkippedOverlap", .integer(info.overlapSkipped)),
            ]))
    }

    // MARK: Action

    /// What is started, with the names and the order of the reference's client library; durations in nanoseconds.
    static func action(_ action: APINewWorkflowExecutionInfo) throws -> String {
        let members: [JSONValue.Member] = [
            .init("ID", .string(action.workflowID)),
            .init("Workflow", .string(action.workflowType.name)),
            .init("Args", .array(try action.input.payloads.map { try ProtoJSON.value(of: $0, shorthand: false) })),
            .init("TaskQueue", .string(action.taskQueue.name)),
            .init("WorkflowExecutionTimeout", nanoseconds(action.workflowExecutionTimeout)),
            .init("WorkflowRunTimeout", nanoseconds(action.workflowRunTimeout)),
            .init("WorkflowTaskTimeout", nanoseconds(action.workflowTaskTimeout)),
            .init("RetryPolicy", action.hasRetryPolicy ? retryPolicy(action.retryPolicy) : .null),
            .init("Memo", try payloads(action.memo.fields)),
            // Attributes whose payloads say their type are not shown there.
            .init("TypedSearchAttributes", .object([])),
            .init(
                "UntypedSearchAttributes",
                try payloads(action.searchAttributes.indexedFields.filter { $0.value.metadata["type"] == nil })),
            .init("VersioningOverride", try versioning(action)),
            .init("StaticSummary", .string(text(action.userMetadata.summary))),
            .init("StaticDetails", .string(text(action.userMetadata.details))),
            .init("Priority", priority(action.priority)),
        ]
        return JSONPrinter.compact(.object(members))
    }

    private static func nanoseconds(_ duration: Google_Protobuf_Duration) -> JSONValue {
        .integer(DurationText.nanoseconds(Duration(duration)))
    }

    private static func payloads(_ fields: [String: APIPayload]) throws -> JSONValue {
        .object(
            try fields.sorted { $0.key < $1.key }.map {
                .init($0.key, try ProtoJSON.value(of: $0.value, shorthand: false))
            })
    }

    private static func retryPolicy(_ policy: APIRetryPolicy) -> JSONValue {
        let names = policy.nonRetryableErrorTypes
        return .object([
            .init("InitialInterval", nanoseconds(policy.initialInterval)),
            .init("BackoffCoefficient", .double(policy.backoffCoefficient)),
            .init("MaximumInterval", nanoseconds(policy.maximumInterval)),
            .init("MaximumAttempts", .integer(policy.maximumAttempts)),
            .init("NonRetryableErrorTypes", names.isEmpty ? .null : .array(names.map { .string($0) })),
        ])
    }

    private static func versioning(_ action: APINewWorkflowExecutionInfo) throws -> JSONValue {
        action.hasVersioningOverride ? try ProtoJSON.value(of: action.versioningOverride, shorthand: false) : .null
    }

    /// The text in a payload; empty if there is none.
    private static func text(_ payload: APIPayload) -> String {
        (try? JSONParser.parse([UInt8](payload.data)))?.stringValue ?? ""
    }

    private static func priority(_ priority: APIPriority) -> JSONValue {
        .object([
            .init("PriorityKey", .integer(priority.priorityKey)),
            .init("FairnessKey", .string(priority.fairnessKey)),
            .init("FairnessWeight", .float(priority.fairnessWeight)),
        ])
    }
}
