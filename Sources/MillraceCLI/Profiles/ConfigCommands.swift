import ArgumentParser

/// `millrace config`
struct ConfigCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Manage profiles of connection settings.",
        discussion: """
            Profiles are in temporal.toml, shared with the temporal CLI: $TEMPORAL_CONFIG_FILE, or
            ~/.config/temporalio/temporal.toml (macOS: ~/Library/Application Support/temporalio/temporal.toml).
            """,
        subcommands: [
            ConfigDeleteCommand.self, ConfigDeleteProfileCommand.self, ConfigGetCommand.self, ConfigListCommand.self,
            ConfigSetCommand.self,
        ])
}

/// A profile file and the name of the profile in use.
private struct ProfileInUse {
    var file: ProfileFile
    var name: String

    init(_ session: Session) throws {
        file = try ProfileFile.load(session.global, session.context)
        name = ProfileFile.chosenName(session.global, session.context) ?? "default"
    }

    /// - Throws: if there is no such profile.
    func existing() throws -> ProfileInUse {
        guard file.profile(name) != nil else { throw OperationError("profile \"\(name)\" not found") }
        return self
    }
}

/// `millrace config get`
struct ConfigGetCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "get", abstract: "Show the settings of a profile.")

    @Option(name: [.customShort("p", allowingJoined: true), .long], parsing: .unconditional, help: "One setting.")
    var prop: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let profile = try ProfileInUse(session).existing()
        if let prop = prop.nonEmpty {
            try ProfileFile.check(prop)
            let value = profile.file.property(prop, of: profile.name) ?? ""
            session.json(.object([.init("property", .string(prop)), .init("value", .string(value))]))
            session.table(PropertyTable.make([(prop, value)]))
            return
        }
        session.json(profile.file.profile(profile.name).map(Self.json) ?? .null)
        session.table(PropertyTable.make(profile.file.properties(of: profile.name)))
    }

    private static func json(_ table: TOMLTable) -> JSONValue {
        .object(
            table.entries.sorted { $0.key < $1.key }.map { key, value in
                switch value {
                case .string(let text): .init(key, .string(text))
                case .bool(let flag): .init(key, .bool(flag))
                case .number(let text): .init(key, .number(text))
                case .table(let inner): .init(key, json(inner))
                }
            })
    }
}

/// Names and values.
enum PropertyTable {
    static func make(_ properties: [(name: String, value: String)]) -> Table {
        Table(
            columns: [.init("Property"), .init("Value")],
            rows: properties.map { [Table.Cell($0.name), Table.Cell($0.value)] })
    }
}

/// `millrace config set`
struct ConfigSetCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change a setting of a profile.",
        discussion: "millrace config set --profile prod --prop address --value pipelines.example.com:7233")

    @Option(
        name: [.customShort("p", allowingJoined: true), .long], parsing: .unconditional,
        help: "Name of the setting, such as address, namespace, api_key, tls or tls.client_cert_path.")
    var prop: String

    @Option(name: [.customShort("v", allowingJoined: true), .long], parsing: .unconditional, help: "The value.")
    var value: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        var profile = try ProfileInUse(session)
        try profile.file.set(prop, to: value, in: profile.name)
        try profile.file.save()
    }
}

/// `millrace config delete`
struct ConfigDeleteCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Remove a setting of a profile.")

    @Option(
        name: [.customShort("p", allowingJoined: true), .long], parsing: .unconditional, help: "Name of the setting.")
    var prop: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        var profile = try ProfileInUse(session).existing()
        try profile.file.delete(prop, from: profile.name)
        try profile.file.save()
    }
}

/// `millrace config delete-profile`
struct ConfigDeleteProfileCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "delete-profile", abstract: "Remove a profile.")

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard global.profile != nil else {
            throw UsageError("to delete an entire profile, --profile must be provided explicitly")
        }
        var profile = try ProfileInUse(session).existing()
        profile.file.deleteProfile(profile.name)
        try profile.file.save()
    }
}

/// `millrace config list`
struct ConfigListCommand: MillraceCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the names of the profiles.")

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        NameList.show(try ProfileFile.load(session.global, session.context).names, session)
    }
}

/// A list of names.
enum NameList {
    static func show(_ names: [String], _ session: Session) {
        session.json(.array(names.map { .object([.init("name", .string($0))]) }))
        session.table(Table(columns: [.init("Name")], rows: names.map { [Table.Cell($0)] }))
    }
}
