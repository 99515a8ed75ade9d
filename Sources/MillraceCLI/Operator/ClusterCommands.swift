import ArgumentParser
import SwiftProtobuf
import WireAPI

/// `millrace operator cluster`
struct ClusterCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Health and facts of the server.",
        subcommands: [
            ClusterDescribeCommand.self, ClusterHealthCommand.self, ClusterListCommand.self, ClusterSystemCommand.self,
        ])
}

/// `millrace operator cluster health`
struct ClusterHealthCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Check that the server works.",
        discussion: "Exits with 1 if the server cannot be reached or does not serve.")

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        let request = Google_Protobuf_StringValue(HealthCheck.service)
        let response = try await during("failed checking cluster health") {
            try await client.call(HealthCheck.method, request)
        }
        let status = HealthCheck.text(response.value)
        session.json(.object([.init("status", .string(status))]))
        session.line(session.style.paint(status, status == "SERVING" ? .green : .red))
        guard status == "SERVING" else { throw OperationError("the server is not healthy") }
    }
}

/// `millrace operator cluster system`
struct ClusterSystemCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "system", abstract: "Show the server's version and what it can do.")

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        let info = try await during("unable to get system information") {
            try await client.call(WorkflowService.getSystemInfo, APIGetSystemInfoRequest())
        }
        try session.json(info)
        let columns = ["ServerVersion", "SupportsSchedules", "UpsertMemo", "EagerWorkflowStart"]
        let row: [Table.Cell] = [
            .init(info.serverVersion), "\(info.capabilities.supportsSchedules)", "\(info.capabilities.upsertMemo)",
            "\(info.capabilities.eagerWorkflowStart)",
        ]
        session.table(Table(columns: columns.map { .init($0) }, rows: [row]))
    }
}

/// `millrace operator cluster describe`
struct ClusterDescribeCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show the cluster's name and stores.")

    @Flag(help: "Show shards and version too.")
    var detail = false

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        let info = try await during("unable to get cluster information") {
            try await client.call(WorkflowService.getClusterInfo, APIGetClusterInfoRequest())
        }
        try session.json(info)
        var columns = ["ClusterName", "PersistenceStore", "VisibilityStore"]
        var row: [Table.Cell] = [.init(info.clusterName), .init(info.persistenceStore), .init(info.visibilityStore)]
        if detail {
            columns += ["HistoryShardCount", "VersionInfo"]
            row += ["\(info.historyShardCount)", .init(info.serverVersion)]
        }
        session.table(Table(columns: columns.map { .init($0) }, rows: [row]))
    }
}

/// `millrace operator cluster list`
struct ClusterListCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the clusters that are connected.")

    @Option(parsing: .unconditional, help: "Show no more clusters than this.")
    var limit: Int = 0

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        var request = APIListClustersRequest()
        var clusters: [APIClusterMetadata] = []
        repeat {
            let page = try await during("failed listing clusters") {
                try await client.call(OperatorService.listClusters, request)
            }
            clusters += page.clusters
            request.nextPageToken = page.nextPageToken
        } while !request.nextPageToken.isEmpty && (limit <= 0 || clusters.count < limit)
        if limit > 0 { clusters = Array(clusters.prefix(limit)) }
        if session.isJSON {
            var list = JSONListWriter(session)
            for cluster in clusters { list.append(try session.protoJSON(cluster)) }
            list.finish()
        }
        guard !clusters.isEmpty else { return }
        let columns = [
            "Name", "ClusterId", "Address", "HistoryShardCount", "InitialFailoverVersion", "IsConnectionEnabled",
            "IsReplicationEnabled",
        ]
        let rows: [[Table.Cell]] = clusters.map {
            [
                .init($0.clusterName), .init($0.clusterID), .init($0.address), "\($0.historyShardCount)",
                "\($0.initialFailoverVersion)", "\($0.isConnectionEnabled)", "\($0.isReplicationEnabled)",
            ]
        }
        session.table(Table(columns: columns.map { .init($0) }, rows: rows))
    }
}
