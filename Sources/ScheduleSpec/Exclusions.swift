/// The calendars of times at which a schedule is not due.
///
/// Looking at the excluded times one by one, a spec that is due every second but in no month but May would take minutes.
/// So where an exclusion takes out every time a whole local hour or day can have, the search goes on after it.
struct Exclusions {
    /// How many excluded times are looked at before the search is given up; the reference has the same limit.
    static let mostSteps = 14 * 24 * 60 * 60

    private let rules: [CalendarRule]
    /// Those that exclude all of a day, and all of an hour, that they match.
    private let ofDays: [CalendarRule]
    private let ofHours: [CalendarRule]

    /// - Parameter times: The times of day at which the schedule can be due.
    init(_ rules: [CalendarRule], times: TimesOfDay) {
        self.rules = rules
        ofHours = rules.filter { $0.second.isSuperset(of: times.seconds) && $0.minute.isSuperset(of: times.minutes) }
        ofDays = ofHours.filter { $0.hour.isSuperset(of: times.hours) }
    }

    /// Nil if `time` is not excluded; else the time after which the search for the next one goes on.
    func resume(at time: Int64, in zone: ZoneRules) -> Int64? {
        guard rules.contains(where: { $0.matches(time, in: zone) }) else { return nil }
        return max(endOfDays(at: time, in: zone), endOfHour(at: time, in: zone), time)
    }

    /// The last second of the last but one of the days that are excluded as a whole from `time` on. The last is searched,
    /// since it is only the search that knows how a day begins whose first hour is missing or comes twice.
    private func endOfDays(at time: Int64, in zone: ZoneRules) -> Int64 {
        guard !ofDays.isEmpty else { return time }
        let today = Int(zone.local(time).floorDivided(by: Seconds.day))
        var day = today
        while true {
            let date = CivilDate(daysSince1970: day)
            guard date.year <= YearSet.last, ofDays.contains(where: { $0.matchesDate(date) }) else { break }
            day += 1
        }
        return day - 1 > today ? zone.time(ofLocal: Int64(day - 1) * Seconds.day) - 1 : time
    }

    /// The last second of the hour, if all of it is excluded and no clock is turned near it.
    private func endOfHour(at time: Int64, in zone: ZoneRules) -> Int64 {
        guard zone.isSteady(around: time, by: 3 * Seconds.hour),
            ofHours.contains(where: { $0.matchesHour(of: time, in: zone) })
        else { return time }
        let local = zone.local(time)
        return time + Seconds.hour - 1 - (local - local.floorDivided(by: Seconds.hour) * Seconds.hour)
    }
}

extension CalendarRule {
    fileprivate func matchesHour(of time: Int64, in zone: ZoneRules) -> Bool {
        let local = LocalTime(zone.local(time))
        return hour.contains(local.hour) && matchesDate(local.date)
    }
}

/// Local times of day at which a schedule can be due: the seconds, minutes and hours that occur in one.
struct TimesOfDay {
    private(set) var seconds = FieldSet(bits: 0)
    private(set) var minutes = FieldSet(bits: 0)
    private(set) var hours = FieldSet(bits: 0)

    init(calendars: [CalendarRule], intervals: [IntervalRule]) {
        for calendar in calendars {
            seconds.bits |= calendar.second.bits
            minutes.bits |= calendar.minute.bits
            hours.bits |= calendar.hour.bits
        }
        guard !intervals.isEmpty else { return }
        // Offsets need not be whole minutes, so an interval can be due at any second of the local clock.
        seconds.bits |= 1 << 60 - 1
        minutes.bits |= 1 << 60 - 1
        hours.bits |= 1 << 24 - 1
    }
}
