/// The environment file (`temporal.yaml`): named sets of option values.
///
/// Only the shape the tools write is read: `env:`, names below it, `key: value` below those.
struct EnvironmentFile {
    var path: String
    private(set) var environments: [String: [String: String]] = [:]

    static func load(_ global: GlobalOptions, _ context: CommandContext) throws -> EnvironmentFile {
        let path =
            global.envFile ?? context.environment["TEMPORAL_ENV_FILE"].nonEmpty
            ?? SettingsFile.defaultFolder(home: context.home) + "/temporal.yaml"
        var file = EnvironmentFile(path: path)
        if let text = try SettingsFile.read(path) { try file.parse(text) }
        return file
    }

    /// The environment in use.
    static func chosenName(_ global: GlobalOptions, _ context: CommandContext) -> String {
        global.env ?? context.environment["TEMPORAL_ENV"].nonEmpty ?? "default"
    }

    subscript(_ name: String) -> [String: String]? {
        get { environments[name] }
        set { environments[name] = newValue }
    }

    subscript(_ name: String, default fallback: [String: String]) -> [String: String] {
        get { environments[name] ?? fallback }
        set { environments[name] = newValue }
    }

    var names: [String] { environments.keys.sorted() }

    func save() throws {
        try SettingsFile.write(text, to: path)
    }

    var text: String {
        guard !environments.isEmpty else { return "env: {}\n" }
        var text = "env:\n"
        for name in names {
            let properties = environments[name] ?? [:]
            text += "    \(Self.quoted(name)):\(properties.isEmpty ? " {}" : "")\n"
            for key in properties.keys.sorted() {
                text += "        \(Self.quoted(key)): \(Self.quoted(properties[key] ?? ""))\n"
            }
        }
        return text
    }

    mutating func parse(_ text: String) throws {
        var current: String?
        for (index, rawLine) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = rawLine.last == "\r" ? rawLine.dropLast() : rawLine
            let content = line.drop { $0 == " " }
            if content.isEmpty || content.first == "#" || content == "---" { continue }
            let level = line.count - content.count
            guard let (key, value) = Self.keyAndValue(content) else {
                throw OperationError("\(path), line \(index + 1): expected \"key: value\"")
            }
            if level == 0 { continue }
            if value.isEmpty || value == "{}" {
                current = key
                environments[key] = environments[key] ?? [:]
            } else if let current {
                environments[current]?[key] = Self.unquoted(value)
            } else {
                throw OperationError("\(path), line \(index + 1): a value outside an environment")
            }
        }
    }

    private static func keyAndValue(_ text: Substring) -> (String, String)? {
        let end: Substring.Index?
        if text.first == "\"" || text.first == "'" {
            let close = text.dropFirst().firstIndex(of: text[text.startIndex])
            end = close.flatMap { text[$0...].firstIndex(of: ":") }
        } else {
            end = text.firstIndex(of: ":")
        }
        guard let end else { return nil }
        let value = text[text.index(after: end)...].drop { $0 == " " }
        return (unquoted(String(text[..<end])), String(value).trimmingTrailingSpaces())
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let first = text.first, first == text.last, first == "\"" || first == "'" else {
            return text
        }
        let inner = String(text.dropFirst().dropLast())
        if first == "'" { return inner.split(separator: "''", omittingEmptySubsequences: false).joined(separator: "'") }
        guard case .string(let value)? = try? JSONParser.parse(text) else { return inner }
        return value
    }

    /// Plain where YAML reads it back as the same text, quoted otherwise.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            text.first?.isLetter == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./:".contains($0)) }
            && !text.hasSuffix(":") && !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
        return isPlain ? text : JSONPrinter.compact(.string(text))
    }
}
