import ArgumentParser
import Foundation
import Millrace
import Testing

@testable import HackerNews

@Suite struct ScheduleCommandTests {
    @Test func lengthsAreReadAsPeopleTypeThem() {
        let good: [(String, Duration)] = [
            ("10h", .hours(10)), ("1h30m", .minutes(90)), ("90s", .seconds(90)), ("2d", .days(2)), ("0s", .zero),
        ]
        for (text, duration) in good { #expect(Length(argument: text)?.duration == duration) }
        for text in ["", "10", "h", "1w", "-1h", "1.5h", "99999999999d"] { #expect(Length(argument: text) == nil) }
    }

    @Test func momentsNeedDateTimeAndZone() {
        #expect(Moment(argument: "2026-08-01T02:00:00+02:00")?.date == Date(timeIntervalSince1970: 1_785_542_400))
        #expect(Moment(argument: "tomorrow") == nil)
    }

    private func create(_ arguments: String...) throws -> ScheduleCreateCommand {
        let command = try HackerNewsCommand.parseAsRoot(["schedule", "create"] + arguments)
        return try #require(command as? ScheduleCreateCommand)
    }

    @Test func theTutorialsNamesAreTheDefaults() throws {
        let command = try create()
        #expect(command.options.scheduleID == "workflow-schedule-id")
        #expect(command.workflowID == "hackernews-workflow")
        #expect(command.times.spec == nil && command.limit == 10 && !command.runNow)
        let other = try create("--schedule-id", "s", "--every", "1m", "--limit", "3")
        #expect(other.options.scheduleID == "s")
        #expect(other.times.spec == .every(.minutes(1)))
        #expect(other.limit == 3)
        let cron = try create("--cron", "0 12 * * *", "--time-zone", "Europe/Berlin")
        #expect(cron.times.spec == .cron("0 12 * * *", in: "Europe/Berlin"))
    }

    @Test func contradictionsAreRefused() {
        #expect(throws: (any Error).self) { try create("--every", "1m", "--cron", "0 12 * * *") }
        #expect(throws: (any Error).self) { try create("--time-zone", "Europe/Berlin") }
        #expect(throws: (any Error).self) { try create("--every", "soon") }
        #expect(throws: (any Error).self) { try HackerNewsCommand.parseAsRoot(["schedule", "update"]) }
    }

    private static let spoken: [(ScheduleSpec, String)] = [
        (.every(.hours(10)), "every 10 h"),
        (.every(.minutes(90), offset: .minutes(5)), "every 1 h 30 min, 5 min later"),
        (.weekly(on: .monday, .friday, at: "07:30", in: "Europe/Berlin"), "at 07:30 on Monday, Friday (Europe/Berlin)"),
        (.cron("0 12 * * MON"), "cron 0 12 * * MON (UTC)"),
        (.monthly(on: 1, 15, at: "06:00:05").and(.every(.seconds(1))), "every 1 s; at 06:00:05 on day 1, 15 (UTC)"),
        (
            .calendar(
                ScheduleCalendar(
                    minutes: [.range(0...59, step: 20)], hours: [.range(9...17)], weekdays: [.range(1...5)])),
            "at hour 9 to 17, minute 0 to 59 in steps of 20 on Monday to Friday (UTC)"
        ),
        (.daily().except(.allDay(.december, 25)), "at 00:00; not on day 25 in December (UTC)"),
        (.onDemand, "only when triggered"),
    ]

    @Test(arguments: spoken)
    func specsInWords(spec: ScheduleSpec, words: String) {
        #expect(ScheduleText.words(spec) == words)
    }

    @Test func lengthsForPeople() {
        let lengths = [0, 59.6, 61, 3_600, 36_305, 90_000, -3].map(ScheduleText.length)
        #expect(lengths == ["0 s", "1 min", "1 min 1 s", "1 h", "10 h 5 min", "1 d 1 h", "0 s"])
        #expect(ScheduleText.time(Date(timeIntervalSince1970: 1_785_542_400)) == "2026-08-01 00:00:00Z")
        #expect(ScheduleText.list([], at: Date()) == "No schedules.")
    }
}
