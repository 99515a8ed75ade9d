import SwiftProtobuf
import WireAPI

/// Turns a spec as a client sends it into the form it is kept in, and checks it.
enum CanonicalSpec {
    private static let longestComment = 200

    static func make(_ spec: APIScheduleSpec) throws(ScheduleSpecError) -> APIScheduleSpec {
        for interval in spec.interval {
            try check(interval.interval, "interval")
            try check(interval.phase, "phase")
        }
        var spec = spec
        for calendar in spec.calendar { spec.structuredCalendar.append(try CalendarText.structured(calendar)) }
        for calendar in spec.excludeCalendar {
            spec.excludeStructuredCalendar.append(try CalendarText.structured(calendar))
        }
        spec.calendar = []
        spec.excludeCalendar = []
        try addCronStrings(to: &spec)
        for calendar in spec.structuredCalendar { try check(calendar) }
        for interval in spec.interval { try check(interval) }
        for calendar in spec.excludeStructuredCalendar { try checkExcluded(calendar) }
        for index in spec.structuredCalendar.indices { makeExplicit(&spec.structuredCalendar[index]) }
        for index in spec.excludeStructuredCalendar.indices { makeExplicit(&spec.excludeStructuredCalendar[index]) }
        return spec
    }

    private static func addCronStrings(to spec: inout APIScheduleSpec) throws(ScheduleSpecError) {
        let conflict = ScheduleSpecError("conflicting timezone names")
        var zone: String?
        for text in spec.cronString {
            let cron = try CronText(text)
            // All must name the same zone, or none.
            if let zone, cron.timeZone != zone { throw conflict }
            zone = cron.timeZone
            switch cron.content {
            case .calendar(let calendar): spec.structuredCalendar.append(calendar)
            case .interval(let interval): spec.interval.append(interval)
            }
        }
        spec.cronString = []
        guard let zone, !zone.isEmpty else { return }
        guard spec.timezoneName.isEmpty || spec.timezoneName == zone, spec.timezoneData.isEmpty else { throw conflict }
        spec.timezoneName = zone
    }

    private typealias Field = (name: String, ranges: [APIRange], limits: ClosedRange<Int32>)

    private static func fields(_ calendar: APIStructuredCalendarSpec) -> [Field] {
        [
            ("Second", calendar.second, 0...59), ("Minute", calendar.minute, 0...59), ("Hour", calendar.hour, 0...23),
            ("DayOfMonth", calendar.dayOfMonth, 1...31), ("Month", calendar.month, 1...12),
            ("Year", calendar.year, Int32(YearSet.first)...Int32(YearSet.last)),
            ("DayOfWeek", calendar.dayOfWeek, 0...6),
        ]
    }

    private static func check(_ calendar: APIStructuredCalendarSpec) throws(ScheduleSpecError) {
        var problems: [String] = []
        for (name, ranges, limits) in fields(calendar) {
            let limitsText = "[\(limits.lowerBound)-\(limits.upperBound)]"
            for range in ranges {
                if !limits.contains(range.start) { problems.append("\(name) Start is not in range \(limitsText)") }
                if range.end != 0 && (range.end < range.start || range.end > limits.upperBound) {
                    problems.append("\(name) End is before Start or not in range \(limitsText)")
                }
                if range.step < 0 { problems.append("\(name) has invalid Step") }
            }
        }
        if calendar.comment.utf8.count > longestComment { problems.append("comment is too long") }
        try refuse(problems)
    }

    /// The reference does not check excluded calendars. What it cannot work with (it fails on a negative start, and never
    /// ends with a negative step) is refused here in the words it has for the others.
    private static func checkExcluded(_ calendar: APIStructuredCalendarSpec) throws(ScheduleSpecError) {
        var problems: [String] = []
        for (name, ranges, limits) in fields(calendar) {
            for range in ranges {
                if range.start < 0 {
                    problems.append(
                        "\(name) Start is not in range [\(limits.lowerBound)-\(limits.upperBound)]")
                }
                if range.step < 0 { problems.append("\(name) has invalid Step") }
            }
        }
        try refuse(problems)
    }

    private static func refuse(_ problems: [String]) throws(ScheduleSpecError) {
        if problems.isEmpty { return }
        throw ScheduleSpecError("invalid calendar spec: " + problems.joined(separator: ", "))
    }

    private static func check(_ spec: APIIntervalSpec) throws(ScheduleSpecError) {
        let interval = spec.interval.nanoseconds
        let phase = spec.phase.nanoseconds
        if interval < 1_000_000_000 { throw ScheduleSpecError("interval is too small") }
        if phase < 0 { throw ScheduleSpecError("phase is negative") }
        if phase >= interval { throw ScheduleSpecError("phase cannot be greater than Interval") }
    }

    private static func check(_ duration: Google_Protobuf_Duration, _ name: String) throws(ScheduleSpecError) {
        let longest: Int64 = 315_576_000_000
        let (seconds, nanos) = (duration.seconds, duration.nanos)
        let problem: String
        if seconds > longest {
            problem = "exceeds +10000 years"
        } else if seconds < -longest {
            problem = "exceeds -10000 years"
        } else if !(-999_999_999...999_999_999).contains(nanos) {
            problem = "has out-of-range nanos"
        } else if seconds > 0 && nanos < 0 || seconds < 0 && nanos > 0 {
            problem = "has seconds and nanos with different signs"
        } else {
            return
        }
        let parts = [seconds == 0 ? nil : "seconds:\(seconds)", nanos == 0 ? nil : "nanos:\(nanos)"]
        let text = parts.compactMap { $0 }.joined(separator: "  ")
        throw ScheduleSpecError("\(name) is not a valid duration: proto:\u{A0}duration (\(text)) \(problem)")
    }

    private static func makeExplicit(_ calendar: inout APIStructuredCalendarSpec) {
        makeExplicit(&calendar.second)
        makeExplicit(&calendar.minute)
        makeExplicit(&calendar.hour)
        makeExplicit(&calendar.dayOfMonth)
        makeExplicit(&calendar.month)
        makeExplicit(&calendar.year)
        makeExplicit(&calendar.dayOfWeek)
    }

    private static func makeExplicit(_ ranges: inout [APIRange]) {
        for index in ranges.indices {
            if ranges[index].end < ranges[index].start { ranges[index].end = ranges[index].start }
            if ranges[index].step == 0 { ranges[index].step = 1 }
        }
    }
}
