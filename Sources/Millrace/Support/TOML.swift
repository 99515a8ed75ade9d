/// The part of TOML that `temporal.toml` uses: tables, dotted and quoted keys, strings of all four kinds, booleans,
/// integers, and inline tables.
///
/// Values are kept as text by their dotted path; anything else (arrays, dates) is an error that names the line.
struct TOML {
    /// `profile.default.address` → `localhost:7233`. Keys with dots in them are kept apart by the array.
    private(set) var values: [[String]: String] = [:]
    /// Tables that were opened, even if nothing is in them.
    private(set) var tables: Set<[String]> = []

    struct Problem: Error, CustomStringConvertible {
        var line: Int
        var message: String
        var description: String { "line \(line): \(message)" }
    }

    init(_ text: String) throws {
        var reader = Reader(text: Array(text.unicodeScalars))
        var table: [String] = []
        while true {
            reader.skipBlank()
            guard let next = reader.peek else { return }
            if next == "[" {
                reader.advance()
                if reader.peek == "[" { throw reader.problem("arrays of tables are not supported") }
                table = try reader.path(end: "]")
                try reader.expect("]")
                noteTable(table)
            } else {
                try readPair(&reader, in: table)
            }
            try reader.expectLineEnd()
        }
    }

    private mutating func noteTable(_ path: [String]) {
        for length in path.indices { tables.insert(Array(path[...length])) }
    }

    private mutating func readPair(_ reader: inout Reader, in table: [String]) throws {
        let path = table + (try reader.path(end: "="))
        try reader.expect("=")
        reader.skipSpaces()
        noteTable(Array(path.dropLast()))
        if reader.peek == "{" {
            noteTable(path)
            try readInlineTable(&reader, at: path)
            return
        }
        guard values[path] == nil else { throw reader.problem("'\(path.joined(separator: "."))' is set twice") }
        values[path] = try reader.value()
    }

    private mutating func readInlineTable(_ reader: inout Reader, at path: [String]) throws {
        reader.advance()
        reader.skipSpaces()
        while reader.peek != "}" {
            try readPair(&reader, in: path)
            reader.skipSpaces()
            if reader.peek == "," {
                reader.advance()
                reader.skipSpaces()
            } else if reader.peek != "}" {
                throw reader.problem("',' or '}' is missing in the inline table")
            }
        }
        reader.advance()
    }
}

extension TOML {
    fileprivate struct Reader {
        let text: [Unicode.Scalar]
        var position = 0
        var line = 1

        init(text: [Unicode.Scalar]) {
            self.text = text
        }

        var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

        mutating func advance() {
            if peek == "\n" { line += 1 }
            position += 1
        }

        func problem(_ message: String) -> Problem { Problem(line: line, message: message) }

        mutating func skipSpaces() {
            while let next = peek, next == " " || next == "\t" { advance() }
        }

        /// Spaces, comments and line ends.
        mutating func skipBlank() {
            while let next = peek {
                switch next {
                case " ", "\t", "\r", "\n": advance()
                case "#": while let next = peek, next != "\n" { _ = next; advance() }
                default: return
                }
            }
        }

        mutating func expect(_ scalar: Unicode.Scalar) throws {
            skipSpaces()
            guard peek == scalar else { throw problem("'\(scalar)' is missing") }
            advance()
        }

        mutating func expectLineEnd() throws {
            skipSpaces()
            guard let next = peek else { return }
            guard next == "\n" || next == "\r" || next == "#" else { throw problem("unexpected '\(next)'") }
        }

        /// A dotted key.
        mutating func path(end: Unicode.Scalar) throws -> [String] {
            var path: [String] = []
            while true {
                skipSpaces()
                path.append(try key())
                skipSpaces()
                guard peek == "." else { return path }
                advance()
            }
        }

        private mutating func key() throws -> String {
            if peek == "\"" || peek == "'" { return try string() }
            var key = ""
            while let next = peek,
                next.properties.isAlphabetic || ("0"..."9").contains(next) || next == "_" || next == "-"
            {
                key.unicodeScalars.append(next)
                advance()
            }
            guard !key.isEmpty else { throw problem("a key is missing") }
            return key
        }

        mutating func value() throws -> String {
            if peek == "\"" || peek == "'" { return try string() }
            var word = ""
            while let next = peek, !" \t\r\n#,}".unicodeScalars.contains(next) {
                word.unicodeScalars.append(next)
                advance()
            }
            guard word == "true" || word == "false" || Int(word.filter { $0 != "_" }) != nil else {
                throw problem("'\(word)' is not a string, an integer, true or false")
            }
            return word
        }

        private mutating func string() throws -> String {
            guard let quote = peek else { throw problem("a string is missing") }
            advance()
            if peek == quote, position + 1 < text.count, text[position + 1] == quote {
                advance()
                advance()
                if peek == "\r" { advance() }
                if peek == "\n" { advance() }
                return try content(quote, isLong: true)
            }
            return try content(quote, isLong: false)
        }

        private mutating func content(_ quote: Unicode.Scalar, isLong: Bool) throws -> String {
            var content = String.UnicodeScalarView()
            while let next = peek {
                if next == quote, !isLong || isClosed(by: quote) {
                    for _ in 0..<(isLong ? 3 : 1) { advance() }
                    return String(content)
                }
                if next == "\n", !isLong { break }
                advance()
                if next == "\\", quote == "\"" {
                    try escape(&content)
                } else {
                    content.append(next)
                }
            }
            throw problem("a string does not end")
        }

        private func isClosed(by quote: Unicode.Scalar) -> Bool {
            position + 2 < text.count && text[position + 1] == quote && text[position + 2] == quote
        }

        private mutating func escape(_ content: inout String.UnicodeScalarView) throws {
            guard let next = peek else { throw problem("a string does not end") }
            advance()
            switch next {
            case "n": content.append("\n")
            case "t": content.append("\t")
            case "r": content.append("\r")
            case "b": content.append("\u{8}")
            case "f": content.append("\u{c}")
            case "\"", "\\": content.append(next)
            case "u": content.append(try unicode(4))
            case "U": content.append(try unicode(8))
            case "\n", "\r", " ", "\t":
                // A backslash at the end of a line joins it with the next one.
                while let next = peek, next == " " || next == "\t" || next == "\r" || next == "\n" { advance() }
            default: throw problem("unknown escape '\\\(next)'")
            }
        }

        private mutating func unicode(_ digits: Int) throws -> Unicode.Scalar {
            var hex = ""
            for _ in 0..<digits {
                guard let next = peek else { break }
                hex.unicodeScalars.append(next)
                advance()
            }
            guard let value = UInt32(hex, radix: 16), let scalar = Unicode.Scalar(value) else {
                throw problem("'\(hex)' is not a character")
            }
            return scalar
        }
    }
}
