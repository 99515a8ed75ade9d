import SwiftProtobuf

/// Durations as users write and read them: `1h30m`, `1.5s`, `300ms`, `5d`.
enum DurationText {
    /// A text that is no duration, in the words shown to the user.
    struct ParseError: Error, CustomStringConvertible {
        var description: String
    }

    private static let nanosecondsPerUnit: [String: Int64] = [
        "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
        "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]

    /// Reads a sequence of decimal numbers with units (`ns`, `us`, `ms`, `s`, `m`, `h`, `d`); `0` needs no unit.
    static func parse(_ text: String) throws -> Duration {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        if rest == "0" { return .zero }
        guard !rest.isEmpty else { throw ParseError(description: "invalid duration \"\(text)\"") }
        var total: Int64 = 0
        while !rest.isEmpty {
            let nanoseconds = try parsePart(&rest, of: text)
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            guard !overflow else { throw ParseError(description: "duration \"\(text)\" is too long") }
            total = sum
        }
        return .nanoseconds(isNegative ? -total : total)
    }

    private static func parsePart(_ rest: inout Substring, of text: String) throws -> Int64 {
        let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        rest = rest.dropFirst(number.count)
        guard let value = Double(number), number.contains(where: \.isNumber) else {
            throw ParseError(description: "invalid duration \"\(text)\"")
        }
        let unit = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
        rest = rest.dropFirst(unit.count)
        guard !unit.isEmpty else { throw ParseError(description: "missing unit in duration \"\(text)\"") }
        guard let scale = nanosecondsPerUnit[String(unit)] else {
            throw ParseError(description: "unknown unit \"\(unit)\" in duration \"\(text)\"")
        }
        if let whole = Int64(number) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
            guard !overflow else { throw ParseError(description: "duration \"\(text)\" is too long") }
            return product
        }
        let nanoseconds = (value * Double(scale)).rounded()
        guard nanoseconds < 9e18 else { throw ParseError(description: "duration \"\(text)\" is too long") }
        return Int64(nanoseconds)
    }

    /// `1h2m3.5s`, with smaller units alone below a second (`1.5ms`); zero is `0s`.
    static func format(_ duration: Duration) -> String {
        let total = nanoseconds(duration)
        guard total != 0 else { return "0s" }
        let sign = total < 0 ? "-" : ""
        let size = total.magnitude
        if size < 1_000 { return "\(sign)\(size)ns" }
        if size < 1_000_000 { return sign + decimal(size, 1_000) + "µs" }
        if size < 1_000_000_000 { return sign + decimal(size, 1_000_000) + "ms" }
        let seconds = size / 1_000_000_000
        let hours = seconds / 3600
        let minutes = seconds % 3600 / 60
        let rest = decimal(seconds % 60 * 1_000_000_000 + size % 1_000_000_000, 1_000_000_000) + "s"
        if hours > 0 { return "\(sign)\(hours)h\(minutes)m\(rest)" }
        return minutes > 0 ? "\(sign)\(minutes)m\(rest)" : sign + rest
    }

    /// Rounded to hundredths of a second, as run times are shown.
    static func formatRounded(_ duration: Duration) -> String {
        let step: Int64 = 10_000_000
        let total = nanoseconds(duration)
        return format(.nanoseconds((total + (total < 0 ? -step / 2 : step / 2)) / step * step))
    }

    /// As ``format(_:)-(Duration)``, with days and with spaces between the units: `3d 1h 0m 0s`.
    static func formatSpaced(_ duration: Google_Protobuf_Duration) -> String {
        let plain = format(Duration(duration))
        // Below a second there is one unit only.
        guard let hourEnd = plain.firstIndex(of: "h") else {
            return plain.hasSuffix("ms") ? plain : plain.replacingFirst("m", with: "m ")
        }
        let rest = "h " + plain[plain.index(after: hourEnd)...].description.replacingFirst("m", with: "m ")
        guard let hours = Int64(plain[..<hourEnd]), hours.magnitude >= 24 else { return plain[..<hourEnd] + rest }
        return "\(hours / 24)d \((hours % 24).magnitude)" + rest
    }

    static func format(_ duration: Google_Protobuf_Duration) -> String {
        format(Duration(duration))
    }

    static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product &+ attoseconds / 1_000_000_000
    }

    private static func decimal(_ value: UInt64, _ unit: UInt64) -> String {
        let whole = value / unit
        var fraction = NumberFormat.padded(value % unit, String(unit).count - 1)[...]
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
    }
}

extension Duration {
    init(_ duration: Google_Protobuf_Duration) {
        self = .seconds(duration.seconds) + .nanoseconds(Int64(duration.nanos))
    }
}

extension Google_Protobuf_Duration {
    /// The same duration, in whole nanoseconds.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
    }
}
