import Foundation
import Millrace
import Testing
import WireAPI

/// When a schedule starts: what the words mean, and the specs that are refused.
@Suite struct ScheduleSpecTests {
    @Test func everyFieldSurvivesTheWire() {
        let calendar = ScheduleCalendar(
            seconds: [5], minutes: [.range(0...59, step: 15)], hours: [9, .range(13...17)], days: [1, 15],
            months: [.range(1...12, step: 3)], years: [2026], weekdays: [.range(1...5)], comment: "busy")
        let spec = ScheduleSpec(
            calendars: [calendar], intervals: [ScheduleInterval(every: .hours(1), offset: .milliseconds(90_500))],
            cron: ["0 12 * * MON-FRI"], excluded: [.allDay(.sunday)], start: Date(timeIntervalSince1970: 1_000.5),
            end: Date(timeIntervalSince1970: 2_000), jitter: .seconds(30), timeZone: "Europe/Berlin")
        #expect(ScheduleSpec(wire: spec.wire) == spec)
        let wire = spec.wire
        #expect(wire.structuredCalendar[0].minute[0].step == 15)
        #expect(wire.structuredCalendar[0].dayOfWeek[0].end == 5)
        #expect(wire.interval[0].phase.seconds == 90)
        #expect(wire.interval[0].phase.nanos == 500_000_000)
        #expect(wire.startTime.nanos == 500_000_000)
        #expect(wire.timezoneName == "Europe/Berlin")
    }

    @Test func whatTheTypeHasNoWordsForIsKept() {
        var wire = ScheduleSpec.daily(at: "07:30", in: "Here").wire
        wire.timezoneData = Data([1, 2])
        wire.calendar = [.with { $0.hour = "3" }]
        var spec = ScheduleSpec(wire: wire)
        spec.jitter = .seconds(1)
        #expect(spec.wire.timezoneData == Data([1, 2]))
        #expect(spec.wire.calendar.map(\.hour) == ["3"])
        spec.timeZone = "There"
        #expect(spec.wire.timezoneData.isEmpty)
    }

    @Test func wordsForTimes() {
        let daily = ScheduleSpec.daily(at: "07:30", "19:45:10", in: "Asia/Tokyo")
        #expect(daily.timeZone == "Asia/Tokyo")
        #expect(daily.calendars.map(\.hours) == [[7], [19]])
        #expect(daily.calendars.map(\.minutes) == [[30], [45]])
        #expect(daily.calendars.map(\.seconds) == [[0], [10]])
        #expect(ScheduleSpec.daily().calendars == [ScheduleCalendar()])
        let weekly = ScheduleSpec.weekly(on: .monday, .saturday, at: TimeOfDay(9))
        #expect(weekly.calendars == [ScheduleCalendar(hours: [9], weekdays: [1, 6])])
        #expect(ScheduleSpec.monthly(on: 1, 15).calendars == [ScheduleCalendar(days: [1, 15])])
        #expect(ScheduleSpec.yearly(on: .december, 24).calendars == [ScheduleCalendar(days: [24], months: [12])])
        #expect(ScheduleSpec.cron("@daily", in: "UTC") == ScheduleSpec(cron: ["@daily"], timeZone: "UTC"))
        #expect(ScheduleSpec.every(.minutes(15), offset: .minutes(5)).intervals[0].offset == .seconds(300))
        #expect(ScheduleSpec.onDemand == ScheduleSpec())
    }

    @Test func specsCombine() throws {
        let opening = Date(timeIntervalSince1970: 10)
        let spec = ScheduleSpec.daily(at: "07:30", in: "Europe/Berlin")
            .and(.every(.hours(6))).and(.cron("0 9 * * *", in: "Europe/Berlin"))
            .except(.allDay(.december, 25), .allDay(.sunday)).jitter(upTo: .minutes(2))
            .from(opening).until(opening + 5)
        #expect(spec.calendars.count == 1 && spec.intervals.count == 1 && spec.cron.count == 1)
        #expect(spec.excluded.count == 2)
        #expect(spec.excluded[0].hours == [.range(0...23)])
        #expect(spec.excluded[1].weekdays == [0])
        #expect(spec.jitter == .seconds(120))
        #expect(spec.start == opening && spec.end == opening + 5)
        #expect(spec.timeZone == "Europe/Berlin")
        try spec.validate()
    }

    private static let impossible: [(ScheduleSpec, String)] = [
        (.every(.milliseconds(500)), "must be at least 1 s long"),
        (.every(.seconds(10), offset: .seconds(10)), "must be longer than their offset"),
        (.every(.seconds(10), offset: .seconds(-1)), "negative offset"),
        (.daily(at: "7h30"), "a time of day is written 07:30"),
        (.daily(at: "24:00"), "a time of day is written 07:30"),
        (.daily(at: ":30"), "a time of day is written 07:30"),
        (.daily(at: TimeOfDay(25)), "has no hour 25: it is between 0 and 23"),
        (.monthly(on: 32), "has no day 32"),
        (.weekly(), "at least one day of the week"),
        (.calendar(ScheduleCalendar(minutes: [.range(0...59, step: 0)])), "steps of 1 or more"),
        (.calendar(ScheduleCalendar(years: [1999])), "has no year 1999"),
        (.daily().except(ScheduleCalendar(weekdays: [7])), "has no day of the week 7"),
        (.cron(""), "empty expression"),
        (.daily(in: ""), "nil means UTC"),
        (.daily().jitter(upTo: .seconds(-1)), "must not be negative"),
        (.daily(in: "Asia/Tokyo").and(.daily(at: "09:00")), "only one for a schedule, not Asia/Tokyo and UTC"),
        (
            .daily().from(Date(timeIntervalSince1970: 10)).until(Date(timeIntervalSince1970: 5)),
            "nothing would ever start"
        ),
    ]

    @Test(arguments: impossible)
    func specsThatCannotWorkAreRefused(spec: ScheduleSpec, problem: String) throws {
        let error = try #require(throws: InvalidOptions.self) { try spec.validate() }
        #expect(error.description.contains(problem))
    }

    @Test func aRangeOnTheWireMayBeShort() {
        let calendar = ScheduleSpec(
            wire: .with { $0.structuredCalendar = [.with { $0.hour = [.with { $0.start = 3 }] }] })
        #expect(calendar.calendars == [ScheduleCalendar(hours: [3])])
    }
}
