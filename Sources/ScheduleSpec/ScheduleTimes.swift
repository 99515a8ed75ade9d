import SwiftProtobuf
import WireAPI

/// When a schedule is due: a compiled `ScheduleSpec`.
public struct ScheduleTimes: Sendable {
    /// The spec as the server stores and shows it: cron strings and calendars of strings turned into structured calendars
    /// with explicit ranges, `@every` into intervals, a cron string's time zone into the spec's. Compiling it again gives
    /// the same.
    public let canonical: APIScheduleSpec

    private let zone: ZoneRules
    private let calendars: [CalendarRule]
    private let intervals: [IntervalRule]
    private let exclusions: Exclusions
    /// The range in which the spec is due, in nanoseconds since 1970.
    private let start: Int64
    private let end: Int64
    /// In milliseconds.
    private let jitter: Int64

    /// - Parameter zones: Asked for the zone the spec names, if any.
    /// - Throws: ``ScheduleSpecError`` with the reference's text, which callers see after `Invalid schedule spec: `.
    public init(_ spec: APIScheduleSpec, zones: any TimeZoneSource) throws(ScheduleSpecError) {
        canonical = try CanonicalSpec.make(spec)
        zone = try Self.zone(of: canonical, zones)
        calendars = canonical.structuredCalendar.map(CalendarRule.init)
        intervals = canonical.interval.map(IntervalRule.init)
        exclusions = Exclusions(
            canonical.excludeStructuredCalendar.map(CalendarRule.init),
            times: TimesOfDay(calendars: calendars, intervals: intervals))
        start = spec.hasStartTime ? max(spec.startTime.nanoseconds, .min + .second) : 0
        end = spec.hasEndTime ? spec.endTime.nanoseconds : .max
        jitter = spec.hasJitter ? max(spec.jitter.nanoseconds, 0) / 1_000_000 : 0
    }

    private static func zone(
        of spec: APIScheduleSpec, _ zones: any TimeZoneSource
    ) throws(ScheduleSpecError) -> ZoneRules {
        let name = spec.timezoneName
        var file: [UInt8]? = Array(spec.timezoneData)
        if spec.timezoneData.isEmpty {
            if name.isEmpty || name == "UTC" { return .utc }
            if name.split("/").contains("..") || name.hasPrefix("/") || name.hasPrefix("\\") {
                throw ScheduleSpecError("time: invalid location name")
            }
            file = zones.data(named: name)
            if file == nil && name == "Local" { return .utc }
        }
        guard let file else { throw ScheduleSpecError("unknown time zone \(name)") }
        do {
            return try TZifFile.rules(of: file)
        } catch {
            throw ScheduleSpecError("malformed time zone information")
        }
    }

    /// The first time at which the schedule is due whose nominal time is after `time`; nil if there is none up to the end
    /// of 2100.
    ///
    /// To go through all of them, ask again after the last one's `due` (as the reference does when it lists times): with
    /// jitter, that is before the next nominal time.
    ///
    /// - Parameters:
    ///   - time: Nanoseconds since 1970 UTC. Times of the spec are whole seconds, and one before `time`'s second is over
    ///     is not after it.
    ///   - seed: What makes a schedule's jitter its own. The reference takes the namespace's id, `-` and the schedule's id
    ///     (`d290f1ee-6c54-4b01-90e6-d701748f0851-nightly`). The jitter is a share of the spec's jitter, at most of the
    ///     time to the next nominal time (excluded or not): the 32 bits of FarmHash's fingerprint of the nominal time and
    ///     the seed, as a fraction, in whole milliseconds. The nominal time is hashed as Go marshals it: a byte 1, eight
    ///     bytes of seconds since the year 1, four of nanoseconds, and FF FF for UTC.
    public func next(after time: Int64, seed: String) -> ScheduledTime? {
        // The first second of the range is due as well.
        let begin = max(time, start - .second).floorDivided(by: .second)
        guard let nominal = nextNominal(after: begin) else { return nil }
        let milliseconds = jitter == 0 ? 0 : self.jitter(of: nominal, seed: seed)
        return ScheduledTime(nominal: nominal * .second, due: nominal * .second + milliseconds * 1_000_000)
    }

    /// What a clock in the spec's time zone shows, as seconds since 1970 of a clock of UTC with the same reading.
    /// - Parameter time: Nanoseconds since 1970 UTC.
    public func localClock(at time: Int64) -> Int64 { zone.local(time.floorDivided(by: .second)) }

    private func jitter(of nominal: Int64, seed: String) -> Int64 {
        var longest = jitter
        if let following = anyNext(after: nominal) { longest = min(longest, (following - nominal) * 1_000) }
        return Jitter.milliseconds(nominal: nominal, seed: seed, longest: longest)
    }

    /// The next second that is due and not excluded, if it is in the spec's range.
    private func nextNominal(after time: Int64) -> Int64? {
        var time = time
        for _ in 0..<Exclusions.mostSteps {
            guard let found = anyNext(after: time), found <= Self.last, found * .second <= end else { return nil }
            guard let free = exclusions.resume(at: found, in: zone) else { return found }
            time = free
        }
        return nil
    }

    /// The next second that is due, excluded or not.
    private func anyNext(after time: Int64) -> Int64? {
        var earliest: Int64?
        for calendar in calendars {
            guard let next = calendar.next(after: time, in: zone) else { continue }
            earliest = min(earliest ?? next, next)
        }
        for interval in intervals {
            let next = interval.next(after: time)
            earliest = min(earliest ?? next, next)
        }
        return earliest
    }

    /// The last second of 2100.
    private static let last = Int64(CivilDate(year: YearSet.last + 1, month: 1, day: 1).daysSince1970) * Seconds.day - 1
}

extension Int64 {
    /// In nanoseconds.
    fileprivate static var second: Int64 { 1_000_000_000 }
}

/// One time at which a schedule is due. Nanoseconds since 1970 UTC.
public struct ScheduledTime: Sendable, Equatable {
    /// The time the spec gives, a whole second.
    public var nominal: Int64
    /// `nominal` and jitter: when the action is to be taken.
    public var due: Int64

    public init(nominal: Int64, due: Int64) {
        self.nominal = nominal
        self.due = due
    }
}

/// Why a spec cannot be used, in the reference's words; a call that is refused for it says `Invalid schedule spec: ` first.
public struct ScheduleSpecError: Error, Sendable, Equatable, CustomStringConvertible {
    public var message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
