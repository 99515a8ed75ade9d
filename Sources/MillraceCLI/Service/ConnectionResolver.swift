/// Finds the value of each connection setting: option, then environment file, then environment variable, then the
/// profile of the config file, then the default.
struct ConnectionResolver {
    private let options: ConnectionOptions
    private let context: CommandContext
    private let global: GlobalOptions
    private let environmentFile: [String: String]
    private let variables: [String: String]
    private let profiles: ProfileFile?
    private let profileName: String

    init(_ options: ConnectionOptions, _ global: GlobalOptions, _ context: CommandContext) throws {
        self.options = options
        self.global = global
        self.context = context
        variables = global.disableConfigEnv ? [:] : context.environment
        environmentFile =
            try EnvironmentFile.load(global, context)[EnvironmentFile.chosenName(global, context)] ?? [:]
        let chosen = ProfileFile.chosenName(global, context)
        profileName = chosen ?? "default"
        profiles = global.disableConfigFile ? nil : try ProfileFile.load(global, context)
        if let chosen, let profiles, profiles.profile(chosen) == nil {
            throw OperationError("failed loading client config: unable to find profile \(chosen) in config data")
        }
    }

    func resolve() throws -> ConnectionSettings {
        guard try text(options.codecEndpoint, "codec-endpoint", "TEMPORAL_CODEC_ENDPOINT", "codec.endpoint") == nil
        else { throw OperationError("remote codecs are not supported; unset the codec endpoint") }
        var settings = ConnectionSettings()
        settings.address = try text(options.address, "address", "TEMPORAL_ADDRESS", "address") ?? settings.address
        settings.namespace =
            try text(options.namespace, "namespace", "TEMPORAL_NAMESPACE", "namespace") ?? settings.namespace
        settings.apiKey = try text(options.apiKey, "api-key", "TEMPORAL_API_KEY", "api_key")
        settings.metadata = try metadata()
        settings.identity =
            try text(options.identity, "identity", nil, nil)
            ?? "millrace-cli:\(SystemInfo.userName(context.environment))@\(SystemInfo.hostName())"
        settings.authority = try text(options.clientAuthority, "client-authority", nil, nil)
        settings.tls = try tls(apiKey: settings.apiKey)
        settings.connectTimeout = global.clientConnectTimeout
        return settings
    }

    /// The value of a setting; `nil` if nothing sets it.
    private func text(
        _ option: String?, _ name: String, _ variable: String?, _ property: String?
    ) throws -> String? {
        if let option { return option.isEmpty ? nil : option }
        if let value = environmentFile[name].nonEmpty { return value }
        if let variable, let value = variables[variable].nonEmpty { return value }
        if let property, let value = profiles?.property(property, of: profileName).nonEmpty { return value }
        return nil
    }

    private func metadata() throws -> [ConnectionSettings.Metadata] {
        var values: [String: String] = [:]
        for property in profiles?.properties(of: profileName) ?? [] where property.name.hasPrefix("grpc_meta.") {
            values[String(property.name.dropFirst("grpc_meta.".count))] = property.value
        }
        for (name, value) in variables where name.hasPrefix("TEMPORAL_GRPC_META_") {
            let key = name.dropFirst("TEMPORAL_GRPC_META_".count).lowercased()
            values[String(key.map { $0 == "_" ? "-" : $0 })] = value
        }
        for entry in options.grpcMeta {
            guard let equals = entry.firstIndex(of: "=") else {
                throw UsageError("invalid gRPC meta: invalid format \"\(entry)\", expected KEY=VALUE")
            }
            values[entry[..<equals].lowercased()] = String(entry[entry.index(after: equals)...])
        }
        return values.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }.map {
            .init(key: $0.key, value: $0.value)
        }
    }

    private func tls(apiKey: String?) throws -> ConnectionSettings.TLS? {
        var tls = ConnectionSettings.TLS()
        tls.serverCA = try pem(options.tlsCaData, options.tlsCaPath, "ca", "SERVER_CA_CERT", "server_ca_cert")
        tls.clientCertificate = try pem(
            options.tlsCertData, options.tlsCertPath, "cert", "CLIENT_CERT", "client_cert")
        tls.clientKey = try pem(options.tlsKeyData, options.tlsKeyPath, "key", "CLIENT_KEY", "client_key")
        tls.serverName = try text(
            options.tlsServerName, "tls-server-name", "TEMPORAL_TLS_SERVER_NAME", "tls.server_name")
        let skips = try flag(
            options.tlsDisableHostVerification ? true : nil, "tls-disable-host-verification",
            "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "tls.disable_host_verification")
        tls.verifiesHost = skips != true
        if let isOn = try flag(options.tls, "tls", "TEMPORAL_TLS", "tls") {
            let isDisabled = options.tls == nil && profiles?.property("tls.disabled", of: profileName) == "true"
            return isOn && !isDisabled ? tls : nil
        }
        return tls != ConnectionSettings.TLS() || apiKey != nil ? tls : nil
    }

    private func flag(_ option: Bool?, _ name: String, _ variable: String, _ property: String) throws -> Bool? {
        guard let text = try text(option.map { $0 ? "true" : "false" }, name, variable, property) else { return nil }
        switch text.lowercased() {
        case "true", "1", "t", "yes": return true
        case "false", "0", "f", "no": return false
        default: throw OperationError("\(name): \"\(text)\" is neither true nor false")
        }
    }

    /// PEM text given inline or as a file. Within one source of settings, giving both is an error.
    private func pem(
        _ data: String?, _ path: String?, _ name: String, _ variable: String, _ property: String
    ) throws -> [UInt8]? {
        if data.nonEmpty != nil, path.nonEmpty != nil {
            throw UsageError("cannot specify both --tls-\(name)-data and --tls-\(name)-path")
        }
        let givenData = path.nonEmpty == nil ? data : ""
        let givenPath = data.nonEmpty == nil ? path : ""
        if let text = try text(
            givenData, "tls-\(name)-data", "TEMPORAL_TLS_\(variable)_DATA", "tls.\(property)_data")
        {
            return Array(text.utf8)
        }
        return try text(givenPath, "tls-\(name)-path", "TEMPORAL_TLS_\(variable)_PATH", "tls.\(property)_path")
            .map { try SettingsFile.bytes($0) }
    }
}
