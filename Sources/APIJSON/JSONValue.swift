/// A JSON document that keeps what a script may care about: the order of members and the exact text of numbers.
package indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The number as it was written; never converted, so 64-bit and longer integers survive.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a member of an object; `nil` if this is no object or has no such member.
    package subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

    /// A number as JSON has it; a number JSON cannot express becomes null.
    package static func double(_ value: Double) -> JSONValue {
        guard value.isFinite else { return .null }
        return .number(JSONNumber.shortest(value))
    }

    package static func float(_ value: Float) -> JSONValue {
        guard value.isFinite else { return .null }
        return .number(JSONNumber.shortest(value))
    }

    /// The same document with the members of every object in the order of their keys.
    package func sortedByKey() -> JSONValue {
        switch self {
        case .array(let elements):
            return .array(elements.map { $0.sortedByKey() })
        case .object(let members):
            return .object(
                members.map { Member($0.key, $0.value.sortedByKey()) }
                    .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        case .null, .bool, .number, .string:
            return self
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}
