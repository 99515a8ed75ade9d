import SwiftProtobuf
import WireAPI

/// When a schedule is due, in plain words: `at 12:30 on Fri (Europe/Rome)`, `every 2 hours`.
public enum SpecWords {
    /// All of it on one line. The spec is one as the server shows it: see ``ScheduleTimes/canonical``.
    public static func text(of spec: APIScheduleSpec) -> String {
        let calendars = spec.structuredCalendar.map(calendar)
        let all = calendars + spec.interval.map(interval)
        guard !all.isEmpty else { return "only when triggered" }
        var text = all.joined(separator: "; ")
        let excluded = spec.excludeStructuredCalendar.map(calendar)
        if !excluded.isEmpty { text += "; but not " + excluded.joined(separator: " nor ") }
        guard !calendars.isEmpty || !excluded.isEmpty else { return text }
        return text + " (\(spec.timezoneName.isEmpty ? "UTC" : spec.timezoneName))"
    }

    /// `every 90 minutes`, `every hour, 15 minutes later`
    public static func interval(_ interval: APIIntervalSpec) -> String {
        let amount = amount(interval.interval)
        let every = "every " + (amount.hasPrefix("1 ") ? String(amount.dropFirst(2)) : amount)
        return interval.phase.nanoseconds > 0 ? "\(every), \(Self.amount(interval.phase)) later" : every
    }

    /// `1 hour`, `30 minutes`; a mixture of units as `1m 30s`.
    public static func amount(_ duration: Google_Protobuf_Duration) -> String {
        let units: [(size: Int64, name: String)] = [
            (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"),
        ]
        let seconds = duration.seconds
        guard duration.nanos == 0, seconds > 0, let unit = units.first(where: { seconds % $0.size == 0 }),
            unit.size > 1 || seconds < 120
        else { return mixture(duration) }
        let count = seconds / unit.size
        return count == 1 ? "1 \(unit.name)" : "\(count) \(unit.name)s"
    }

    /// `3d 1h 0m 0s`, `1m 30.5s`
    private static func mixture(_ duration: Google_Protobuf_Duration) -> String {
        let seconds = max(0, duration.seconds)
        var text = "\(seconds % 60)" + fraction(max(0, duration.nanos)) + "s"
        if seconds >= 60 { text = "\(seconds / 60 % 60)m " + text }
        if seconds >= 3600 { text = "\(seconds / 3600 % 24)h " + text }
        if seconds >= 86_400 { text = "\(seconds / 86_400)d " + text }
        return text
    }

    static func fraction(_ nanos: Int32) -> String {
        guard nanos > 0 else { return "" }
        let digits = String(nanos)
        var text = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
        while text.hasSuffix("0") { text.removeLast() }
        return "." + text
    }

    /// `at 12:30 on Fri`, with the comment there is.
    public static func calendar(_ calendar: APIStructuredCalendarSpec) -> String {
        let clock = clock(
            seconds: CalendarField(calendar.second, 0...59), minutes: CalendarField(calendar.minute, 0...59),
            hours: CalendarField(calendar.hour, 0...23))
        let days = days(calendar)
        var text = clock
        if !days.isEmpty { text += " " + days } else if clock.hasPrefix("at ") { text += " daily" }
        return calendar.comment.isEmpty ? text : text + " (\(calendar.comment))"
    }

    private static func clock(seconds: CalendarField, minutes: CalendarField, hours: CalendarField) -> String {
        /// More times than this are not spelled out.
        let limit = 6
        if let second = seconds.only, let minute = minutes.only, !hours.isAll, hours.values.count <= limit {
            let end = ":" + pad(minute) + (second == 0 ? "" : ":" + pad(second))
            return "at " + hours.values.map { pad($0) + end }.joined(separator: ", ")
        }
        if seconds.only == 0, hours.isAll {
            if minutes.only == 0 { return "every hour" }
            if minutes.isAll { return "every minute" }
            if minutes.values.count <= limit {
                return "every hour at " + minutes.values.map { ":" + pad($0) }.joined(separator: ", ")
            }
        }
        if seconds.isAll, minutes.isAll, hours.isAll { return "every second" }
        let second = seconds.only == 0 ? [] : [("second", seconds)]
        let parts = (second + [("minute", minutes), ("hour", hours)]).filter { !$0.1.isAll }
        return "at " + parts.map { "\($0) \($1.text)" }.joined(separator: ", ")
    }

    private static func days(_ calendar: APIStructuredCalendarSpec) -> String {
        let weekdays = CalendarField(calendar.dayOfWeek, 0...6, names: "Sun Mon Tue Wed Thu Fri Sat")
        let days = CalendarField(calendar.dayOfMonth, 1...31)
        let months = CalendarField(calendar.month, 1...12, names: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
        let years = CalendarField(calendar.year, 1970...9999)
        var parts: [String] = []
        if !weekdays.isAll { parts.append("on " + weekdays.text) }
        if !days.isAll { parts.append((weekdays.isAll ? "on" : "if it is") + " day " + days.text) }
        if !months.isAll { parts.append("in " + months.text) }
        if !years.isAll { parts.append("in " + years.text) }
        return parts.joined(separator: " ")
    }

    private static func pad(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
