import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A search attribute's name together with its type.
///
///     extension SearchAttributeKey<String> { static let stage = SearchAttributeKey.keyword("Stage") }
public struct SearchAttributeKey<Value: Sendable>: Sendable, Hashable {
    public let name: String
    /// The type's name on the wire, such as `Keyword`.
    public let typeName: String

    fileprivate init(name: String, typeName: String) {
        self.name = name
        self.typeName = typeName
    }
}

extension SearchAttributeKey<String> {
    /// Text that is found by its words.
    public static func text(_ name: String) -> Self { .init(name: name, typeName: "Text") }
    /// Text that is found as a whole.
    public static func keyword(_ name: String) -> Self { .init(name: name, typeName: "Keyword") }
}

extension SearchAttributeKey<Int> {
    public static func int(_ name: String) -> Self { .init(name: name, typeName: "Int") }
}

extension SearchAttributeKey<Double> {
    public static func double(_ name: String) -> Self { .init(name: name, typeName: "Double") }
}

extension SearchAttributeKey<Bool> {
    public static func bool(_ name: String) -> Self { .init(name: name, typeName: "Bool") }
}

extension SearchAttributeKey<Date> {
    public static func date(_ name: String) -> Self { .init(name: name, typeName: "Datetime") }
}

extension SearchAttributeKey<[String]> {
    /// Several keywords; a search for any one of them finds the run.
    public static func keywordList(_ name: String) -> Self { .init(name: name, typeName: "KeywordList") }
}

/// One search attribute with its value, or with `nil` to remove it.
public struct SearchAttribute: Sendable, Hashable {
    public let name: String
    let payload: Payload

    public init<Value: Encodable & Sendable>(_ key: SearchAttributeKey<Value>, _ value: Value?) {
        name = key.name
        payload = SearchAttribute.encode(value, typeName: key.typeName)
    }

    package init(name: String, payload: Payload) {
        self.name = name
        self.payload = payload
    }

    public static func text(_ name: String, _ value: String?) -> Self { .init(.text(name), value) }
    public static func keyword(_ name: String, _ value: String?) -> Self { .init(.keyword(name), value) }
    public static func int(_ name: String, _ value: Int?) -> Self { .init(.int(name), value) }
    public static func double(_ name: String, _ value: Double?) -> Self { .init(.double(name), value) }
    public static func bool(_ name: String, _ value: Bool?) -> Self { .init(.bool(name), value) }
    public static func date(_ name: String, _ value: Date?) -> Self { .init(.date(name), value) }
    public static func keywordList(_ name: String, _ value: [String]?) -> Self { .init(.keywordList(name), value) }

    /// Always plain JSON whatever the program's converter is, because the server has to read it.
    private static func encode<Value: Encodable & Sendable>(_ value: Value?, typeName: String) -> Payload {
        var payload = Payload(encoding: Payload.Encoding.null)
        // A number that JSON lacks (NaN) counts as no value; the other types cannot fail.
        if let value, let data = try? JSON.encode(value) {
            payload = Payload(encoding: Payload.Encoding.json, data: data)
        }
        payload.metadata["type"] = Data(typeName.utf8)
        return payload
    }
}

/// What a run can be found by.
///
///     let attributes: SearchAttributes = [.keyword("Stage", "done"), .int("Stories", 10)]
///     let stage = attributes[.keyword("Stage")]                        // String?
public struct SearchAttributes: Sendable, Hashable, ExpressibleByArrayLiteral {
    private var payloads: [String: Payload]

    public init(_ attributes: [SearchAttribute] = []) {
        payloads = Dictionary(attributes.map { ($0.name, $0.payload) }, uniquingKeysWith: { $1 })
    }

    public init(arrayLiteral elements: SearchAttribute...) {
        self.init(elements)
    }

    public var isEmpty: Bool { payloads.isEmpty }
    /// In alphabetical order.
    public var names: [String] { payloads.keys.sorted() }

    /// The value, or `nil` if there is none or it is of another type.
    public subscript<Value: Codable & Sendable>(_ key: SearchAttributeKey<Value>) -> Value? {
        get {
            guard let payload = payloads[key.name] else { return nil }
            return try? DefaultPayloadConverter().value(from: payload, as: Value?.self)
        }
        set {
            payloads[key.name] = SearchAttribute(key, newValue).payload
        }
    }

    /// A value as the JSON text in which the server keeps it.
    public func json(_ name: String) -> String? {
        payloads[name].map { String(decoding: $0.data, as: UTF8.self) }
    }

    /// These attributes with those of `other`, which win.
    public func merging(_ other: SearchAttributes) -> SearchAttributes {
        var merged = self
        merged.payloads.merge(other.payloads) { $1 }
        return merged
    }

    package init(wire: APISearchAttributes) {
        payloads = wire.indexedFields.mapValues(Payload.init(wire:))
    }

    package var wire: APISearchAttributes {
        .with { $0.indexedFields = payloads.mapValues(\.wire) }
    }
}
