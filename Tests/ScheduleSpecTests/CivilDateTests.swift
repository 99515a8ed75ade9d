import Testing

@testable import ScheduleSpec

@Suite struct CivilDateTests {
    @Test(arguments: [
        (1970, 1, 1, 0, 4), (1969, 12, 31, -1, 3), (2000, 2, 29, 11_016, 2), (2000, 3, 1, 11_017, 3),
        (2026, 11, 24, 20_781, 2), (2100, 2, 28, 47_540, 0), (2100, 3, 1, 47_541, 1), (1900, 3, 1, -25_508, 4),
    ])
    func knownDays(year: Int, month: Int, day: Int, days: Int, weekday: Int) {
        let date = CivilDate(year: year, month: month, day: day)
        #expect(date.daysSince1970 == days)
        #expect(CivilDate(daysSince1970: days) == date)
        #expect(date.weekday == weekday)
    }

    @Test func everyDayFollowsTheOneBefore() {
        var expected = CivilDate(year: 1896, month: 1, day: 1)
        for days in expected.daysSince1970..<CivilDate(year: 2110, month: 1, day: 1).daysSince1970 {
            guard CivilDate(daysSince1970: days) == expected, expected.daysSince1970 == days else {
                Issue.record("day \(days) is not \(expected)")
                return
            }
            expected.day += 1
            if expected.day > CivilDate.days(inMonth: expected.month, of: expected.year) {
                expected.day = 1
                expected.month = expected.month % 12 + 1
                if expected.month == 1 { expected.year += 1 }
            }
        }
        #expect(expected == CivilDate(year: 2110, month: 1, day: 1))
    }

    @Test(arguments: [(2000, 29), (2026, 28), (2028, 29), (2100, 28)])
    func february(year: Int, days: Int) {
        #expect(CivilDate.days(inMonth: 2, of: year) == days)
    }
}
