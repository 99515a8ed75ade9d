import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Google_Protobuf_Duration {
    /// The same length of time; parts under a nanosecond are dropped.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
    }

    var duration: Duration { .seconds(seconds) + .nanoseconds(Int64(nanos)) }
}

extension Google_Protobuf_Timestamp {
    /// The same instant, to the nanosecond as far as a `Date` can tell.
    init(date: Date) {
        let (seconds, nanoseconds) = date.unixParts
        self.init(seconds: seconds, nanos: Int32(nanoseconds))
    }

    var foundationDate: Date { Date(unixSeconds: seconds, nanoseconds: Int(nanos)) }
}

extension Date {
    /// Whole seconds since 1970, rounded down, and the nanoseconds that remain (0 ..< 1,000,000,000).
    var unixParts: (seconds: Int64, nanoseconds: Int) {
        // Split before moving the epoch: the sum of both would lose digits of the fraction.
        let sinceReference = timeIntervalSinceReferenceDate
        let whole = sinceReference.rounded(.down)
        let nanoseconds = Int(((sinceReference - whole) * 1e9).rounded())
        let carry = nanoseconds == 1_000_000_000 ? 1 : 0
        let seconds = Int64(exactly: whole) ?? (whole < 0 ? Date.lowestSecond : Date.highestSecond)
        return (
            seconds + Int64(Date.timeIntervalBetween1970AndReferenceDate) + Int64(carry),
            carry == 1 ? 0 : nanoseconds
        )
    }

    init(unixSeconds: Int64, nanoseconds: Int) {
        let whole = Double(unixSeconds - Int64(Date.timeIntervalBetween1970AndReferenceDate))
        self.init(timeIntervalSinceReferenceDate: whole + Double(nanoseconds) / 1e9)
    }

    /// Bounds for dates outside what the wire can carry (years 1 to 9999), so that no conversion traps.
    private static let lowestSecond: Int64 = -63_113_904_000
    private static let highestSecond: Int64 = 252_423_993_599
}

extension Duration {
    /// The length in seconds, fractions included.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// A length for people: `250 ms`, `4.5 s`, `3 min`.
    var forPeople: String {
        let seconds = inSeconds
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 120 {
            return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\((seconds * 10).rounded() / 10) s"
        }
        return "\(Int((seconds / 60).rounded())) min"
    }
}
