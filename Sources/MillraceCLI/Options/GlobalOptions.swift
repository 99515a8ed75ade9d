import ArgumentParser

enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, json, jsonl, none
}

enum TimeFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case relative, iso, raw
}

enum ColorMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    case always, never, auto
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
    case debug, info, warn, error, never
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, json
}

/// Options that every command has.
struct GlobalOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("o", allowingJoined: true), .long], parsing: .unconditional,
        help: "Format of the output.")
    var output: OutputFormat = .text

    @Option(parsing: .unconditional, help: "How times are shown.")
    var timeFormat: TimeFormat = .relative

    @Option(parsing: .unconditional, help: "Colours of the output.")
    var color: ColorMode = .auto

    @Flag(help: "Show payloads as they are on the wire, also in JSON.")
    var noJsonShorthandPayloads = false

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Longest time the command may take.", valueName: "duration"),
        transform: DurationText.parse)
    var commandTimeout: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Longest time to wait for the connection.", valueName: "duration"),
        transform: DurationText.parse)
    var clientConnectTimeout: Duration?

    @Option(
        parsing: .unconditional,
        help: "Level of the log on standard error (default: never; warn for server start-dev).")
    var logLevel: LogLevel?

    @Option(parsing: .unconditional, help: "Format of the log.")
    var logFormat: LogFormat = .text

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Profile of the config file. [env: TEMPORAL_PROFILE]", valueName: "name"))
    var profile: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The config file. [env: TEMPORAL_CONFIG_FILE]", valueName: "path"))
    var configFile: String?

    @Flag(help: "Do not read the config file.")
    var disableConfigFile = false

    @Flag(help: "Do not take settings from environment variables.")
    var disableConfigEnv = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Environment of the environment file. [env: TEMPORAL_ENV]", valueName: "name"))
    var env: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The environment file. [env: TEMPORAL_ENV_FILE]", valueName: "path"))
    var envFile: String?
}
