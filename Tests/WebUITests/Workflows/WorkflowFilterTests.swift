import Testing
import WireAPI

@testable import WebUI

@Suite struct WorkflowFilterTests {
    private func query(_ fields: [(String, String)], types: [String: APIIndexedValueType] = [:]) -> String {
        FilterForm.state(Fields(fields), types: types).query
    }

    @Test(
        arguments: [
            ([("id", "a")], "WorkflowId = 'a'"),
            ([("id", "a"), ("id-match", "starts")], "WorkflowId STARTS_WITH 'a'"),
            ([("type", "Import")], "WorkflowType = 'Import'"),
            ([("queue", "q"), ("queue-match", "starts")], "TaskQueue STARTS_WITH 'q'"),
            ([("status", "Failed")], "ExecutionStatus = 'Failed'"),
            ([("status", "Failed"), ("status", "TimedOut")], "ExecutionStatus IN ('Failed', 'TimedOut')"),
            ([("status", "nonsense")], ""),
            ([("from", "2026-11-24T10:00")], "StartTime >= '2026-11-24T10:00:00Z'"),
            ([("before", "2026-11-24")], "StartTime < '2026-11-24T00:00:00Z'"),
            ([("attribute", "Team"), ("comparison", "="), ("value", "a b")], "Team = 'a b'"),
            ([("attribute", "Rows"), ("comparison", ">="), ("value", "10")], "Rows >= 10"),
            ([("attribute", "Rows"), ("comparison", ">="), ("value", "ten")], "Rows >= 'ten'"),
            ([("attribute", "Paid"), ("comparison", "="), ("value", "TRUE")], "Paid = true"),
            (
                [("attribute", "CloseTime"), ("comparison", "<"), ("value", "2026-11-24")],
                "CloseTime < '2026-11-24T00:00:00Z'"
            ),
            ([("attribute", "Team"), ("comparison", "IS NULL"), ("value", "")], "Team IS NULL"),
            ([("attribute", "my-name"), ("comparison", "="), ("value", "x")], "`my-name` = 'x'"),
            ([("attribute", "Team"), ("comparison", "="), ("value", "")], ""),
            ([("other", "A = 1 OR B = 2"), ("type", "T")], "WorkflowType = 'T' AND (A = 1 OR B = 2)"),
            ([("type", "T"), ("order", "StartTime DESC")], "WorkflowType = 'T' ORDER BY StartTime DESC"),
        ] as [([(String, String)], String)])
    func aFilterMakesAQuery(_ fields: [(String, String)], _ expected: String) {
        #expect(query(fields, types: ["Team": .keyword, "Rows": .int, "Paid": .bool]) == expected)
    }

    @Test(arguments: ["it's", "\\", "' OR WorkflowId != '", "a\nb", "\"", "``", "日本 ✓", "\\' OR 1=1 --", "\0"])
    func whatIsWrittenInAFieldStaysAValue(_ text: String) throws {
        let query = query([("id", text), ("type", "T")])
        let read = try #require(WorkflowFilter(query: query))
        #expect(read.workflowID == .init(match: .equals, value: text))
        #expect(read.workflowType == .init(match: .equals, value: "T"))
        #expect(read.others.isEmpty)
    }

    @Test(arguments: [
        "", "WorkflowId = 'a' AND WorkflowType STARTS_WITH 'b'", "ExecutionStatus IN ('Failed', 'TimedOut')",
        "StartTime >= 'x' AND StartTime < 'y' AND Rows > 10 AND Team IS NOT NULL",
        "WorkflowId = 'a' ORDER BY StartTime DESC", "ORDER BY CloseTime ASC",
        "WorkflowType = 'T' AND (A = 1 OR B = 2)", "StartTime BETWEEN 'a' AND 'b'", "NOT WorkflowId = 'a'",
    ])
    func aQueryThatIsReadIsWrittenTheSame(_ query: String) {
        #expect(WorkflowFilter(query: query)?.query == query)
    }

    @Test func conditionsNoFieldCanHoldAreKept() throws {
        let filter = try #require(
            WorkflowFilter(query: "WorkflowId = 'a' and StartTime BETWEEN 'b' AND 'c' AND WorkflowId = 'd'"))
        #expect(filter.workflowID?.value == "a")
        #expect(filter.others == ["StartTime BETWEEN 'b' AND 'c'"])
        #expect(filter.attributes == [.init(name: "WorkflowId", comparison: .equal, value: .string("d"))])
        let either = try #require(WorkflowFilter(query: "WorkflowId = 'a' OR WorkflowId = 'b'"))
        #expect(either.others == ["WorkflowId = 'a' OR WorkflowId = 'b'"])
    }

    @Test(arguments: ["WorkflowId = 'a", "GROUP BY ExecutionStatus", "A = 1 LIMIT 5", "%%%", "a ! b"])
    func whatCannotBeTakenApartIsLeftToTheServer(_ query: String) {
        #expect(WorkflowFilter(query: query) == nil)
        let state = ListState(query: query, since: .hour)
        #expect(state.effectiveQuery(now: .init(seconds: 0)) == query)
        #expect(state.countQuery(now: .init(seconds: 0)) == nil)
    }

    @Test func countsAreOfEveryStatus() {
        let state = ListState(query: "WorkflowType = 'T' AND ExecutionStatus = 'Failed' ORDER BY StartTime DESC")
        #expect(state.countQuery(now: .init(seconds: 0)) == "WorkflowType = 'T' GROUP BY ExecutionStatus")
        let recent = ListState(query: "A = 1", since: .hour)
        #expect(
            recent.effectiveQuery(now: .init(seconds: 3_600))
                == "StartTime >= '1970-01-01T00:00:00.000Z' AND A = 1")
    }

    @Test func pagesKnowTheWayBack() throws {
        var state = ListState(query: "A = 1")
        #expect(state.previous == nil)
        for token in ["t1", "t2", "t3"] { state = ListState(state.next(token)) }
        #expect(state.page == 3 && state.token == "t3")
        state = ListState(try #require(state.previous))
        #expect(state.page == 2 && state.token == "t2")
        state = ListState(try #require(state.previous))
        state = ListState(try #require(state.previous))
        #expect(state == ListState(query: "A = 1"))
    }

    @Test func whatIsChosenSurvivesItsCookie() {
        var choices = ListChoices()
        choices.columns = [.status, .workflowID, .attribute("Team=&; x")]
        choices.size = 100
        #expect(ListChoices(cookie: choices.cookie) == choices)
        #expect(ListChoices(cookie: "column=.nonsense&size=7") == ListChoices())
        #expect(ListChoices(form: Fields([("column", ".type")])).columns == [.workflowID, .type])
        var saved = SavedViews()
        saved.keep(.init(namespace: "a", title: "x\ty; z", state: Fields([("query", "Team = 'ä'")])))
        saved.keep(.init(namespace: "b", title: "x", state: Fields()))
        #expect(SavedViews(cookie: saved.cookie) == saved)
        #expect(saved.views(of: "a").count == 1)
    }
}
