import SwiftProtobuf
import WireAPI

extension Engine {
    func describeTaskQueue(_ request: APIDescribeTaskQueueRequest) throws -> APIDescribeTaskQueueResponse {
        let namespace = try namespaces.named(request.namespace).key
        try checkQueue(request.hasTaskQueue, request.taskQueue)
        let kind: TaskRow.Kind = request.taskQueueType == .activity ? .activity : .workflow
        let queue = queues[QueueKey(namespace: namespace, kind: kind, name: request.taskQueue.name)]
        var response = APIDescribeTaskQueueResponse()
        response.pollers = pollers(of: queue)
        response.versioningInfo.currentVersion = "__unversioned__"
        response.versioningInfo.updateTime = .noTime
        if request.includeTaskQueueStatus {
            response.taskQueueStatus.backlogCountHint = Int64(queue?.backlog.count ?? 0)
            response.taskQueueStatus.ratePerSecond = 100_000
            response.taskQueueStatus.taskIDBlock = APITaskIdBlock()
        }
        if request.reportStats { response.stats = stats(of: queue) }
        if request.apiMode == .enhanced { describeTypes(request, namespace, &response) }
        return response
    }

    private func describeTypes(
        _ request: APIDescribeTaskQueueRequest, _ namespace: NamespaceKey,
        _ response: inout APIDescribeTaskQueueResponse
    ) {
        let types = request.taskQueueTypes.isEmpty ? [.workflow, .activity] : request.taskQueueTypes
        var info = APITaskQueueVersionInfo()
        for type in types where type == .workflow || type == .activity {
            let kind: TaskRow.Kind = type == .activity ? .activity : .workflow
            let queue = queues[QueueKey(namespace: namespace, kind: kind, name: request.taskQueue.name)]
            var typeInfo = APITaskQueueTypeInfo()
            if request.reportPollers { typeInfo.pollers = pollers(of: queue) }
            if request.reportStats { typeInfo.stats = stats(of: queue) }
            info.typesInfo[Int32(type.rawValue)] = typeInfo
        }
        response.versionsInfo[""] = info
    }

    private func pollers(of queue: TaskQueue?) -> [APIPollerInfo] {
        guard let queue else { return [] }
        return queue.seen.filter { $0.value.lastAccess >= now - limits.pollerMemory }.map { identity, poller in
            var info = APIPollerInfo()
            info.identity = identity
            info.lastAccessTime = Google_Protobuf_Timestamp(poller.lastAccess)
            info.ratePerSecond = 100_000
            if let capabilities = poller.capabilities { info.workerVersionCapabilities = capabilities }
            if let deployment = poller.deployment { info.deploymentOptions = deployment }
            return info
        }
    }

    private func stats(of queue: TaskQueue?) -> APITaskQueueStats {
        var stats = APITaskQueueStats()
        stats.approximateBacklogCount = Int64(queue?.backlog.count ?? 0)
        let oldest = queue?.backlog.first?.scheduledAt ?? now
        stats.approximateBacklogAge = Google_Protobuf_Duration(max(0, now - oldest))
        return stats
    }
}
