/// Reads durations as Go writes them, and days of 24 hours: `1h30m`, `2.5s`, `1d`.
enum DurationText {
    private static let units: [String: UInt64] = [
        "ns": 1, "us": 1_000, "\u{B5}s": 1_000, "\u{3BC}s": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
        "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    static func nanoseconds(_ original: String) throws(ScheduleSpecError) -> Int64 {
        let text = daysAsHours(original)
        let invalid = ScheduleSpecError("time: invalid duration \(text.quoted())")
        var rest = Substring(text).unicodeScalars
        var negative = false
        if let sign = rest.first, sign == "-" || sign == "+" {
            negative = sign == "-"
            rest.removeFirst()
        }
        if rest.elementsEqual("0".unicodeScalars) { return 0 }
        guard !rest.isEmpty else { throw invalid }
        var total: UInt64 = 0
        while !rest.isEmpty {
            guard let number = Number(&rest) else { throw invalid }
            let unitText = String(rest.prefix { $0 != "." && !("0"..."9" ~= $0) })
            guard !unitText.isEmpty else {
                throw ScheduleSpecError("time: missing unit in duration \(text.quoted())")
            }
            rest.removeFirst(unitText.unicodeScalars.count)
            guard let unit = units[unitText] else {
                throw ScheduleSpecError("time: unknown unit \(unitText.quoted()) in duration \(text.quoted())")
            }
            guard let value = number.times(unit) else { throw invalid }
            let (sum, overflow) = total.addingReportingOverflow(value)
            guard !overflow, sum <= 1 << 63 else { throw invalid }
            total = sum
        }
        if negative { return Int64(truncatingIfNeeded: 0 &- total) }
        guard let result = Int64(exactly: total) else { throw invalid }
        return result
    }

    /// A decimal number that is not negative.
    private struct Number {
        private var whole: UInt64 = 0
        private var fraction: UInt64 = 0
        /// What one of `fraction` is a part of.
        private var scale = 1.0

        /// Takes a number off the front; nil if there is none, or none that can be counted.
        init?(_ rest: inout Substring.UnicodeScalarView) {
            let wholeDigits = rest.prefix { "0"..."9" ~= $0 }
            rest.removeFirst(wholeDigits.count)
            for digit in wholeDigits {
                guard whole <= (1 << 63) / 10 else { return nil }
                whole = whole * 10 + UInt64(digit.value - 48)
                guard whole <= 1 << 63 else { return nil }
            }
            guard rest.first == "." else {
                if wholeDigits.isEmpty { return nil }
                return
            }
            rest.removeFirst()
            let fractionDigits = rest.prefix { "0"..."9" ~= $0 }
            rest.removeFirst(fractionDigits.count)
            if wholeDigits.isEmpty && fractionDigits.isEmpty { return nil }
            // Digits past what 63 bits hold are dropped.
            for digit in fractionDigits {
                guard fraction <= (1 << 63 - 1) / 10, fraction * 10 + UInt64(digit.value - 48) <= 1 << 63 else { break }
                fraction = fraction * 10 + UInt64(digit.value - 48)
                scale *= 10
            }
        }

        /// The number in units of `unit`, rounded down; nil if it is too large.
        func times(_ unit: UInt64) -> UInt64? {
            guard whole <= (1 << 63) / unit else { return nil }
            let value = whole * unit + UInt64(Double(fraction) * (Double(unit) / scale))
            return value <= 1 << 63 ? value : nil
        }
    }

    /// Writes each number of days as one of hours.
    private static func daysAsHours(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "d")) else { return text }
        var result = ""
        var number = ""
        for scalar in text.unicodeScalars {
            if "0"..."9" ~= scalar || scalar == "." {
                // A second point begins a new number.
                if scalar == ".", number.contains(".") {
                    result += number
                    number = ""
                }
                number.unicodeScalars.append(scalar)
                continue
            }
            if scalar == "d", number != ".", let days = Double(number.hasSuffix(".") ? number + "0" : number) {
                result += sixDecimals(days * 24) + "h"
            } else {
                result += number + String(scalar)
            }
            number = ""
        }
        return result + number
    }

    private static func sixDecimals(_ value: Double) -> String {
        guard value < 1e12 else { return "\(value)" }
        let millionths = UInt64((value * 1e6).rounded())
        let digits = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
