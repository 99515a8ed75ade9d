import SwiftProtobuf

/// Points in time as text, in the zone of ``TimeManner`` where it is people who read it.
enum TimeText {
    /// `2026-11-23T16:42:49.533Z`, for machines.
    static func iso(_ time: Google_Protobuf_Timestamp) -> String {
        let civil = Civil(time.seconds)
        return "\(civil.date)T\(civil.clock)\(fraction(time))Z"
    }

    /// `2026-11-23 16:42:49 UTC`
    static func civil(_ time: Google_Protobuf_Timestamp, _ hasFraction: Bool = false) -> String {
        let manner = TimeManner.current
        let civil = Civil(manner.local(time.seconds))
        return "\(civil.date) \(civil.clock)\(hasFraction ? fraction(time) : "") \(manner.zoneText(time.seconds))"
    }

    /// `16:42:49`
    static func clock(_ time: Google_Protobuf_Timestamp, _ hasFraction: Bool) -> String {
        Civil(TimeManner.current.local(time.seconds)).clock + (hasFraction ? fraction(time) : "")
    }

    /// `3m 20s ago`, `in 2h`
    static func relative(_ time: Google_Protobuf_Timestamp, to now: Google_Protobuf_Timestamp) -> String {
        let seconds = time.seconds(since: now)
        if abs(seconds) < 1 { return "now" }
        let length = DurationText.short(abs(seconds).rounded())
        return seconds < 0 ? "\(length) ago" : "in \(length)"
    }

    private static func fraction(_ time: Google_Protobuf_Timestamp) -> String {
        "." + padded(Int64(max(0, min(999_999_999, time.nanos))) / 1_000_000, 3)
    }

    fileprivate static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// A day and a time of day of the proleptic Gregorian calendar.
    private struct Civil {
        var date: String
        var clock: String

        init(_ seconds: Int64) {
            // Clamped to what fits far beyond any calendar, so that hostile times cannot overflow below.
            let seconds = min(max(seconds, -1 << 40), 1 << 40)
            let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
            let second = seconds - days * 86_400
            // Days are counted from March 1st of year 0, so that leap days end a year of the computation.
            let shifted = days + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let month = (5 * dayOfYear + 2) / 153
            let calendarMonth = month < 10 ? month + 3 : month - 9
            let year = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)
            let day = dayOfYear - (153 * month + 2) / 5 + 1
            date = "\(padded(year, 4))-\(padded(calendarMonth, 2))-\(padded(day, 2))"
            clock = "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        }
    }
}

/// Lengths of time as text.
enum DurationText {
    /// `24 ms`, `1.24 s`, `3m 20s`, `2d 4h`: what a reader needs, not more.
    static func short(_ seconds: Double) -> String {
        let seconds = max(0, min(seconds, 1e12))
        if seconds < 0.001 { return seconds == 0 ? "0 ms" : "<1 ms" }
        if seconds < 1 { return "\(Int((seconds * 1_000).rounded())) ms" }
        if seconds < 10 { return "\(hundredths(seconds)) s" }
        if seconds < 60 { return "\(tenths(seconds)) s" }
        return long(Int64(seconds.rounded()))
    }

    /// The two largest units.
    private static func long(_ seconds: Int64) -> String {
        let units: [(size: Int64, name: String)] = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")]
        guard let index = units.firstIndex(where: { seconds >= $0.size }) else { return "0s" }
        let first = "\(seconds / units[index].size)\(units[index].name)"
        guard index + 1 < units.count else { return first }
        let rest = seconds % units[index].size / units[index + 1].size
        return rest == 0 ? first : "\(first) \(rest)\(units[index + 1].name)"
    }

    private static func hundredths(_ value: Double) -> String {
        let scaled = Int((value * 100).rounded())
        return "\(scaled / 100).\(TimeText.padded(Int64(scaled % 100), 2))"
    }

    private static func tenths(_ value: Double) -> String {
        let scaled = Int((value * 10).rounded())
        return "\(scaled / 10).\(scaled % 10)"
    }

    static func short(_ duration: Google_Protobuf_Duration) -> String {
        short(Double(duration.seconds) + Double(duration.nanos) / 1e9)
    }
}

/// Sizes as text.
enum SizeText {
    static func bytes(_ count: Int64) -> String {
        if count < 1_000 { return "\(count) bytes" }
        if count < 1_000_000 { return "\(tenths(count, 1_000)) kB" }
        if count < 1_000_000_000 { return "\(tenths(count, 1_000_000)) MB" }
        return "\(tenths(count, 1_000_000_000)) GB"
    }

    /// `1,234,567`
    static func count(_ number: Int64) -> String {
        var digits = Array(String(number.magnitude))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    private static func tenths(_ count: Int64, _ unit: Int64) -> String {
        let scaled = count * 10 / unit
        return scaled % 10 == 0 || scaled >= 1_000 ? "\(scaled / 10)" : "\(scaled / 10).\(scaled % 10)"
    }
}

extension Google_Protobuf_Timestamp {
    func seconds(since other: Google_Protobuf_Timestamp) -> Double {
        Double(seconds) - Double(other.seconds) + (Double(nanos) - Double(other.nanos)) / 1e9
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanos) < (right.seconds, right.nanos)
    }

    func adding(_ duration: Google_Protobuf_Duration) -> Google_Protobuf_Timestamp {
        let nanos = Int64(self.nanos) + Int64(duration.nanos)
        return Google_Protobuf_Timestamp(
            seconds: seconds.addingReportingOverflow(duration.seconds).partialValue + nanos / 1_000_000_000,
            nanos: Int32(nanos % 1_000_000_000))
    }
}
