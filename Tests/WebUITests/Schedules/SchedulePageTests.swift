import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import WebUI

/// The pages of schedules, and what their buttons do.
@Suite struct SchedulePageTests {
    private let root = ScheduleBrowser.root

    @Test func anEmptyListSaysHowToBegin() async throws {
        try await ScheduleBrowser.run { browser in
            let page = try await browser.get(root)
            #expect(page.status == 200)
            #expect(page.text.contains("millrace schedule create"))
        }
    }

    @Test func theListShowsAndFindsSchedules() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("hourly")
            try await browser.create("fridays") { schedule in
                schedule.spec = APIScheduleSpec()
                schedule.spec.cronString = ["30 12 * * Fri"]
                schedule.spec.timezoneName = "Europe/Rome"
                schedule.state.paused = true
                schedule.state.notes = "on holiday"
            }
            let all = try await browser.get(root).text
            for text in ["hourly", "every hour", "at 12:30 on Fri (Europe/Rome)", "on holiday", "Paused", "Running"] {
                #expect(all.contains(text))
            }
            let paused = try await browser.get("\(root)?query=TemporalSchedulePaused%20%3D%20true").text
            #expect(paused.contains(">fridays<"))
            #expect(!paused.contains(">hourly<"))
            #expect(try await browser.get("\(root)?query=nonsense").status == 400)
        }
    }

    @Test func pausedAndOn() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("s")
            #expect(try await browser.post("\(root)/s/pause", [("note", "the disks are full")]).status == 303)
            #expect(try await browser.describe("s").schedule.state.paused)
            #expect(try await browser.get("\(root)/s").text.contains("the disks are full"))
            #expect(try await browser.post("\(root)/s/unpause", [("note", "")]).status == 303)
            let state = try await browser.describe("s").schedule.state
            #expect(!state.paused)
            #expect(state.notes == "(no reason given)")
        }
    }

    @Test func triggeredRunsAreListed() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("s")
            #expect(try await browser.post("\(root)/s/trigger", [("overlap", "AllowAll")]).status == 303)
            let run = try #require(try await browser.describe("s").info.recentActions.first).startWorkflowResult
            let page = try await browser.get("\(root)/s").text
            #expect(page.contains("/workflows/\(PercentCoding.encode(run.workflowID))/\(run.runID)/history"))
            #expect(try await browser.post("\(root)/s/trigger", [("overlap", "Perhaps")]).status == 400)
        }
    }

    @Test func aBackfillIsCountedFirst() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("s")
            let range = [("start", "2026-01-01T00:00"), ("end", "2026-01-01 06:00"), ("overlap", "AllowAll")]
            let preview = try await browser.post("\(root)/s/backfill", range + [("do", "preview")])
            #expect(preview.text.contains("<strong>7 runs</strong>"))
            #expect(try await browser.describe("s").info.actionCount == 0)
            #expect(try await browser.post("\(root)/s/backfill", range + [("do", "start")]).status == 303)
            #expect(try await browser.describe("s").info.actionCount == 7)
            let wrong = try await browser.post(
                "\(root)/s/backfill", [("start", "2026-01-02"), ("end", "2026-01-01"), ("overlap", "Skip")])
            #expect(wrong.text.contains("id=\"error-end\""))
        }
    }

    @Test func deletedOnlyOnceConfirmed() async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("s")
            #expect(try await browser.get("\(root)/s/delete").text.contains("Delete the schedule s?"))
            #expect(try await browser.post("\(root)/s/delete", []).status == 200)
            _ = try await browser.describe("s")
            #expect(try await browser.post("\(root)/s/delete", [("confirmed", "yes")]).status == 303)
            await #expect(throws: RPCError.self) { try await browser.describe("s") }
            #expect(try await browser.get("\(root)/s").status == 404)
        }
    }

    @Test func hostileTextStaysText() async throws {
        try await ScheduleBrowser.run { browser in
            let id = "a/b?c=%2F\"'><script>alert(1)</script>"
            try await browser.create(id) { schedule in
                schedule.state.notes = "</p><img src=x onerror=alert(1)>"
                schedule.action.startWorkflow.workflowType.name = "<b>T</b>"
                schedule.action.startWorkflow.input.payloads = [.json("\"</textarea><script>\"")]
            }
            let address = "\(root)/\(PercentCoding.encode(id))"
            for path in [root, address, "\(address)/edit", "\(address)/delete", "\(address)/backfill"] {
                let page = try await browser.get(path)
                #expect(page.status == 200)
                #expect(page.text.contains("&lt;script&gt;alert(1)"))
                for text in ["<script>", "<img src=x", "<b>T", "</textarea><script"] {
                    #expect(!page.text.contains(text))
                }
            }
            let moved = try await browser.post("\(address)/pause", [("note", "x")])
            #expect(moved.location == address)
        }
    }

    @Test(arguments: ["pause", "unpause", "trigger", "backfill", "delete", "edit"])
    func formsOfOthersAreRefused(action: String) async throws {
        try await ScheduleBrowser.run { browser in
            try await browser.create("s")
            let before = try await browser.describe("s").schedule
            let fields = [("note", "x"), ("overlap", "AllowAll"), ("confirmed", "yes"), ("do", "save")]
            #expect(try await browser.post("\(root)/s/\(action)", fields, hasToken: false).status == 403)
            #expect(try await browser.describe("s").schedule == before)
        }
    }
}
