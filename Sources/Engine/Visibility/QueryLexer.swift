/// One word or sign of a query.
struct QueryToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// A plain name, or any in backticks.
        case name(String)
        /// A word with a meaning of its own, in lower case.
        case keyword(String)
        case string(String)
        case integer(String)
        case decimal(String)
        /// An operator or bracket.
        case sign(String)
        /// What cannot begin any token, or ends before it is whole.
        case invalid(String)
        case end
    }

    var kind: Kind
    /// Where the token ends, in bytes from the start of the query.
    var end: Int

    /// The token as a syntax error shows it; signs are not shown.
    var shown: String {
        switch kind {
        case .name(let text), .keyword(let text), .string(let text), .integer(let text), .decimal(let text),
            .invalid(let text):
            text
        case .sign, .end: ""
        }
    }
}

/// Cuts a query into tokens, by the rules of the SQL dialect that clients know.
struct QueryLexer {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next token; `.end` for ever at the end.
    mutating func next() -> QueryToken {
        skipBlank()
        guard let byte = peek() else { return QueryToken(kind: .end, end: bytes.count) }
        let kind = scan(byte)
        return QueryToken(kind: kind, end: position)
    }

    private mutating func scan(_ byte: UInt8) -> QueryToken.Kind {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return scanString(quote: byte)
        case UInt8(ascii: "`"): return scanQuotedName()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return scanNumber()
        case UInt8(ascii: "."):
            if let following = peek(1), Self.isDigit(following) { return scanNumber() }
            position += 1
            return .sign(".")
        default:
            if byte == UInt8(ascii: "@"), !(peek(1).map(Self.isNameStart) ?? false) { return takeInvalid() }
            if Self.isNameStart(byte) { return scanName() }
            return scanSign()
        }
    }

    // MARK: Blank space

    private mutating func skipBlank() {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): skipLine()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
                guard skipComment() else { return }
            default: return
            }
        }
    }

    private mutating func skipLine() {
        while let byte = peek(), byte != 0x0A { position += 1 }
    }

    /// `false`, without moving, if the comment never ends.
    private mutating func skipComment() -> Bool {
        var index = position + 2
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") {
                position = index + 2
                return true
            }
            index += 1
        }
        return false
    }

    // MARK: Kinds of tokens

    private mutating func scanName() -> QueryToken.Kind {
        let start = position
        while let byte = peek(), Self.isNameStart(byte) || Self.isDigit(byte) { position += 1 }
        let name = text(start..<position)
        let lowered = name.lowercased()
        return Self.keywords.contains(lowered) ? .keyword(lowered) : .name(name)
    }

    private mutating func scanQuotedName() -> QueryToken.Kind {
        position += 1
        var name: [UInt8] = []
        while let byte = take() {
            guard byte == UInt8(ascii: "`") else {
                name.append(byte)
                continue
            }
            guard peek() == UInt8(ascii: "`") else {
                let decoded = String(decoding: name, as: UTF8.self)
                return name.isEmpty ? .invalid("") : .name(decoded)
            }
            position += 1
            name.append(byte)
        }
        return .invalid(String(decoding: name, as: UTF8.self))
    }

    /// A quote is doubled or escaped to stand in a string.
    private mutating func scanString(quote: UInt8) -> QueryToken.Kind {
        position += 1
        var value: [UInt8] = []
        while let byte = take() {
            if byte == quote {
                guard peek() == quote else { return .string(String(decoding: value, as: UTF8.self)) }
                position += 1
                value.append(quote)
            } else if byte == UInt8(ascii: "\\") {
                guard let escaped = take() else { break }
                value.append(Self.unescape(escaped))
            } else {
                value.append(byte)
            }
        }
        return .invalid(String(decoding: value, as: UTF8.self))
    }

    private static func unescape(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0"): 0
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "Z"): 26
        default: byte
        }
    }

    private mutating func scanNumber() -> QueryToken.Kind {
        let start = position
        var isDecimal = false
        skipDigits()
        if text(start..<position) == "0", let mark = peek(), mark | 0x20 == UInt8(ascii: "x") {
            position += 1
            while let byte = peek(), Self.isDigit(byte) || Self.isNameStart(byte) { position += 1 }
            return .integer(text(start..<position))
        }
        if peek() == UInt8(ascii: ".") {
            isDecimal = true
            position += 1
            skipDigits()
        }
        if let mark = peek(), mark | 0x20 == UInt8(ascii: "e") {
            isDecimal = true
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            skipDigits()
        }
        let number = text(start..<position)
        // A letter right behind a number belongs to neither.
        if let byte = peek(), Self.isNameStart(byte) { return .invalid(number) }
        return isDecimal ? .decimal(number) : .integer(number)
    }

    private mutating func skipDigits() {
        while let byte = peek(), Self.isDigit(byte) { position += 1 }
    }

    private mutating func scanSign() -> QueryToken.Kind {
        for length in [3, 2, 1] where position + length <= bytes.count {
            let sign = text(position..<position + length)
            if Self.signs.contains(sign) {
                position += length
                return .sign(sign)
            }
        }
        return takeInvalid()
    }

    /// Takes one whole character, so that the message shows it whole.
    private mutating func takeInvalid() -> QueryToken.Kind {
        let start = position
        position += 1
        while let byte = peek(), byte & 0xC0 == 0x80 { position += 1 }
        return .invalid(text(start..<position))
    }

    // MARK: Bytes

    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private mutating func take() -> UInt8? {
        guard let byte = peek() else { return nil }
        position += 1
        return byte
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "@"):
            true
        default: false
        }
    }

    private static let signs: Set<String> = [
        "<=>", "<=", ">=", "<>", "!=", "<<", ">>", "&&", "||", "=", "<", ">", "!", "~", "+", "-", "*", "/", "%", "^",
        "&", "|", "(", ")", ",", ";", "?",
    ]

    /// Words that cannot be names unless they stand in backticks.
    private static let keywords: Set<String> = [
        "and", "as", "asc", "between", "by", "case", "collate", "create", "delete", "desc", "distinct", "div", "drop",
        "else", "end", "exists", "false", "for", "from", "group", "having", "in", "index", "insert", "interval", "into",
        "is", "join", "key", "like", "limit", "mod", "not", "null", "on", "or", "order", "regexp", "select", "set",
        "show", "starts_with", "table", "then", "to", "true", "union", "unique", "update", "using", "values", "when",
        "where", "xor",
    ]
}
