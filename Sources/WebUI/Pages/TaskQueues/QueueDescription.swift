import SwiftProtobuf
import WireAPI

/// What the server says of a task queue, of both its kinds.
struct QueueDescription: Sendable {
    /// A connection that asks for tasks.
    struct Poller: Sendable {
        var identity: String
        var lastAccess: Google_Protobuf_Timestamp
        var rate: Double
        /// The deployment or the build of the worker; empty if it did not say.
        var version: String
        var kinds: Set<Kind>
    }

    enum Kind: Int32, CaseIterable, Sendable {
        case workflow = 1
        case activity = 2
    }

    struct Backlog: Sendable {
        var count: Int64 = 0
        /// Of the task that waits longest, in seconds.
        var age = 0.0
        var added: Float = 0
        var dispatched: Float = 0
    }

    /// The one heard of last first; one of both kinds is one.
    private(set) var pollers: [Poller] = []
    private(set) var backlogs: [Kind: Backlog] = [:]

    func pollers(of kind: Kind) -> [Poller] { pollers.filter { $0.kinds.contains(kind) } }

    static func read(_ name: String, _ request: PageRequest) async throws -> QueueDescription {
        var describe = APIDescribeTaskQueueRequest()
        describe.namespace = request.namespace
        describe.taskQueue.name = name
        describe.apiMode = .enhanced
        describe.taskQueueTypes = [.workflow, .activity]
        describe.reportPollers = true
        describe.reportStats = true
        return QueueDescription(try await request.service.call(WorkflowService.describeTaskQueue, describe))
    }

    init(_ response: APIDescribeTaskQueueResponse) {
        for info in response.versionsInfo.values {
            for kind in Kind.allCases {
                guard let type = info.typesInfo[kind.rawValue] else { continue }
                for poller in type.pollers { add(poller, kind) }
                if type.hasStats { add(type.stats, kind) }
            }
        }
        pollers.sort { $1.lastAccess < $0.lastAccess || $0.lastAccess == $1.lastAccess && $0.identity < $1.identity }
    }

    private mutating func add(_ info: APIPollerInfo, _ kind: Kind) {
        let version = Self.version(info)
        if let index = pollers.firstIndex(where: { $0.identity == info.identity && $0.version == version }) {
            pollers[index].kinds.insert(kind)
            if pollers[index].lastAccess < info.lastAccessTime { pollers[index].lastAccess = info.lastAccessTime }
            pollers[index].rate = max(pollers[index].rate, info.ratePerSecond)
        } else {
            pollers.append(
                Poller(
                    identity: info.identity, lastAccess: info.lastAccessTime, rate: info.ratePerSecond,
                    version: version, kinds: [kind]))
        }
    }

    private mutating func add(_ stats: APITaskQueueStats, _ kind: Kind) {
        var backlog = backlogs[kind] ?? Backlog()
        backlog.count += stats.approximateBacklogCount
        let age = stats.approximateBacklogAge
        backlog.age = max(backlog.age, Double(age.seconds) + Double(age.nanos) / 1e9)
        backlog.added += stats.tasksAddRate
        backlog.dispatched += stats.tasksDispatchRate
        backlogs[kind] = backlog
    }

    private static func version(_ info: APIPollerInfo) -> String {
        let options = info.deploymentOptions
        if !options.deploymentName.isEmpty { return "\(options.deploymentName) \(options.buildID)" }
        return info.workerVersionCapabilities.buildID
    }
}
