import SwiftProtobuf
import WireAPI

/// Histories as JSON.
package enum HistoryJSON {
    /// Pretty-printed, as the CLI does.
    package static func text(_ history: APIHistory) throws -> String {
        JSONPrinter.pretty(try ProtoJSON.value(of: history, shorthand: false))
    }

    /// Reads what any SDK or CLI writes: `{"events": […]}` or a bare array, enumerations by their full or short names.
    package static func parse(_ text: String) throws -> APIHistory {
        let value = try JSONParser.parse(text)
        let object: JSONValue
        switch value {
        case .array: object = .object([.init("events", value)])
        case .object where value["events"] != nil: object = value
        default: throw JSONError(description: "a history is an object with \"events\", or an array of events")
        }
        let json = JSONPrinter.compact(ShortEnumNames.expand(object))
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = true
        let history = try APIHistory(jsonString: json, options: options)
        // An unknown name reads as "unspecified"; replaying such a history would only end in a confusing error.
        if let event = history.events.first(where: { $0.eventType == .unspecified }) {
            throw JSONError(
                description: "event \(event.eventID) of the history has no type that this version knows")
        }
        return history
    }

    package static func shortName(of type: APIEventType) -> String {
        // The generated code keeps the names to itself; JSON shows them.
        let json = try? APIHistoryEvent.with { $0.eventType = type }.jsonString()
        let name = json?.split(separator: "\"").first { $0.hasPrefix("EVENT_TYPE_") } ?? "EVENT_TYPE_UNKNOWN"
        return name.dropFirst("EVENT_TYPE_".count).split(separator: "_")
            .map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined()
    }
}

/// Older tools write `WorkflowExecutionStarted` where the API says `EVENT_TYPE_WORKFLOW_EXECUTION_STARTED`.
enum ShortEnumNames {
    /// The prefix of the names in each field of a history that holds an enumeration.
    private static let prefixes = [
        "eventType": "EVENT_TYPE_", "kind": "TASK_QUEUE_KIND_", "retryState": "RETRY_STATE_",
        "timeoutType": "TIMEOUT_TYPE_", "initiator": "CONTINUE_AS_NEW_INITIATOR_",
        "parentClosePolicy": "PARENT_CLOSE_POLICY_", "workflowIdReusePolicy": "WORKFLOW_ID_REUSE_POLICY_",
        "encodingType": "ENCODING_TYPE_",
    ]

    /// The prefix of the names in `cause`, which depends on the event.
    private static let causes = [
        "workflowTaskFailedEventAttributes": "WORKFLOW_TASK_FAILED_CAUSE_",
        "startChildWorkflowExecutionFailedEventAttributes": "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_",
        "signalExternalWorkflowExecutionFailedEventAttributes": "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_",
        "requestCancelExternalWorkflowExecutionFailedEventAttributes":
            "CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_",
    ]

    static func expand(_ value: JSONValue, field: String = "", parent: String = "") -> JSONValue {
        switch value {
        case .object(let members):
            return .object(members.map { .init($0.key, expand($0.value, field: $0.key, parent: field)) })
        case .array(let values): return .array(values.map { expand($0, field: field, parent: parent) })
        case .string(let name):
            guard let prefix = field == "cause" ? causes[parent] : prefixes[field], !name.hasPrefix(prefix) else {
                return value
            }
            return .string(prefix + screamingSnake(name))
        default: return value
        }
    }

    private static func screamingSnake(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase, !result.isEmpty { result.append("_") }
            result += character.uppercased()
        }
        return result
    }
}
