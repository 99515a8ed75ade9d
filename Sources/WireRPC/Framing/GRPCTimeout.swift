/// The `grpc-timeout` header: up to eight digits and a unit.
enum GRPCTimeout {
    private static let longest: Int64 = 99_999_999

    /// The header value for a duration, in the coarsest unit that states it exactly, or else in the finest that fits,
    /// rounded up. A duration that has passed is `1n`, because the value must be positive.
    static func encode(_ timeout: Duration) -> String {
        let (seconds, attoseconds) = timeout.components
        guard timeout > .zero else { return "1n" }
        if attoseconds == 0, seconds <= longest { return "\(seconds)S" }
        if seconds < longest / 1_000, attoseconds % 1_000_000_000_000_000 == 0 {
            return "\(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)m"
        }
        if seconds < longest / 1_000_000 {
            return "\(seconds * 1_000_000 + (attoseconds + 999_999_999_999) / 1_000_000_000_000)u"
        }
        if seconds < longest { return "\(seconds + 1)S" }
        return "\(min(seconds / 3600 + 1, longest))H"
    }

    /// The duration a header value stands for; `nil` if it is malformed.
    static func decode(_ text: String) -> Duration? {
        let digits = text.utf8.dropLast()
        guard let unit = text.utf8.last, (1...8).contains(digits.count) else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        switch unit {
        case UInt8(ascii: "H"): return .seconds(value * 3600)
        case UInt8(ascii: "M"): return .seconds(value * 60)
        case UInt8(ascii: "S"): return .seconds(value)
        case UInt8(ascii: "m"): return .milliseconds(value)
        case UInt8(ascii: "u"): return .microseconds(value)
        case UInt8(ascii: "n"): return .nanoseconds(value)
        default: return nil
        }
    }
}
