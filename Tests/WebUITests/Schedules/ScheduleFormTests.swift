import Foundation
import ScheduleSpec
import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import WebUI

/// Making and changing schedules with their form.
@Suite struct ScheduleFormTests {
    private let root = ScheduleBrowser.root

    @Test func aScheduleIsMade() async throws {
        try await ScheduleBrowser.run { browser in
            let page = try await browser.get("\(root)/create")
            #expect(page.status == 200)
            var fields = FormFields.fields(in: page.text)
            for (name, value) in [
                ("id", "reports"), ("type", "Report"), ("queue", "reports"), ("every-0", "90"), ("unit-0", "m"),
                ("phase-0", "15m"), ("times-0", "09:30, 17:00"), ("weekday-0", "5"), ("months-0", "Jan-Mar"),
                ("zone", "Europe/Rome"), ("input-0", "{\"n\": 30}"), ("overlap", "BufferOne"), ("catchup", "1h"),
                ("remaining", "7"), ("notes", "for the board"), ("do", "save"),
            ] { fields = FormFields.setting(name, value, in: fields) }
            let answer = try await browser.post("\(root)/create", fields)
            #expect(answer.status == 303)
            #expect(answer.location == "\(root)/reports")
            let schedule = try await browser.describe("reports").schedule
            #expect(
                SpecWords.text(of: schedule.spec)
                    == "at 17:00 on Fri in Jan-Mar; at 09:30 on Fri in Jan-Mar; every 90 minutes, 15 minutes later "
                    + "(Europe/Rome)")
            #expect(schedule.action.startWorkflow.workflowID == "reports-workflow")
            #expect(
                schedule.action.startWorkflow.input.payloads.map { String(decoding: $0.data, as: UTF8.self) } == [
                    #"{"n":30}"#
                ])
            #expect(schedule.policies.overlapPolicy == .bufferOne)
            #expect(schedule.policies.catchupWindow.seconds == 3_600)
            #expect(schedule.state.remainingActions == 7)
            #expect(schedule.state.notes == "for the board")
            let shown = try await browser.get("\(root)/reports").text
            #expect(shown.contains("every 90 minutes, 15 minutes later (Europe/Rome)"))
            #expect(shown.contains("for the board"))
        }
    }

    /// A schedule with much that the form does not show.
    private static func fill(_ schedule: inout APISchedule) {
        schedule.spec.interval.append(.with { $0.interval = .init(seconds: 90_061, nanos: 0) })
        schedule.spec.cronString = ["5 4 * * Mon-Fri 2027-2030 # a comment", "*/15 9-17 * * *", "30 12 1,15 */2 5"]
        schedule.spec.excludeStructuredCalendar = [.with { $0.month = [.with { $0.start = 12 }] }]
        schedule.spec.timezoneName = "Europe/Rome"
        schedule.spec.startTime = .init(seconds: 1_700_000_000, nanos: 5_000_000)
        schedule.spec.jitter = .init(seconds: 1, nanos: 500_000_000)
        schedule.policies.overlapPolicy = .bufferAll
        schedule.policies.catchupWindow = .init(seconds: 61, nanos: 1_000)
        schedule.state.limitedActions = true
        schedule.state.remainingActions = 0
        var action = schedule.action.startWorkflow
        action.retryPolicy.maximumAttempts = 3
        action.retryPolicy.initialInterval = .init(seconds: 2, nanos: 0)
        action.memo.fields["m"] = .json("1")
        action.header.fields["trace"] = .json("\"x\"")
        action.userMetadata.summary = .json("\"a summary\"")
        var secret = APIPayload.json("?")
        secret.metadata = ["encoding": Data("binary/encrypted".utf8), "key": Data("k1".utf8)]
        secret.data = Data([0, 1, 2, 255])
        var typed = APIPayload.json("{ \"b\" : 1.50,\n \"a\":\"</textarea>\"}")
        typed.metadata["messageType"] = Data("a.B".utf8)
        action.input.payloads = [secret, typed]
        action.workflowRunTimeout = .init(seconds: 3, nanos: 250_000_000)
        schedule.action.startWorkflow = action
    }

    @Test func savingKeepsWhatTheFormDoesNotShow() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("s", Self.fill)
            let before = try await browser.describe("s").schedule
            let fields = FormFields.fields(in: try await browser.get("\(root)/s/edit").text)
            #expect(try await browser.post("\(root)/s/edit", fields + [("do", "save")]).status == 303)
            #expect(try await browser.describe("s").schedule == before)

            let again = FormFields.fields(in: try await browser.get("\(root)/s/edit").text)
            var changed = FormFields.setting("notes", "new", in: again)
            changed = FormFields.setting("every-0", "2", in: changed)
            changed = changed.map { $0.0 == "cron" ? ("cron", $0.1 + "\r\n0 6 * * *") : $0 }
            #expect(try await browser.post("\(root)/s/edit", changed + [("do", "save")]).status == 303)
            var expected = before
            expected.state.notes = "new"
            expected.spec.interval[0].interval = .init(seconds: 7_200, nanos: 0)
            let after = try await browser.describe("s").schedule
            #expect(after.action == expected.action)
            #expect(after.policies == expected.policies)
            #expect(after.state == expected.state)
            #expect(after.spec.interval == expected.spec.interval)
            #expect(after.spec.excludeStructuredCalendar == expected.spec.excludeStructuredCalendar)
            #expect(after.spec.structuredCalendar.count == expected.spec.structuredCalendar.count + 1)
            #expect(expected.spec.structuredCalendar.allSatisfy(after.spec.structuredCalendar.contains))
        }
    }

    @Test func aChangeInTheMeantimeIsShownAndKept() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("s")
            let opened = FormFields.fields(in: try await browser.get("\(root)/s/edit").text)
            #expect(try await browser.post("\(root)/s/pause", [("note", "by another")]).status == 303)
            let mine = FormFields.setting("every-0", "3", in: opened)
            let conflict = try await browser.post("\(root)/s/edit", mine + [("do", "save")])
            #expect(conflict.status == 409)
            #expect(conflict.text.contains("Somebody has changed this schedule"))
            #expect(conflict.text.contains("by another"))
            #expect(try await browser.describe("s").schedule.spec.interval[0].interval.seconds == 3_600)

            let merged = FormFields.fields(in: conflict.text)
            #expect(try await browser.post("\(root)/s/edit", merged + [("do", "save")]).status == 303)
            let schedule = try await browser.describe("s").schedule
            #expect(schedule.spec.interval[0].interval.seconds == 10_800)
            #expect(schedule.state.paused)
            #expect(schedule.state.notes == "by another")
        }
    }

    @Test(arguments: [
        ("every-0", "none"), ("times-0", "25:00"), ("days-0", "32"), ("months-0", "Foo"), ("cron", "1 2"),
        ("zone", "Mars/Base"), ("jitter", "soon"), ("starts", "tomorrow"), ("catchup", "-1h"), ("remaining", "few"),
        ("input-0", "{"), ("id", ""), ("type", ""), ("queue", ""), ("runTimeout", "1"), ("overlap", "Maybe"),
    ])
    func mistakesAreSaidAtTheirFields(name: String, value: String) async throws {
        try await ScheduleBrowser.run { browser in
            var fields = FormFields.fields(in: try await browser.get("\(root)/create").text)
            for (name, value) in [("id", "s"), ("type", "T"), ("queue", "q"), ("times-0", "09:00")] {
                fields = FormFields.setting(name, value, in: fields)
            }
            fields = FormFields.setting(name, value, in: fields)
            let answer = try await browser.post("\(root)/create", fields + [("do", "save")])
            #expect(answer.status == 422)
            #expect(answer.text.contains("id=\"error-\(name)\""))
            await #expect(throws: RPCError.self) { try await browser.describe("s") }
        }
    }

    @Test func theServersRefusalIsSaidAtItsField() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("taken")
            var fields = FormFields.fields(in: try await browser.get("\(root)/create").text)
            for (name, value) in [("id", "taken"), ("type", "T"), ("queue", "q")] {
                fields = FormFields.setting(name, value, in: fields)
            }
            let answer = try await browser.post("\(root)/create", fields + [("do", "save")])
            #expect(answer.status == 422)
            #expect(answer.text.contains("id=\"error-id\""))
            #expect(answer.text.contains("already registered"))
        }
    }

    @Test func rowsAreAddedAndRemoved() async throws {
        try await ScheduleBrowser.run { browser in
            var fields = FormFields.fields(in: try await browser.get("\(root)/create").text)
            var page = try await browser.post("\(root)/create", fields + [("do", "add-every")])
            fields = FormFields.setting("every-1", "5", in: FormFields.fields(in: page.text))
            page = try await browser.post("\(root)/create", fields + [("do", "add-input")])
            #expect(page.text.contains("name=\"input-2\""))
            fields = FormFields.fields(in: page.text)
            page = try await browser.post("\(root)/create", fields + [("do", "remove-every-0")])
            #expect(!page.text.contains("name=\"every-0\""))
            #expect(FormFields.fields(in: page.text).contains { $0 == ("every-1", "5") })
        }
    }

    @Test func thePreviewIsWhatTheServerWillDo() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("s") { schedule in
                schedule.spec.cronString = ["*/20 9-17 * * *"]
                schedule.spec.timezoneName = "America/New_York"
                schedule.spec.jitter = .init(seconds: 300, nanos: 0)
                schedule.state.paused = true
            }
            // Between two looks at the clock the first time may have passed.
            for _ in 0..<3 {
                let before = try await browser.describe("s").info.futureActionTimes
                let page = try await browser.get("\(root)/s/edit").text
                guard try await browser.describe("s").info.futureActionTimes == before else { continue }
                let card = try #require(page.range(of: "id=\"preview\""))
                let times = page[card.upperBound...].prefix(while: { _ in true })
                    .matches(of: /<li><time datetime="([^"]*)"/).map { String($0.output.1) }
                #expect(times == before.map(TimeText.iso))
                #expect(times.count == 10)
                return
            }
            Issue.record("the times went on changing")
        }
    }

    @Test(arguments: [
        "5 4 * * 1-5", "*/15 9-17 * * *", "0 0 1,15 */3 0", "30 1 2 3 * 2030 # a remark", "*/10 1 2 3 4 5 2031-2040/2",
        "* * * * *", "10-50/10 * * 6-8 1,3,5", "* * * * * * *",
    ])
    func cronLinesSayAllOfACalendar(line: String) throws {
        var spec = APIScheduleSpec()
        spec.cronString = [line]
        let calendar = try ScheduleTimes(spec, zones: SystemTimeZones()).canonical.structuredCalendar[0]
        var again = APIScheduleSpec()
        again.cronString = [CronLine.text(calendar)]
        #expect(try ScheduleTimes(again, zones: SystemTimeZones()).canonical.structuredCalendar == [calendar])
    }
}
