import Foundation
import SwiftProtobuf
import WireAPI

/// Search attributes: which exist, and of what type.
extension Engine {
    /// Attributes of the server's own that a client or a workflow may set.
    static let settableSystemAttributes: [String: APIIndexedValueType] = [
        "TemporalChangeVersion": .keywordList, "BatcherUser": .keyword, "BatcherNamespace": .keyword,
        "TemporalScheduledStartTime": .datetime, "TemporalScheduledById": .keyword, "TemporalSchedulePaused": .bool,
        "TemporalNamespaceDivision": .keyword, "BuildIds": .keywordList, "BinaryChecksums": .keywordList,
        "TemporalReportedProblems": .keywordList, "TemporalPauseInfo": .keywordList,
    ]

    func attributeType(_ name: String, namespace: NamespaceKey) -> APIIndexedValueType? {
        if let type = Self.settableSystemAttributes[name] { return type }
        guard let raw = namespaces[namespace]?.record.searchAttributes[name] else { return nil }
        return APIIndexedValueType(rawValue: Int(raw))
    }

    /// The attributes with their types noted, as they are stored and shown.
    func typed(_ attributes: APISearchAttributes, namespace: NamespaceKey) -> APISearchAttributes {
        var typed = attributes
        for (name, payload) in attributes.indexedFields {
            guard let type = attributeType(name, namespace: namespace) else { continue }
            var payload = payload
            payload.metadata["type"] = Data(Self.typeName(type).utf8)
            typed.indexedFields[name] = payload
        }
        return typed
    }

    static func typeName(_ type: APIIndexedValueType) -> String {
        switch type {
        case .text: "Text"
        case .keyword: "Keyword"
        case .int: "Int"
        case .double: "Double"
        case .bool: "Bool"
        case .datetime: "Datetime"
        case .keywordList: "KeywordList"
        default: "Unspecified"
        }
    }

    private func operatorNamespace(_ name: String) throws -> NamespaceTable.Namespace {
        try namespaces.named(name.isEmpty ? "default" : name)
    }

    func addSearchAttributes(_ request: APIAddSearchAttributesRequest) throws -> APIAddSearchAttributesResponse {
        var namespace = try operatorNamespace(request.namespace)
        for (name, type) in request.searchAttributes.sorted(by: { $0.key < $1.key }) {
            if Self.settableSystemAttributes[name] != nil || Self.fixedSystemAttributes[name] != nil {
                throw EngineError.invalid("Search attribute \(name) is reserved by system.")
            }
            if type == .unspecified { throw EngineError.invalid("Unable to parse search attribute type: \(type).") }
            if namespace.record.searchAttributes[name] != nil {
                throw EngineError(.alreadyExists, "Search attribute \(name) already exists.")
            }
            namespace.record.searchAttributes[name] = Int32(type.rawValue)
        }
        try save(namespace)
        return APIAddSearchAttributesResponse()
    }

    func removeSearchAttributes(
        _ request: APIRemoveSearchAttributesRequest
    ) throws -> APIRemoveSearchAttributesResponse {
        var namespace = try operatorNamespace(request.namespace)
        for name in request.searchAttributes {
            guard namespace.record.searchAttributes.removeValue(forKey: name) != nil else {
                throw EngineError.notFound("Search attribute \(name) doesn't exist.")
            }
        }
        try save(namespace)
        return APIRemoveSearchAttributesResponse()
    }

    func listSearchAttributes(_ request: APIListSearchAttributesRequest) throws -> APIListSearchAttributesResponse {
        let namespace = try operatorNamespace(request.namespace)
        var answer = APIListSearchAttributesResponse()
        for (name, raw) in namespace.record.searchAttributes {
            answer.customAttributes[name] = APIIndexedValueType(rawValue: Int(raw)) ?? .unspecified
        }
        answer.systemAttributes = Self.fixedSystemAttributes.merging(Self.settableSystemAttributes) { first, _ in first
        }
        return answer
    }

    /// Attributes of the server's own that only it sets.
    static let fixedSystemAttributes: [String: APIIndexedValueType] = [
        "WorkflowId": .keyword, "RunId": .keyword, "WorkflowType": .keyword, "StartTime": .datetime,
        "ExecutionTime": .datetime, "CloseTime": .datetime, "ExecutionStatus": .keyword, "TaskQueue": .keyword,
        "HistoryLength": .int, "ExecutionDuration": .int, "StateTransitionCount": .int, "HistorySizeBytes": .int,
        "ParentWorkflowId": .keyword, "ParentRunId": .keyword, "RootWorkflowId": .keyword, "RootRunId": .keyword,
    ]
}
