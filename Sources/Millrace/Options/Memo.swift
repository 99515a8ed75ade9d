import WireAPI

/// Values that are kept with a run for people and programs to read; nothing is found by them.
///
///     let memo: Memo = ["note": "nearly there", "pages": 12]
///     let pages = try memo.value(Int.self, "pages")
public struct Memo: Sendable, ExpressibleByDictionaryLiteral {
    private enum Field: Sendable {
        case value(BoundaryValue)
        case encoded(APIPayload, any PayloadConverter)
    }

    private var fields: [String: Field]

    public init() {
        fields = [:]
    }

    public init(dictionaryLiteral elements: (String, any Encodable & Sendable)...) {
        fields = Dictionary(
            elements.map { ($0, Field.value(BoundaryValue(unchecked: $1))) }, uniquingKeysWith: { $1 })
    }

    package init(wire: APIMemo, converter: any PayloadConverter) {
        fields = wire.fields.mapValues { .encoded($0, converter) }
    }

    public var isEmpty: Bool { fields.isEmpty }
    /// In alphabetical order.
    public var names: [String] { fields.keys.sorted() }

    /// Sets one field; `nil` removes it from a run that has it.
    public mutating func set(_ name: String, _ value: (any Encodable & Sendable)?) {
        fields[name] = .value(BoundaryValue(unchecked: value))
    }

    /// One field, `nil` if there is no such field.
    /// - Throws: ``ConversionError`` if it is of another type.
    public func value<Value: Decodable & Sendable>(_ type: Value.Type = Value.self, _ name: String) throws -> Value? {
        switch fields[name] {
        case nil: return nil
        case .encoded(let payload, let converter):
            return try converter.value(from: Payload(wire: payload), as: Value?.self)
        case .value(let value):
            let converter = DefaultPayloadConverter()
            return try converter.value(from: converter.payload(from: value), as: Value?.self)
        }
    }

    /// On its way out, codec included.
    func encoded(with converter: DataConverter) async throws -> APIMemo {
        let memo = try wire(with: converter.payloadConverter)
        return converter.codec == nil ? memo : try await PayloadWalk.encoding(converter).map(memo)
    }

    /// As it came from a server, with the codec undone.
    init(decoding memo: APIMemo, with converter: DataConverter) async throws {
        let plain = converter.codec == nil ? memo : try await PayloadWalk.decoding(converter).map(memo)
        self.init(wire: plain, converter: converter.payloadConverter)
    }

    package func wire(with converter: any PayloadConverter) throws -> APIMemo {
        var memo = APIMemo()
        for (name, field) in fields {
            switch field {
            case .value(let value): memo.fields[name] = try converter.boundaryPayload(value).wire
            case .encoded(let payload, _): memo.fields[name] = payload
            }
        }
        return memo
    }
}
