import SwiftProtobuf

/// Lengths of time as people write them: `30s`, `1h30m`, `2d`, `500ms`.
enum DurationInput {
    private static let units: [String: Double] = [
        "ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400,
    ]

    /// - Returns: `nil` if it is not one. A number alone means seconds.
    static func parse(_ text: String) -> Google_Protobuf_Duration? {
        var rest = text.lowercased().filter { !$0.isWhitespace }[...]
        guard !rest.isEmpty else { return nil }
        if let seconds = Double(rest) { return duration(seconds) }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let size = units[String(unit)] else { return nil }
            total += number * size
        }
        return duration(total)
    }

    private static func duration(_ seconds: Double) -> Google_Protobuf_Duration? {
        // A hundred years.
        guard seconds.isFinite, seconds >= 0, seconds <= 3.2e9 else { return nil }
        let whole = seconds.rounded(.down)
        return Google_Protobuf_Duration(seconds: Int64(whole), nanos: Int32(((seconds - whole) * 1e9).rounded()))
    }

    /// The text that is read as this duration; empty for none.
    static func text(_ duration: Google_Protobuf_Duration) -> String {
        guard duration.seconds > 0 || duration.nanos > 0 else { return "" }
        guard duration.nanos == 0 else {
            return "\(duration.seconds * 1_000 + Int64(duration.nanos) / 1_000_000)ms"
        }
        for (size, unit) in [(Int64(86_400), "d"), (3_600, "h"), (60, "m")] where duration.seconds % size == 0 {
            return "\(duration.seconds / size)\(unit)"
        }
        return "\(duration.seconds)s"
    }
}
