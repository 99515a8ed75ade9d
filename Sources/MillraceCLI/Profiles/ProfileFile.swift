/// The config file (`temporal.toml`): profiles of connection settings.
struct ProfileFile {
    /// A property that is not one of the known ones.
    static let stringProperties: Set<String> = [
        "address", "namespace", "api_key", "codec.endpoint", "codec.auth", "tls.client_cert_path",
        "tls.client_cert_data", "tls.client_key_path", "tls.client_key_data", "tls.server_ca_cert_path",
        "tls.server_ca_cert_data", "tls.server_name",
    ]
    static let boolProperties: Set<String> = ["tls.disabled", "tls.disable_host_verification"]

    var path: String
    private(set) var document: TOMLTable

    static func load(_ global: GlobalOptions, _ context: CommandContext) throws -> ProfileFile {
        let path =
            global.configFile ?? variable("TEMPORAL_CONFIG_FILE", global, context)
            ?? SettingsFile.defaultFolder(home: context.home) + "/temporal.toml"
        guard let text = try SettingsFile.read(path) else { return ProfileFile(path: path, document: TOMLTable()) }
        do {
            return ProfileFile(path: path, document: try TOMLParser.parse(text))
        } catch let error as TOMLError {
            throw OperationError("failed loading client config: \(path), \(error)")
        }
    }

    /// The profile chosen on the command line or in the environment; `nil` if none was.
    static func chosenName(_ global: GlobalOptions, _ context: CommandContext) -> String? {
        global.profile ?? variable("TEMPORAL_PROFILE", global, context)
    }

    private static func variable(_ name: String, _ global: GlobalOptions, _ context: CommandContext) -> String? {
        global.disableConfigEnv ? nil : context.environment[name].nonEmpty
    }

    var names: [String] { (document.table("profile")?.entries.keys).map { $0.sorted() } ?? [] }

    func profile(_ name: String) -> TOMLTable? { document.table("profile")?.table(name) }

    /// The text of a property; `nil` if the profile does not set it.
    func property(_ property: String, of name: String) -> String? {
        guard let profile = profile(name) else { return nil }
        if property == "tls" { return profile.table("tls") == nil ? nil : "true" }
        switch profile.value(at: Self.path(property)) {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let text): return text
        case .table, nil: return nil
        }
    }

    /// All properties a profile sets, in order of their names.
    func properties(of name: String) -> [(name: String, value: String)] {
        guard let profile = profile(name) else { return [] }
        var names = Self.stringProperties.union(Self.boolProperties).union(["tls"])
        for key in profile.table("grpc_meta")?.entries.keys ?? [:].keys { names.insert("grpc_meta.\(key)") }
        return names.sorted().compactMap { key in property(key, of: name).map { (key, $0) } }
    }

    mutating func set(_ property: String, to text: String, in name: String) throws {
        let base = ["profile", name]
        if property == "tls" {
            let isOn = try Self.bool(text, property)
            let existing = profile(name)?.table("tls")
            set(isOn ? .table(existing ?? TOMLTable()) : nil, at: base + ["tls"])
        } else if Self.boolProperties.contains(property) {
            set(.bool(try Self.bool(text, property)), at: base + Self.path(property))
        } else {
            try Self.check(property)
            set(.string(text), at: base + Self.path(property))
        }
    }

    /// Removes a property.
    /// - Throws: if it is not set.
    mutating func delete(_ property: String, from name: String) throws {
        try Self.check(property)
        guard self.property(property, of: name) != nil else {
            throw OperationError("property \"\(property)\" is not set in profile \"\(name)\"")
        }
        set(nil, at: ["profile", name] + Self.path(property))
        for section in ["codec", "grpc_meta"] where profile(name)?.table(section)?.entries.isEmpty == true {
            set(nil, at: ["profile", name, section])
        }
    }

    mutating func deleteProfile(_ name: String) {
        set(nil, at: ["profile", name])
    }

    func save() throws {
        try SettingsFile.write(TOMLWriter.write(document), to: path)
    }

    static func check(_ property: String) throws {
        let isKnown =
            property == "tls" || stringProperties.contains(property) || boolProperties.contains(property)
            || property.hasPrefix("grpc_meta.") && property.count > "grpc_meta.".count
        guard isKnown else { throw UsageError("unknown property \"\(property)\"") }
    }

    private mutating func set(_ value: TOMLTable.Value?, at path: [String]) {
        document.set(value, at: path)
    }

    private static func path(_ property: String) -> [String] {
        guard let dot = property.firstIndex(of: ".") else { return [property] }
        let rest = String(property[property.index(after: dot)...])
        let section = String(property[..<dot])
        return [section, section == "grpc_meta" ? rest.lowercased() : rest]
    }

    private static func bool(_ text: String, _ property: String) throws -> Bool {
        switch text.lowercased() {
        case "true", "1": return true
        case "false", "0": return false
        default: throw UsageError("invalid value \"\(text)\" for \"\(property)\": must be true or false")
        }
    }
}
