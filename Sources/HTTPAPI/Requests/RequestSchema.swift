import WireAPI

/// What the messages of requests consist of: SwiftProtobuf has no reflection, and payloads in short form and the fields
/// of a query can only be read by who knows the types.
struct RequestSchema: Sendable {
    indirect enum FieldType: Sendable, Equatable {
        case string, bytes, bool
        case integer(Integer)
        case float, double
        case message(String)
        case enumeration(String)
        case repeated(FieldType)
        /// A map with keys of text; the type is that of the values.
        case map(FieldType)
    }

    enum Integer: String, Sendable {
        case int32, int64, uint32, uint64
    }

    struct Field: Sendable {
        /// As in the API's definition: `page_size`.
        let name: String
        /// As in JSON: `pageSize`.
        let jsonName: String
        let type: FieldType
    }

    struct Enumeration: Sendable {
        var numbers: [String: Int32] = [:]
        private(set) var known: Set<Int32> = []

        mutating func add(_ name: String, _ number: Int32) {
            numbers[name] = number
            known.insert(number)
        }
    }

    static let api = RequestSchema(HTTPRule.schema)

    /// The fields of each message, by both of their names.
    private(set) var messages: [String: [String: Field]] = [:]
    private(set) var enumerations: [String: Enumeration] = [:]

    func field(_ name: some StringProtocol, of message: String) -> Field? { messages[message]?[String(name)] }

    /// - Parameter text: A line `message NAME {FIELD: TYPE, …}` or `enum NAME {VALUE: NUMBER, …}` for each type.
    init(_ text: String) {
        let lines = text.split(separator: "\n")
        for line in lines where line.hasPrefix("enum ") { addEnumeration(line) }
        for line in lines where line.hasPrefix("message ") { addMessage(line) }
    }

    private static func entries(_ line: Substring) -> (name: String, entries: [(Substring, Substring)]) {
        let name = line.split(separator: " ")[1]
        let list = line.drop { $0 != "{" }.dropFirst().dropLast()
        let entries = list.split(separator: ", ").map { entry in
            let colon = entry.firstIndex(of: ":") ?? entry.endIndex
            return (entry[..<colon], entry[colon...].dropFirst(2))
        }
        return (String(name), entries)
    }

    private mutating func addEnumeration(_ line: Substring) {
        let (name, entries) = Self.entries(line)
        var enumeration = Enumeration()
        for (value, number) in entries { enumeration.add(String(value), Int32(number) ?? 0) }
        enumerations[name] = enumeration
    }

    private mutating func addMessage(_ line: Substring) {
        let (name, entries) = Self.entries(line)
        var fields: [String: Field] = [:]
        for (fieldName, type) in entries {
            let field = Field(name: String(fieldName), jsonName: Self.jsonName(fieldName), type: fieldType(type))
            fields[field.name] = field
            fields[field.jsonName] = field
        }
        messages[name] = fields
    }

    private func fieldType(_ text: Substring) -> FieldType {
        let repeated = "repeated ", map = "map "
        if text.hasPrefix(repeated) { return .repeated(fieldType(text.dropFirst(repeated.count))) }
        if text.hasPrefix(map) { return .map(fieldType(text.dropFirst(map.count))) }
        switch text {
        case "string": return .string
        case "bytes": return .bytes
        case "bool": return .bool
        case "float": return .float
        case "double": return .double
        default: break
        }
        if let integer = Integer(rawValue: String(text)) { return .integer(integer) }
        let name = String(text)
        return enumerations[name] == nil ? .message(name) : .enumeration(name)
    }

    /// `pageSize` for `page_size`.
    private static func jsonName(_ name: Substring) -> String {
        let words = name.split(separator: "_")
        return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }
}
