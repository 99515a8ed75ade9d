import ArgumentParser

/// `millrace operator`
struct OperatorCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator", abstract: "Manage the server: namespaces, search attributes, cluster.",
        subcommands: [ClusterCommands.self, NamespaceCommands.self, SearchAttributeCommands.self])
}
