/// A query in the visibility language, cut into pieces: as much of the language as filters are made of.
struct QueryTokens {
    enum Kind: Equatable {
        /// A name or a word of the language.
        case word(String)
        /// A name in backticks.
        case name(String)
        case string(String)
        case number(String)
        /// `=`, `!=`, `(` and the like.
        case sign(String)
    }

    struct Token {
        var kind: Kind
        var range: Range<Int>

        func isWord(_ word: String) -> Bool {
            if case .word(let own) = kind { own.uppercased() == word } else { false }
        }

        func isSign(_ sign: String) -> Bool { kind == .sign(sign) }
    }

    private let bytes: [UInt8]
    private var position = 0
    private(set) var tokens: [Token] = []

    /// `nil` for what is no query at all, such as a string that does not end.
    init?(_ text: String) {
        bytes = Array(text.utf8)
        while true {
            while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
            guard position < bytes.count else { return }
            let start = position
            guard let kind = scan() else { return nil }
            tokens.append(Token(kind: kind, range: start..<position))
        }
    }

    func text(_ tokens: ArraySlice<Token>) -> String {
        guard let first = tokens.first, let last = tokens.last else { return "" }
        return String(decoding: bytes[first.range.lowerBound..<last.range.upperBound], as: UTF8.self)
    }

    private mutating func scan() -> Kind? {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return quoted(byte).map { .string($0) }
        case UInt8(ascii: "`"): return quoted(byte).map { .name($0) }
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "="):
            position += 1
            return .sign(String(UnicodeScalar(byte)))
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"): return comparison(byte)
        default: return run()
        }
    }

    private mutating func comparison(_ first: UInt8) -> Kind? {
        position += 1
        guard position < bytes.count else { return first == UInt8(ascii: "!") ? nil : .sign(text(of: first)) }
        let second = bytes[position]
        guard second == UInt8(ascii: "=") || first == UInt8(ascii: "<") && second == UInt8(ascii: ">") else {
            return first == UInt8(ascii: "!") ? nil : .sign(text(of: first))
        }
        position += 1
        return .sign(second == UInt8(ascii: ">") ? "!=" : text(of: first) + "=")
    }

    private func text(of byte: UInt8) -> String { String(UnicodeScalar(byte)) }

    /// A word or a number.
    private mutating func run() -> Kind? {
        let start = position
        while position < bytes.count, Self.isPart(bytes[position]) { position += 1 }
        guard position > start else { return nil }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        return Double(text) != nil ? .number(text) : .word(text)
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: "@"), 0x80...0xFF:
            true
        default: false
        }
    }

    /// Text in quotes: a quote is doubled or escaped to stand in it.
    private mutating func quoted(_ quote: UInt8) -> String? {
        position += 1
        var value: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == quote {
                guard position < bytes.count, bytes[position] == quote else {
                    return String(decoding: value, as: UTF8.self)
                }
                position += 1
                value.append(quote)
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                guard position < bytes.count else { return nil }
                value.append(Self.unescaped(bytes[position]))
                position += 1
            } else {
                value.append(byte)
            }
        }
        return nil
    }

    private static func unescaped(_ byte: UInt8) -> UInt8 {
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
}
