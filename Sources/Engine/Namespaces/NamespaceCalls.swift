import Foundation
import SwiftProtobuf
import WireAPI

extension Engine {
    func save(_ namespace: NamespaceTable.Namespace) throws {
        write(
            .putNamespace(key: namespace.key, name: namespace.name, record: try namespace.record.serializedBytes()))
        namespaces.put(namespace)
    }

    func registerNamespace(_ request: APIRegisterNamespaceRequest) throws -> APIRegisterNamespaceResponse {
        let name = request.namespace
        if name.isEmpty { throw EngineError.invalid("Namespace not set on request.") }
        if name.utf8.count > limits.idLength { throw EngineError.invalid("Namespace length exceeds limit.") }
        if namespaces.contains(name) {
            throw EngineError(
                .alreadyExists, "Namespace \"\(name)\" already exists", detail: APINamespaceAlreadyExistsFailure())
        }
        let retention = request.workflowExecutionRetentionPeriod.nanoseconds
        try checkRetention(request.workflowExecutionRetentionPeriod)
        var record = NamespaceRecord()
        record.id = Identifiers.random(random)
        record.name = name
        record.description_p = request.description_p
        record.ownerEmail = request.ownerEmail
        record.data = request.data
        record.retention = retention
        record.state = Int32(APINamespaceState.registered.rawValue)
        try save(.init(key: namespaces.nextKey, record: record))
        return APIRegisterNamespaceResponse()
    }

    private func checkRetention(_ retention: Google_Protobuf_Duration) throws {
        if retention.problem != nil || retention.nanoseconds < Self.leastRetention {
            throw EngineError.invalid("A valid retention period is not set on request.")
        }
    }

    private static var leastRetention: Nanoseconds { 3_600 * .second }

    func describeNamespace(_ request: APIDescribeNamespaceRequest) throws -> APIDescribeNamespaceResponse {
        if request.namespace.isEmpty && !request.id.isEmpty {
            guard let namespace = namespaces.withID(request.id) else { throw EngineError.namespaceNotFound(request.id) }
            return describe(namespace)
        }
        if request.namespace.isEmpty { throw EngineError.invalid("Namespace not set on request.") }
        return describe(try namespaces.named(request.namespace))
    }

    private func describe(_ namespace: NamespaceTable.Namespace) -> APIDescribeNamespaceResponse {
        var answer = APIDescribeNamespaceResponse()
        answer.namespaceInfo.name = namespace.name
        answer.namespaceInfo.id = namespace.record.id
        answer.namespaceInfo.state = APINamespaceState(rawValue: Int(namespace.record.state)) ?? .registered
        answer.namespaceInfo.description_p = namespace.record.description_p
        answer.namespaceInfo.ownerEmail = namespace.record.ownerEmail
        answer.namespaceInfo.data = namespace.record.data
        answer.namespaceInfo.capabilities.eagerWorkflowStart = true
        answer.namespaceInfo.capabilities.reportedProblemsSearchAttribute = true
        answer.namespaceInfo.supportsSchedules = true
        answer.namespaceInfo.limits.blobSizeLimitError = Int64(limits.blobSize)
        answer.namespaceInfo.limits.memoSizeLimitError = Int64(limits.memoSize)
        answer.namespaceInfo.limits.workflowTaskCompletionSizeLimitError = 40 << 20
        answer.config.workflowExecutionRetentionTtl = Google_Protobuf_Duration(namespace.retention)
        answer.config.historyArchivalState = .disabled
        answer.config.visibilityArchivalState = .disabled
        answer.config.badBinaries = APIBadBinaries()
        for (name, _) in namespace.record.searchAttributes {
            answer.config.customSearchAttributeAliases[name] = name
        }
        answer.replicationConfig.activeClusterName = "active"
        var cluster = APIClusterReplicationConfig()
        cluster.clusterName = "active"
        answer.replicationConfig.clusters = [cluster]
        return answer
    }

    func listNamespaces(_ request: APIListNamespacesRequest) -> APIListNamespacesResponse {
        var answer = APIListNamespacesResponse()
        answer.namespaces = namespaces.all.map(describe)
        return answer
    }

    func updateNamespace(_ request: APIUpdateNamespaceRequest) throws -> APIUpdateNamespaceResponse {
        if request.namespace.isEmpty { throw EngineError.invalid("Namespace not set on request.") }
        var namespace = try namespaces.named(request.namespace)
        if request.hasUpdateInfo {
            let info = request.updateInfo
            if !info.description_p.isEmpty { namespace.record.description_p = info.description_p }
            if !info.ownerEmail.isEmpty { namespace.record.ownerEmail = info.ownerEmail }
            namespace.record.data.merge(info.data) { _, new in new }
        }
        if request.hasConfig && request.config.hasWorkflowExecutionRetentionTtl {
            try checkRetention(request.config.workflowExecutionRetentionTtl)
            namespace.record.retention = request.config.workflowExecutionRetentionTtl.nanoseconds
        }
        try save(namespace)
        let described = describe(namespace)
        var answer = APIUpdateNamespaceResponse()
        answer.namespaceInfo = described.namespaceInfo
        answer.config = described.config
        answer.replicationConfig = described.replicationConfig
        return answer
    }

    /// Deletes a namespace and, in the background, what is in it.
    func deleteNamespace(_ request: APIDeleteNamespaceRequest) throws -> APIDeleteNamespaceResponse {
        let namespace =
            request.namespace.isEmpty
            ? namespaces.withID(request.namespaceID) : try namespaces.named(request.namespace)
        guard let namespace else { throw EngineError.namespaceNotFound(request.namespaceID) }
        guard namespace.name != "temporal-system" else {
            throw EngineError(.failedPrecondition, "Unable to delete system namespace.")
        }
        for run in runs.values.sorted(by: { $0.key < $1.key }) where run.namespace == namespace.key {
            removeRun(run)
        }
        while true {
            let stored = try reader.runs(namespace: namespace.key, limit: 1_000_000).filter { deletedRuns[$0] == nil }
            if stored.isEmpty { break }
            for key in stored {
                noteDeleted(key)
                write(.deleteRun(run: key))
            }
        }
        try removeSchedules(of: namespace.key)
        write(.deleteNamespace(key: namespace.key))
        namespaces.remove(namespace.key)
        var answer = APIDeleteNamespaceResponse()
        answer.deletedNamespace = "\(namespace.name)-deleted-\(namespace.record.id.prefix(5))"
        return answer
    }
}
