import ArgumentParser

/// `millrace server`
struct ServerCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server", abstract: "Run a server.", subcommands: [StartDevCommand.self])
}

enum DurabilityMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    case full, normal
}

/// `millrace server start-dev`
struct StartDevCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "start-dev",
        abstract: "Run a server on this machine.",
        discussion: """
            Everything it acknowledges is on disk first, in one file:
              --db-filename, or $XDG_DATA_HOME/millrace/default.db, or ~/.local/share/millrace/default.db
              (macOS: ~/Library/Application Support/millrace/default.db).
            With --ephemeral it keeps everything in memory and forgets it when it ends.
            """)

    @Option(
        name: [.customShort("f", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("File that holds everything.", valueName: "path"))
    var dbFilename: String?

    @Flag(help: "Keep everything in memory; nothing survives the end of the server.")
    var ephemeral = false

    @Option(
        parsing: .unconditional,
        help: "full: what is acknowledged survives a power failure. normal: it survives the end of the process.")
    var durability: DurabilityMode = .full

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The server's certificate and those that signed it, PEM; turns TLS on.", valueName: "path"))
    var tlsCertPath: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The server's private key, PEM.", valueName: "path"))
    var tlsKeyPath: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Clients must show a certificate signed by one of these, PEM.", valueName: "path"))
    var tlsClientCaPath: String?

    @Option(
        name: [.customShort("n", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: "Namespace to make besides \"default\"; repeatable.")
    var namespace: [String] = []

    @Option(
        name: [.customShort("p", allowingJoined: true), .long], parsing: .unconditional,
        help: "Port for workers and clients (gRPC).")
    var port: Int = 7233

    @Option(parsing: .unconditional, help: "Port of the HTTP API; a free one by default.")
    var httpPort: Int?

    @Option(parsing: .unconditional, help: "Port of /metrics; a free one by default.")
    var metricsPort: Int?

    @Option(parsing: .unconditional, help: "Port of the web UI; --port + 1000 by default.")
    var uiPort: Int?

    @Flag(help: "No web UI.")
    var headless = false

    @Option(parsing: .unconditional, help: "Address to listen on.")
    var ip: String = "localhost"

    @Option(parsing: .unconditional, help: "Address the web UI listens on; --ip by default.")
    var uiIp: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Path the web UI is under; / by default.", valueName: "path"))
    var uiPublicPath: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: "Name the web UI may be reached by besides those of this machine; repeatable.")
    var uiAllowedHost: [String] = []

    @Option(parsing: .unconditional, help: .hidden)
    var uiAssetPath: String?

    @Option(parsing: .unconditional, help: .hidden)
    var uiCodecEndpoint: String?

    @Flag(help: .hidden)
    var uiDisableNewsFetch = false

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Search attribute to add; types are Text, Keyword, Int, Double, Bool, Datetime, KeywordList. Repeatable.",
            valueName: "name=type"))
    var searchAttribute: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: .hidden)
    var dynamicConfigValue: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: .hidden)
    var sqlitePragma: [String] = []

    @Flag(help: "Print the settings of the server to standard error.")
    var logConfig = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        let settings = try DevServerSettings(self, session.context)
        if logConfig { session.context.standardError.write(settings.text + "\n") }
        for ignored in settings.ignoredOptions { session.warn("\(ignored) has no effect here") }
        try await DevServerLauncher.run(settings, session)
    }
}
