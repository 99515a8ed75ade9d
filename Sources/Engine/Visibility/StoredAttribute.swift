import Foundation
import WireAPI

/// One search attribute of a run, in the form it is searched by.
public struct StoredAttribute: Sendable, Equatable {
    public var name: String
    /// One value, or for sets all different ones. Never empty.
    public var values: [VisibilityValue]

    public init(name: String, values: [VisibilityValue]) {
        self.name = name
        self.values = values
    }

    /// The attributes in an encoded `temporal.api.common.v1.SearchAttributes`, by name. What is empty, or is not what
    /// its type says, is left out: it was checked when it came in, and a run must not be lost for it here.
    public static func decode(_ encoded: Data) -> [StoredAttribute] {
        guard let message = try? APISearchAttributes(serializedBytes: encoded) else { return [] }
        return message.indexedFields.compactMap { name, payload in
            let values = values(of: payload)
            return values.isEmpty ? nil : StoredAttribute(name: name, values: values)
        }.sorted { $0.name < $1.name }
    }

    private static func values(of payload: APIPayload) -> [VisibilityValue] {
        guard let content = JSONScalar(payload.data) else { return [] }
        let scalars: [JSONScalar] = if case .array(let elements) = content { elements } else { [content] }
        let type = payload.metadata["type"].flatMap {
            SearchAttributeType(name: String(decoding: $0, as: UTF8.self))
        }
        switch type {
        case .text:
            let texts = scalars.compactMap { scalar in if case .string(let text) = scalar { text } else { nil } }
            guard !texts.isEmpty else { return [] }
            let words = TextWords.of(texts.joined(separator: " "))
            // A text without words is still a text: the empty word, which no query can ask for, stands for it.
            return (words.isEmpty ? [""] : words).map { .text($0) }
        case .keywordList: return unique(scalars.compactMap { value($0, .keyword) })
        case .some(let type): return Array(scalars.prefix(1).compactMap { value($0, type) })
        case nil:
            if case .array = content { return unique(scalars.compactMap { value($0, nil) }) }
            return scalars.compactMap { value($0, nil) }
        }
    }

    private static func value(_ scalar: JSONScalar, _ type: SearchAttributeType?) -> VisibilityValue? {
        switch (type, scalar) {
        case (.datetime, .string(let text)): TimeText.nanoseconds(rfc3339: text).map { .int($0) }
        case (.keyword, .string(let text)), (nil, .string(let text)): .text(text)
        case (.int, .int(let number)), (.double, .int(let number)), (nil, .int(let number)): .int(number)
        case (.int, .double(let number)), (.double, .double(let number)), (nil, .double(let number)): .double(number)
        case (.bool, .bool(let flag)), (nil, .bool(let flag)): .int(flag ? 1 : 0)
        default: nil
        }
    }

    private static func unique(_ values: [VisibilityValue]) -> [VisibilityValue] {
        var seen: Set<VisibilityValue> = []
        return values.filter { seen.insert($0).inserted }
    }
}
