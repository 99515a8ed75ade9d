import SwiftProtobuf
import WireAPI

/// The JSON of API messages as the `temporal` CLI prints it: the protobuf JSON mapping, with payloads either as they
/// are or in shorthand (a `json/plain` payload shows as its value).
enum ProtoJSON {
    /// - Parameter shorthand: whether payloads are shown as values where that loses nothing.
    static func value(of message: some Message, shorthand: Bool) throws -> JSONValue {
        var options = JSONEncodingOptions()
        options.useDeterministicOrdering = true
        let bytes: [UInt8] = try message.jsonUTF8Bytes(options: options)
        let plain = try JSONParser.parse(bytes)
        return arrange(plain, shorthand: shorthand)
    }

    private static func arrange(_ value: JSONValue, shorthand: Bool) -> JSONValue {
        switch value {
        case .array(let elements):
            return .array(elements.map { arrange($0, shorthand: shorthand) })
        case .object(let members):
            if shorthand, let short = PayloadShorthand.shorten(value) { return short }
            let arranged = members.map { JSONValue.Member($0.key, arrange($0.value, shorthand: shorthand)) }
            return .object(isHistoryEvent(members) ? attributesLast(arranged) : arranged)
        case .null, .bool, .number, .string:
            return value
        }
    }

    private static func isHistoryEvent(_ members: [JSONValue.Member]) -> Bool {
        members.contains { $0.key == "eventId" } && members.contains { $0.key == "eventType" }
    }

    /// Field numbers would put an event's attributes before its metadata; the reference prints them last.
    private static func attributesLast(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
        members.filter { !$0.key.hasSuffix("EventAttributes") } + members.filter { $0.key.hasSuffix("EventAttributes") }
    }
}
