/// A JSON value as search attributes have them: a scalar or an array of scalars. Small and strict, so that indexing
/// an attribute costs no general-purpose decoder.
enum JSONScalar: Equatable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Numbers that are not whole or do not fit; always finite.
    case double(Double)
    case string(String)
    case array([JSONScalar])

    /// `nil` if the bytes are not exactly one such value.
    init?(_ bytes: some Collection<UInt8>) {
        var reader = Reader(bytes: Array(bytes))
        guard let value = reader.value(allowArray: true), reader.isAtEnd else { return nil }
        self = value
    }

    /// A text as a JSON string.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        /// One value with the blank space around it.
        mutating func value(allowArray: Bool) -> JSONScalar? {
            skipBlank()
            guard position < bytes.count else { return nil }
            let result: JSONScalar? =
                switch bytes[position] {
                case UInt8(ascii: "n"): take("null") ? .null : nil
                case UInt8(ascii: "t"): take("true") ? .bool(true) : nil
                case UInt8(ascii: "f"): take("false") ? .bool(false) : nil
                case UInt8(ascii: "\""): string().map { .string($0) }
                case UInt8(ascii: "["): allowArray ? array() : nil
                default: number()
                }
            skipBlank()
            return result
        }

        private mutating func array() -> JSONScalar? {
            position += 1
            var values: [JSONScalar] = []
            skipBlank()
            if take("]") { return .array(values) }
            while let element = value(allowArray: false) {
                values.append(element)
                if take("]") { return .array(values) }
                guard take(",") else { return nil }
            }
            return nil
        }

        private mutating func number() -> JSONScalar? {
            let start = position
            while position < bytes.count, Self.isNumberPart(bytes[position]) { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            guard let first = text.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: ".") else {
                return nil
            }
            if let whole = Int64(text) { return .int(whole) }
            guard let value = Double(text), value.isFinite else { return nil }
            return .double(value)
        }

        private static func isNumberPart(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }

        private mutating func string() -> String? {
            position += 1
            var result: [UInt8] = []
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return String(validating: result, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let scalar = escape() else { return nil }
                    result.append(contentsOf: String(Character(scalar)).utf8)
                default: result.append(byte)
                }
            }
            return nil
        }

        private mutating func escape() -> Unicode.Scalar? {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{C}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
            case UInt8(ascii: "u"): return unicodeEscape()
            default: return nil
            }
        }

        /// The part behind `\u`; a surrogate without its partner becomes the replacement character.
        private mutating func unicodeEscape() -> Unicode.Scalar? {
            guard let high = hexadecimal() else { return nil }
            if let scalar = Unicode.Scalar(high) { return scalar }
            let mark = position
            guard high < 0xDC00, take("\\u"), let low = hexadecimal(), (0xDC00...0xDFFF).contains(low) else {
                position = mark
                return "\u{FFFD}"
            }
            return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        }

        private mutating func hexadecimal() -> UInt32? {
            guard position + 4 <= bytes.count else { return nil }
            let digits = bytes[position..<position + 4]
            guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
            position += 4
            return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        }

        private mutating func take(_ word: String) -> Bool {
            guard bytes[position...].starts(with: word.utf8) else { return false }
            position += word.utf8.count
            return true
        }

        private mutating func skipBlank() {
            while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        }
    }
}
