import Millrace

extension ScheduleText {
    /// When a schedule starts, in words.
    static func words(_ spec: ScheduleSpec) -> String {
        var parts = spec.intervals.map { interval in
            let offset = interval.offset == .zero ? "" : ", \(length(interval.offset)) later"
            return "every \(length(interval.every))\(offset)"
        }
        parts += spec.cron.map { "cron \($0)" }
        parts += spec.calendars.map(words)
        guard !parts.isEmpty else { return "only when triggered" }
        var text = parts.joined(separator: "; ")
        if !spec.excluded.isEmpty { text += "; not " + spec.excluded.map(words).joined(separator: ", ") }
        let usesZone = !spec.cron.isEmpty || !spec.calendars.isEmpty
        return usesZone ? "\(text) (\(spec.timeZone ?? "UTC"))" : text
    }

    private static func words(_ calendar: ScheduleCalendar) -> String {
        var parts: [String] = []
        if let single = timeOfDay(calendar) {
            parts.append("at \(single)")
        } else if calendar.hours != [.range(0...23)] || calendar.minutes != [.range(0...59)] {
            parts.append("at hour \(list(calendar.hours)), minute \(list(calendar.minutes))")
        }
        if calendar.weekdays != [.range(0...6)] {
            parts.append("on " + list(calendar.weekdays) { names(of: ScheduleCalendar.Weekday.self, $0) })
        }
        if calendar.days != [.range(1...31)] { parts.append("on day \(list(calendar.days))") }
        if calendar.months != [.range(1...12)] {
            parts.append("in " + list(calendar.months) { names(of: ScheduleCalendar.Month.self, $0) })
        }
        if !calendar.years.isEmpty { parts.append("in \(list(calendar.years))") }
        return parts.isEmpty ? "at any time" : parts.joined(separator: " ")
    }

    /// `07:30`, if the calendar names one time of day only.
    private static func timeOfDay(_ calendar: ScheduleCalendar) -> String? {
        let fields = [calendar.hours, calendar.minutes, calendar.seconds]
        guard fields.allSatisfy({ $0.count == 1 && $0[0].first == $0[0].last }) else { return nil }
        let numbers = fields.map { $0[0].first }
        let shown = numbers[2] == 0 ? numbers.dropLast() : numbers[...]
        return shown.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    private static func list(_ ranges: [ScheduleRange], name: (Int) -> String = { "\($0)" }) -> String {
        ranges.map { range in
            if range.first == range.last { return name(range.first) }
            let step = range.step == 1 ? "" : " in steps of \(range.step)"
            return "\(name(range.first)) to \(name(range.last))\(step)"
        }.joined(separator: ", ")
    }

    private static func names<Name: RawRepresentable<Int>>(of type: Name.Type, _ number: Int) -> String {
        type.init(rawValue: number).map { "\($0)".capitalized } ?? "\(number)"
    }

    private static func length(_ duration: Duration) -> String {
        length(Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
    }
}
