import Engine
import Foundation
import Testing

@testable import Store

/// Lists and counts, on every store.
@Suite struct VisibilityConformanceTests {
    private static let custom: [String: SearchAttributeType] = [
        "Number": .int, "Word": .keyword, "Prose": .text, "Ratio": .double, "Flag": .bool, "Moment": .datetime,
        "Tags": .keywordList,
    ]

    /// Five runs in the shape of those the reference server was asked about.
    private static let rows: [StoreWrite] = [
        .putVisibility(
            Samples.visibility(
                1, start: 100, type: "A",
                attributes: [
                    "Number": .int(5), "Word": .keyword("foo"), "Prose": .text("Hello big World"),
                    "Ratio": .double(1.5), "Flag": .bool(true), "Moment": .datetime("2024-01-02T03:04:05Z"),
                    "Tags": .list(["x", "y"]),
                ])),
        .putVisibility(
            Samples.visibility(
                2, status: 5, start: 200, close: 1_000, type: "A",
                attributes: [
                    "Number": .int(7), "Word": .keyword("foobar"), "Prose": .text("hello-there world."),
                    "Flag": .bool(false), "Tags": .list(["y", "z"]),
                ])),
        .putVisibility(Samples.visibility(3, start: 300, type: "B")),
        .putVisibility(Samples.visibility(4, status: 2, start: 400, close: 2_000, type: "B")),
        .putVisibility(
            Samples.visibility(5, start: 500, attributes: ["TemporalNamespaceDivision": .keyword("division")])),
    ]

    @Test(arguments: StoreKind.allCases)
    func queriesSelectWhatTheReferenceSelects(_ kind: StoreKind) throws {
        let cases: [(String, [RunKey])] = [
            ("", [3, 1, 4, 2]),
            ("WorkflowId = 'workflow-1'", [1]),
            ("RunId = 'run-2'", [2]),
            ("RunId IN ('run-2', 'run-3')", [3, 2]),
            ("WorkflowId IN ('workflow-1', 'workflow-4')", [1, 4]),
            ("WorkflowId NOT IN ('workflow-1', 'workflow-4')", [3, 2]),
            ("WorkflowId STARTS_WITH 'workflow-'", [3, 1, 4, 2]),
            ("WorkflowId NOT STARTS_WITH 'workflow-1'", [3, 4, 2]),
            ("WorkflowType = 'A'", [1, 2]),
            ("WorkflowType = 'A' OR WorkflowId = 'workflow-3'", [3, 1, 2]),
            ("NOT (WorkflowType = 'A' OR WorkflowId = 'workflow-3')", [4]),
            ("ExecutionStatus = 'Running'", [3, 1]),
            ("ExecutionStatus != 'Running'", [4, 2]),
            ("ExecutionStatus > 'Running'", [4, 2]),
            ("ExecutionStatus IN ('Completed', 'Terminated')", [4, 2]),
            ("ExecutionStatus = 'Failed'", []),
            ("ExecutionStatus IS NULL", []),
            ("CloseTime IS NULL", [3, 1]),
            ("CloseTime IS NOT NULL", [4, 2]),
            ("CloseTime > 1000", [4]),
            ("CloseTime < 2000", [2]),
            ("StartTime BETWEEN 200 AND 300", [3, 2]),
            ("StartTime NOT BETWEEN 200 AND 300", [1, 4]),
            ("ExecutionDuration = 800", [2]),
            ("ExecutionDuration IS NULL", [3, 1]),
            ("HistoryLength > 9.5", [4, 2]),
            ("Number = 5", [1]),
            ("Number = 5.0", [1]),
            ("Number > 4.5", [1, 2]),
            ("Number != 5", [2]),
            ("NOT Number = 5", [2]),
            ("NOT Number > 5", [1]),
            ("Number IS NULL", [3, 4]),
            ("Number IS NOT NULL", [1, 2]),
            ("Number NOT IN (5)", [2]),
            ("Number NOT BETWEEN 6 AND 9", [1]),
            ("Number BETWEEN 9 AND 1", []),
            ("Ratio > 1", [1]),
            ("Flag = true", [1]),
            ("Flag != true", [2]),
            ("Word STARTS_WITH 'foo'", [1, 2]),
            ("Word NOT STARTS_WITH 'foob'", [1]),
            ("Word = 'FOO'", []),
            ("Prose = 'hello'", [1, 2]),
            ("Prose = 'HELLO planet'", [1, 2]),
            ("Prose = 'hell'", []),
            ("Prose != 'big'", [3, 4, 2]),
            ("Prose IS NULL", [3, 4]),
            ("Moment = '2024-01-02T03:04:05Z'", [1]),
            ("Moment > '2023-01-01T00:00:00Z'", [1]),
            ("Tags = 'y'", [1, 2]),
            ("Tags != 'x'", [3, 4, 2]),
            ("Tags IN ('x', 'z')", [1, 2]),
            ("Tags NOT IN ('x')", [3, 4, 2]),
            ("NOT Tags = 'x'", [3, 4, 2]),
            ("Tags IS NULL", [3, 4]),
            ("TemporalNamespaceDivision IS NULL", [3, 1, 4, 2]),
            ("TemporalNamespaceDivision IS NOT NULL", [5]),
            ("TemporalNamespaceDivision = 'division' OR WorkflowType = 'B'", [5, 3, 4]),
            ("ParentWorkflowId IS NULL", [3, 1, 4, 2]),
            ("RootWorkflowId = 'workflow-1'", [1]),
            ("ORDER BY StartTime", [1, 2, 3, 4]),
            ("ORDER BY Number DESC, StartTime DESC", [2, 1, 4, 3]),
            ("ORDER BY Number, StartTime", [3, 4, 1, 2]),
        ]
        try kind.withStore { store throws in
            try store.commit(Self.rows)
            for (text, expected) in cases {
                let query = try VisibilityQuery(text, custom: Self.custom)
                let page = try store.visibility.list(namespace: 1, query: query, pageSize: 0, pageToken: nil)
                #expect(page.rows.map(\.run) == expected, "\(text)")
                #expect(page.nextPageToken == nil, "\(text)")
                if query.order.isEmpty {
                    let count = try store.visibility.count(namespace: 1, query: query)
                    #expect(count == VisibilityCount(total: Int64(expected.count)), "\(text)")
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func countsAreGroupedByStatus(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit(Self.rows)
            let cases: [(String, [(Int, Int64)])] = [
                ("GROUP BY ExecutionStatus", [(1, 2), (2, 1), (5, 1)]),
                ("WorkflowType = 'A' GROUP BY ExecutionStatus", [(1, 1), (5, 1)]),
                ("ExecutionStatus = 'Running' GROUP BY ExecutionStatus", [(1, 2)]),
                ("WorkflowId = 'none' GROUP BY ExecutionStatus", []),
                ("TemporalNamespaceDivision IS NOT NULL GROUP BY ExecutionStatus", [(1, 1)]),
            ]
            for (text, groups) in cases {
                let count = try store.visibility.count(namespace: 1, query: VisibilityQuery(text, for: .count))
                let expected = groups.map { VisibilityCount.Group(status: $0.0, count: $0.1) }
                let total = groups.reduce(0) { $0 + $1.1 }
                #expect(count == VisibilityCount(total: total, groups: expected), "\(text)")
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func childrenAreFoundByTheirRoot(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            var child = Samples.visibility(2, start: 1)
            child.parentWorkflowID = "workflow-1"
            child.rootWorkflowID = "workflow-1"
            try store.commit([
                .putVisibility(Samples.visibility(1, start: 2)), .putVisibility(child),
                .putVisibility(Samples.visibility(3)),
            ])
            for (text, expected) in [
                ("RootWorkflowId = 'workflow-1'", [RunKey(1), 2]), ("ParentWorkflowId = 'workflow-1'", [2]),
                ("ParentWorkflowId IS NULL", [3, 1]), ("RootWorkflowId != 'workflow-1'", [3]),
            ] {
                let query = try VisibilityQuery(text)
                let page = try store.visibility.list(namespace: 1, query: query, pageSize: 10, pageToken: nil)
                #expect(page.rows.map(\.run) == expected, "\(text)")
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func pagesFollowOnEachOther(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            // Many that differ in nothing but their key, open and closed.
            try store.commit(
                (1...25).map { .putVisibility(Samples.visibility($0, start: 7)) }
                    + (26...50).map { .putVisibility(Samples.visibility($0, status: 2, start: 7, close: 9)) })
            for (text, expected) in [
                ("", Array(1...50)), ("WorkflowType = 'Type'", Array(1...50)),
                ("ORDER BY CloseTime", Array(1...50)), ("ORDER BY CloseTime DESC", Array(26...50) + Array(1...25)),
            ] {
                let query = try VisibilityQuery(text)
                for size in [1, 7, 25, 50, 51] {
                    var found: [RunKey] = []
                    var token: Data?
                    repeat {
                        let page = try store.visibility.list(
                            namespace: 1, query: query, pageSize: size, pageToken: token)
                        #expect(page.rows.count <= size)
                        found += page.rows.map(\.run)
                        token = page.nextPageToken
                    } while token != nil && found.count <= 50
                    #expect(found == expected.map(RunKey.init), "\(text), pages of \(size)")
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func tokensOfOtherQueriesAreRefused(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit(Self.rows)
            let page = try store.visibility.list(namespace: 1, query: .everything, pageSize: 1, pageToken: nil)
            let token = try #require(page.nextPageToken)
            let other = try VisibilityQuery("WorkflowType = 'A'")
            for (namespace, query, token) in [
                (1, other, token), (2, .everything, token), (1, .everything, token.dropLast()),
                (1, .everything, Data("garbage".utf8)), (1, .everything, token + Data([0])),
            ] as [(NamespaceKey, VisibilityQuery, Data)] {
                #expect(throws: VisibilityQueryError.invalidPageToken) {
                    try store.visibility.list(namespace: namespace, query: query, pageSize: 1, pageToken: token)
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func largeQueriesAreAnswered(_ kind: StoreKind) throws {
        try kind.withStore { store throws in
            try store.commit(Self.rows)
            let many = (0..<2_000).map { "WorkflowId = 'workflow-\($0)'" }.joined(separator: " OR ")
            let list = (0..<2_000).map { "'workflow-\($0)'" }.joined(separator: ", ")
            for text in [many, "WorkflowId IN (\(list))", "NOT (\(many)) OR WorkflowType = 'A' OR WorkflowType = 'B'"] {
                let query = try VisibilityQuery(text)
                #expect(try store.visibility.count(namespace: 1, query: query).total == 4)
            }
        }
    }
}
