/// A piece of markup that is safe to send.
///
/// Literals are markup, whatever is interpolated is text: it is escaped for element content and for quoted attribute
/// values alike. Only ``HTML`` itself is inserted as it is, and there is no way to make ``HTML`` of a `String`.
///
///     let row: HTML = "<td title=\"\(reason)\">\(name)</td>"
///
/// Attribute values are always quoted; addresses come from ``Links``.
struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
    private(set) var bytes: [UInt8]

    static let empty: HTML = ""

    init(stringLiteral value: StaticString) {
        bytes = value.withUTF8Buffer { Array($0) }
    }

    init(stringInterpolation: StringInterpolation) {
        bytes = stringInterpolation.bytes
    }

    /// Pieces one after the other.
    init(_ pieces: some Sequence<HTML>) {
        bytes = []
        for piece in pieces { bytes += piece.bytes }
    }

    /// One piece for each element.
    init<Items: Sequence>(each items: Items, _ body: (Items.Element) -> HTML) {
        bytes = []
        for item in items { bytes += body(item).bytes }
    }

    /// Text, escaped.
    init(text: String) {
        bytes = []
        Escaping.append(text, to: &bytes)
    }

    var isEmpty: Bool { bytes.isEmpty }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    static func + (left: HTML, right: HTML) -> HTML {
        HTML([left, right])
    }

    static func += (left: inout HTML, right: HTML) {
        left.bytes += right.bytes
    }

    struct StringInterpolation: StringInterpolationProtocol {
        typealias StringLiteralType = StaticString

        fileprivate var bytes: [UInt8] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        mutating func appendInterpolation(_ value: String) {
            Escaping.append(value, to: &bytes)
        }

        mutating func appendInterpolation(_ value: String?) {
            if let value { Escaping.append(value, to: &bytes) }
        }

        mutating func appendInterpolation(_ value: Substring) {
            Escaping.append(String(value), to: &bytes)
        }

        mutating func appendInterpolation(_ value: some BinaryInteger) {
            bytes.append(contentsOf: String(value).utf8)
        }

        mutating func appendInterpolation(_ html: HTML) {
            bytes.append(contentsOf: html.bytes)
        }

        mutating func appendInterpolation(_ html: HTML?) {
            if let html { bytes.append(contentsOf: html.bytes) }
        }

        mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { bytes.append(contentsOf: piece.bytes) }
        }

        /// One piece for each element.
        mutating func appendInterpolation<Items: Sequence>(each items: Items, _ body: (Items.Element) -> HTML) {
            for item in items { bytes.append(contentsOf: body(item).bytes) }
        }

        /// The piece, or nothing.
        mutating func appendInterpolation(if condition: Bool, _ html: @autoclosure () -> HTML) {
            if condition { bytes.append(contentsOf: html().bytes) }
        }

        /// ` name="value"`, or nothing without a value.
        mutating func appendInterpolation(attribute name: StaticString, _ value: String?) {
            guard let value else { return }
            bytes.append(UInt8(ascii: " "))
            appendLiteral(name)
            bytes.append(contentsOf: "=\"".utf8)
            Escaping.append(value, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }

        /// ` name`, or nothing.
        mutating func appendInterpolation(flag name: StaticString, _ isSet: Bool) {
            guard isSet else { return }
            bytes.append(UInt8(ascii: " "))
            appendLiteral(name)
        }

        /// A number of a drawing, with at most two decimals.
        mutating func appendInterpolation(_ number: Double) {
            let scaled = Int((max(-1e9, min(1e9, number)) * 100).rounded())
            if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
            bytes.append(contentsOf: String(scaled.magnitude / 100).utf8)
            let rest = scaled.magnitude % 100
            guard rest != 0 else { return }
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: rest < 10 ? "0\(rest)".utf8 : String(rest).utf8)
        }
    }
}
