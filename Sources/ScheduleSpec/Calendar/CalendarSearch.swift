/// The search for the next match of a calendar: a local clock that is put forward, field by field from the year to the
/// second, to the next value that matches. What leaves a field's range carries into the next larger one, and the search
/// begins anew there.
struct CalendarSearch {
    private let rule: CalendarRule
    private let zone: ZoneRules
    private var clock: LocalTime
    /// What is added to the time the clock shows: an hour while the search is in the other copy of an hour that comes
    /// twice.
    private var shift: Int64 = 0

    init(rule: CalendarRule, zone: ZoneRules, after time: Int64) {
        self.rule = rule
        self.zone = zone
        clock = LocalTime(zone.local(time))
        if LocalTime(zone.local(time - Seconds.hour)).hour == clock.hour { shift = Seconds.hour }
        clock.second += 1
    }

    mutating func run() -> Int64? {
        while true {
            carry()
            guard clock.date.year <= YearSet.last else { return nil }
            guard fitYear(), fitMonth(), fitDay(), fitHour(), fitMinute(), fitSecond() else { continue }
            let found = zone.time(ofLocal: clock.seconds)
            if LocalTime(zone.local(found)).hour == clock.hour { return found + shift }
            // Clocks were put forward over this time.
            clock.setTime(hour: clock.hour + 1)
        }
    }

    private mutating func carry() {
        if clock.second >= 60 { clock.setTime(hour: clock.hour, minute: clock.minute + 1) }
        if clock.minute >= 60 { enterNextHour() }
        if clock.hour >= 24 {
            clock.date.day += 1
            clock.hour = 0
        }
        if clock.date.day > CivilDate.days(inMonth: clock.date.month, of: clock.date.year) {
            clock.date.month += 1
            clock.date.day = 1
        }
        if clock.date.month > 12 {
            clock.date.year += 1
            clock.date.month = 1
        }
    }

    /// Goes to the next hour, or once more through this one where the next begins two hours after it: between them lies
    /// the first copy of an hour that comes twice.
    private mutating func enterNextHour() {
        var next = clock
        next.setTime(hour: clock.hour)
        let begin = zone.time(ofLocal: next.seconds)
        next.hour += 1
        let repeated = shift == 0 && zone.time(ofLocal: next.seconds) - begin > Seconds.hour
        shift = repeated ? Seconds.hour : 0
        clock.setTime(hour: repeated ? clock.hour : next.hour)
    }

    /// Puts the clock to the start of `date`.
    private mutating func begin(_ date: CivilDate) {
        clock.date = date
        clock.setTime(hour: 0)
        shift = 0
    }

    /// Each of these says whether its field matches now without carrying over.
    private mutating func fitYear() -> Bool {
        guard !rule.year.contains(clock.date.year) else { return true }
        begin(CivilDate(year: clock.date.year + 1, month: 1, day: 1))
        return false
    }

    private mutating func fitMonth() -> Bool {
        let month = rule.month.first(from: clock.date.month) ?? 13
        if month != clock.date.month { begin(CivilDate(year: clock.date.year, month: month, day: 1)) }
        return month <= 12
    }

    private mutating func fitDay() -> Bool {
        let last = CivilDate.days(inMonth: clock.date.month, of: clock.date.year)
        while true {
            let day = rule.dayOfMonth.first(from: clock.date.day) ?? .max
            if day != clock.date.day { begin(CivilDate(year: clock.date.year, month: clock.date.month, day: day)) }
            guard day <= last else { return false }
            if rule.dayOfWeek.contains(weekday()) { return true }
            begin(CivilDate(year: clock.date.year, month: clock.date.month, day: day + 1))
        }
    }

    /// The weekday of the moment the clock stands for: the day before where a gap at midnight takes that back.
    private func weekday() -> Int {
        let local = zone.local(zone.time(ofLocal: clock.seconds))
        return CivilDate.weekday(daysSince1970: Int(local.floorDivided(by: Seconds.day)))
    }

    private mutating func fitHour() -> Bool {
        let hour = rule.hour.first(from: clock.hour) ?? 24
        if hour != clock.hour {
            clock.setTime(hour: hour)
            shift = 0
        }
        return hour < 24
    }

    private mutating func fitMinute() -> Bool {
        let minute = rule.minute.first(from: clock.minute) ?? 60
        if minute != clock.minute { clock.setTime(hour: clock.hour, minute: minute) }
        return minute < 60
    }

    private mutating func fitSecond() -> Bool {
        clock.second = rule.second.first(from: clock.second) ?? 60
        return clock.second < 60
    }
}
