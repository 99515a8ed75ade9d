import ArgumentParser

/// Options of commands that talk to a server. What is not given comes from the environment file, environment
/// variables, the config file, and defaults, in this order.
struct ConnectionOptions: ParsableArguments, Sendable {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Address of the server. [env: TEMPORAL_ADDRESS] (default: localhost:7233)"))
    var address: String?

    @Option(
        name: [.customShort("n", allowingJoined: true), .long], parsing: .unconditional,
        help: "Namespace. [env: TEMPORAL_NAMESPACE] (default: default)")
    var namespace: String?

    @Option(parsing: .unconditional, help: "API key. [env: TEMPORAL_API_KEY]")
    var apiKey: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Metadata sent with every call; repeatable.", valueName: "key=value"))
    var grpcMeta: [String] = []

    @Option(parsing: .unconditional, help: "Identity the server records for what is done.")
    var identity: String?

    @Option(parsing: .unconditional, help: "The :authority of calls.")
    var clientAuthority: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Use TLS. On by itself with an API key or any other TLS option. [env: TEMPORAL_TLS]")
    var tls: Bool?

    @Option(parsing: .unconditional, help: "File with the server's CA certificates, PEM.")
    var tlsCaPath: String?

    @Option(parsing: .unconditional, help: "The server's CA certificates, PEM.")
    var tlsCaData: String?

    @Option(parsing: .unconditional, help: "File with the client's certificate, PEM.")
    var tlsCertPath: String?

    @Option(parsing: .unconditional, help: "The client's certificate, PEM.")
    var tlsCertData: String?

    @Option(parsing: .unconditional, help: "File with the client's private key, PEM.")
    var tlsKeyPath: String?

    @Option(parsing: .unconditional, help: "The client's private key, PEM.")
    var tlsKeyData: String?

    @Option(parsing: .unconditional, help: "Name the server's certificate must have.")
    var tlsServerName: String?

    @Flag(help: "Do not check the name in the server's certificate.")
    var tlsDisableHostVerification = false

    @Option(parsing: .unconditional, help: .hidden)
    var codecEndpoint: String?

    @Option(parsing: .unconditional, help: .hidden)
    var codecAuth: String?

    @Option(parsing: .unconditionalSingleValue, help: .hidden)
    var codecHeader: [String] = []
}
