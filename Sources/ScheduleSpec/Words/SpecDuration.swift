import SwiftProtobuf

/// Lengths of time as people write them: `90m`, `1h30m`, `2.5s`, `1d`.
public enum SpecDuration {
    /// - Throws: ``ScheduleSpecError`` that says what is wrong with the text.
    public static func parse(_ text: String) throws(ScheduleSpecError) -> Google_Protobuf_Duration {
        Google_Protobuf_Duration(try DurationText.nanoseconds(text))
    }

    /// What ``parse(_:)`` reads, with the parts that are not zero: `1d12h`; `0s` for nothing.
    public static func text(_ duration: Google_Protobuf_Duration) -> String {
        let seconds = max(0, duration.seconds)
        let parts: [(Int64, String)] = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"),
        ]
        let text = parts.map { $0.0 == 0 ? "" : "\($0.0)\($0.1)" }.joined()
        let fraction = SpecWords.fraction(max(0, duration.nanos))
        let rest = seconds % 60
        if rest == 0, fraction.isEmpty { return text.isEmpty ? "0s" : text }
        return "\(text)\(rest)\(fraction)s"
    }
}
