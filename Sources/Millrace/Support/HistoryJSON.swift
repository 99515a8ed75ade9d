import SwiftProtobuf
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Histories as JSON.
package enum HistoryJSON {
    /// Pretty-printed, as the CLI does.
    package static func text(_ history: APIHistory) throws -> String {
        JSONPrinter.pretty(try history.jsonString())
    }

    /// Reads what any SDK or CLI writes: `{"events": […]}` or a bare array, enumerations by their full or short names.
    package static func parse(_ text: String) throws -> APIHistory {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let object: JSONValue
        switch value {
        case .array: object = .object(["events": value])
        case .object(let fields) where fields["events"] != nil: object = value
        default: throw ConversionError("a history is an object with \"events\", or an array of events")
        }
        let json = try JSONEncoder().encode(ShortEnumNames.expand(object))
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = true
        let history = try APIHistory(jsonUTF8Data: json, options: options)
        // An unknown name reads as "unspecified"; replaying such a history would only end in a confusing error.
        if let event = history.events.first(where: { $0.eventType == .unspecified }) {
            throw ConversionError("event \(event.eventID) of the history has no type that this version knows")
        }
        return history
    }

    static func shortName(of type: APIEventType) -> String {
        // The generated code keeps the names to itself; JSON shows them.
        let json = try? APIHistoryEvent.with { $0.eventType = type }.jsonString()
        let name = json?.split(separator: "\"").first { $0.hasPrefix("EVENT_TYPE_") } ?? "EVENT_TYPE_UNKNOWN"
        return name.dropFirst("EVENT_TYPE_".count).split(separator: "_")
            .map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined()
    }
}

/// Any JSON.
enum JSONValue: Codable, Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Swift.Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
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
        case .object(let fields):
            var expanded: [String: JSONValue] = [:]
            for (key, value) in fields { expanded[key] = expand(value, field: key, parent: field) }
            return .object(expanded)
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

/// Puts compact JSON on lines of its own.
struct JSONPrinter {
    private var output: [UInt8] = []
    private var depth = 0

    static func pretty(_ compact: String) -> String {
        var printer = JSONPrinter()
        printer.print(Array(compact.utf8))
        return String(decoding: printer.output, as: UTF8.self)
    }

    private mutating func print(_ bytes: [UInt8]) {
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let end = Self.endOfString(bytes, from: position)
                output += bytes[position..<end]
                position = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): open(bytes, at: &position)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                newLine()
                output.append(bytes[position])
            case UInt8(ascii: ","):
                output.append(bytes[position])
                newLine()
            case UInt8(ascii: ":"): output += [UInt8(ascii: ":"), UInt8(ascii: " ")]
            default: output.append(bytes[position])
            }
            position += 1
        }
    }

    private mutating func open(_ bytes: [UInt8], at position: inout Int) {
        output.append(bytes[position])
        // `{` and `}`, `[` and `]` are two apart in ASCII.
        if position + 1 < bytes.count, bytes[position + 1] == bytes[position] + 2 {
            position += 1
            output.append(bytes[position])
            return
        }
        depth += 1
        newLine()
    }

    private mutating func newLine() {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, depth) * 2))
    }

    private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
        var position = start + 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position + 1, bytes.count)
    }
}
