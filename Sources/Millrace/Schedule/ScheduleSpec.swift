import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// When a schedule starts its workflow: at all times that its calendars, intervals and cron expressions name, except
/// those that are excluded.
///
///     ScheduleSpec.weekly(on: .monday, .thursday, at: "09:00", in: "Europe/Berlin")
///         .except(.allDay(.december, 25))
///         .jitter(upTo: .minutes(2))
public struct ScheduleSpec: Sendable, Hashable {
    public var calendars: [ScheduleCalendar]
    public var intervals: [ScheduleInterval]
    /// Cron expressions of five to seven fields, `@daily` and its kin, or `@every 5m/1m`. A server turns them into
    /// calendars and intervals, so a description has none.
    public var cron: [String]
    /// Times that are left out.
    public var excluded: [ScheduleCalendar]
    /// Nothing before this time.
    public var start: Date?
    /// Nothing after this time.
    public var end: Date?
    /// Each start is delayed by a random time up to this one, but not past the start after it.
    public var jitter: Duration?
    /// The IANA name of the time zone that calendars and cron expressions are meant in, such as `Europe/Berlin`; `nil`
    /// means UTC.
    public var timeZone: String?

    /// What the type has no words for, kept so that an update does not lose it.
    private var unspoken = APIScheduleSpec()
    /// Time zones that were asked for when specs were joined: there can be only one.
    private var conflictingTimeZones: [String] = []

    private var dependsOnTimeZone: Bool { !calendars.isEmpty || !cron.isEmpty || !excluded.isEmpty }

    public init(
        calendars: [ScheduleCalendar] = [], intervals: [ScheduleInterval] = [], cron: [String] = [],
        excluded: [ScheduleCalendar] = [], start: Date? = nil, end: Date? = nil, jitter: Duration? = nil,
        timeZone: String? = nil
    ) {
        self.calendars = calendars
        self.intervals = intervals
        self.cron = cron
        self.excluded = excluded
        self.start = start
        self.end = end
        self.jitter = jitter
        self.timeZone = timeZone
    }
}

// MARK: - Kinds

extension ScheduleSpec {
    /// Again and again, counted from 1970: every 15 minutes is at 0, 15, 30 and 45 past the hour.
    /// - Parameters:
    ///   - interval: at least a second.
    ///   - offset: shifts all times; shorter than the interval.
    public static func every(_ interval: Duration, offset: Duration = .zero) -> ScheduleSpec {
        ScheduleSpec(intervals: [ScheduleInterval(every: interval, offset: offset)])
    }

    /// Every day.
    /// - Parameters:
    ///   - times: of the day; midnight if there is none.
    ///   - timeZone: such as `Europe/Berlin`; `nil` means UTC.
    public static func daily(at times: TimeOfDay..., in timeZone: String? = nil) -> ScheduleSpec {
        ScheduleSpec(calendars: ScheduleCalendar.at(times), timeZone: timeZone)
    }

    /// On some days of each week.
    public static func weekly(
        on days: ScheduleCalendar.Weekday..., at times: TimeOfDay..., in timeZone: String? = nil
    ) -> ScheduleSpec {
        let ranges = days.map { ScheduleRange($0) }
        return ScheduleSpec(calendars: ScheduleCalendar.at(times) { $0.weekdays = ranges }, timeZone: timeZone)
    }

    /// On some days of each month, 1 to 31; months that are too short are passed over.
    public static func monthly(on days: Int..., at times: TimeOfDay..., in timeZone: String? = nil) -> ScheduleSpec {
        let ranges = days.map { ScheduleRange($0) }
        return ScheduleSpec(calendars: ScheduleCalendar.at(times) { $0.days = ranges }, timeZone: timeZone)
    }

    /// On one day of each year.
    public static func yearly(
        on month: ScheduleCalendar.Month, _ day: Int, at times: TimeOfDay..., in timeZone: String? = nil
    ) -> ScheduleSpec {
        let calendars = ScheduleCalendar.at(times) {
            $0.months = [ScheduleRange(month)]
            $0.days = [ScheduleRange(day)]
        }
        return ScheduleSpec(calendars: calendars, timeZone: timeZone)
    }

    /// As a cron expression says, such as `0 12 * * MON-FRI`.
    public static func cron(_ expressions: String..., in timeZone: String? = nil) -> ScheduleSpec {
        ScheduleSpec(cron: expressions, timeZone: timeZone)
    }

    /// At the times that calendars name.
    public static func calendar(_ calendars: ScheduleCalendar..., in timeZone: String? = nil) -> ScheduleSpec {
        ScheduleSpec(calendars: calendars, timeZone: timeZone)
    }

    /// Never by itself: only when it is triggered or backfilled.
    public static let onDemand = ScheduleSpec()
}

// MARK: - Combining

extension ScheduleSpec {
    /// The times of both. Bounds and jitter of this one win over those of the other; there is one time zone for all
    /// calendars and cron expressions.
    public func and(_ other: ScheduleSpec) -> ScheduleSpec {
        var both = self
        both.start = start ?? other.start
        both.end = end ?? other.end
        both.jitter = jitter ?? other.jitter
        both.timeZone = timeZone ?? other.timeZone
        // Whether a time zone was left open or meant as UTC cannot be told apart once something depends on it.
        both.conflictingTimeZones += other.conflictingTimeZones
        if timeZone != other.timeZone, dependsOnTimeZone, other.dependsOnTimeZone {
            both.conflictingTimeZones = [timeZone ?? "UTC", other.timeZone ?? "UTC"]
        }
        both.calendars += other.calendars
        both.intervals += other.intervals
        both.cron += other.cron
        both.excluded += other.excluded
        return both
    }

    /// These times, except those that one of the calendars names: `.except(.allDay(.saturday, .sunday))`.
    public func except(_ calendars: ScheduleCalendar...) -> ScheduleSpec {
        var rest = self
        rest.excluded += calendars
        return rest
    }

    /// Each start is delayed by a random time up to this one, but not past the start after it.
    public func jitter(upTo jitter: Duration) -> ScheduleSpec {
        var spec = self
        spec.jitter = jitter
        return spec
    }

    /// Nothing before this time.
    public func from(_ start: Date) -> ScheduleSpec {
        var spec = self
        spec.start = start
        return spec
    }

    /// Nothing after this time.
    public func until(_ end: Date) -> ScheduleSpec {
        var spec = self
        spec.end = end
        return spec
    }
}

// MARK: - Checks and the wire

extension ScheduleSpec {
    /// Checks what the server would refuse, as far as that can be known here: cron expressions and the names of time
    /// zones are the server's to read.
    /// - Throws: ``InvalidOptions``.
    public func validate() throws(InvalidOptions) {
        if !conflictingTimeZones.isEmpty {
            throw InvalidOptions(
                "spec.timeZone",
                "can be only one for a schedule, not \(conflictingTimeZones.joined(separator: " and ")): name the same "
                    + "one in each part, or create a schedule for each")
        }
        if timeZone == "" { throw InvalidOptions("spec.timeZone", "must not be empty; nil means UTC") }
        if let start, let end, end < start {
            throw InvalidOptions("spec.end", "(\(end)) is before spec.start (\(start)): nothing would ever start")
        }
        if let jitter, jitter < .zero { throw InvalidOptions("spec.jitter", "must not be negative, is \(jitter)") }
        for interval in intervals { try interval.validate() }
        for calendar in calendars { try calendar.validate("spec.calendars") }
        for calendar in excluded { try calendar.validate("spec.excluded") }
        if cron.contains(where: \.isEmpty) { throw InvalidOptions("spec.cron", "must not be an empty expression") }
    }

    package var wire: APIScheduleSpec {
        var wire = unspoken
        wire.structuredCalendar = calendars.map(\.wire)
        wire.interval = intervals.map(\.wire)
        wire.cronString = cron
        wire.excludeStructuredCalendar = excluded.map(\.wire)
        if let start { wire.startTime = .init(date: start) }
        if let end { wire.endTime = .init(date: end) }
        if let jitter { wire.jitter = .init(jitter) }
        wire.timezoneName = timeZone ?? ""
        // The data of the time zone that came are wrong for another.
        if wire.timezoneName != unspoken.timezoneName { wire.timezoneData = .init() }
        return wire
    }

    package init(wire: APIScheduleSpec) {
        self.init(
            calendars: wire.structuredCalendar.map(ScheduleCalendar.init(wire:)),
            intervals: wire.interval.map(ScheduleInterval.init(wire:)), cron: wire.cronString,
            excluded: wire.excludeStructuredCalendar.map(ScheduleCalendar.init(wire:)),
            start: wire.hasStartTime ? wire.startTime.foundationDate : nil,
            end: wire.hasEndTime ? wire.endTime.foundationDate : nil,
            jitter: wire.hasJitter ? wire.jitter.duration : nil,
            timeZone: wire.timezoneName.isEmpty ? nil : wire.timezoneName)
        unspoken = wire
        if wire.timezoneData.isEmpty { unspoken.timezoneName = "" }
        unspoken.clearStartTime()
        unspoken.clearEndTime()
        unspoken.clearJitter()
        (unspoken.structuredCalendar, unspoken.excludeStructuredCalendar) = ([], [])
        (unspoken.interval, unspoken.cronString) = ([], [])
    }
}
