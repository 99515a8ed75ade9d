/// Makes the spellings of the reference's argument parser those of ours:
/// - global options before the command's name (`millrace --address x workflow list`) move behind it,
/// - flags with a value (`--detailed=true`, `--yes=false`) become the flag or nothing,
/// - short options with an equals sign (`-w=id`) become two arguments,
/// - values that begin with a dash are joined to their long option (`--input=-5`), as it takes what comes next.
struct ArgumentNormalizer {
    /// Names of flags, without dashes.
    var flags: Set<String>
    /// Flags whose `=false` means something else than leaving them out, by the name that says so.
    var negations: [String: String]

    func normalize(_ arguments: [String]) -> [String] {
        if arguments == ["-v"] { return ["--version"] }
        var rest = arguments[...]
        var leading: [String] = []
        while let next = rest.first, next.hasPrefix("-"), next != "--", !Self.isBuiltIn(next) {
            leading.append(next)
            rest = rest.dropFirst()
            if takesValue(next), let value = rest.first {
                leading.append(value)
                rest = rest.dropFirst()
            }
        }
        guard !rest.isEmpty else { return expand(leading) }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return expand(rest[..<end] + leading) + rest[end...]
    }

    /// Options that concern the program as a whole and may stay in front.
    private static func isBuiltIn(_ argument: String) -> Bool {
        ["-h", "--help", "--version"].contains(argument)
            || argument.hasPrefix("--generate-completion-script")
            || argument.hasPrefix("--experimental-dump-help")
    }

    private func takesValue(_ argument: String) -> Bool {
        if argument.contains("=") { return false }
        if argument.hasPrefix("--") { return !flags.contains(String(argument.dropFirst(2))) }
        return argument.count == 2 && !["-l", "-y"].contains(argument)
    }

    private func expand(_ arguments: some Sequence<String>) -> [String] {
        var result: [String] = []
        var iterator = arguments.makeIterator()
        while let argument = iterator.next() {
            guard argument.hasPrefix("--"), argument.count > 2, takesValue(argument) else {
                result += expand(argument)
                continue
            }
            guard let value = iterator.next() else {
                result.append(argument)
                break
            }
            result += value.hasPrefix("-") ? ["\(argument)=\(value)"] : [argument, value]
        }
        return result
    }

    private func expand(_ argument: String) -> [String] {
        guard let equals = argument.firstIndex(of: "=") else { return [argument] }
        let name = argument[..<equals]
        let value = String(argument[argument.index(after: equals)...])
        if name.hasPrefix("--") {
            return expandFlag(String(name.dropFirst(2)), value) ?? [argument]
        }
        return name.hasPrefix("-") && name.count == 2 ? [String(name), value] : [argument]
    }

    private func expandFlag(_ name: String, _ value: String) -> [String]? {
        guard flags.contains(name) else { return nil }
        switch value.lowercased() {
        case "true", "t", "1": return ["--\(name)"]
        case "false", "f", "0": return negations[name].map { ["--\($0)"] } ?? []
        default: return nil
        }
    }
}
