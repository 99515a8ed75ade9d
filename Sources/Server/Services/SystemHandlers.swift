import Engine
import WireAPI
import WireRPC

/// What a server says of itself.
struct SystemHandlers: Sendable {
    /// The version of the Temporal server whose behaviour this one has: what clients decide by.
    static let referenceVersion = "1.32.0"
    private static let clusterName = "active"

    let engine: EngineCaller
    let persistence: String
    /// Where clients reach this server; empty if only inside its process.
    let address: @Sendable () -> String

    func register(in table: inout ServiceTable) {
        table.register(WorkflowService.getSystemInfo) { _, _ in Self.systemInfo }
        table.register(WorkflowService.getClusterInfo) { _, _ in clusterInfo }
        table.register(WorkflowService.getSearchAttributes) { _, _ in Self.searchAttributes }
        table.register(WorkflowService.listTaskQueuePartitions) { request, _ in try partitions(request) }
        table.register(OperatorService.listClusters) { _, _ in clusters }
        table.register(OperatorService.addOrUpdateRemoteCluster) { _, _ in
            throw RPCError(.unimplemented, "This server does not replicate to other clusters.")
        }
        table.register(OperatorService.removeRemoteCluster) { _, _ in
            throw RPCError(
                .notFound, "The cluster to be deleted cannot be found in clusters cache.", detail: APINotFoundFailure())
        }
    }

    /// Only what works is promised: clients rely on each of these at once.
    private static let systemInfo: APIGetSystemInfoResponse = {
        var info = APIGetSystemInfoResponse()
        info.serverVersion = referenceVersion
        info.capabilities.signalAndQueryHeader = true
        info.capabilities.internalErrorDifferentiation = true
        info.capabilities.activityFailureIncludeHeartbeat = true
        info.capabilities.supportsSchedules = true
        info.capabilities.encodedFailureAttributes = true
        info.capabilities.sdkMetadata = true
        // A worker tells its build id with each poll and answer instead of a binary checksum.
        info.capabilities.buildIDBasedVersioning = true
        info.capabilities.upsertMemo = true
        info.capabilities.eagerWorkflowStart = true
        info.capabilities.countGroupByExecutionStatus = true
        return info
    }()

    private var clusterInfo: APIGetClusterInfoResponse {
        var info = APIGetClusterInfoResponse()
        info.supportedClients = ClientVersions.supported
        info.serverVersion = Self.referenceVersion
        info.clusterID = clusterID
        info.clusterName = Self.clusterName
        info.historyShardCount = 1
        info.persistenceStore = persistence
        info.visibilityStore = persistence
        info.initialFailoverVersion = 1
        info.failoverVersionIncrement = 10
        return info
    }

    private var clusters: APIListClustersResponse {
        var cluster = APIClusterMetadata()
        cluster.clusterName = Self.clusterName
        cluster.clusterID = clusterID
        cluster.address = address()
        cluster.initialFailoverVersion = 1
        cluster.historyShardCount = 1
        cluster.isConnectionEnabled = true
        var response = APIListClustersResponse()
        response.clusters = [cluster]
        return response
    }

    private var clusterID: String { engine.host.core.clusterID.withLock { $0 } }

    private static let searchAttributes: APIGetSearchAttributesResponse = {
        var response = APIGetSearchAttributesResponse()
        for attribute in SystemSearchAttributes.system + SystemSearchAttributes.predefined {
            response.keys[attribute.name] = APIIndexedValueType(rawValue: attribute.type.rawValue)
        }
        return response
    }()

    /// A task queue is whole here: one partition, which is the queue itself.
    private func partitions(
        _ request: APIListTaskQueuePartitionsRequest
    ) throws(RPCError) -> APIListTaskQueuePartitionsResponse {
        _ = try engine.namespace(request.namespace)
        guard !request.taskQueue.name.isEmpty else { throw RPCError(.invalidArgument, "taskQueue is not set") }
        var partition = APITaskQueuePartitionMetadata()
        partition.key = request.taskQueue.name
        partition.ownerHostName = address()
        var response = APIListTaskQueuePartitionsResponse()
        response.activityTaskQueuePartitions = [partition]
        response.workflowTaskQueuePartitions = [partition]
        return response
    }
}
