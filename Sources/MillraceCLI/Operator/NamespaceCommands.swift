import ArgumentParser
import SwiftProtobuf
import WireAPI

/// `millrace operator namespace`
struct NamespaceCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "namespace", abstract: "Manage namespaces.",
        subcommands: [
            NamespaceCreateCommand.self, NamespaceDeleteCommand.self, NamespaceDescribeCommand.self,
            NamespaceListCommand.self, NamespaceUpdateCommand.self,
        ])
}

/// The namespace as an argument, the old way to name it.
struct NamespaceArgument: ParsableArguments, Sendable {
    @Argument(help: .hidden)
    var name: String?

    /// A client for the namespace that was named either way.
    func client(_ connection: ConnectionOptions, _ session: Session) async throws -> ServiceClient {
        var connection = connection
        if let name {
            session.warn("Passing the namespace as an argument is now deprecated; please switch to using -n instead")
            connection.namespace = name
        }
        return try await session.client(connection)
    }
}

/// `millrace operator namespace list`
struct NamespaceListCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show all namespaces.")

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await session.client(connection)
        var request = APIListNamespacesRequest()
        var list: JSONListWriter?
        var isFirst = true
        repeat {
            let page = try await during("unable to list namespaces") {
                try await client.call(WorkflowService.listNamespaces, request)
            }
            if isFirst, session.isJSON { list = JSONListWriter(session) }
            for namespace in page.namespaces {
                if session.isJSON {
                    list?.append(try session.protoJSON(namespace))
                } else {
                    if !isFirst { session.line() }
                    session.card(try NamespaceCard.make(namespace))
                }
                isFirst = false
            }
            request.nextPageToken = page.nextPageToken
        } while !request.nextPageToken.isEmpty
        list?.finish()
    }
}

/// `millrace operator namespace describe`
struct NamespaceDescribeCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "describe", abstract: "Show a namespace.")

    @Option(parsing: .unconditional, help: "ID of the namespace, instead of its name.")
    var namespaceId: String?

    @OptionGroup var argument: NamespaceArgument
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await argument.client(connection, session)
        var request = APIDescribeNamespaceRequest()
        if let namespaceId = namespaceId.nonEmpty {
            guard argument.name == nil, connection.namespace == nil else {
                throw UsageError("provide only one of namespace or namespace ID")
            }
            request.id = namespaceId
        } else {
            request.namespace = client.namespace
        }
        let name = namespaceId.nonEmpty ?? client.namespace
        let response = try await during("unable to describe namespace \(name)") {
            try await client.call(WorkflowService.describeNamespace, request)
        }
        try session.json(response)
        session.card(try NamespaceCard.make(response))
    }
}

/// `millrace operator namespace delete`
struct NamespaceDeleteCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete a namespace.")

    @Flag(name: [.customShort("y"), .long], help: "Do not ask.")
    var yes = false

    @OptionGroup var argument: NamespaceArgument
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let client = try await argument.client(connection, session)
        try confirm(client.namespace, session)
        var request = APIDeleteNamespaceRequest()
        request.namespace = client.namespace
        let response = try await during("unable to delete namespace \(client.namespace)") {
            try await client.call(OperatorService.deleteNamespace, request)
        }
        try session.json(response)
        session.line("Namespace \(client.namespace) has been deleted.")
    }

    /// The user types the name again.
    private func confirm(_ name: String, _ session: Session) throws {
        guard session.format == .text else {
            guard yes else { throw UsageError("--yes is needed with -o \(session.format.rawValue)") }
            return
        }
        session.write("Are you sure you want to delete namespace \(name)? Type namespace name to confirm: ")
        if yes { return session.line(name) }
        guard session.context.readLine() == name else {
            throw OperationError("user denied confirmation or mistyped the namespace name")
        }
    }
}

/// A namespace as properties.
enum NamespaceCard {
    static func make(_ namespace: APIDescribeNamespaceResponse) throws -> Card {
        let info = namespace.namespaceInfo
        let config = namespace.config
        let clusters = try namespace.replicationConfig.clusters.map { try ProtoJSON.value(of: $0, shorthand: false) }
        let history = try namespace.failoverHistory.map { try ProtoJSON.value(of: $0, shorthand: false) }
        return Card([
            ("NamespaceInfo.Name", info.name),
            ("NamespaceInfo.Id", info.id),
            ("NamespaceInfo.Description", info.description_p),
            ("NamespaceInfo.OwnerEmail", info.ownerEmail),
            ("NamespaceInfo.State", EnumText.short(info.state)),
            ("NamespaceInfo.Data", map(info.data)),
            ("Config.WorkflowExecutionRetentionTtl", DurationText.format(config.workflowExecutionRetentionTtl)),
            ("ReplicationConfig.ActiveClusterName", namespace.replicationConfig.activeClusterName),
            ("ReplicationConfig.Clusters", JSONPrinter.compact(.array(clusters))),
            ("ReplicationConfig.State", EnumText.short(namespace.replicationConfig.state)),
            ("Config.HistoryArchivalState", EnumText.short(config.historyArchivalState)),
            ("Config.VisibilityArchivalState", EnumText.short(config.visibilityArchivalState)),
            ("IsGlobalNamespace", "\(namespace.isGlobalNamespace)"),
            ("FailoverVersion", "\(namespace.failoverVersion)"),
            ("FailoverHistory", JSONPrinter.compact(.array(history))),
            ("Config.HistoryArchivalUri", config.historyArchivalUri),
            ("Config.VisibilityArchivalUri", config.visibilityArchivalUri),
            ("Config.CustomSearchAttributeAliases", map(config.customSearchAttributeAliases)),
        ])
    }

    private static func map(_ entries: [String: String]) -> String {
        "map[" + entries.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " ") + "]"
    }
}
