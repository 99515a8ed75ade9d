import ArgumentParser

/// `millrace env`
struct EnvCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env", abstract: "Manage environments: named sets of option values.",
        discussion: """
            Environments are in temporal.yaml, shared with the temporal CLI: $TEMPORAL_ENV_FILE, or
            ~/.config/temporalio/temporal.yaml. Keys are names of connection options, such as address.
            """,
        subcommands: [EnvDeleteCommand.self, EnvGetCommand.self, EnvListCommand.self, EnvSetCommand.self])
}

/// An environment and a key of it: by options, or the old way as the argument `environment.key`.
struct EnvReference: ParsableArguments, Sendable {
    @Argument(help: .hidden)
    var arguments: [String] = []

    @Option(
        name: [.customShort("k", allowingJoined: true), .long], parsing: .unconditional, help: "Name of the setting.")
    var key: String?

    func resolve(_ session: Session) -> (name: String, key: String?) {
        guard let argument = arguments.first else {
            return (EnvironmentFile.chosenName(session.global, session.context), key.nonEmpty)
        }
        session.warn("Arguments to env commands are deprecated; please use --env and --key (or -k) instead")
        guard let dot = argument.firstIndex(of: ".") else { return (argument, key.nonEmpty) }
        return (String(argument[..<dot]), String(argument[argument.index(after: dot)...]).orNil)
    }
}

/// `millrace env get`
struct EnvGetCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show the settings of an environment.")

    @OptionGroup var reference: EnvReference
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let (name, key) = reference.resolve(session)
        guard let environment = try EnvironmentFile.load(session.global, session.context)[name] else {
            throw OperationError("environment \"\(name)\" not found")
        }
        var properties = environment.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        if let key { properties = [(key, environment[key] ?? "")] }
        session.json(
            .array(
                properties.map {
                    .object([.init("property", .string($0.name)), .init("value", .string($0.value))])
                }))
        session.table(PropertyTable.make(properties))
    }
}

/// `millrace env set`
struct EnvSetCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change a setting of an environment.",
        discussion: "millrace env set --env prod --key address --value pipelines.example.com:7233")

    @OptionGroup var reference: EnvReference

    @Option(name: [.customShort("v", allowingJoined: true), .long], parsing: .unconditional, help: "The value.")
    var value: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let (name, key) = reference.resolve(session)
        guard let key else { throw UsageError("property name must be specified with -k") }
        let second = reference.arguments.count > 1 ? reference.arguments[1] : nil
        guard let value = value ?? second else { throw UsageError("value must be specified with -v") }
        var file = try EnvironmentFile.load(session.global, session.context)
        file[name, default: [:]][key] = value
        try file.save()
    }
}

/// `millrace env delete`
struct EnvDeleteCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove an environment, or one setting of it.")

    @OptionGroup var reference: EnvReference
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let (name, key) = reference.resolve(session)
        var file = try EnvironmentFile.load(session.global, session.context)
        guard file[name] != nil else { throw OperationError("environment \"\(name)\" not found") }
        if let key { file[name]?[key] = nil } else { file[name] = nil }
        try file.save()
    }
}

/// `millrace env list`
struct EnvListCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the names of the environments.")

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        NameList.show(try EnvironmentFile.load(session.global, session.context).names, session)
    }
}
