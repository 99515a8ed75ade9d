import APIJSON
import WireRPC

/// Makes a request of the parameters of a query: `pageSize=5&execution.runId=…`.
///
/// Names are those of JSON or of the API's definition. Parameters that name no field are ignored.
struct QueryReader {
    let schema: RequestSchema
    /// Fields that the path sets; a query cannot change them.
    let reserved: [[String]]

    /// - Throws: `.invalidArgument` for a value that does not fit its field.
    func request(_ name: String, _ parameters: [(key: String, value: String)]) throws -> JSONValue {
        var request = JSONValue.object([])
        var done: Set<String> = []
        for (key, _) in parameters where done.insert(key).inserted {
            let values = parameters.filter { $0.key == key }.map(\.value)
            guard let (path, field) = try resolve(key, in: name) else { continue }
            let names = path.map(\.name)
            guard !reserved.contains(where: { names.starts(with: $0) }) else { continue }
            guard let value = try value(values, for: field) else { continue }
            request.set(value, at: path.map(\.jsonName)[...])
        }
        return request
    }

    private func resolve(
        _ key: String, in message: String
    ) throws -> (path: [RequestSchema.Field], field: RequestSchema.Field)? {
        var path: [RequestSchema.Field] = []
        var message = message
        let names = key.split(separator: ".", omittingEmptySubsequences: false)
        for (index, name) in names.enumerated() {
            guard let field = schema.field(name, of: message) else { return nil }
            path.append(field)
            if index == names.count - 1 { return (path, field) }
            // What the path sets is ignored before it is found wrong.
            if reserved.contains(path.map(\.name)) { return nil }
            guard case .message(let next) = field.type, schema.messages[next] != nil else {
                throw RPCError(.invalidArgument, "invalid path: \"\(name)\" is not a message")
            }
            message = next
        }
        return nil
    }

    private func value(_ values: [String], for field: RequestSchema.Field) throws -> JSONValue? {
        switch field.type {
        case .repeated(let type): return .array(try values.map { try single($0, type, field) })
        case .map: return nil
        default:
            guard values.count == 1 else {
                throw RPCError(
                    .invalidArgument,
                    "too many values for field \"\(field.name)\": \(values.joined(separator: ", "))")
            }
            return try single(values[0], field.type, field)
        }
    }

    private func single(
        _ text: String, _ type: RequestSchema.FieldType, _ field: RequestSchema.Field
    ) throws -> JSONValue {
        func problem(_ text: String) -> RPCError {
            RPCError(.invalidArgument, "parsing field \"\(field.name)\": \(text)")
        }
        switch type {
        case .string: return .string(text)
        case .bytes:
            guard let bytes = Self.base64(text) else { throw problem("illegal base64 data") }
            return .string(Base64.encode(bytes))
        case .bool:
            guard let flag = Self.bool(text) else {
                throw problem("strconv.ParseBool: parsing \"\(text)\": invalid syntax")
            }
            return .bool(flag)
        case .integer(let kind):
            switch kind.parse(text) {
            case .success(let digits): return .number(digits)
            case .failure(let failure): throw problem("\(kind.parserName): parsing \"\(text)\": \(failure.rawValue)")
            }
        case .float, .double:
            guard let number = Double(text), number.isFinite else {
                throw problem("strconv.ParseFloat: parsing \"\(text)\": invalid syntax")
            }
            return .double(number)
        case .enumeration(let name):
            guard let number = enumValue(text, name) else { throw problem("\"\(text)\" is not a valid value") }
            return .integer(number)
        case .message(let name):
            guard let known = WellKnown(rawValue: name) else { throw problem("unsupported message type: \"\(name)\"") }
            guard known.accepts(text) else { throw problem("\"\(text)\" is not a valid \(name)") }
            return .string(text)
        case .repeated, .map:
            throw problem("unsupported type")
        }
    }

    private func enumValue(_ text: String, _ name: String) -> Int32? {
        guard let enumeration = schema.enumerations[name] else { return nil }
        if let number = enumeration.numbers[text] { return number }
        guard let number = Int32(text), enumeration.known.contains(number) else { return nil }
        return number
    }

    private static func bool(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }

    /// Both alphabets, with padding.
    private static func base64(_ text: String) -> [UInt8]? {
        Base64.decode(
            String(
                text.map { letter -> Character in
                    switch letter {
                    case "-": "+"
                    case "_": "/"
                    default: letter
                    }
                }))
    }
}

extension RequestSchema.Integer {
    enum Failure: String, Error {
        case syntax = "invalid syntax"
        case range = "value out of range"
    }

    var parserName: String {
        switch self {
        case .int32, .int64: "strconv.ParseInt"
        case .uint32, .uint64: "strconv.ParseUint"
        }
    }

    /// The number in plain digits.
    func parse(_ text: String) -> Result<String, Failure> {
        let isSigned = self == .int32 || self == .int64
        let digits = isSigned && (text.hasPrefix("-") || text.hasPrefix("+")) ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return .failure(.syntax)
        }
        let parsed: String? =
            switch self {
            case .int32: Int32(text).map(String.init)
            case .int64: Int64(text).map(String.init)
            case .uint32: UInt32(text).map(String.init)
            case .uint64: UInt64(text).map(String.init)
            }
        return parsed.map { .success($0) } ?? .failure(.range)
    }
}
