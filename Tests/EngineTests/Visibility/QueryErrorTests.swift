import Testing

@testable import Engine

/// The words in which queries are refused: each was answered by the reference server.
@Suite struct QueryErrorTests {
    private static let custom: [String: SearchAttributeType] = [
        "MyInt": .int, "MyKw": .keyword, "MyText": .text, "MyDbl": .double, "MyBool": .bool, "MyTime": .datetime,
        "MyList": .keywordList,
    ]

    private static let malformed: [(String, String)] = [
        ("WorkflowId='a1' AND", "47"), ("WorkflowId = ", "40"), ("= 'a1'", "29"), ("(WorkflowId='a1'", "44"),
        ("WorkflowId='a1')", "44"), ("WorkflowId IN ()", "44"), ("WorkflowId IN 'a1'", "46 near 'a1'"),
        ("WorkflowId == 'a1'", "41"), ("WorkflowId = 'unclosed", "50 near 'unclosed'"),
        ("`WorkflowId = 'a1'", "46 near 'WorkflowId = 'a1''"), ("LIMIT 1", "33 near 'limit'"),
        ("GROUP BY", "30"), ("WorkflowId = 'a1'; drop table x", "51 near 'drop'"),
        ("WorkflowId = 'a1' XOR WorkflowId='b1'", "49 near 'xor'"), ("WorkflowId = 'a1' AND AND", "53 near 'and'"),
        ("WorkflowId = 'a1' 'b'", "49 near 'b'"), ("WorkflowId 'a1'", "43 near 'a1'"),
        ("table.WorkflowId = 'a1'", "33 near 'table'"), ("WorkflowId @ 'a'", "40 near '@'"),
        ("select * from x", "34 near 'select'"), ("a = b = c", "35"), ("WorkflowId IN ('a1',)", "49"),
        ("WorkflowId IN ('a1','b1'", "52"), ("WorkflowType STARTS_WITH", "52"), ("WorkflowType NOT STARTS_WITH", "56"),
        ("WorkflowType NOT = 'x'", "46"), ("MyInt BETWEEN 1", "43"), ("MyInt BETWEEN 1 AND ", "47"),
        ("MyInt IS 5", "38 near '5'"), ("MyInt IS", "36"), ("MyInt NOT NULL", "42 near 'null'"), ("MyInt IS NOT", "40"),
        ("MyInt=5AND MyBool=true", "35 near '5'"), ("MyInt ! = 5", "35"), ("MyInt => 5", "36"), ("MyInt = --5", "39"),
        ("MyInt = 5abc", "37 near '5'"), ("MyKw = N'a'", "39 near 'a'"), ("MyKw = 'a' 'b'", "42 near 'b'"),
        ("MyKw = 'a", "37 near 'a'"), ("MyKw = $x", "36 near '$'"), ("MyInt IN (1,2) = true", "44"),
        ("MyInt = 5 = true", "39"), ("desc = 5", "32 near 'desc'"), ("key = 5", "31 near 'key'"),
        ("Order = 5", "33 near 'order'"), ("WorkflowId = 'a1' GROUP", "51"), ("WorkflowId = 'a1' ORDER BY", "54"),
        ("group by ExecutionStatus,", "47"), ("OR", "30 near 'or'"), ("AND", "31 near 'and'"), ("NOT", "31"),
        ("()", "30"), (")", "29"), ("(", "29"), ("*", "29"), (",", "29"), (".", "29"), (";", "29"), ("'", "29"),
        ("\"", "29"), ("`", "29"), ("WorkflowId = '", "42"), ("WorkflowId foo = 'a'", "42 near 'foo'"),
        ("WorkflowId = 'a1' Foo", "49 near 'Foo'"), ("foo(", "32"), ("MyInt IN x", "38 near 'x'"),
        ("MyKw = '' ''", "40"), ("a.b.c.d = 1", "34"), ("WorkflowId = 'a1' LIMIT", "51"),
    ]

    @Test func syntaxErrorsSayWhere() {
        for (query, position) in Self.malformed {
            Self.expect(query, "invalid query: malformed SQL query: syntax error at position \(position)")
        }
    }

    private static let quote = "operation is not supported: column name on the right side of comparison expression"

    private static let invalid: [(String, String)] = [
        ("workflowid = 'a1'", "invalid search attribute: workflowid"),
        ("WorkflowId = a1", "\(quote) (did you forget to quote \"a1\"?)"),
        ("WorkflowId", "invalid expression: incomplete expression"),
        ("NOT MyBool", "invalid expression: incomplete expression"),
        ("'a1' = WorkflowId", "invalid expression: must be a column name but was *sqlparser.SQLVal"),
        ("Foo = x", "invalid search attribute: Foo"),
        (
            "WorkflowId = 5",
            "invalid expression: invalid value type for search attribute WorkflowId of type Keyword: 5 (type: int64)"
        ),
        (
            "WorkflowId = true",
            "invalid expression: invalid value type for search attribute WorkflowId of type Keyword: true (type: bool)"
        ),
        (
            "WorkflowId LIKE 'a%'",
            "operation is not supported: operator 'LIKE' not supported for Keyword type search attribute 'WorkflowId'"
        ),
        (
            "WorkflowId NOT LIKE 'a%'",
            "operation is not supported: operator 'NOT LIKE' not supported for Keyword type search attribute "
                + "'WorkflowId'"
        ),
        ("WorkflowId = NULL", "invalid expression: unexpected value type *sqlparser.NullVal"),
        (
            "WorkflowId <=> 'a1'",
            "operation is not supported: operator '<=>' not supported for Keyword type search attribute 'WorkflowId'"
        ),
        ("! WorkflowId='a1'", "invalid expression: must be a column name but was *sqlparser.UnaryExpr"),
        ("ExecutionStatus = 'running'", "invalid expression: invalid ExecutionStatus value 'running'"),
        ("ExecutionStatus IN ('Running','x')", "invalid expression: invalid ExecutionStatus value 'x'"),
        ("ExecutionStatus = 99", "invalid expression: invalid ExecutionStatus value 99"),
        (
            "ExecutionStatus = 1.0",
            "invalid expression: unexpected value type float64 for search attribute ExecutionStatus"
        ),
        (
            "ExecutionStatus STARTS_WITH 'Running'",
            "invalid expression: right-hand side of \"starts_with\" operator must be a literal string (got: Running)"
        ),
        ("StartTime > '2020-01-01'", "invalid expression: unable to parse datetime '2020-01-01'"),
        (
            "StartTime > 1.5",
            "invalid expression: invalid value type for search attribute StartTime of type Datetime: 1.5 "
                + "(type: float64)"
        ),
        (
            "ExecutionDuration < 'abc'",
            "invalid expression: invalid duration value for search attribute ExecutionDuration: abc"
        ),
        (
            "ExecutionDuration < 1.5",
            "invalid expression: unexpected value type float64 for search attribute ExecutionDuration"
        ),
        (
            "HistoryLength > 'x'",
            "invalid expression: invalid value type for search attribute HistoryLength of type Int: \"x\" "
                + "(type: string)"
        ),
        ("MyInt = 5+1", "invalid expression: unexpected value type *sqlparser.BinaryExpr"),
        ("MyInt = 0x5", "invalid expression: unable to parse value \"0x5\""),
        ("MyInt = 1e400", "invalid expression: unable to parse value \"1e400\""),
        (
            "MyInt STARTS_WITH 5",
            "operation is not supported: operator 'STARTS_WITH' not supported for Int type search attribute 'MyInt'"
        ),
        (
            "MyBool BETWEEN false AND true",
            "invalid expression: cannot do range condition on search attribute 'MyBool' of type Bool"
        ),
        ("MyBool IS TRUE", "invalid expression: 'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'"),
        ("MyText = ''", "invalid expression: no tokens found filtering on Text type search attribute MyText"),
        (
            "MyText > 'a'",
            "operation is not supported: operator '>' not supported for Text type search attribute 'MyText'"
        ),
        (
            "MyText NOT IN ('a')",
            "operation is not supported: operator 'NOT IN' not supported for Text type search attribute 'MyText'"
        ),
        (
            "MyList NOT STARTS_WITH 'a'",
            "operation is not supported: operator 'NOT STARTS_WITH' not supported for KeywordList type search "
                + "attribute 'MyList'"
        ),
        ("WorkflowId = concat('a','1')", "operation is not supported: nested func"),
        ("upper(WorkflowId) = 'A1'", "invalid expression: must be a column name but was *sqlparser.FuncExpr"),
        ("WorkflowId = 'a1' LIMIT 1", "operation is not supported: 'LIMIT' clause"),
        ("'a1'", "operation is not supported: expression of type *sqlparser.SQLVal"),
        ("true", "operation is not supported: expression of type sqlparser.BoolVal"),
        ("NULL", "operation is not supported: expression of type *sqlparser.NullVal"),
        ("1 + 2", "operation is not supported: expression of type *sqlparser.BinaryExpr"),
        ("foo(1)", "operation is not supported: function expression"),
        ("WorkflowId = ('a1')", "invalid expression: unexpected value type *sqlparser.ParenExpr"),
        ("(WorkflowId) = 'a1'", "invalid expression: must be a column name but was *sqlparser.ParenExpr"),
        ("MyInt = 5 IS NULL", "invalid expression: must be a column name but was *sqlparser.ComparisonExpr"),
        ("WorkflowId = ?", "invalid expression: unable to parse value \":v1\""),
        ("MyInt = -x", "invalid expression: unary operator not supported in \"-x\""),
        ("MyInt = -'5'", "invalid expression: unary operator not supported in \"-'5'\""),
        ("MyInt = ~5", "operation is not supported: unary operator \"~\""),
        ("Foo.Bar.Baz = 1", "invalid search attribute: Foo.Bar.Baz"),
        ("`My Int` = 5", "invalid search attribute: My Int"),
        ("TemporalMyInt = 5", "invalid search attribute: TemporalMyInt"),
        ("VisibilityTime > 5", "invalid search attribute: VisibilityTime"),
        (
            "MyBool = 1e21",
            "invalid expression: invalid value type for search attribute MyBool of type Bool: 1e+21 (type: float64)"
        ),
        (
            "MyBool = 123456.0",
            "invalid expression: invalid value type for search attribute MyBool of type Bool: 123456 (type: float64)"
        ),
        (
            "MyBool = 0.0000001",
            "invalid expression: invalid value type for search attribute MyBool of type Bool: 1e-07 (type: float64)"
        ),
    ]

    @Test func meaninglessQueriesSayWhy() {
        for (query, reason) in Self.invalid { Self.expect(query, "invalid query: \(reason)") }
    }

    @Test func groupingAndOrderingHaveTheirLimits() {
        for (query, reason) in [
            ("GROUP BY WorkflowType", "'GROUP BY' clause is not supported for search attribute WorkflowType"),
            ("GROUP BY ExecutionStatus, Foo", "'GROUP BY' clause supports only a single field"),
            ("ORDER BY StartTime", "'ORDER BY' clause"),
        ] {
            Self.expect(query, "invalid query: operation is not supported: \(reason)", for: .count)
        }
        Self.expect("GROUP BY executionstatus", "invalid query: invalid search attribute: executionstatus", for: .count)
        Self.expect("ORDER BY Foo", "invalid query: invalid search attribute: Foo", for: .count)
        Self.expect(
            "GROUP BY 1", "invalid query: invalid expression: must be a column name but was *sqlparser.SQLVal",
            for: .count)
        Self.expect(
            "ORDER BY MyList",
            "invalid query: operation is not supported: 'ORDER BY' clause is not supported for search attribute "
                + "MyList of type KeywordList")
    }

    @Test func hugeQueriesAreRefusedCheaply() {
        for query in [
            String(repeating: "(", count: 100_000), String(repeating: "NOT ", count: 50_000) + "MyBool = true",
            "MyInt = " + String(repeating: "~", count: 100_000) + "1",
            String(repeating: "f(", count: 50_000), String(repeating: "MyInt = 1 OR ", count: 10_000) + "MyInt = 1",
            "MyKw = '" + String(repeating: "x", count: 300_000) + "'",
        ] {
            #expect(throws: VisibilityQueryError.self) { try VisibilityQuery(query, custom: Self.custom) }
        }
    }

    private static func expect(_ query: String, _ message: String, for purpose: VisibilityQuery.Purpose = .list) {
        let error = #expect(throws: VisibilityQueryError.self, "\(query)") {
            try VisibilityQuery(query, custom: custom, for: purpose)
        }
        #expect(error?.message == message, "\(query)")
    }
}
