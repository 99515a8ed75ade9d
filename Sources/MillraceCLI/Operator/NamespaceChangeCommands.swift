import ArgumentParser
import SwiftProtobuf
import WireAPI

enum ArchivalState: String, ExpressibleByArgument, CaseIterable, Sendable {
    case disabled, enabled

    var wire: APIArchivalState { self == .enabled ? .enabled : .disabled }
}

/// What both creating and updating a namespace can set.
struct NamespaceSettings: ParsableArguments, Sendable {
    @Option(parsing: .unconditional, help: "What the namespace is for.")
    var description: String?

    @Option(parsing: .unconditional, help: "E-mail address of the owner.")
    var email: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Data of the namespace; repeatable.", valueName: "key=value"))
    var data: [String] = []

    @Option(parsing: .unconditional, help: "Name of the active cluster.")
    var activeCluster: String?

    @Option(parsing: .unconditionalSingleValue, help: "Name of a cluster; repeatable.")
    var cluster: [String] = []

    @Option(parsing: .unconditional, help: "Archival of histories.")
    var historyArchivalState: ArchivalState?

    @Option(parsing: .unconditional, help: "Where histories are archived.")
    var historyUri: String?

    @Option(parsing: .unconditional, help: "Archival of visibility records.")
    var visibilityArchivalState: ArchivalState?

    @Option(parsing: .unconditional, help: "Where visibility records are archived.")
    var visibilityUri: String?

    var clusters: [APIClusterReplicationConfig] {
        cluster.map { name in
            var config = APIClusterReplicationConfig()
            config.clusterName = name
            return config
        }
    }
}

/// `millrace operator namespace create`
struct NamespaceCreateCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a namespace.",
        discussion: "millrace operator namespace create -n reports --retention 30d")

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long closed executions are kept. (default: 72h)", valueName: "duration"),
        transform: DurationText.parse)
    var retention: Duration = .seconds(72 * 3600)

    @Flag(name: .customLong("global"), help: "Replicate the namespace to other regions.")
    var isGlobal = false

    @OptionGroup var settings: NamespaceSettings
    @OptionGroup var argument: NamespaceArgument
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await argument.client(connection, session)
        var request = APIRegisterNamespaceRequest()
        request.namespace = client.namespace
        request.description_p = settings.description ?? ""
        request.ownerEmail = settings.email ?? ""
        request.workflowExecutionRetentionPeriod = .init(retention)
        request.data = try KeyValues.texts(settings.data)
        request.clusters = settings.clusters
        request.activeClusterName = settings.activeCluster ?? ""
        request.isGlobalNamespace = isGlobal
        request.historyArchivalState = (settings.historyArchivalState ?? .disabled).wire
        request.historyArchivalUri = settings.historyUri ?? ""
        request.visibilityArchivalState = (settings.visibilityArchivalState ?? .disabled).wire
        request.visibilityArchivalUri = settings.visibilityUri ?? ""
        _ = try await during("unable to create namespace \(client.namespace)") {
            try await client.call(WorkflowService.registerNamespace, request)
        }
        session.line("Namespace \(client.namespace) successfully registered.")
    }
}

enum ReplicationState: String, ExpressibleByArgument, CaseIterable, Sendable {
    case normal, handover
}

/// `millrace operator namespace update`
struct NamespaceUpdateCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change a namespace; what is not given stays.")

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long closed executions are kept.", valueName: "duration"),
        transform: DurationText.parse)
    var retention: Duration?

    @Flag(help: "Replicate the namespace to other regions.")
    var promoteGlobal = false

    @Option(parsing: .unconditional, help: "State of replication.")
    var replicationState: ReplicationState?

    @OptionGroup var settings: NamespaceSettings
    @OptionGroup var argument: NamespaceArgument
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await argument.client(connection, session)
        let current = try await current(client)
        let response = try await during("namespace update failed") {
            try await client.call(WorkflowService.updateNamespace, try request(client, current))
        }
        try session.json(response)
        session.line("Namespace \(client.namespace) update succeeded.")
    }

    private func current(_ client: ServiceClient) async throws -> APIDescribeNamespaceResponse {
        var request = APIDescribeNamespaceRequest()
        request.namespace = client.namespace
        return try await during("namespace update failed") {
            try await client.call(WorkflowService.describeNamespace, request)
        }
    }

    private func request(
        _ client: ServiceClient, _ current: APIDescribeNamespaceResponse
    ) throws -> APIUpdateNamespaceRequest {
        var request = APIUpdateNamespaceRequest()
        request.namespace = client.namespace
        request.promoteNamespace = promoteGlobal
        if settings.activeCluster != nil || !settings.cluster.isEmpty || replicationState != nil {
            request.replicationConfig.activeClusterName = settings.activeCluster ?? ""
            request.replicationConfig.clusters = settings.clusters
            if let replicationState {
                request.replicationConfig.state = replicationState == .normal ? .normal : .handover
            }
            if settings.activeCluster != nil { return request }
        }
        request.updateInfo.description_p = settings.description ?? current.namespaceInfo.description_p
        request.updateInfo.ownerEmail = settings.email ?? current.namespaceInfo.ownerEmail
        request.updateInfo.data = try KeyValues.texts(settings.data)
        let config = current.config
        request.config.workflowExecutionRetentionTtl =
            retention.map { .init($0) } ?? config.workflowExecutionRetentionTtl
        request.config.historyArchivalState = settings.historyArchivalState?.wire ?? config.historyArchivalState
        request.config.historyArchivalUri = settings.historyUri ?? config.historyArchivalUri
        request.config.visibilityArchivalState =
            settings.visibilityArchivalState?.wire ?? config.visibilityArchivalState
        request.config.visibilityArchivalUri = settings.visibilityUri ?? config.visibilityArchivalUri
        return request
    }
}
