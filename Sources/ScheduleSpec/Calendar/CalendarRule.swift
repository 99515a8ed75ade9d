import WireAPI

/// A structured calendar in a time zone, ready to be searched.
///
/// A local second matches if each of its fields does. Where clocks are turned, the search does what the reference's does,
/// which is not the same as listing the matching seconds:
/// - A local time that a gap leaves out is skipped, if the gap takes it out of its hour.
/// - An hour that comes twice is due twice west of Greenwich. East of it (and at it), the hour is its second copy. If the
///   hour *before* it matches, too, that is gone through once more in the place of the first copy, and the search, going
///   on from there, finds nothing in the second. So where the hour from 2 comes twice, a run at 1:30 takes place at 1:30
///   and in the first 2:30, one at 2:30 in the second 2:30, and an hourly one at the first 2:00 but not at the second.
/// - The search begins in the copy it starts from.
struct CalendarRule {
    let second, minute, hour, dayOfMonth, month, dayOfWeek: FieldSet
    let year: YearSet

    init(_ calendar: APIStructuredCalendarSpec) {
        second = FieldSet(calendar.second)
        minute = FieldSet(calendar.minute)
        hour = FieldSet(calendar.hour)
        dayOfMonth = FieldSet(calendar.dayOfMonth)
        month = FieldSet(calendar.month)
        dayOfWeek = FieldSet(calendar.dayOfWeek)
        year = YearSet(calendar.year)
    }

    /// Whether the second `time` (since 1970 UTC) matches.
    func matches(_ time: Int64, in zone: ZoneRules) -> Bool {
        let local = LocalTime(zone.local(time))
        return second.contains(local.second) && minute.contains(local.minute) && hour.contains(local.hour)
            && matchesDate(local.date)
    }

    func matchesDate(_ date: CivilDate) -> Bool {
        month.contains(date.month) && dayOfMonth.contains(date.day) && year.contains(date.year)
            && dayOfWeek.contains(date.weekday)
    }

    /// The first matching second after `time`, in seconds since 1970 UTC; nil if there is none up to the end of 2100.
    func next(after time: Int64, in zone: ZoneRules) -> Int64? {
        var search = CalendarSearch(rule: self, zone: zone, after: time)
        return search.run()
    }
}

/// A local date and time of day.
struct LocalTime {
    var date: CivilDate
    var hour, minute, second: Int

    /// - Parameter seconds: Of the local clock, as if it were UTC.
    init(_ seconds: Int64) {
        let day = seconds.floorDivided(by: Seconds.day)
        let secondOfDay = Int(seconds - day * Seconds.day)
        date = CivilDate(daysSince1970: Int(day))
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// Seconds of the local clock, as if it were UTC. Fields past their end carry over.
    var seconds: Int64 {
        Int64(date.daysSince1970) * Seconds.day + Int64(hour * 3_600 + minute * 60 + second)
    }

    mutating func setTime(hour: Int, minute: Int = 0, second: Int = 0) {
        self.hour = hour
        self.minute = minute
        self.second = second
    }
}
