import APIJSON
import SwiftProtobuf
import WireAPI

/// What an event says, field by field.
struct EventFields {
    private var event: APIHistoryEvent
    private var members: [JSONValue.Member]

    init(_ event: APIHistoryEvent) {
        self.event = event
        guard case .object(let all)? = try? ProtoJSON.value(of: event.slim, shorthand: true) else {
            members = []
            return
        }
        let own = all.first { $0.key.hasSuffix("Attributes") }?.value
        if case .object(let fields)? = own { members = fields } else { members = [] }
    }

    /// One line that says most.
    var preview: String {
        if let failure = event.shownFailure { return FailureView.summary(failure) }
        var parts: [String] = []
        if let name = Self.names.lazy.compactMap({ name in text(name) }).first { parts.append(name) }
        parts += event.values.map { $0.payloads.shortPreview }.filter { !$0.isEmpty }
        if parts.isEmpty, let identity = text("identity") { parts.append(identity) }
        if parts.isEmpty, let event = text("scheduledEventId") { parts.append("of event \(event)") }
        return String(parts.joined(separator: " ").prefix(300))
    }

    /// What names the subject of an event, most telling first.
    private static let names = [
        "activityType", "workflowType", "signalName", "markerName", "timerId", "operation", "reason", "cause",
        "timeoutType", "taskQueue",
    ]

    private func text(_ name: String) -> String? {
        guard let value = members.first(where: { $0.key == name })?.value else { return nil }
        return Self.text(value)
    }

    func html(key: RunKey, budget: DetailBudget?) -> HTML {
        let id = "event-value-\(event.eventID)"
        let values = event.values.filter { !$0.payloads.isEmpty }
        let facts = common + members.map { ($0.key, field($0, key)) }
        return """
            \(event.shownFailure.map { FailureView($0, id: "\(id)-failure") })\
            \(each: values.enumerated(), { index, value in
                let shown = BoundedValue(value.payloads, id: "\(id)-\(index)", event: event.eventID, key: key, budget)
                return "<h3>\(value.title)</h3>\(shown)"
            })\
            \(Facts(.list, facts.map { (FieldName.words($0.0), $0.1) }))
            """
    }

    private var common: [(String, HTML?)] {
        [
            ("Time", Moment(event.eventTime, .full, hasFraction: true).html),
            ("Summary", event.userMetadata.summary.string.map { "\($0)" }),
            ("Details", event.userMetadata.details.string.map { "\($0)" }),
        ]
    }

    private func field(_ member: JSONValue.Member, _ key: RunKey) -> HTML? {
        let name = member.key
        if name.hasSuffix("EventId"), let text = member.value.scalar, text != "0", let event = Int64(text) {
            let query = Fields([("form", "full"), ("event", text)])
            return "<a href=\"\(key.address(query: query))#event-\(event)\">\(text)</a>"
        }
        if let text = Self.text(member.value) { return text.isEmpty ? nil : "<span class=\"id\">\(text)</span>" }
        switch member.value {
        case .object(let members) where members.isEmpty: return nil
        case .array(let elements) where elements.isEmpty: return nil
        default: return "\(JSONView(member.value))"
        }
    }

    /// A value that fits into a line; `nil` for others.
    private static func text(_ value: JSONValue) -> String? {
        if let scalar = value.scalar { return FieldName.value(scalar) }
        guard case .object(let members) = value else { return nil }
        // `{"name": "x"}` and `{"name": "q", "kind": "NORMAL"}` are types and queues.
        if let name = value["name"]?.scalar, members.allSatisfy({ ["name", "kind", "normalName"].contains($0.key) }) {
            return name
        }
        if let workflow = value["workflowId"]?.scalar, members.allSatisfy({ ["workflowId", "runId"].contains($0.key) })
        {
            return value["runId"]?.scalar.map { "\(workflow), run \($0)" } ?? workflow
        }
        guard !members.isEmpty, members.count <= 6, members.allSatisfy({ $0.value.scalar != nil }) else { return nil }
        return members.map { "\(FieldName.words($0.key).lowercased()) \(FieldName.value($0.value.scalar ?? ""))" }
            .joined(separator: ", ")
    }
}

extension JSONValue {
    /// A string, number or word as text.
    fileprivate var scalar: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let bool): bool ? "yes" : "no"
        case .null: ""
        case .array, .object: nil
        }
    }
}

extension APIHistoryEvent {
    /// Without its values and failures, which are shown by themselves.
    fileprivate var slim: APIHistoryEvent {
        var event = self
        switch event.attributes {
        case .workflowExecutionStartedEventAttributes:
            event.workflowExecutionStartedEventAttributes.clearInput()
            event.workflowExecutionStartedEventAttributes.clearLastCompletionResult()
            event.workflowExecutionStartedEventAttributes.clearContinuedFailure()
            event.workflowExecutionStartedEventAttributes.clearPrevAutoResetPoints()
        case .workflowExecutionCompletedEventAttributes: event.workflowExecutionCompletedEventAttributes.clearResult()
        case .workflowExecutionFailedEventAttributes: event.workflowExecutionFailedEventAttributes.clearFailure()
        case .workflowExecutionCanceledEventAttributes: event.workflowExecutionCanceledEventAttributes.clearDetails()
        case .workflowExecutionTerminatedEventAttributes:
            event.workflowExecutionTerminatedEventAttributes.clearDetails()
        case .workflowExecutionContinuedAsNewEventAttributes:
            event.workflowExecutionContinuedAsNewEventAttributes.clearInput()
            event.workflowExecutionContinuedAsNewEventAttributes.clearFailure()
        case .workflowTaskFailedEventAttributes: event.workflowTaskFailedEventAttributes.clearFailure()
        case .activityTaskScheduledEventAttributes: event.activityTaskScheduledEventAttributes.clearInput()
        case .activityTaskStartedEventAttributes: event.activityTaskStartedEventAttributes.clearLastFailure()
        case .activityTaskCompletedEventAttributes: event.activityTaskCompletedEventAttributes.clearResult()
        case .activityTaskFailedEventAttributes: event.activityTaskFailedEventAttributes.clearFailure()
        case .activityTaskTimedOutEventAttributes: event.activityTaskTimedOutEventAttributes.clearFailure()
        case .activityTaskCanceledEventAttributes: event.activityTaskCanceledEventAttributes.clearDetails()
        case .workflowExecutionSignaledEventAttributes: event.workflowExecutionSignaledEventAttributes.clearInput()
        default: event = event.slimOther
        }
        return event
    }

    private var slimOther: APIHistoryEvent {
        var event = self
        switch event.attributes {
        case .startChildWorkflowExecutionInitiatedEventAttributes:
            event.startChildWorkflowExecutionInitiatedEventAttributes.clearInput()
        case .childWorkflowExecutionCompletedEventAttributes:
            event.childWorkflowExecutionCompletedEventAttributes.clearResult()
        case .childWorkflowExecutionFailedEventAttributes:
            event.childWorkflowExecutionFailedEventAttributes.clearFailure()
        case .childWorkflowExecutionCanceledEventAttributes:
            event.childWorkflowExecutionCanceledEventAttributes.clearDetails()
        case .signalExternalWorkflowExecutionInitiatedEventAttributes:
            event.signalExternalWorkflowExecutionInitiatedEventAttributes.clearInput()
        case .workflowExecutionUpdateAcceptedEventAttributes:
            event.workflowExecutionUpdateAcceptedEventAttributes.acceptedRequest.input.clearArgs()
        case .workflowExecutionUpdateCompletedEventAttributes:
            event.workflowExecutionUpdateCompletedEventAttributes.clearOutcome()
        case .workflowExecutionUpdateRejectedEventAttributes:
            event.workflowExecutionUpdateRejectedEventAttributes.clearFailure()
        case .markerRecordedEventAttributes:
            event.markerRecordedEventAttributes.details = [:]
            event.markerRecordedEventAttributes.clearFailure()
        case .nexusOperationScheduledEventAttributes: event.nexusOperationScheduledEventAttributes.clearInput()
        case .nexusOperationCompletedEventAttributes: event.nexusOperationCompletedEventAttributes.clearResult()
        case .nexusOperationFailedEventAttributes: event.nexusOperationFailedEventAttributes.clearFailure()
        case .nexusOperationCanceledEventAttributes: event.nexusOperationCanceledEventAttributes.clearFailure()
        case .nexusOperationTimedOutEventAttributes: event.nexusOperationTimedOutEventAttributes.clearFailure()
        default: break
        }
        return event
    }
}

/// Names and values of fields as people read them.
enum FieldName {
    /// `startToCloseTimeout` becomes `Start to close timeout`.
    static func words(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase, !result.isEmpty, result.last?.isUppercase == false, result.last != " " {
                result += " "
            }
            result += result.isEmpty ? character.uppercased() : character.lowercased()
        }
        return result
    }

    /// `RETRY_STATE_IN_PROGRESS` becomes `in progress` words; other text stays.
    static func value(_ text: String) -> String {
        guard text.contains("_"), text.allSatisfy({ $0.isUppercase || $0 == "_" || $0.isNumber }) else { return text }
        for prefix in prefixes where text.hasPrefix(prefix) {
            return spaced(text.dropFirst(prefix.count))
        }
        return spaced(text)
    }

    private static func spaced(_ text: some StringProtocol) -> String {
        String(text.lowercased().map { $0 == "_" ? " " : $0 })
    }

    private static let prefixes = [
        "TASK_QUEUE_KIND_", "RETRY_STATE_", "TIMEOUT_TYPE_", "WORKFLOW_TASK_FAILED_CAUSE_",
        "CONTINUE_AS_NEW_INITIATOR_", "PARENT_CLOSE_POLICY_", "WORKFLOW_ID_REUSE_POLICY_", "VERSIONING_BEHAVIOR_",
    ]
}
