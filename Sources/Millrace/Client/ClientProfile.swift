#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a server is and how to talk to it, from the environment and from `temporal.toml`, as the `temporal` CLI reads
/// them.
///
/// A profile is a table `[profile.NAME]` of the file. Environment variables win over the file:
/// `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS`, `TEMPORAL_TLS_CLIENT_CERT_PATH`,
/// `TEMPORAL_TLS_CLIENT_CERT_DATA`, `TEMPORAL_TLS_CLIENT_KEY_PATH`, `TEMPORAL_TLS_CLIENT_KEY_DATA`,
/// `TEMPORAL_TLS_SERVER_CA_CERT_PATH`, `TEMPORAL_TLS_SERVER_CA_CERT_DATA`, `TEMPORAL_TLS_SERVER_NAME`,
/// `TEMPORAL_TLS_DISABLE_HOST_VERIFICATION` and `TEMPORAL_GRPC_META_…`. `TEMPORAL_CONFIG_FILE` and `TEMPORAL_PROFILE`
/// say which file and which profile.
public struct ClientProfile: Sendable, Hashable {
    /// A certificate or a key: in a file, or right here.
    public enum PEM: Sendable, Hashable {
        case path(String)
        case text(String)
    }

    /// How the connection is encrypted.
    public struct TLS: Sendable, Hashable {
        /// Who may sign the server's certificate; `nil` means the system's roots.
        public var serverCA: PEM?
        /// The client's own certificate and key, for servers that ask for them.
        public var clientCertificate: PEM?
        public var clientKey: PEM?
        /// The name the server's certificate must be for; `nil` means the address's host.
        public var serverName: String?
        /// Accepts any certificate: for experiments only.
        public var skipsVerification = false

        public init() {}
    }

    /// `host:port`.
    public var address: String?
    public var namespace: String?
    /// Sent as `authorization: Bearer …`.
    public var apiKey: String?
    /// `nil` means: encrypted if there is an API key, otherwise not.
    public var tls: TLS?
    /// Whether the profile says that the connection is not encrypted, even with an API key.
    public var isTLSDisabled = false
    /// Sent with every call; names in lower case.
    public var metadata: [String: String] = [:]

    public init(address: String? = nil, namespace: String? = nil, apiKey: String? = nil, tls: TLS? = nil) {
        self.address = address
        self.namespace = namespace
        self.apiKey = apiKey
        self.tls = tls
    }

    /// Reads the file and the environment.
    ///
    /// - Parameters:
    ///   - name: which profile; `nil` means `TEMPORAL_PROFILE`, or `default`.
    ///   - file: which file; `nil` means `TEMPORAL_CONFIG_FILE`, or `temporalio/temporal.toml` in the user's
    ///     configuration directory, which need not exist.
    ///   - environment: `nil` means the process's.
    /// - Throws: ``InvalidOptions`` if the file cannot be read or understood, or lacks a profile that was named.
    public static func load(
        name: String? = nil, file: String? = nil, environment: [String: String]? = nil
    ) throws(InvalidOptions) -> ClientProfile {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let chosen = name ?? environment["TEMPORAL_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
        var profile = ClientProfile()
        let namedFile = file ?? environment["TEMPORAL_CONFIG_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        if let path = namedFile ?? defaultFile(environment) {
            if let text = try read(path, isRequired: namedFile != nil) {
                profile = try parse(text, name: chosen ?? "default", file: path, isRequired: chosen != nil)
            } else if let chosen {
                throw InvalidOptions("profile", "'\(chosen)' cannot be found: there is no file \(path)")
            }
        }
        profile.apply(environment)
        return profile
    }

    static func defaultFile(_ environment: [String: String]) -> String? {
        #if os(macOS)
            return environment["HOME"].map { "\($0)/Library/Application Support/temporalio/temporal.toml" }
        #else
            if let directory = environment["XDG_CONFIG_HOME"], !directory.isEmpty {
                return "\(directory)/temporalio/temporal.toml"
            }
            return environment["HOME"].map { "\($0)/.config/temporalio/temporal.toml" }
        #endif
    }

    private static func read(_ path: String, isRequired: Bool) throws(InvalidOptions) -> String? {
        guard isRequired || FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch {
            throw InvalidOptions("profile", "file \(path) cannot be read: \(error)")
        }
    }

    /// - Parameter isRequired: whether the profile must be in the file.
    static func parse(
        _ text: String, name: String, file: String, isRequired: Bool
    ) throws(InvalidOptions) -> ClientProfile {
        let toml: TOML
        do {
            toml = try TOML(text)
        } catch {
            throw InvalidOptions("profile", "file \(file) cannot be understood: \(error)")
        }
        guard toml.tables.contains(["profile", name]) else {
            if isRequired { throw InvalidOptions("profile", "'\(name)' is not in \(file)") }
            return ClientProfile()
        }
        var profile = ClientProfile()
        var fields: [String: String] = [:]
        for (path, value) in toml.values where path.starts(with: ["profile", name]) {
            let field = path.dropFirst(2)
            if field.first == "grpc_meta", let key = field.last, field.count == 2 {
                profile.metadata[key.lowercased().replacing("_", with: "-")] = value
            } else {
                fields[field.joined(separator: ".")] = value
            }
        }
        profile.apply { fields[$0.fileKey] }
        // An empty table asks for encryption, too.
        if toml.tables.contains(["profile", name, "tls"]), profile.tls == nil, !profile.isTLSDisabled {
            profile.tls = TLS()
        }
        return profile
    }
}

extension ClientProfile {
    /// A setting, by its names in both places.
    struct Setting {
        var fileKey: String
        var variable: String
    }

    private mutating func apply(_ environment: [String: String]) {
        apply { environment[$0.variable] }
        let prefix = "TEMPORAL_GRPC_META_"
        for (variable, value) in environment where variable.hasPrefix(prefix) {
            let key = variable.dropFirst(prefix.count).lowercased().replacing("_", with: "-")
            metadata[key] = value.isEmpty ? nil : value
        }
    }

    private mutating func apply(_ look: (Setting) -> String?) {
        func value(_ key: String, _ variable: String) -> String? {
            let value = look(Setting(fileKey: key, variable: "TEMPORAL_" + variable))
            return value?.isEmpty == true ? nil : value
        }
        address = value("address", "ADDRESS") ?? address
        namespace = value("namespace", "NAMESPACE") ?? namespace
        apiKey = value("api_key", "API_KEY") ?? apiKey
        var tls = tls ?? TLS()
        func pem(_ key: String, _ variable: String) -> PEM? {
            value("tls.\(key)_data", "TLS_\(variable)_DATA").map(PEM.text)
                ?? value("tls.\(key)_path", "TLS_\(variable)_PATH").map(PEM.path)
        }
        tls.serverCA = pem("server_ca_cert", "SERVER_CA_CERT") ?? tls.serverCA
        tls.clientCertificate = pem("client_cert", "CLIENT_CERT") ?? tls.clientCertificate
        tls.clientKey = pem("client_key", "CLIENT_KEY") ?? tls.clientKey
        tls.serverName = value("tls.server_name", "TLS_SERVER_NAME") ?? tls.serverName
        if let skips = value("tls.disable_host_verification", "TLS_DISABLE_HOST_VERIFICATION") {
            tls.skipsVerification = isTrue(skips)
        }
        if tls != TLS() { self.tls = tls }
        if let disabled = value("tls.disabled", "-") { isTLSDisabled = isTrue(disabled) }
        if let enabled = value("-", "TLS") {
            isTLSDisabled = !isTrue(enabled)
            if isTrue(enabled) { self.tls = tls }
        }
    }

    private func isTrue(_ text: String) -> Bool {
        ["1", "true", "yes", "on"].contains(text.lowercased())
    }

    /// What the connection uses: `nil` means no encryption.
    var effectiveTLS: TLS? {
        if isTLSDisabled { return nil }
        return tls ?? (apiKey == nil ? nil : TLS())
    }
}
