import Testing
import WireAPI

@testable import ScheduleSpec

/// One field of a cron string, and the ranges it becomes.
struct FieldText: Sendable, CustomTestStringConvertible {
    let text: String
    let ranges: [[Int32]]

    init(_ text: String, _ ranges: [Int32]...) {
        self.text = text
        self.ranges = ranges
    }

    var testDescription: String { text }
}

extension [APIRange] {
    fileprivate var numbers: [[Int32]] { map { [$0.start, $0.end, $0.step] } }
}

@Suite struct TextTests {
    private func canonical(_ spec: APIScheduleSpec) throws -> APIScheduleSpec {
        try ScheduleTimes(spec, zones: RuleZones()).canonical
    }

    @Test(arguments: [
        FieldText("*", [0, 59, 1]), FieldText("5", [5, 5, 1]), FieldText("5-9", [5, 9, 1]),
        FieldText("5-9/2", [5, 9, 2]),
        FieldText("5/10", [5, 59, 10]), FieldText("*/7", [0, 59, 7]), FieldText("*/1", [0, 59, 1]),
        FieldText("5-5/3", [5, 5, 3]), FieldText("1,2-4,*/30", [1, 1, 1], [2, 4, 1], [0, 59, 30]),
        FieldText("+5", [5, 5, 1]), FieldText("0/100", [0, 59, 100]),
    ])
    func minutes(field: FieldText) throws {
        #expect(try canonical(.cron("\(field.text) * * * *")).structuredCalendar[0].minute.numbers == field.ranges)
    }

    /// Sunday is 0 afterwards, whatever it was before.
    @Test(arguments: [
        FieldText("7", [0, 0, 1]), FieldText("0-7", [0, 6, 1]), FieldText("1-7", [1, 6, 1]),
        FieldText("3-7", [0, 0, 1], [3, 6, 1]), FieldText("3-7/3", [3, 6, 3]),
        FieldText("1-7/2", [0, 0, 1], [1, 6, 2]),
        FieldText("*/2", [0, 6, 2]), FieldText("*/7", [0, 0, 1], [0, 6, 7]), FieldText("6-7", [0, 0, 1], [6, 6, 1]),
        FieldText("sun", [0, 0, 1]), FieldText("Mon-FRIDAY", [1, 5, 1]), FieldText("tu,th", [2, 2, 1], [4, 4, 1]),
        FieldText("*", [0, 6, 1]),
    ])
    func weekdays(field: FieldText) throws {
        #expect(try canonical(.cron("0 0 * * \(field.text)")).structuredCalendar[0].dayOfWeek.numbers == field.ranges)
    }

    @Test(arguments: [
        FieldText("jan", [1, 1, 1]), FieldText("MAR-sept", [3, 9, 1]), FieldText("december", [12, 12, 1]),
        FieldText("may/3", [5, 12, 3]),
    ])
    func months(field: FieldText) throws {
        #expect(try canonical(.cron("0 0 * \(field.text) *")).structuredCalendar[0].month.numbers == field.ranges)
    }

    @Test(arguments: [
        FieldText("*"), FieldText("2027", [2_027, 2_027, 1]), FieldText("*/2", [2_000, 2_100, 2]),
        FieldText("2090/5", [2_090, 2_100, 5]),
    ])
    func years(field: FieldText) throws {
        #expect(try canonical(.cron("0 0 * * * \(field.text)")).structuredCalendar[0].year.numbers == field.ranges)
    }

    @Test func fieldCounts() throws {
        let five = try canonical(.cron("1 2 3 4 5")).structuredCalendar[0]
        #expect(five.second.numbers == [[0, 0, 1]])
        #expect(five.year.isEmpty)
        let seven = try canonical(.cron(" 59 1\t2 3 4 5 2030 ")).structuredCalendar[0]
        #expect(seven.second.numbers == [[59, 59, 1]])
        #expect(
            [seven.minute, seven.hour, seven.dayOfMonth, seven.month, seven.dayOfWeek].map(\.numbers)
                == [[[1, 1, 1]], [[2, 2, 1]], [[3, 3, 1]], [[4, 4, 1]], [[5, 5, 1]]])
        #expect(seven.year.numbers == [[2_030, 2_030, 1]])
    }

    @Test func comments() throws {
        let spec = try canonical(.cron("0 0 * * *# one # two ", "@hourly", "  @daily   #x"))
        #expect(spec.structuredCalendar.map(\.comment) == ["one # two", "", "x"])
        #expect(spec.cronString.isEmpty)
    }

    @Test(arguments: [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
    ])
    func shorthands(word: String, fields: String) throws {
        #expect(try canonical(.cron(word)) == canonical(.cron(fields)))
    }

    @Test(
        arguments: [
            ("@every 14h/3h", 50_400, 10_800), ("@every 1h30m", 5_400, 0), ("@every 1d", 86_400, 0),
            ("@every 1.5d/90m # often", 129_600, 5_400), ("@every 7h/", 25_200, 0), ("@everything 5s", 5, 0),
            ("TZ=Europe/Berlin @every 5s", 5, 0), ("@every 1d12h", 129_600, 0),
        ] as [(String, Int64, Int64)])
    func intervals(text: String, interval: Int64, phase: Int64) throws {
        let spec = try canonical(.cron(text))
        #expect(spec.interval.map(\.interval.seconds) == [interval])
        #expect(spec.interval.map(\.phase.seconds) == [phase])
        #expect(spec.timezoneName.isEmpty)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("5s", 5_000_000_000), ("1.5s", 1_500_000_000), (".5s", 500_000_000),
            ("5.s", 5_000_000_000),
            ("1h2m3s4ms5us6ns", 3_723_004_005_006), ("7µs", 7_000), ("7μs", 7_000), ("-1m", -60_000_000_000),
            ("+1m", 60_000_000_000), ("0.25d", 21_600_000_000_000),
            ("9223372036854775807ns", .max), ("-9223372036854775808ns", .min),
            ("0.100000000000000000000h", 360_000_000_000),
            ("0.9223372036854775807h", 3_320_413_933_267),
        ] as [(String, Int64)])
    func durations(text: String, nanoseconds: Int64) throws {
        #expect(try DurationText.nanoseconds(text) == nanoseconds)
    }

    @Test(arguments: [
        "", "-", "s", "5", "1h5", ".s", "5w", "1.2.3s", "9223372036854775808ns", "3000000h", " 5s", "5 s",
    ])
    func durationsThatAreNone(text: String) {
        #expect(throws: ScheduleSpecError.self) { try DurationText.nanoseconds(text) }
    }

    @Test func zonesOfCronStrings() throws {
        let spec = try canonical(.cron("TZ=Europe/Berlin 0 1 * * *", "CRON_TZ=Europe/Berlin 0 2 * * *"))
        #expect(spec.timezoneName == "Europe/Berlin")
        #expect(try canonical(.cron("TZ= 0 1 * * *", zone: "Europe/London")).timezoneName == "Europe/London")
    }

    @Test func calendarsOfStrings() throws {
        var calendar = APICalendarSpec()
        calendar.hour = " 7 "
        calendar.comment = "c"
        var spec = APIScheduleSpec()
        spec.calendar = [calendar, APICalendarSpec()]
        spec.excludeCalendar = [calendar]
        let canonical = try canonical(spec)
        let seven = APIStructuredCalendarSpec.daily { $0.hour = [APIRange(7)] }
        var expected = try self.canonical(.calendar(seven)).structuredCalendar[0]
        expected.comment = "c"
        #expect(
            canonical.structuredCalendar == [expected, try self.canonical(.calendar(.daily())).structuredCalendar[0]])
        #expect(canonical.excludeStructuredCalendar == [expected])
        #expect(canonical.calendar.isEmpty && canonical.excludeCalendar.isEmpty)
    }

    @Test func rangesAreExplicit() throws {
        let spec = APIScheduleSpec.calendar(.daily { $0.hour = [APIRange(5), APIRange(6, 9), APIRange(7, 0, 2)] })
        let found = try canonical(
            spec.changed { $0.excludeStructuredCalendar = [.daily { $0.hour = [APIRange(9, 3)] }] })
        #expect(found.structuredCalendar[0].hour.numbers == [[5, 5, 1], [6, 9, 1], [7, 7, 2]])
        #expect(found.structuredCalendar[0].second.numbers == [[0, 0, 1]])
        #expect(found.excludeStructuredCalendar[0].hour.numbers == [[9, 9, 1]])
    }

    @Test func compilingAgainChangesNothing() throws {
        let spec = APIScheduleSpec.cron("TZ=Europe/Berlin 1-5/2,*/7 3 * jan sun-3 # c").changed {
            $0.interval = APIScheduleSpec.every(60, phase: 5).interval
            $0.excludeStructuredCalendar = [.daily { $0.hour = [APIRange(9)] }]
            $0.jitter = .init(seconds: 5)
            $0.startTime = .init("2026-01-01")
        }
        let once = try canonical(spec)
        #expect(try canonical(once) == once)
        #expect(once.jitter == spec.jitter && once.startTime == spec.startTime)
    }
}
