import SwiftProtobuf

/// Reads points in time as users write them, in the form of RFC 3339: `2026-11-23T16:42:49.5+01:00`.
struct TimeParser {
    /// A text that is no time, in the words shown to the user.
    struct ParseError: Error, CustomStringConvertible {
        var description: String
    }

    private let bytes: [UInt8]
    private var position = 0

    static func parse(_ text: String) throws -> Google_Protobuf_Timestamp {
        var parser = TimeParser(bytes: Array(text.utf8))
        guard let time = parser.time(), parser.position == parser.bytes.count else {
            throw ParseError(description: "invalid time \"\(text)\"; write it like 2026-01-31T12:00:00Z")
        }
        return time
    }

    private mutating func time() -> Google_Protobuf_Timestamp? {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("T"),
            let hour = number(2), hour < 24, skip(":"), let minute = number(2), minute < 60, skip(":"),
            let second = number(2), second < 60, let days = Self.days(year, month, day)
        else { return nil }
        guard let nanos = fraction(), let offset = offset() else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Google_Protobuf_Timestamp(seconds: seconds, nanos: nanos)
    }

    /// Days since 1970-01-01; `nil` if the calendar has no such day.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        guard (1...12).contains(month) else { return nil }
        // As in ``TimeText/Civil``, years begin in March.
        let marchYear = month > 2 ? year : year - 1
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let civil = TimeText.Civil(days * 86_400)
        return civil.year == year && civil.month == month && civil.day == day ? days : nil
    }

    /// Nanoseconds of the second; 0 without a fraction, `nil` if there is a point without digits.
    private mutating func fraction() -> Int32? {
        guard skip(".") else { return 0 }
        var nanos: Int32 = 0
        var scale: Int32 = 100_000_000
        guard let first = digit() else { return nil }
        var next: Int64? = first
        while let digit = next {
            nanos += Int32(digit) * scale
            scale /= 10
            next = self.digit()
        }
        return nanos
    }

    /// Seconds east of UTC.
    private mutating func offset() -> Int64? {
        if skip("Z") { return 0 }
        let sign: Int64
        if skip("+") {
            sign = 1
        } else if skip("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(2), hours < 24, skip(":"), let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func number(_ digits: Int) -> Int64? {
        var result: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            result = result * 10 + digit
        }
        return result
    }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int64(bytes[position] - UInt8(ascii: "0"))
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }
}
