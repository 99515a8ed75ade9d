import Foundation
import Testing

@testable import Engine

/// What accepted queries mean.
@Suite struct QueryMeaningTests {
    private static let custom: [String: SearchAttributeType] = ["Word": .keyword, "Prose": .text, "Number": .int]

    private static func filter(_ text: String) throws -> VisibilityFilter {
        try VisibilityQuery(text, custom: custom).filter
    }

    @Test func spellingsThatMeanTheSame() throws {
        let same: [[String]] = [
            [
                "WorkflowId = 'a'", "WorkflowId=\"a\"", "`WorkflowId` = 'a' -- note", "((WorkflowId = 'a'));",
                "/* note */ WorkflowId = 'a' # note", "NOT NOT WorkflowId = 'a'", "NOT WorkflowId != 'a'",
            ],
            ["WorkflowId != 'a'", "WorkflowId <> 'a'", "NOT WorkflowId = 'a'"],
            [
                "Number = 5 AND Word = 'b'", "Number = +5 and Word='b'", "Number=5&&Word='b'",
                "NOT (Number != 5 OR Word != 'b')",
            ],
            ["Number = 5 OR Word = 'b'", "Number = 5 || Word = 'b'", "NOT (NOT Number = 5 AND NOT Word = 'b')"],
            [
                "ExecutionStatus = 'Running'", "ExecutionStatus = 1",
                "ExecutionStatus = 'WORKFLOW_EXECUTION_STATUS_RUNNING'",
            ],
            [
                "StartTime > '2020-01-01T00:00:00Z'", "StartTime > 1577836800000000000",
                "StartTime > '2020-01-01T02:00:00+02:00'", "NOT StartTime <= '2019-12-31T23:00:00,000-01:00'",
            ],
            [
                "ExecutionDuration > 3720000000000", "ExecutionDuration > '1h2m'", "ExecutionDuration > '01:02:00'",
                "ExecutionDuration > '3720000000000'", "ExecutionDuration > '62m0s'",
            ],
            ["ScheduledById = 'x'", "TemporalScheduledById = 'x'"],
            ["Word = 'it''s'", "Word = \"it's\"", "Word = 'it\\'s'"],
            ["Prose = 'Hello, WORLD'", "Prose = 'world hello hello'"].map { $0 + " OR Prose = 'x'" }.reversed(),
        ]
        for group in same.dropLast() {
            let first = try Self.filter(group[0])
            for other in group.dropFirst() { #expect(try Self.filter(other) == first, "\(other)") }
        }
    }

    @Test func bindingOfOperators() throws {
        #expect(
            try Self.filter("Number = 1 OR Number = 2 AND Word = 'x'")
                == Self.filter("Number = 1 OR (Number = 2 AND Word = 'x')"))
        #expect(
            try Self.filter("NOT Number = 1 AND Word = 'x'") == Self.filter("(NOT Number = 1) AND Word = 'x'"))
        #expect(
            try Self.filter("Number BETWEEN 1 AND 9 AND Word = 'x'")
                == Self.filter("(Number BETWEEN 1 AND 9) AND (Word = 'x')"))
    }

    @Test func divisionsAreLeftOutUnlessMentioned() throws {
        #expect(try VisibilityQuery("Number = 1", custom: Self.custom).excludesDivisions)
        #expect(try VisibilityQuery("").excludesDivisions)
        #expect(try !VisibilityQuery("NOT (NamespaceDivision IS NULL)").excludesDivisions)
    }

    @Test func clausesDependOnThePurpose() throws {
        let list = try VisibilityQuery("GROUP BY ExecutionStatus")
        #expect(!list.groupsByStatus)
        #expect(try VisibilityQuery("GROUP BY ExecutionStatus", for: .count).groupsByStatus)
        let ordered = try VisibilityQuery(
            "Number > 1 ORDER BY Number DESC, StartTime, Number", custom: Self.custom)
        #expect(ordered.order.map(\.attribute.name) == ["Number", "StartTime"])
        #expect(ordered.order.map(\.descending) == [true, false])
    }

    @Test(
        arguments: [
            ("1ns", 1), ("1us", 1_000), ("1µs", 1_000), ("1.5ms", 1_500_000), (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
            ("-1m", -60_000_000_000), ("+1s", 1_000_000_000), ("1d2h", 93_600_000_000_000),
            ("1.5d", 129_600_000_000_000), ("0", 0), ("-5", -5), ("100:00:00", 360_000_000_000_000),
            ("00:00:00.5", 500_000_000), ("1:2:3", 3_723_000_000_000),
        ] as [(String, Int64)])
    func durationsInAllForms(_ text: String, _ nanoseconds: Int64) {
        #expect(DurationText.nanoseconds(text) == nanoseconds)
    }

    @Test(arguments: [
        "", "abc", "01:02", "1h30", "30 s", "00:60:00", "00:00:60", "1.5", "0x5", "1w", "d", ".", "-", "1h 2m",
        "999999999h", "-1:00:00", "1:00:00x",
    ])
    func whatIsNoDuration(_ text: String) { #expect(DurationText.nanoseconds(text) == nil) }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.5Z", -500_000_000),
            ("2024-02-29T12:00:00Z", 1_709_208_000_000_000_000),
            ("2000-03-01T00:00:00.000000001Z", 951_868_800_000_000_001),
            ("1970-01-01T01:00:00+01:00", 0), ("1970-01-01T0:00:00Z", 0), ("1500-01-01T00:00:00Z", .min),
            ("9999-12-31T23:59:59Z", .max),
        ] as [(String, Int64)])
    func timesInAllForms(_ text: String, _ nanoseconds: Int64) {
        #expect(TimeText.nanoseconds(rfc3339: text) == nanoseconds)
    }

    @Test(arguments: [
        "", "2020-01-01", "2020-01-01 00:00:00", "2020-01-01T00:00:00", "2020-01-01T00:00:00z", "2020-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z", "2020-01-01T24:00:00Z", "2020-01-01T00:00Z", "2020-01-01T00:00:00.Z",
        "2020-01-01T00:00:00+25:00", "2020-1-1T00:00:00Z", "2020-01-01T00:00:60Z", "2020-01-01T00:00:00Z ",
    ])
    func whatIsNoTime(_ text: String) { #expect(TimeText.nanoseconds(rfc3339: text) == nil) }

    @Test func numbersOfBothKindsAreComparedExactly() {
        let big = Int64.max
        #expect(VisibilityValue.int(big) < .double(0x1p63))
        #expect(VisibilityValue.int(big - 1) < .int(big))
        #expect(VisibilityValue.int(3) < .double(3.5))
        #expect(VisibilityValue.int(-3) > .double(-3.5))
        #expect(VisibilityValue.int(3) == .double(3))
        #expect(Set([VisibilityValue.int(3), .double(3)]).count == 1)
        #expect(VisibilityValue.int(.max) < .text(""))
        // By bytes: composed and decomposed letters differ, as they do in the database.
        #expect(VisibilityValue.text("\u{E9}") != .text("e\u{301}"))
        #expect(VisibilityValue.text("Z") < .text("a"))
    }

    @Test func textsAreCutIntoWords() {
        #expect(TextWords.of("Hello, big-World! hello 42") == ["hello", "big", "world", "42"])
        #expect(TextWords.of("Crème BRÛLÉE") == ["creme", "brulee"])
        #expect(TextWords.of("e\u{301}te\u{301}") == ["ete"])
        #expect(TextWords.of("日本 語") == ["日本", "語"])
        #expect(TextWords.of(" ... ").isEmpty)
        #expect(TextWords.of(String(repeating: "é", count: 400)) == [String(repeating: "e", count: 255)])
    }

    @Test func systemAttributesHaveTheirTypes() {
        #expect(SystemSearchAttributes.named("CloseTime")?.type == .datetime)
        #expect(SystemSearchAttributes.named("BuildIds")?.type == .keywordList)
        #expect(SystemSearchAttributes.named("Foo") == nil)
        #expect(SystemSearchAttributes.system.count + SystemSearchAttributes.predefined.count == 33)
    }
}
