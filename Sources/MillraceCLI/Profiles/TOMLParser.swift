/// Reads the part of TOML described at ``TOMLTable``.
struct TOMLParser {
    private let characters: [Character]
    private var position = 0
    private var line = 1

    private init(_ text: String) {
        characters = Array(text)
    }

    static func parse(_ text: String) throws -> TOMLTable {
        var parser = TOMLParser(text)
        return try parser.parseDocument()
    }

    private mutating func parseDocument() throws -> TOMLTable {
        var root = TOMLTable()
        var prefix: [String] = []
        while true {
            skipBlank()
            guard let next = peek() else { return root }
            if next == "[" {
                position += 1
                guard peek() != "[" else { throw error("arrays of tables are not supported") }
                prefix = try parseKey()
                try expect("]")
                if root.value(at: prefix) == nil { try insert(.table(TOMLTable()), at: prefix, into: &root) }
            } else {
                let key = try parseKey()
                try expect("=")
                let path = prefix + key
                guard root.value(at: path) == nil else {
                    throw error("\"\(key.joined(separator: "."))\" is set twice")
                }
                try insert(try parseValue(), at: path, into: &root)
            }
            try endOfLine()
        }
    }

    private func insert(_ value: TOMLTable.Value, at path: [String], into table: inout TOMLTable) throws {
        guard table.set(value, at: path) else { throw error("\"\(path.joined(separator: "."))\" is not a table") }
    }

    private mutating func parseKey() throws -> [String] {
        var path: [String] = []
        repeat {
            skipSpaces()
            switch peek() {
            case "\"": path.append(try parseBasicString())
            case "'": path.append(try parseLiteralString())
            default:
                let start = position
                while let next = peek(), next.isASCII, next.isLetter || next.isNumber || next == "_" || next == "-" {
                    position += 1
                }
                guard position > start else { throw error("a key is missing") }
                path.append(String(characters[start..<position]))
            }
            skipSpaces()
        } while take(".")
        return path
    }

    private mutating func parseValue() throws -> TOMLTable.Value {
        skipSpaces()
        switch peek() {
        case "\"":
            if starts(with: "\"\"\"") { return .string(try parseMultiline("\"\"\"", escapes: true)) }
            return .string(try parseBasicString())
        case "'":
            if starts(with: "'''") { return .string(try parseMultiline("'''", escapes: false)) }
            return .string(try parseLiteralString())
        case "{":
            return .table(try parseInlineTable())
        case "[":
            throw error("arrays are not supported")
        default:
            return try parseBareValue()
        }
    }

    private mutating func parseBareValue() throws -> TOMLTable.Value {
        let start = position
        while let next = peek(), !next.isWhitespace, next != ",", next != "}", next != "#" { position += 1 }
        let word = String(characters[start..<position])
        switch word {
        case "": throw error("a value is missing")
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            guard Double(word.filter { $0 != "_" }) != nil else { throw error("\"\(word)\" is not a value") }
            return .number(word.filter { $0 != "_" })
        }
    }

    private mutating func parseInlineTable() throws -> TOMLTable {
        position += 1
        var table = TOMLTable()
        skipSpaces()
        if take("}") { return table }
        while true {
            let key = try parseKey()
            try expect("=")
            try insert(try parseValue(), at: key, into: &table)
            skipSpaces()
            if take(",") { continue }
            try expect("}")
            return table
        }
    }

    private mutating func parseBasicString() throws -> String {
        position += 1
        var text = ""
        while let next = peek(), !next.isNewline {
            position += 1
            if next == "\"" { return text }
            if next == "\\" { text += try parseEscape() } else { text.append(next) }
        }
        throw error("a string does not end")
    }

    private mutating func parseLiteralString() throws -> String {
        position += 1
        let start = position
        while let next = peek(), !next.isNewline {
            position += 1
            if next == "'" { return String(characters[start..<position - 1]) }
        }
        throw error("a string does not end")
    }

    private mutating func parseMultiline(_ quotes: String, escapes: Bool) throws -> String {
        position += 3
        if peek()?.isNewline == true { advanceLine() }
        var text = ""
        while let next = peek() {
            if starts(with: quotes) {
                position += 3
                return text
            }
            if next.isNewline {
                text += "\n"
                advanceLine()
            } else if escapes, next == "\\" {
                position += 1
                if peek()?.isWhitespace == true { skipBlankInString() } else { text += try parseEscape() }
            } else {
                text.append(next)
                position += 1
            }
        }
        throw error("a string does not end")
    }

    private mutating func parseEscape() throws -> String {
        guard let next = peek() else { throw error("a string does not end") }
        position += 1
        switch next {
        case "b": return "\u{08}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{0C}"
        case "r": return "\r"
        case "\"", "\\": return String(next)
        case "u", "U":
            let count = next == "u" ? 4 : 8
            let digits = String(characters[position..<min(position + count, characters.count)])
            guard digits.count == count, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
                throw error("\\\(next)\(digits) is not a character")
            }
            position += count
            return String(Character(scalar))
        default:
            throw error("\\\(next) is not an escape")
        }
    }

    private func peek() -> Character? { position < characters.count ? characters[position] : nil }

    private func starts(with text: String) -> Bool {
        characters[position...].starts(with: text)
    }

    private mutating func take(_ character: Character) -> Bool {
        guard peek() == character else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Character) throws {
        skipSpaces()
        guard take(character) else { throw error("\"\(character)\" is missing") }
    }

    private mutating func skipSpaces() {
        while peek() == " " || peek() == "\t" { position += 1 }
    }

    private mutating func skipBlank() {
        while let next = peek() {
            if next == "#" {
                skipComment()
            } else if next.isNewline {
                advanceLine()
            } else if next == " " || next == "\t" {
                position += 1
            } else {
                return
            }
        }
    }

    private mutating func skipBlankInString() {
        while let next = peek(), next.isWhitespace {
            if next.isNewline { advanceLine() } else { position += 1 }
        }
    }

    private mutating func skipComment() {
        while let next = peek(), !next.isNewline { position += 1 }
    }

    private mutating func endOfLine() throws {
        skipSpaces()
        if peek() == "#" { skipComment() }
        guard let next = peek() else { return }
        guard next.isNewline else { throw error("unexpected \"\(next)\"") }
    }

    private mutating func advanceLine() {
        position += 1
        line += 1
    }

    private func error(_ message: String) -> TOMLError {
        TOMLError(line: line, message: message)
    }
}
