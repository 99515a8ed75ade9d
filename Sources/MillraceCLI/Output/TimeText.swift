import SwiftProtobuf

/// Points in time as users read them, always in UTC.
enum TimeText {
    /// `2026-11-23T16:42:49Z`
    static func iso(_ time: Google_Protobuf_Timestamp) -> String {
        let civil = Civil(time.seconds)
        return "\(civil.date)T\(civil.clock)Z"
    }

    /// `2026-11-23 16:42:49.533111 +0000 UTC`
    static func raw(_ time: Google_Protobuf_Timestamp) -> String {
        let civil = Civil(time.seconds)
        var fraction = NumberFormat.padded(max(0, time.nanos), 9)[...]
        while fraction.last == "0" { fraction.removeLast() }
        return "\(civil.date) \(civil.clock)\(fraction.isEmpty ? "" : "." + fraction) +0000 UTC"
    }

    /// `14 seconds ago`, `now`, `9 minutes from now`
    static func relative(_ time: Google_Protobuf_Timestamp, now: Google_Protobuf_Timestamp) -> String {
        var seconds = now.seconds - time.seconds
        let nanos = now.nanos - time.nanos
        // Whole seconds of the distance, towards zero.
        if seconds > 0, nanos < 0 { seconds -= 1 }
        if seconds < 0, nanos > 0 { seconds += 1 }
        guard let amount = magnitude(seconds.magnitude) else { return "now" }
        return seconds > 0 ? amount + " ago" : amount + " from now"
    }

    private static func magnitude(_ seconds: UInt64) -> String? {
        let minute: UInt64 = 60
        let hour = 60 * minute
        let day = 24 * hour
        let year = 12 * 30 * day
        if seconds >= 37 * year { return "a long while" }
        // From one and a half on, years are rounded up to two.
        if seconds >= 18 * 30 * day, seconds < 2 * year { return "2 years" }
        let units: [(size: UInt64, name: String)] = [
            (year, "year"), (30 * day, "month"), (7 * day, "week"), (day, "day"), (hour, "hour"),
            (minute, "minute"), (1, "second"),
        ]
        for unit in units where seconds >= unit.size {
            let count = seconds / unit.size
            return count == 1 ? "1 \(unit.name)" : "\(count) \(unit.name)s"
        }
        return nil
    }

    /// A day and a time of day of the proleptic Gregorian calendar.
    struct Civil: Equatable {
        var year: Int64
        var month: Int64
        var day: Int64
        var secondOfDay: Int64

        /// - Parameter seconds: since 1970-01-01T00:00:00Z.
        init(_ seconds: Int64) {
            // Clamped to what fits far beyond any calendar, so that hostile times cannot overflow below.
            let seconds = min(max(seconds, -1 << 50), 1 << 50)
            let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
            secondOfDay = seconds - days * 86_400
            // Days are counted from March 1st of year 0, so that leap days end a year of the computation.
            let shifted = days + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shiftedMonth = (5 * dayOfYear + 2) / 153
            day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
            month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        }

        var date: String {
            let yearText = year < 0 ? "-" + NumberFormat.padded(-year, 4) : NumberFormat.padded(year, 4)
            return "\(yearText)-\(NumberFormat.padded(month, 2))-\(NumberFormat.padded(day, 2))"
        }

        var clock: String {
            let hour = NumberFormat.padded(secondOfDay / 3600, 2)
            let minute = NumberFormat.padded(secondOfDay % 3600 / 60, 2)
            return "\(hour):\(minute):\(NumberFormat.padded(secondOfDay % 60, 2))"
        }
    }
}

extension Google_Protobuf_Timestamp {
    /// The system's clock.
    static func now() -> Google_Protobuf_Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Google_Protobuf_Timestamp(seconds: Int64(time.tv_sec), nanos: Int32(time.tv_nsec))
    }

    /// How long after `start` this is.
    func since(_ start: Google_Protobuf_Timestamp) -> Duration {
        .seconds(seconds - start.seconds) + .nanoseconds(Int64(nanos - start.nanos))
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
