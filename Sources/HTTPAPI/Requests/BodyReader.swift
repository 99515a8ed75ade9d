import APIJSON
import WireRPC

/// Makes a request of a body: checks fields against the schema, gives them their JSON names, and writes payloads in
/// short form out in full.
struct BodyReader {
    let schema: RequestSchema
    /// Whether payloads may be given as plain values.
    let shorthand: Bool

    /// - Throws: `.invalidArgument` for what is not JSON or does not fit the message.
    func request(_ name: String, _ bytes: [UInt8]) throws -> JSONValue {
        guard bytes.contains(where: { !isSpace($0) }) else { return .object([]) }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw RPCError(.invalidArgument, "syntax error: invalid UTF-8 in the body")
        }
        do {
            return try object(try JSONParser.parse(bytes), name)
        } catch let error as JSONError {
            let isCut = error.description == "unexpected end of JSON input"
            throw RPCError(.invalidArgument, isCut ? "unexpected EOF" : error.description)
        }
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private func object(_ value: JSONValue, _ name: String) throws -> JSONValue {
        guard case .object(let members) = value else { throw unexpected(value) }
        guard let fields = schema.messages[name] else { return value }
        var seen: Set<String> = []
        var result: [JSONValue.Member] = []
        for member in members {
            guard let field = fields[member.key] else {
                throw RPCError(.invalidArgument, "unknown field \"\(member.key)\"")
            }
            guard seen.insert(field.name).inserted else {
                throw RPCError(.invalidArgument, "duplicate field \"\(member.key)\"")
            }
            guard member.value != .null else { continue }
            result.append(.init(field.jsonName, try self.value(member.value, field.type)))
        }
        return .object(result)
    }

    private func value(_ value: JSONValue, _ type: RequestSchema.FieldType) throws -> JSONValue {
        switch (type, value) {
        case (.message(let name), _): return try message(value, name)
        case (.repeated(let element), .array(let values)): return .array(try values.map { try self.value($0, element) })
        case (.map(let element), .object(let members)):
            return .object(try members.map { .init($0.key, try self.value($0.value, element)) })
        case (.repeated, _), (.map, _): throw unexpected(value)
        case (.string, .string), (.bool, .bool), (.integer, .number), (.integer, .string), (.float, .number),
            (.float, .string), (.double, .number), (.double, .string), (.enumeration, .number):
            return value
        case (.bytes, .string(let text)):
            guard Base64.decode(text) != nil else { throw invalid(value, "bytes") }
            return value
        case (.enumeration(let name), .string(let text)):
            guard let number = schema.enumerations[name]?.numbers[text] else { throw invalid(value, "enum") }
            return .integer(number)
        case (.string, _): throw invalid(value, "string")
        case (.bytes, _): throw invalid(value, "bytes")
        case (.bool, _): throw invalid(value, "bool")
        case (.integer(let kind), _): throw invalid(value, kind.rawValue)
        case (.float, _): throw invalid(value, "float")
        case (.double, _): throw invalid(value, "double")
        case (.enumeration, _): throw invalid(value, "enum")
        }
    }

    private func message(_ value: JSONValue, _ name: String) throws -> JSONValue {
        if let known = WellKnown(rawValue: name) {
            guard case .string(let text) = value, known.accepts(text) else {
                throw RPCError(.invalidArgument, "invalid \(name) value \(JSONPrinter.compact(value))")
            }
            return value
        }
        if shorthand, name == APIPayloadNames.payload { return try PayloadShorthand.expand(value) }
        if shorthand, name == APIPayloadNames.payloads, case .array(let values) = value {
            return .object([.init("payloads", .array(try values.map(PayloadShorthand.expand)))])
        }
        return try object(value, name)
    }

    private func unexpected(_ value: JSONValue) -> RPCError {
        let token =
            switch value {
            case .array: "["
            case .object: "{"
            default: JSONPrinter.compact(value)
            }
        return RPCError(.invalidArgument, "syntax error: unexpected token \(token)")
    }

    private func invalid(_ value: JSONValue, _ type: String) -> RPCError {
        RPCError(.invalidArgument, "invalid value for \(type) type: \(JSONPrinter.compact(value))")
    }
}
