/// What `server start-dev` was asked to run, checked.
struct DevServerSettings: Equatable, Sendable {
    enum Storage: Equatable, Sendable {
        case file(path: String, DurabilityMode)
        case memory
    }

    /// PEM files for TLS.
    struct TLS: Equatable, Sendable {
        var certificatePath: String
        var keyPath: String
        /// Clients must show a certificate of this authority; `nil` means they need none.
        var clientCAPath: String?
    }

    var storage: Storage
    /// Whether the folder of the file is made; only that of the default place is.
    var makesFolder: Bool
    var tls: TLS?
    var host: String
    /// Port of gRPC; 0 means any free one.
    var port: Int
    /// Port of the web UI; `nil` for none.
    var uiPort: Int?
    var uiHost: String
    /// What all paths of the web UI begin with; empty for `/`.
    var uiPublicPath: String
    var uiAllowedHosts: [String]
    /// Port of the HTTP API; `nil` means any free one.
    var httpPort: Int?
    var metricsPort: Int?
    /// Namespaces to make, `default` not counted.
    var namespaces: [String]
    var searchAttributes: [String: SearchAttributeType]
    var logLevel: LogLevel
    var logFormat: LogFormat
    /// Options of the reference that mean nothing to this server.
    var ignoredOptions: [String]

    init(_ command: StartDevCommand, _ context: CommandContext) throws {
        storage = try Self.storage(command, context)
        makesFolder = command.dbFilename.nonEmpty == nil
        tls = try Self.tls(command)
        host = command.ip
        port = try Self.checked(command.port, "port")
        let uiPort = command.uiPort ?? (command.port == 0 ? 0 : command.port + 1000)
        self.uiPort = command.headless ? nil : try Self.checked(uiPort, "ui-port")
        uiHost = command.uiIp ?? command.ip
        uiPublicPath = WebUILauncher.publicPath(command.uiPublicPath)
        uiAllowedHosts = command.uiAllowedHost
        httpPort = try command.httpPort.map { try Self.checked($0, "http-port") }
        metricsPort = try command.metricsPort.map { try Self.checked($0, "metrics-port") }
        namespaces = command.namespace.filter { $0 != "default" }
        searchAttributes = try Self.searchAttributes(command.searchAttribute)
        logLevel = command.global.logLevel ?? .warn
        logFormat = command.global.logFormat
        ignoredOptions = Self.ignored(command)
    }

    private static func storage(_ command: StartDevCommand, _ context: CommandContext) throws -> Storage {
        if command.ephemeral {
            guard command.dbFilename.nonEmpty == nil else {
                throw UsageError("--ephemeral and --db-filename exclude each other")
            }
            return .memory
        }
        return .file(path: try command.dbFilename.nonEmpty ?? defaultFile(context), command.durability)
    }

    private static func tls(_ command: StartDevCommand) throws -> TLS? {
        switch (command.tlsCertPath.nonEmpty, command.tlsKeyPath.nonEmpty) {
        case (let certificate?, let key?):
            return TLS(certificatePath: certificate, keyPath: key, clientCAPath: command.tlsClientCaPath.nonEmpty)
        case (nil, nil):
            guard command.tlsClientCaPath.nonEmpty == nil else {
                throw UsageError("--tls-client-ca-path needs --tls-cert-path and --tls-key-path")
            }
            return nil
        default:
            throw UsageError("--tls-cert-path and --tls-key-path go together")
        }
    }

    /// Where everything is kept unless the user says otherwise.
    static func defaultFile(_ context: CommandContext) throws -> String {
        if let data = context.environment["XDG_DATA_HOME"].nonEmpty { return "\(data)/millrace/default.db" }
        guard let home = context.home.orNil else {
            throw OperationError("HOME is not set; say where to keep everything with --db-filename")
        }
        #if os(macOS)
            return "\(home)/Library/Application Support/millrace/default.db"
        #else
            return "\(home)/.local/share/millrace/default.db"
        #endif
    }

    private static func checked(_ port: Int, _ name: String) throws -> Int {
        guard (0...65_535).contains(port) else { throw UsageError("--\(name) \(port) is not between 0 and 65535") }
        return port
    }

    private static func searchAttributes(_ arguments: [String]) throws -> [String: SearchAttributeType] {
        var result: [String: SearchAttributeType] = [:]
        for argument in arguments {
            let (name, typeName) = try KeyValues.split(argument)
            let known = SearchAttributeType.allCases.first { $0.rawValue.lowercased() == typeName.lowercased() }
            guard let type = known else {
                let names = SearchAttributeType.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("--search-attribute \(argument): the type is none of \(names)")
            }
            result[name] = type
        }
        return result
    }

    private static func ignored(_ command: StartDevCommand) -> [String] {
        var names: [String] = []
        if !command.dynamicConfigValue.isEmpty { names.append("--dynamic-config-value") }
        if !command.sqlitePragma.isEmpty { names.append("--sqlite-pragma") }
        if command.uiAssetPath != nil { names.append("--ui-asset-path") }
        if command.uiCodecEndpoint != nil { names.append("--ui-codec-endpoint") }
        return names
    }

    var text: String {
        let attributes = searchAttributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }
        return """
            storage: \(storage)
            gRPC: \(host):\(port)
            HTTP: \(host):\(httpPort ?? 0)
            ui: \(uiPort.map { "\(uiHost):\($0)" } ?? "none")
            namespaces: \((["default"] + namespaces).joined(separator: ", "))
            search attributes: \(attributes.isEmpty ? "none" : attributes.joined(separator: ", "))
            log: \(logLevel.rawValue), \(logFormat.rawValue)
            """
    }
}
