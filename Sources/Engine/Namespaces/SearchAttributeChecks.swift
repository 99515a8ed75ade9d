import Foundation
import WireAPI

/// What is wrong with given search attributes.
extension Engine {
    private static var mostAttributes: Int { 100 }
    private static var largestValue: Int { 2_048 }
    private static var largestTotal: Int { 40_960 }

    /// Attributes that only a server sets, although they are kept with those that others may set.
    private static var reservedAttributes: Set<String> {
        [
            "TemporalWorkerDeploymentVersion", "TemporalWorkflowVersioningBehavior", "TemporalWorkerDeployment",
            "TemporalUsedWorkerDeploymentVersions", "TemporalExternalPayloadCount", "TemporalExternalPayloadSizeBytes",
        ]
    }

    /// What is wrong with the attributes, in the reference's words; `nil` if nothing is.
    func searchAttributeProblem(_ attributes: APISearchAttributes, namespace: NamespaceKey) -> String? {
        let fields = attributes.indexedFields
        guard !fields.isEmpty else { return nil }
        for name in fields.keys.sorted() where !isKnown(name, namespace: namespace) {
            let space = namespaces[namespace]?.name ?? ""
            return "Namespace \(space) has no mapping defined for search attribute \(name)"
        }
        if fields.count > Self.mostAttributes {
            return "number of search attributes \(fields.count) exceeds limit \(Self.mostAttributes)"
        }
        for (name, payload) in fields.sorted(by: { $0.key < $1.key }) {
            guard let type = attributeType(name, namespace: namespace) else {
                return "\(name) attribute can't be set in SearchAttributes"
            }
            if !SearchAttributeValue.isValid(payload, type) {
                return "invalid value for search attribute \(name) of type \(Self.typeName(type)): "
                    + SearchAttributeValue.shown(payload)
            }
        }
        return sizeProblem(attributes)
    }

    private func isKnown(_ name: String, namespace: NamespaceKey) -> Bool {
        attributeType(name, namespace: namespace) != nil || Self.fixedSystemAttributes[name] != nil
            || Self.reservedAttributes.contains(name)
    }

    private func sizeProblem(_ attributes: APISearchAttributes) -> String? {
        for (name, payload) in attributes.indexedFields.sorted(by: { $0.key < $1.key })
        where payload.data.count > Self.largestValue {
            return "search attribute \(name) value size \(payload.data.count) exceeds size limit \(Self.largestValue)"
        }
        let total = (try? attributes.serializedData().count) ?? 0
        guard total > Self.largestTotal else { return nil }
        return "total size of search attributes \(total) exceeds size limit \(Self.largestTotal)"
    }
}

/// The value of a search attribute as a client encodes it.
enum SearchAttributeValue {
    private static func encoding(_ payload: APIPayload) -> String {
        payload.metadata["encoding"].map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Whether the value is one of the type. Nothing at all, and an empty list, stand for "remove the attribute"; a
    /// list of values is let through for every type.
    static func isValid(_ payload: APIPayload, _ type: APIIndexedValueType) -> Bool {
        if encoding(payload) == "binary/null" { return true }
        guard encoding(payload) == "json/plain", let value = JSONScalar(payload.data) else { return false }
        switch value {
        case .null: return true
        case .array(let values): return values.allSatisfy { $0 == .null || isValid($0, type) }
        default: return type != .keywordList && isValid(value, type)
        }
    }

    private static func isValid(_ value: JSONScalar, _ type: APIIndexedValueType) -> Bool {
        switch (type, value) {
        case (.text, .string), (.keyword, .string), (.keywordList, .string), (.bool, .bool), (.int, .int),
            (.double, .int), (.double, .double):
            true
        case (.datetime, .string(let text)): TimeText.nanoseconds(rfc3339: text) != nil
        default: false
        }
    }

    /// The value as the reference prints it.
    static func shown(_ payload: APIPayload) -> String {
        guard encoding(payload) == "json/plain" else { return raw(payload) }
        if let value = JSONScalar(payload.data) { return shown(value) }
        let isObject = (try? JSONSerialization.jsonObject(with: payload.data)) != nil
        return isObject ? "map[\(String(decoding: payload.data, as: UTF8.self))]" : raw(payload)
    }

    private static func shown(_ value: JSONScalar) -> String {
        switch value {
        case .null: "<nil>"
        case .bool(let flag): "\(flag)"
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): text
        case .array(let values): "[" + values.map(shown).joined(separator: " ") + "]"
        }
    }

    private static func raw(_ payload: APIPayload) -> String {
        let metadata = payload.metadata.sorted { $0.key < $1.key }.map { key, value in
            "metadata:{key:\(quoted(Data(key.utf8)))  value:\(quoted(value))}"
        }
        let parts = metadata + (payload.data.isEmpty ? [] : ["data:\(quoted(payload.data))"])
        return "value from <\(parts.joined(separator: "  "))>"
    }

    private static func quoted(_ bytes: Data) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
            .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(text)\""
    }
}
