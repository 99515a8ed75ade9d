#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import WireAPI

/// `KEY=VALUE` arguments.
enum KeyValues {
    static func split(_ text: String) throws -> (key: String, value: String) {
        guard let equals = text.firstIndex(of: "=") else { throw UsageError("missing expected '=' in \"\(text)\"") }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// Keys with texts as values.
    static func texts(_ arguments: [String]) throws -> [String: String] {
        var result: [String: String] = [:]
        for argument in arguments {
            let (key, value) = try split(argument)
            result[key] = value
        }
        return result
    }

    /// Keys with JSON as values, each a `json/plain` payload; of null a `binary/null` one, as SDKs make it.
    static func payloads(_ arguments: [String]) throws -> [String: APIPayload] {
        var result: [String: APIPayload] = [:]
        for argument in arguments {
            let (key, value) = try split(argument)
            do {
                let json = try JSONParser.parse(value)
                result[key] = json == .null ? .null : .json(JSONPrinter.compact(json))
            } catch let error as JSONError {
                throw UsageError("invalid JSON value for key \"\(key)\": \(error)")
            }
        }
        return result
    }

    /// The memo of such arguments; `nil` without any.
    static func memo(_ arguments: [String]) throws -> APIMemo? {
        guard !arguments.isEmpty else { return nil }
        var message = APIMemo()
        message.fields = try prefixed("invalid memo values") { try payloads(arguments) }
        return message
    }

    /// The search attributes of such arguments; `nil` without any.
    static func searchAttributes(_ arguments: [String]) throws -> APISearchAttributes? {
        guard !arguments.isEmpty else { return nil }
        var message = APISearchAttributes()
        message.indexedFields = try prefixed("invalid search attribute values") { try payloads(arguments) }
        return message
    }

    private static func prefixed<Result>(_ prefix: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as UsageError {
            throw UsageError("\(prefix): \(error)")
        }
    }
}

extension APIPayload {
    /// Nothing, as SDKs say it.
    static var null: APIPayload {
        var payload = APIPayload()
        payload.metadata["encoding"] = Data("binary/null".utf8)
        return payload
    }

    /// A `json/plain` payload of a JSON text.
    static func json(_ text: String) -> APIPayload {
        var payload = APIPayload()
        payload.metadata["encoding"] = Data("json/plain".utf8)
        payload.data = Data(text.utf8)
        return payload
    }

    static func jsonString(_ text: String) -> APIPayload {
        json(JSONPrinter.compact(.string(text)))
    }

    var encoding: String {
        metadata["encoding"].map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension APIHeader {
    init(_ arguments: [String]) throws {
        self.init()
        fields = try KeyValues.payloads(arguments)
    }
}
