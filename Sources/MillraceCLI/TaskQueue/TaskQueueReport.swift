import SwiftProtobuf
import WireAPI

/// What a server said of a task queue, by version and type.
struct TaskQueueReport {
    struct Reachability {
        var buildID: String
        var reachability: String
    }

    struct Poller {
        var buildID: String
        var type: String
        var info: APIPollerInfo
    }

    struct Stats {
        var buildID: String
        var type: String
        var stats: APITaskQueueStats

        /// Tasks a second by which the backlog grows.
        var increaseRate: Float { stats.tasksAddRate - stats.tasksDispatchRate }
    }

    private(set) var reachability: [Reachability] = []
    private(set) var pollers: [Poller] = []
    private(set) var stats: [Stats] = []

    init(_ response: APIDescribeTaskQueueResponse) {
        for (version, info) in response.versionsInfo.sorted(by: { $0.key < $1.key }) {
            let buildID = version.isEmpty ? "UNVERSIONED" : version
            reachability.append(Reachability(buildID: buildID, reachability: Self.text(info.taskReachability)))
            for (number, typeInfo) in info.typesInfo.sorted(by: { $0.key < $1.key }) {
                let type = Self.text(APITaskQueueType(rawValue: Int(number)) ?? .unspecified)
                pollers += typeInfo.pollers.map { Poller(buildID: buildID, type: type, info: $0) }
                if typeInfo.hasStats { stats.append(Stats(buildID: buildID, type: type, stats: typeInfo.stats)) }
            }
        }
    }

    private static func text(_ value: some SwiftProtobuf.Enum) -> String {
        let name = EnumText.short(value)
        return name.prefix(1).lowercased() + name.dropFirst()
    }

    // MARK: JSON

    func json(showsReachability: Bool, showsStats: Bool) -> JSONValue {
        .object([
            .init("reachability", showsReachability ? list(reachability, json) : .null),
            .init("pollers", list(pollers, json)),
            .init("stats", showsStats ? list(stats, json) : .null),
        ])
    }

    /// Lists without elements are null, as in the reference.
    private func list<Element>(_ elements: [Element], _ convert: (Element) -> JSONValue) -> JSONValue {
        elements.isEmpty ? .null : .array(elements.map(convert))
    }

    private func json(_ reachability: Reachability) -> JSONValue {
        .object([
            .init("buildId", .string(reachability.buildID)),
            .init("reachability", .string(reachability.reachability)),
        ])
    }

    private func json(_ poller: Poller) -> JSONValue {
        .object([
            .init("buildId", .string(poller.buildID)), .init("taskQueueType", .string(poller.type)),
            .init("identity", .string(poller.info.identity)),
            .init("lastAccessTime", .string((try? poller.info.lastAccessTime.isoText()) ?? "")),
            .init("ratePerSecond", .double(poller.info.ratePerSecond)),
        ])
    }

    private func json(_ stats: Stats) -> JSONValue {
        .object([
            .init("buildId", .string(stats.buildID)), .init("taskQueueType", .string(stats.type)),
            .init("approximateBacklogCount", .integer(stats.stats.approximateBacklogCount)),
            .init("approximateBacklogAge", .string(DurationText.format(stats.stats.approximateBacklogAge))),
            .init("backlogIncreaseRate", .float(stats.increaseRate)),
            .init("tasksAddRate", .float(stats.stats.tasksAddRate)),
            .init("tasksDispatchRate", .float(stats.stats.tasksDispatchRate)),
        ])
    }

    // MARK: Text

    func print(_ session: Session, showsReachability: Bool, showsStats: Bool) {
        if showsReachability {
            session.heading("Task Reachability:")
            let rows = reachability.map { [Table.Cell($0.buildID), Table.Cell($0.reachability)] }
            session.table(Table(columns: [.init("BuildID"), .init("Reachability")], rows: rows))
        }
        if showsStats {
            session.heading("Task Queue Statistics:")
            session.table(statsTable)
        }
        session.heading("Pollers:")
        session.table(pollersTable(session))
    }

    private var statsTable: Table {
        let columns: [Table.Column] = [
            .init("BuildID"), .init("TaskQueueType"), .init("ApproximateBacklogCount", .right),
            .init("ApproximateBacklogAge"), .init("BacklogIncreaseRate", .right), .init("TasksAddRate", .right),
            .init("TasksDispatchRate", .right),
        ]
        let rows: [[Table.Cell]] = stats.map { row in
            [
                .init(row.buildID), .init(row.type), "\(row.stats.approximateBacklogCount)",
                .init(DurationText.format(row.stats.approximateBacklogAge)),
                .init(JSONNumber.shortest(row.increaseRate)), .init(JSONNumber.shortest(row.stats.tasksAddRate)),
                .init(JSONNumber.shortest(row.stats.tasksDispatchRate)),
            ]
        }
        return Table(columns: columns, rows: rows)
    }

    private func pollersTable(_ session: Session) -> Table {
        let columns: [Table.Column] = [
            .init("BuildID"), .init("TaskQueueType"), .init("Identity"), .init("LastAccessTime"),
            .init("RatePerSecond", .right),
        ]
        let rows: [[Table.Cell]] = pollers.map { row in
            [
                .init(row.buildID), .init(row.type), .init(row.info.identity),
                .init(session.time(row.info.lastAccessTime)), .init(JSONNumber.shortest(row.info.ratePerSecond)),
            ]
        }
        return Table(columns: columns, rows: rows)
    }
}
