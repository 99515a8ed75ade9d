import Foundation
import HummingbirdTesting
import Testing
import WireAPI

@testable import WebUI

@Suite struct WorkflowListTests {
    @Test func anEmptyListSaysWhatToDo() async throws {
        try await WorkflowPages.run { pages in
            let page = try await pages.get(WorkflowPages.root)
            #expect(page.status == .ok)
            #expect(page.text.contains("millrace workflow start --type MyWorkflow --task-queue my-queue"))
            let none = try await pages.list("WorkflowId = '$x'")
            #expect(none.shown.contains("millrace workflow list --query \"WorkflowId = '\\$x'\""))
            #expect(MarkupCheck.problems(page.text).isEmpty)
            #expect(try await pages.get("/namespaces/none/workflows").status == .notFound)
        }
    }

    @Test func runsAreCountedListedAndFiltered() async throws {
        try await WorkflowPages.run { pages in
            let one = try await pages.start("one", type: "Import", team: "growth")
            try await pages.start("two", type: "Export", queue: "other")
            let ended = try await pages.start("three")
            _ = try await pages.bulk([("action", "terminate"), ("run", ended.field), ("confirmed", "yes")])
            let all = try await pages.get(WorkflowPages.root)
            #expect(all.rowCount == 3)
            #expect(all.text.contains("All <b>3</b>"))
            #expect(all.text.contains("Running <b>2</b>"))
            #expect(all.text.contains("Terminated <b>1</b>"))
            #expect(all.text.contains("href=\"/namespaces/default/workflows/one/\(one.runID)/history\""))
            #expect(all.text.contains("1–3 of 3"))
            #expect(MarkupCheck.problems(all.text).isEmpty)
            #expect(try await pages.list("WorkflowType = 'Export'").rowCount == 1)
            let failed = try await pages.list("ExecutionStatus = 'Terminated'")
            #expect(failed.rowCount == 1)
            // The counts stay those of every status, so that another one can be chosen.
            #expect(failed.text.contains("Running <b>2</b>"))
            #expect(failed.text.contains("1–1 of 1"))
            #expect(try await pages.list("", since: "1h").rowCount == 3)
            #expect(try await pages.list("Team = 'growth'").rowCount == 1)
        }
    }

    @Test func theFilterFormLeadsToItsQuery() async throws {
        try await WorkflowPages.run { pages in
            let answer = try await pages.get(
                WorkflowPages.root + "?filter=1&type=Import&since=24h&attribute=Rows&comparison=%3E&value=3")
            #expect(answer.status == .seeOther)
            let fields = Fields(encoded: answer.location.split(separator: "?").last ?? "")
            #expect(fields["query"] == "WorkflowType = 'Import' AND Rows > 3")
            #expect(fields["since"] == "24h")
        }
    }

    @Test func theServersErrorStandsAtTheQuery() async throws {
        try await WorkflowPages.run { pages in
            try await pages.start("one")
            let page = try await pages.list("Nonsense = 'x' AND")
            #expect(page.status == .badRequest)
            #expect(page.text.contains("id=\"error-query\" role=\"alert\">invalid query:"))
            #expect(page.text.contains("value=\"Nonsense = &#39;x&#39; AND\""))
            #expect(!page.text.contains("data-live"))
            #expect(MarkupCheck.problems(page.text).isEmpty)
        }
    }

    @Test func hostileIDsAreText() async throws {
        try await WorkflowPages.run { pages in
            let id = "\"><script>alert('1')</script>/../& \\"
            let target = try await pages.start(id, type: "<b>T</b>", queue: "<i>'q'")
            let page = try await pages.get(WorkflowPages.root)
            #expect(!page.text.contains("<script>alert"))
            #expect(!page.text.contains("<b>T</b>"))
            #expect(MarkupCheck.problems(page.text).isEmpty)
            let filter = WorkflowFilter(query: "")
            var same = try #require(filter)
            same.workflowID = .init(match: .equals, value: id)
            #expect(try await pages.list(same.query).rowCount == 1)
            #expect(BulkTarget(field: target.field) == target)
        }
    }

    @Test func pagesFollowOneAnother() async throws {
        try await WorkflowPages.run { pages in
            for number in 0..<60 { try await pages.start("w-\(number)") }
            func link(_ title: String, _ page: TestResponse) throws -> String {
                let marker = "\">\(title)</a>"
                let end = try #require(page.shown.range(of: marker)).lowerBound
                let start = try #require(page.shown[..<end].range(of: "href=\"", options: .backwards)).upperBound
                return String(page.shown[start..<end])
            }
            var smallest = ListChoices()
            smallest.size = 25
            let choices = "millrace_list=\(smallest.cookie)"
            let first = try await pages.get(WorkflowPages.root, cookies: choices)
            #expect(first.rowCount == 25 && first.text.contains("data-live"))
            let second = try await pages.get(try link("Next", first), cookies: choices)
            #expect(second.text.contains("26–50 of 60") && !second.text.contains("data-live"))
            let third = try await pages.get(try link("Next", second), cookies: choices)
            #expect(third.text.contains("51–60 of 60") && !third.text.contains(">Next</a>"))
            let back = try await pages.get(try link("Previous", third), cookies: choices)
            #expect(back.text.contains("26–50 of 60"))
            #expect(try link("Previous", back) == WorkflowPages.root)
            let wrong = try await pages.get(WorkflowPages.root + "?page=%25%25")
            #expect(wrong.status == .badRequest)
        }
    }

    @Test func columnsAndViewsAreKeptInCookies() async throws {
        try await WorkflowPages.run { pages in
            try await pages.start("one", team: "growth")
            let answer = try await pages.post(
                "/namespaces/default/workflow-list/columns",
                [("column", ".id"), ("column", "Team"), ("size", "25"), ("back", "query=Team%3D1")])
            #expect(answer.location == WorkflowPages.root + "?query=Team%3D1")
            let kept = try #require(answer.cookie("millrace_list"))
            let page = try await pages.get(WorkflowPages.root, cookies: "millrace_list=\(kept)")
            #expect(page.text.contains("data-label=\"Team\"><div>growth</div>"))
            #expect(!page.text.contains("data-label=\"Started\""))
            let saved = try await pages.post(
                "/namespaces/default/workflow-list/views",
                [("title", "Mine <1>"), ("state", "query=Team%3D%27growth%27")])
            let views = try #require(saved.cookie("millrace_views"))
            let shown = try await pages.get(WorkflowPages.root, cookies: "millrace_views=\(views)")
            #expect(shown.text.contains("Mine &lt;1&gt;</a>"))
            let removed = try await pages.post(
                "/namespaces/default/workflow-list/views", [("remove", "Mine <1>")], cookies: "millrace_views=\(views)")
            #expect(removed.cookie("millrace_views") == "")
        }
    }

    @Test func headsOfColumnsSortWhereTheServerDoes() async throws {
        try await WorkflowPages.run { pages in
            try await pages.start("b")
            try await pages.start("a")
            let page = try await pages.list("ORDER BY WorkflowId ASC")
            let ids = page.text.components(separatedBy: "<a class=\"id\"").dropFirst().compactMap {
                $0.split(separator: ">").dropFirst().first?.first
            }
            #expect(ids == ["a", "b"])
            #expect(page.text.contains("sort-link"))
        }
    }
}
