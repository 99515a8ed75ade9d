import WireAPI

/// Times by the calendar: those whose second, minute, hour, day, month, year and day of the week are all in the ranges.
public struct ScheduleCalendar: Sendable, Hashable {
    /// 0 to 59.
    public var seconds: [ScheduleRange]
    /// 0 to 59.
    public var minutes: [ScheduleRange]
    /// 0 to 23.
    public var hours: [ScheduleRange]
    /// 1 to 31.
    public var days: [ScheduleRange]
    /// 1 to 12.
    public var months: [ScheduleRange]
    /// 2000 to 2100; empty means all.
    public var years: [ScheduleRange]
    /// 0 (Sunday) to 6 (Saturday).
    public var weekdays: [ScheduleRange]
    /// For people.
    public var comment: String?

    /// What a time of day could not be read from; found when the schedule is checked.
    var unreadable: String?

    /// Midnight of every day, where nothing else is said.
    public init(
        seconds: [ScheduleRange] = [0], minutes: [ScheduleRange] = [0], hours: [ScheduleRange] = [0],
        days: [ScheduleRange] = [ScheduleRange(1...31)], months: [ScheduleRange] = [ScheduleRange(1...12)],
        years: [ScheduleRange] = [], weekdays: [ScheduleRange] = [ScheduleRange(0...6)], comment: String? = nil
    ) {
        self.seconds = seconds
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.years = years
        self.weekdays = weekdays
        self.comment = comment
    }

    /// All of some days of each week: what to leave out, for instance.
    public static func allDay(_ days: Weekday...) -> ScheduleCalendar {
        var calendar = everySecond
        calendar.weekdays = days.map { ScheduleRange($0) }
        return calendar
    }

    /// All of one day of each year, or of one year.
    public static func allDay(_ month: Month, _ day: Int, year: Int? = nil) -> ScheduleCalendar {
        var calendar = everySecond
        calendar.months = [ScheduleRange(month)]
        calendar.days = [ScheduleRange(day)]
        calendar.years = year.map { [ScheduleRange($0)] } ?? []
        return calendar
    }

    private static let everySecond = ScheduleCalendar(
        seconds: [ScheduleRange(0...59)], minutes: [ScheduleRange(0...59)], hours: [ScheduleRange(0...23)])

    /// One calendar for each time of day, since hours and minutes of several could combine to times nobody meant.
    static func at(
        _ times: [TimeOfDay], _ change: (inout ScheduleCalendar) -> Void = { _ in }
    ) -> [ScheduleCalendar] {
        (times.isEmpty ? [.midnight] : times).map { time in
            var calendar = ScheduleCalendar(
                seconds: [ScheduleRange(time.second)], minutes: [ScheduleRange(time.minute)],
                hours: [ScheduleRange(time.hour)])
            calendar.unreadable = time.unreadable
            change(&calendar)
            return calendar
        }
    }
}

extension ScheduleCalendar {
    /// A day of the week, numbered as calendars of schedules do.
    public enum Weekday: Int, Sendable, Hashable, CaseIterable {
        case sunday, monday, tuesday, wednesday, thursday, friday, saturday
    }

    /// A month, from 1.
    public enum Month: Int, Sendable, Hashable, CaseIterable {
        case january = 1
        case february, march, april, may, june, july, august, september, october, november, december
    }
}

extension ScheduleCalendar {
    func validate(_ option: String) throws(InvalidOptions) {
        if let unreadable {
            throw InvalidOptions(
                option, "cannot be at '\(unreadable)': a time of day is written 07:30 or 07:30:15, up to 23:59:59")
        }
        let fields = [
            ("second", seconds, 0...59), ("minute", minutes, 0...59), ("hour", hours, 0...23), ("day", days, 1...31),
            ("month", months, 1...12), ("year", years, 2000...2100), ("day of the week", weekdays, 0...6),
        ]
        for (name, ranges, bounds) in fields {
            if ranges.isEmpty, name != "year" { throw InvalidOptions(option, "must name at least one \(name)") }
            for range in ranges { try range.validate(option, name, bounds) }
        }
    }

    var wire: APIStructuredCalendarSpec {
        .with {
            $0.second = seconds.map(\.wire)
            $0.minute = minutes.map(\.wire)
            $0.hour = hours.map(\.wire)
            $0.dayOfMonth = days.map(\.wire)
            $0.month = months.map(\.wire)
            $0.year = years.map(\.wire)
            $0.dayOfWeek = weekdays.map(\.wire)
            $0.comment = comment ?? ""
        }
    }

    /// A field that came empty has the meaning that the initialiser gives it.
    init(wire: APIStructuredCalendarSpec) {
        self.init(years: wire.year.map(ScheduleRange.init(wire:)), comment: wire.comment.isEmpty ? nil : wire.comment)
        let fields: [(WritableKeyPath<ScheduleCalendar, [ScheduleRange]>, [APIRange])] = [
            (\.seconds, wire.second), (\.minutes, wire.minute), (\.hours, wire.hour), (\.days, wire.dayOfMonth),
            (\.months, wire.month), (\.weekdays, wire.dayOfWeek),
        ]
        for (field, ranges) in fields where !ranges.isEmpty {
            self[keyPath: field] = ranges.map(ScheduleRange.init(wire:))
        }
    }
}

/// Values of one field of a calendar: `7`, or `.range(0...59, step: 15)` for 0, 15, 30 and 45.
public struct ScheduleRange: Sendable, Hashable, ExpressibleByIntegerLiteral {
    public var first: Int
    /// The last value that may be in it.
    public var last: Int
    /// The distance between two values, at least 1.
    public var step: Int

    public init(_ values: ClosedRange<Int>, step: Int = 1) {
        first = values.lowerBound
        last = values.upperBound
        self.step = step
    }

    public init(_ value: Int) {
        self.init(value...value)
    }

    public init(integerLiteral value: Int) {
        self.init(value)
    }

    public init(_ day: ScheduleCalendar.Weekday) {
        self.init(day.rawValue)
    }

    public init(_ month: ScheduleCalendar.Month) {
        self.init(month.rawValue)
    }

    public static func range(_ values: ClosedRange<Int>, step: Int = 1) -> ScheduleRange {
        ScheduleRange(values, step: step)
    }

    func validate(_ option: String, _ field: String, _ bounds: ClosedRange<Int>) throws(InvalidOptions) {
        guard bounds.contains(first), bounds.contains(last), first <= last else {
            let value = first == last ? "\(first)" : "\(first) to \(last)"
            throw InvalidOptions(
                option, "has no \(field) \(value): it is between \(bounds.lowerBound) and \(bounds.upperBound)")
        }
        if step < 1 || step > Int(Int32.max) {
            throw InvalidOptions(option, "must go in steps of 1 or more through each \(field), not \(step)")
        }
    }

    var wire: APIRange {
        .with {
            $0.start = Int32(clamping: first)
            $0.end = Int32(clamping: last)
            $0.step = Int32(clamping: step)
        }
    }

    /// On the wire an end before the start means the start alone, and no step means 1.
    init(wire: APIRange) {
        first = Int(wire.start)
        last = Int(max(wire.start, wire.end))
        step = max(1, Int(wire.step))
    }
}

/// A time of day: `"07:30"`, `"07:30:15"` or `TimeOfDay(7, 30)`.
///
/// A text that is none is found when the schedule is checked, before anything is sent.
public struct TimeOfDay: Sendable, Hashable, ExpressibleByStringLiteral {
    public let hour: Int
    public let minute: Int
    public let second: Int
    /// The text, if it is no time of day.
    let unreadable: String?

    public init(_ hour: Int, _ minute: Int = 0, _ second: Int = 0) {
        self.hour = hour
        self.minute = minute
        self.second = second
        unreadable = nil
    }

    /// - Parameter text: `HH:MM` or `HH:MM:SS`, 24 hours.
    public init(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.count <= 2 && part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil
        }
        let isTime =
            numbers.count == parts.count && (2...3).contains(parts.count) && numbers[0] < 24
            && numbers.dropFirst().allSatisfy { $0 < 60 }
        hour = isTime ? numbers[0] : 0
        minute = isTime ? numbers[1] : 0
        second = isTime && numbers.count == 3 ? numbers[2] : 0
        unreadable = isTime ? nil : text
    }

    public init(stringLiteral text: String) {
        self.init(text)
    }

    public static let midnight = TimeOfDay(0)
}

/// Times at equal distances.
public struct ScheduleInterval: Sendable, Hashable {
    /// Counted from 1970: an interval of an hour is at every full hour, UTC.
    public var every: Duration
    /// Shifts all times.
    public var offset: Duration

    public init(every: Duration, offset: Duration = .zero) {
        self.every = every
        self.offset = offset
    }

    func validate() throws(InvalidOptions) {
        if every < .seconds(1) { throw InvalidOptions("spec.intervals", "must be at least 1 s long, one is \(every)") }
        if offset < .zero { throw InvalidOptions("spec.intervals", "must not have a negative offset, is \(offset)") }
        if offset >= every {
            throw InvalidOptions(
                "spec.intervals", "must be longer than their offset: \(every) is not longer than \(offset)")
        }
    }

    var wire: APIIntervalSpec {
        .with {
            $0.interval = .init(every)
            if offset != .zero { $0.phase = .init(offset) }
        }
    }

    init(wire: APIIntervalSpec) {
        every = wire.interval.duration
        offset = wire.phase.duration
    }
}
