#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// JSON as the payload converter writes and reads it.
enum JSON {
    static func encode(_ value: any Encodable) throws -> Data {
        let encoder = JSONEncoder()
        // Sorted, because the order would otherwise change from process to process.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(InternetDate.format(date))
        }
        return try encoder.encode(value)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = InternetDate.parse(text) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "'\(text)' is not an RFC 3339 date")
            }
            return date
        }
        return try decoder.decode(type, from: data)
    }

    /// A decoding or encoding error in one line: where, and what.
    static func explain(_ error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context):
            return place(context.codingPath) + context.debugDescription
        case DecodingError.valueNotFound(let type, let context):
            return place(context.codingPath) + "expected \(type), got null"
        case DecodingError.keyNotFound(let key, let context):
            return place(context.codingPath) + "'\(key.stringValue)' is missing"
        case EncodingError.invalidValue(_, let context):
            return place(context.codingPath) + context.debugDescription
        default: return "\(error)"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "" }
        let steps = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
        return "at \(steps.joined().drop { $0 == "." }): "
    }
}
