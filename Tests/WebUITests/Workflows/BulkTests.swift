import HummingbirdTesting
import Synchronization
import Testing
import WireAPI

@testable import WebUI

@Suite struct BulkTests {
    @Test func aBulkActionAsksFirst() async throws {
        try await WorkflowPages.run { pages in
            let one = try await pages.start("one")
            let two = try await pages.start("two")
            let question = try await pages.bulk([("action", "terminate"), ("run", one.field), ("run", two.field)])
            #expect(question.status == .ok)
            #expect(question.text.contains("Terminate 2 runs?"))
            #expect(question.text.contains("name=\"run\" value=\"\(one.field)\""))
            #expect(MarkupCheck.problems(question.text).isEmpty)
            #expect(try await pages.describe(one).status == .running)
            let done = try await pages.bulk([
                ("action", "terminate"), ("run", one.field), ("run", two.field), ("run", one.field),
                ("confirmed", "yes"), ("reason", "wrong day"), ("back", "since=1h"),
            ])
            #expect(done.status == .seeOther)
            #expect(done.location == WorkflowPages.root + "?since=1h")
            #expect(Notice(cookie: done.cookie("millrace_notice"))?.text == "2 runs terminated.")
            #expect(try await pages.describe(one).status == .terminated)
            let last = try #require(try await pages.history(two).last)
            #expect(last.workflowExecutionTerminatedEventAttributes.reason == "wrong day")
        }
    }

    @Test func whatFailedIsSaid() async throws {
        try await WorkflowPages.run { pages in
            let one = try await pages.start("one")
            let gone = BulkTarget(workflowID: "<gone>", runID: "01890000-0000-7000-8000-000000000000")
            let page = try await pages.bulk([
                ("action", "cancel"), ("run", one.field), ("run", gone.field), ("confirmed", "yes"),
            ])
            #expect(page.status == .ok)
            #expect(page.text.contains("1 run asked to cancel."))
            #expect(page.text.contains("1 run could not be asked to cancel."))
            #expect(page.text.contains("&lt;gone&gt;"))
            #expect(try await pages.history(one).contains { $0.eventType == .workflowExecutionCancelRequested })
        }
    }

    @Test func nothingHappensWithoutOurToken() async throws {
        try await WorkflowPages.run { pages in
            let one = try await pages.start("one")
            let fields = Fields([("action", "terminate"), ("run", one.field), ("confirmed", "yes")]).encoded
            for path in ["workflow-list/bulk", "workflows/start-workflow", "workflow-list/columns"] {
                let answer = try await pages.pages.post("/namespaces/default/\(path)", fields)
                #expect(answer.status == .forbidden)
            }
            #expect(try await pages.describe(one).status == .running)
        }
    }

    @Test func withoutASelectionNothingIsAsked() async throws {
        try await WorkflowPages.run { pages in
            let answer = try await pages.bulk([("action", "cancel")])
            #expect(Notice(cookie: answer.cookie("millrace_notice"))?.kind == .failed)
            #expect(try await pages.bulk([("action", "explode")]).status == .badRequest)
        }
    }

    @Test func allThatMatchIsHiddenWhereTheServerCannot() async throws {
        try await WorkflowPages.run { pages in
            try await pages.start("one")
            #expect(!(try await pages.get(WorkflowPages.root).text.contains("terminate-all")))
            #expect(try await pages.bulk([("action", "terminate-all")]).status == .notImplemented)
        }
    }

    @Test func allThatMatchBecomesOneBatch() async throws {
        let batches = Mutex<[BatchConnection]>([])
        try await WorkflowPages.run { connection in
            let batch = BatchConnection(connection)
            batches.withLock { $0.append(batch) }
            return batch
        } _: { pages in
            try await pages.start("one")
            #expect(try await pages.get(WorkflowPages.root).text.contains("terminate-all"))
            let question = try await pages.bulk([
                ("action", "terminate-all"), ("query", "WorkflowType = 'Import' ORDER BY StartTime DESC"),
            ])
            #expect(question.text.contains("About 1 run now"))
            let query = "WorkflowType = 'Import' AND ExecutionStatus = 'Running'"
            #expect(question.shown.contains("name=\"batch-query\" value=\"\(query)\""))
            _ = try await pages.bulk([
                ("action", "terminate-all"), ("query", query), ("batch-query", query), ("job", "j1"),
                ("confirmed", "yes"), ("reason", "old"),
            ])
            let started = try #require(batches.withLock { $0.first }).started.withLock { $0 }
            #expect(started.count == 1)
            #expect(started.first?.jobID == "j1" && started.first?.reason == "old")
            #expect(started.first?.visibilityQuery == query)
        }
    }
}
