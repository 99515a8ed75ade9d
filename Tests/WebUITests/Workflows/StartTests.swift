import Foundation
import HummingbirdTesting
import Testing
import WireAPI

@testable import WebUI

@Suite struct StartTests {
    private static let path = WorkflowPages.root + "/start-workflow"
    private static let least = [("workflowType", "Import"), ("workflowId", "w"), ("taskQueue", "q")]

    @Test func aWorkflowIsStarted() async throws {
        try await WorkflowPages.run { pages in
            let form = try await pages.get(Self.path + "?workflowType=Import&taskQueue=q")
            #expect(form.text.contains("name=\"workflowType\""))
            #expect(MarkupCheck.problems(form.text).isEmpty)
            let fields =
                Self.least + [
                    ("input", "{\n  \"day\": 1\n}\n[1, 2]\n\"x\""), ("runTimeout", "1h30m"), ("memo", "why = because"),
                    ("searchAttributes", "Team = growth\nRows = 7"), ("summary", "A try"), ("request", "r1"),
                ]
            let answer = try await pages.post(Self.path, fields)
            #expect(answer.status == .seeOther)
            #expect(answer.location.hasPrefix(WorkflowPages.root + "/w/") && answer.location.hasSuffix("/history"))
            let event = try #require(try await pages.history(BulkTarget(workflowID: "w", runID: "")).first)
            let started = event.workflowExecutionStartedEventAttributes
            let inputs = started.input.payloads.map { String(decoding: $0.data, as: UTF8.self) }
            #expect(inputs == ["{\n  \"day\": 1\n}", "[1, 2]", "\"x\""])
            #expect(started.workflowRunTimeout.seconds == 5_400)
            #expect(started.memo.fields["why"]?.string == "because")
            #expect(started.searchAttributes.indexedFields["Rows"].map { $0.listedText } == "7")
            // Sent twice, it starts once.
            let again = try await pages.post(Self.path, fields)
            #expect(again.location == answer.location)
        }
    }

    @Test(arguments: [
        ("workflowType", "", "workflowType"), ("workflowId", " ", "workflowId"), ("taskQueue", "", "taskQueue"),
        ("input", "{\"a\": 1}\nnope", "input"), ("runTimeout", "soon", "runTimeout"), ("memo", "x", "memo"),
        ("encoding", "json/protobuf", "messageType"), ("searchAttributes", "Nope = 1", "searchAttributes"),
    ])
    func anErrorStandsAtItsField(_ name: String, _ value: String, _ field: String) async throws {
        try await WorkflowPages.run { pages in
            var fields = Self.least + [("input", "1")]
            fields.removeAll { $0.0 == name }
            let page = try await pages.post(Self.path, fields + [(name, value)])
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("id=\"error-\(field)\""))
            #expect(MarkupCheck.problems(page.text).isEmpty)
        }
    }

    @Test func anIDThatIsTakenIsSaid() async throws {
        try await WorkflowPages.run { pages in
            try await pages.start("w")
            let page = try await pages.post(Self.path, Self.least)
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("id=\"error-workflowId\""))
            #expect(page.text.contains("href=\"\(WorkflowPages.root)/w\""))
        }
    }

    @Test func anEarlierRunIsStartedAgain() async throws {
        try await WorkflowPages.run { pages in
            var input = APIPayloads()
            input.payloads = [.json("{\"day\":1}"), .json("2")]
            let run = try await pages.start("w", type: "Import", queue: "q", team: "growth", input: input)
            let form = try await pages.get(Self.path + "?from-id=w&from-run=\(run.runID)")
            #expect(form.shown.contains("{\"day\":1}\n2</textarea>"))
            #expect(form.shown.contains("Team = \"growth\""))
            #expect(form.text.contains("name=\"workflowId\" required value=\"w\"") || form.text.contains("value=\"w\""))
        }
    }

    @Test func inputThatCannotBeReadIsKept() async throws {
        try await WorkflowPages.run { pages in
            var secret = APIPayload()
            secret.metadata["encoding"] = Data("binary/encrypted".utf8)
            secret.data = Data([1, 2, 3])
            var input = APIPayloads()
            input.payloads = [secret]
            let run = try await pages.start("w", input: input)
            let form = try await pages.get(Self.path + "?from-id=w&from-run=\(run.runID)")
            #expect(form.text.contains("value=\"kept\" selected"))
            let answer = try await pages.post(
                Self.path,
                [
                    ("workflowType", "Import"), ("workflowId", "again"), ("taskQueue", "q"), ("encoding", "kept"),
                    ("source", run.field),
                ])
            #expect(answer.status == .seeOther)
            let event = try #require(try await pages.history(BulkTarget(workflowID: "again", runID: "")).first)
            #expect(event.workflowExecutionStartedEventAttributes.input == input)
        }
    }

    @Test(arguments: [
        ("30", 30, 0), ("1h30m", 5_400, 0), ("2d", 172_800, 0), ("500ms", 0, 500_000_000), ("1.5s", 1, 500_000_000),
    ])
    func lengthsOfTimeAreRead(_ text: String, _ seconds: Int64, _ nanos: Int32) {
        #expect(DurationInput.parse(text) == .init(seconds: seconds, nanos: nanos))
        #expect(DurationInput.parse(DurationInput.text(.init(seconds: seconds, nanos: nanos)))?.seconds == seconds)
    }

    @Test(arguments: ["", "soon", "-1", "1y", "h", "nan", "1e300"])
    func whatIsNoLengthOfTimeIsNot(_ text: String) {
        #expect(DurationInput.parse(text) == nil)
    }
}
