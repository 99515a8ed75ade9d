import SwiftProtobuf

/// How long closed runs are kept, as people write it.
enum RetentionText {
    private static let units: [(unit: Character, seconds: Int64)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

    /// `3 days`, `36 hours`, or the two largest units.
    static func text(_ duration: Google_Protobuf_Duration) -> String {
        let seconds = duration.seconds
        if seconds <= 0 { return "for ever" }
        if seconds % 86_400 == 0 { return seconds == 86_400 ? "1 day" : "\(SizeText.count(seconds / 86_400)) days" }
        if seconds % 3_600 == 0 { return seconds == 3_600 ? "1 hour" : "\(seconds / 3_600) hours" }
        return DurationText.short(duration)
    }

    /// `3d`, `36h`, `90m`: what ``parse(_:)`` reads.
    static func field(_ duration: Google_Protobuf_Duration) -> String {
        let seconds = max(0, duration.seconds)
        let fitting = units.first { seconds >= $0.seconds && seconds % $0.seconds == 0 }
        return fitting.map { "\(seconds / $0.seconds)\($0.unit)" } ?? "0s"
    }

    /// Reads `3d`, `1d12h`, or a bare number of days; `nil` for anything else.
    static func parse(_ text: String) -> Google_Protobuf_Duration? {
        if let days = Int64(text) { return total(days, 86_400).map { .init(seconds: $0, nanos: 0) } }
        var rest = text[...]
        var sum: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard let number = Int64(digits), let letter = rest.popFirst(),
                let unit = units.first(where: { $0.unit == letter }), let part = total(number, unit.seconds)
            else { return nil }
            let (next, overflow) = sum.addingReportingOverflow(part)
            guard !overflow else { return nil }
            sum = next
        }
        return text.isEmpty ? nil : .init(seconds: sum, nanos: 0)
    }

    private static func total(_ number: Int64, _ seconds: Int64) -> Int64? {
        let (product, overflow) = number.multipliedReportingOverflow(by: seconds)
        return overflow || number < 0 ? nil : product
    }
}
