/// The rule of a zone in the words of POSIX's TZ variable, with the extensions of RFC 9636: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixTimeZone {
    /// A moment of every year, by the clock in force before it.
    struct Moment {
        enum Day {
            /// 1 to 365, never counting a leap day.
            case julian(Int)
            /// 0 to 365, counting it.
            case ofYear(Int)
            /// The `week`th (5: last) `weekday` of a month.
            case weekday(Int, week: Int, month: Int)
        }

        let day: Day
        /// Seconds since midnight; may be negative or more than a day.
        let time: Int64

        /// Seconds since 1970 of a clock that shows this moment, as if it were UTC.
        func local(in year: Int) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1).daysSince1970
            let days =
                switch day {
                case .julian(let day): newYear + day - (CivilDate.isLeap(year) && day >= 60 ? 0 : 1)
                case .ofYear(let day): newYear + day
                case .weekday(let weekday, let week, let month):
                    Self.day(of: weekday, week: week, month: month, year: year)
                }
            return Int64(days) * Seconds.day + time
        }

        private static func day(of weekday: Int, week: Int, month: Int, year: Int) -> Int {
            let first = CivilDate(year: year, month: month, day: 1)
            var day = (weekday - first.weekday + 7) % 7 + 1 + (week - 1) * 7
            if day > CivilDate.days(inMonth: month, of: year) { day -= 7 }
            return first.daysSince1970 + day - 1
        }
    }

    struct Summer {
        let offset: Int64
        let begin, end: Moment
    }

    let offset: Int64
    let summer: Summer?

    /// - Parameter footer: The rest of a file: the rule between two line feeds. Nil if there is none that can be read.
    init?(footer: some Collection<UInt8>) {
        guard footer.count > 2, footer.first == UInt8(ascii: "\n"), let end = footer.dropFirst().firstIndex(of: 10)
        else { return nil }
        self.init(footer[footer.index(after: footer.startIndex)..<end])
    }

    init?(_ text: some Collection<UInt8>) {
        var reader = RuleReader(rest: Array(text)[...])
        guard reader.name(), let west = reader.duration() else { return nil }
        offset = -west
        guard !reader.isAtEnd, reader.name() else {
            guard reader.isAtEnd else { return nil }
            summer = nil
            return
        }
        var summerOffset = offset + Seconds.hour
        if let next = reader.rest.first, next != UInt8(ascii: ",") {
            guard let west = reader.duration() else { return nil }
            summerOffset = -west
        }
        // Without rules, those of the United States.
        if reader.isAtEnd { reader = RuleReader(rest: Array(",M3.2.0,M11.1.0".utf8)[...]) }
        guard reader.skip(","), let begin = reader.moment(), reader.skip(","), let end = reader.moment(), reader.isAtEnd
        else { return nil }
        summer = Summer(offset: summerOffset, begin: begin, end: end)
    }

    /// The changes of the years up to `last`, after the given time.
    func changes(after time: Int64?, until last: Int) -> [(at: Int64, offset: Int64)] {
        guard let summer else { return [(time ?? .min, offset)] }
        // No schedule is due before 1970.
        let first = CivilDate(daysSince1970: Int(max(time ?? 0, -Seconds.day).floorDivided(by: Seconds.day))).year
        guard first <= last else { return [] }
        var changes: [(at: Int64, offset: Int64)] = []
        for year in first...last {
            let begin = (at: summer.begin.local(in: year) - offset, offset: summer.offset)
            let end = (at: summer.end.local(in: year) - summer.offset, offset: offset)
            changes += begin.at < end.at ? [begin, end] : [end, begin]
        }
        return changes.filter { $0.at > time ?? .min }
    }
}

private struct RuleReader {
    var rest: ArraySlice<UInt8>

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Skips a name: three letters or more, or anything in angle brackets.
    mutating func name() -> Bool {
        if skip("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let end = rest.firstIndex { !(UInt8(ascii: "A")...UInt8(ascii: "z")).contains($0) } ?? rest.endIndex
        guard end - rest.startIndex >= 3 else { return false }
        rest = rest[end...]
        return true
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.prefix(4)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return range.contains(value) ? value : nil
    }

    /// Hours, and maybe minutes and seconds, with a sign; in seconds.
    mutating func duration() -> Int64? {
        let negative = skip("-")
        if !negative { _ = skip("+") }
        guard var seconds = number(0...168).map({ $0 * 3_600 }) else { return nil }
        for unit in [60, 1] where skip(":") {
            guard let value = number(0...59) else { return nil }
            seconds += value * unit
        }
        return Int64(negative ? -seconds : seconds)
    }

    mutating func moment() -> PosixTimeZone.Moment? {
        guard let day = day() else { return nil }
        guard skip("/") else { return PosixTimeZone.Moment(day: day, time: 2 * Seconds.hour) }
        return duration().map { PosixTimeZone.Moment(day: day, time: $0) }
    }

    private mutating func day() -> PosixTimeZone.Moment.Day? {
        if skip("J") { return number(1...365).map { .julian($0) } }
        guard skip("M") else { return number(0...365).map { .ofYear($0) } }
        guard let month = number(1...12), skip("."), let week = number(1...5), skip("."), let weekday = number(0...6)
        else { return nil }
        return .weekday(weekday, week: week, month: month)
    }
}
