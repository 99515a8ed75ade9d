import SwiftProtobuf
import WireAPI

/// Payloads as values.
///
/// A payload is shown as its value when that value says all there is: encoding `json/plain` with no other metadata,
/// or `json/protobuf` with a message type (then with `_protoMessageType` added). Everything else keeps the form of
/// the protobuf mapping, base64 and all. A list of payloads is an array if each of its payloads has a short form.
package enum PayloadShorthand {
    /// The short form of a JSON object that is a `Payload` or `Payloads` message; `nil` if it is neither or has none.
    package static func shorten(_ value: JSONValue) -> JSONValue? {
        guard case .object(let members) = value else { return nil }
        if members.count == 1, members[0].key == "payloads", case .array(let elements) = members[0].value {
            return shortenList(elements)
        }
        guard let metadata = metadata(of: members) else { return nil }
        return shortenPayload(metadata: metadata, data: value["data"]?.stringValue ?? "")
    }

    /// The short form of a payload, or the protobuf form if it has none.
    package static func value(of payload: APIPayload) throws -> JSONValue {
        try ProtoJSON.value(of: payload, shorthand: true)
    }

    /// The full form of a payload that was given as a value.
    ///
    /// A value that is a payload already (nothing but `metadata` with an encoding, and `data`) stays as it is; null
    /// becomes `binary/null`, an object with `_protoMessageType` becomes `json/protobuf`, all else `json/plain`.
    package static func expand(_ value: JSONValue) throws -> JSONValue {
        switch value {
        case .null: return payload(["encoding": "binary/null"], nil)
        case .object(let members):
            if members.count == 2, let data = value["data"]?.stringValue, Base64.decode(data) != nil,
                metadata(of: members) != nil
            {
                return value
            }
            guard let type = value[protoMessageType] else { break }
            guard let name = type.stringValue else {
                throw JSONError(description: "\"\(protoMessageType)\" is not the name of a message")
            }
            let message = JSONValue.object(members.filter { $0.key != protoMessageType })
            return payload(["encoding": "json/protobuf", "messageType": name], message)
        default: break
        }
        return payload(["encoding": "json/plain"], value)
    }

    private static let protoMessageType = "_protoMessageType"

    private static func payload(_ metadata: KeyValuePairs<String, String>, _ data: JSONValue?) -> JSONValue {
        let metadata = metadata.map { JSONValue.Member($0.key, .string(Base64.encode($0.value.utf8))) }
        let data = data.map { JSONValue.Member("data", .string(Base64.encode(JSONPrinter.compact($0).utf8))) }
        return .object([.init("metadata", .object(metadata))] + (data.map { [$0] } ?? []))
    }

    private static func shortenList(_ elements: [JSONValue]) -> JSONValue? {
        var short: [JSONValue] = []
        for element in elements {
            guard case .object(let members) = element, let metadata = metadata(of: members) else { return nil }
            if metadata["encoding"] == "binary/null" {
                short.append(element)
            } else if let value = shorten(element) {
                short.append(value)
            } else {
                return nil
            }
        }
        return .array(short)
    }

    private static func shortenPayload(metadata: [String: String], data: String) -> JSONValue? {
        guard let bytes = Base64.decode(data) else { return nil }
        switch metadata["encoding"] {
        case "json/plain" where metadata.count == 1:
            return try? JSONParser.parse(bytes)
        case "json/protobuf" where metadata.count == 2:
            guard let type = metadata["messageType"], case .object(let members)? = try? JSONParser.parse(bytes) else {
                return nil
            }
            return .object([.init(protoMessageType, .string(type))] + members)
        default:
            return nil
        }
    }

    /// The decoded metadata if these are the members of a payload that names its encoding.
    private static func metadata(of members: [JSONValue.Member]) -> [String: String]? {
        guard members.allSatisfy({ ["metadata", "data", "externalPayloads"].contains($0.key) }),
            case .object(let entries)? = members.first(where: { $0.key == "metadata" })?.value
        else { return nil }
        var metadata: [String: String] = [:]
        for entry in entries {
            guard let text = entry.value.stringValue, let bytes = Base64.decode(text) else { return nil }
            metadata[entry.key] = String(decoding: bytes, as: UTF8.self)
        }
        return metadata["encoding"] == nil ? nil : metadata
    }
}
