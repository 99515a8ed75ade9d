/// Times as RFC 3339 text.
enum TimeText {
    /// Nanoseconds since 1970 of a time like `2024-01-02T03:04:05.678Z` or `…+02:00`, `nil` if it is none. Times that
    /// do not fit count as the first or last one that does.
    static func nanoseconds(rfc3339 text: String) -> Nanoseconds? {
        var reader = DigitReader(text)
        guard let year = reader.number(digits: 4...4), reader.take("-"),
            let month = reader.number(digits: 2...2), (1...12).contains(month), reader.take("-"),
            let day = reader.number(digits: 2...2), (1...daysInMonth(month, year)).contains(day), reader.take("T"),
            let hour = reader.number(digits: 1...2), hour < 24, reader.take(":"),
            let minute = reader.number(digits: 2...2), minute < 60, reader.take(":"),
            let second = reader.number(digits: 2...2), second < 60
        else { return nil }
        var fraction = 0
        if reader.take(".") || reader.take(",") {
            guard let nanoseconds = reader.fraction() else { return nil }
            fraction = nanoseconds
        }
        guard let offset = offset(&reader), reader.isAtEnd else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        let (scaled, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = scaled.addingReportingOverflow(Int64(fraction))
        return sumOverflow ? .max : sum
    }

    /// A time in UTC as RFC 3339 text in whole seconds, the rest cut off.
    static func rfc3339(_ time: Nanoseconds) -> String {
        let seconds = time >= 0 ? time / .second : (time - .second + 1) / .second
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let ofDay = seconds - day * 86_400
        let (year, month, dayOfMonth) = date(Int(day))
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        let clock = [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map { padded(Int($0), 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(clock)Z"
    }

    /// The date that many days after 1970-01-01; the inverse of `days`.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Seconds east of UTC.
    private static func offset(_ reader: inout DigitReader) -> Int? {
        if reader.take("Z") { return 0 }
        let isWest = reader.take("-")
        guard isWest || reader.take("+"), let hours = reader.number(digits: 2...2), hours < 24, reader.take(":"),
            let minutes = reader.number(digits: 2...2), minutes < 60
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
    }

    private static func daysInMonth(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01. Years are taken to begin in March, so that the leap day is the last of its year.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shiftedYear = month > 2 ? year : year - 1
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Durations as text.
enum DurationText {
    private static let units: [(name: String, nanoseconds: Double, whole: Int64)] = [
        ("ns", 1, 1), ("us", 1e3, 1_000), ("µs", 1e3, 1_000), ("μs", 1e3, 1_000), ("ms", 1e6, 1_000_000),
        ("s", 1e9, 1_000_000_000), ("m", 60e9, 60_000_000_000), ("h", 3_600e9, 3_600_000_000_000),
        ("d", 86_400e9, 86_400_000_000_000),
    ]

    /// Nanoseconds of a whole number of them (`1500`), of numbers with units (`1h2m`, `-1.5d`) or of a clock
    /// (`hh:mm:ss`); `nil` for anything else and for what does not fit.
    static func nanoseconds(_ text: String) -> Int64? {
        if let whole = Int64(text) { return whole }
        return clock(text) ?? withUnits(text)
    }

    private static func clock(_ text: String) -> Int64? {
        var reader = DigitReader(text)
        guard let hours = reader.number(digits: 1...6), reader.take(":"),
            let minutes = reader.number(digits: 1...2), minutes < 60, reader.take(":"),
            let seconds = reader.number(digits: 1...2), seconds < 60
        else { return nil }
        var fraction = 0
        if reader.take(".") {
            guard let nanoseconds = reader.fraction() else { return nil }
            fraction = nanoseconds
        }
        guard reader.isAtEnd else { return nil }
        return Int64(hours * 3_600 + minutes * 60 + seconds) * 1_000_000_000 + Int64(fraction)
    }

    private static func withUnits(_ text: String) -> Int64? {
        var reader = DigitReader(text)
        let isNegative = reader.take("-")
        if !isNegative { _ = reader.take("+") }
        var total: Int64 = 0
        repeat {
            guard let part = unitPart(&reader) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            if overflow { return nil }
            total = sum
        } while !reader.isAtEnd
        return isNegative ? -total : total
    }

    /// One number with its unit.
    private static func unitPart(_ reader: inout DigitReader) -> Int64? {
        let whole = reader.number(digits: 1...18)
        var fraction: Double = 0
        if reader.take(".") {
            guard let digits = reader.fraction(allowEmpty: whole != nil) else { return nil }
            fraction = Double(digits) / 1e9
        } else if whole == nil {
            return nil
        }
        // The longest name wins: `ms` is not `m` and an `s`.
        let matching = units.filter { reader.isAt($0.name) }
        guard let unit = matching.max(by: { $0.name.utf8.count < $1.name.utf8.count }), reader.take(unit.name)
        else { return nil }
        let (scaled, overflow) = Int64(whole ?? 0).multipliedReportingOverflow(by: unit.whole)
        guard !overflow else { return nil }
        let (sum, sumOverflow) = scaled.addingReportingOverflow(Int64(fraction * unit.nanoseconds))
        return sumOverflow ? nil : sum
    }
}

/// Takes numbers and marks off the front of a string.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    func isAt(_ mark: String) -> Bool { bytes[position...].starts(with: mark.utf8) }

    mutating func take(_ mark: String) -> Bool {
        guard isAt(mark) else { return false }
        position += mark.utf8.count
        return true
    }

    /// A number of as many digits as the range allows; takes nothing if there are too few.
    mutating func number(digits: ClosedRange<Int>) -> Int? {
        let run = bytes[position...].prefix(digits.upperBound).prefix { (0x30...0x39).contains($0) }
        guard digits.contains(run.count) else { return nil }
        position += run.count
        return run.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// The digits behind a decimal point, as billionths; those beyond the ninth are dropped.
    mutating func fraction(allowEmpty: Bool = false) -> Int? {
        let run = bytes[position...].prefix { (0x30...0x39).contains($0) }
        guard allowEmpty || !run.isEmpty else { return nil }
        position += run.count
        var value = 0
        for index in 0..<9 {
            let digit = index < run.count ? Int(run[run.startIndex + index] - 0x30) : 0
            value = value * 10 + digit
        }
        return value
    }
}
