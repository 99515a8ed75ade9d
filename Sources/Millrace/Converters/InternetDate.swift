#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// RFC 3339 dates with all the digits of a second that a `Date` holds.
///
/// Foundation's own ISO 8601 strategy drops the fraction; a date that went through a workflow would come back changed.
enum InternetDate {
    /// `2026-07-30T12:34:56.789Z`: UTC, with as many digits (0, 3, 6 or 9) as it takes to read the same date again.
    static func format(_ date: Date) -> String {
        let (seconds, nanoseconds) = date.unixParts
        for unit in [1_000_000_000, 1_000_000, 1_000] {
            let rounded = (nanoseconds + unit / 2) / unit * unit
            let carry = rounded == 1_000_000_000
            let candidate = (seconds + (carry ? 1 : 0), carry ? 0 : rounded)
            if Date(unixSeconds: candidate.0, nanoseconds: candidate.1) == date {
                return text(
                    candidate.0, nanoseconds: candidate.1, digits: unit == 1_000_000_000 ? 0 : unit == 1_000_000 ? 3 : 6
                )
            }
        }
        return text(seconds, nanoseconds: nanoseconds, digits: 9)
    }

    static func text(_ seconds: Int64, nanoseconds: Int, digits: Int) -> String {
        let day = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
        let second = Int(seconds - day * 86_400)
        let (year, month, dayOfMonth) = civil(day)
        var text = "\(pad(year, 4))-\(pad(month, 2))-\(pad(dayOfMonth, 2))T"
        text += "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
        if digits > 0 { text += ".\(pad(nanoseconds, 9).prefix(digits))" }
        return text + "Z"
    }

    /// Reads RFC 3339, and what other SDKs write of it: any number of fraction digits, a space for the `T`, an offset
    /// with or without its colon, or no zone at all (which is UTC).
    static func parse(_ text: String) -> Date? {
        var scanner = Scanner(text: Array(text.utf8))
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), (1...12).contains(month), (1...daysIn(month, of: year)).contains(day)
        else { return nil }
        let midnight = days(year, month, day) * 86_400
        if scanner.isAtEnd { return Date(unixSeconds: midnight, nanoseconds: 0) }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.digits(2),
            scanner.skip(":"), let minute = scanner.digits(2), hour < 24, minute < 60
        else { return nil }
        var second = 0
        var nanoseconds = 0
        if scanner.skip(":") {
            guard let value = scanner.digits(2), value <= 60 else { return nil }
            second = value
            if scanner.skip(".") || scanner.skip(",") {
                guard let fraction = scanner.fraction() else { return nil }
                nanoseconds = fraction
            }
        }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        return Date(
            unixSeconds: midnight + Int64(hour * 3600 + minute * 60 + second - offset), nanoseconds: nanoseconds)
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func daysIn(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar. Years are counted from March, so that the
    /// leap day comes last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let era = shifted >= 0 ? shifted / 400 : (shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = shifted >= 0 ? shifted / 146_097 : (shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private struct Scanner {
        var text: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == text.count }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard position < text.count, UInt32(text[position]) == character.value else { return false }
            position += 1
            return true
        }

        mutating func digits(_ count: Int) -> Int? {
            guard position + count <= text.count else { return nil }
            var value = 0
            for byte in text[position..<position + count] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            position += count
            return value
        }

        /// The digits after the point in nanoseconds; digits beyond the ninth are dropped.
        mutating func fraction() -> Int? {
            var value = 0
            var count = 0
            while position < text.count, text[position] >= 48, text[position] <= 57 {
                if count < 9 { value = value * 10 + Int(text[position] - 48) }
                count += 1
                position += 1
            }
            guard count > 0 else { return nil }
            for _ in count..<max(count, 9) { value *= 10 }
            return value
        }

        /// The zone's offset from UTC in seconds.
        mutating func offset() -> Int? {
            if isAtEnd || skip("Z") || skip("z") { return 0 }
            let sign: Int
            if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
            guard let hours = digits(2), hours < 24 else { return nil }
            if isAtEnd { return sign * hours * 3600 }
            _ = skip(":")
            guard let minutes = digits(2), minutes < 60 else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}
