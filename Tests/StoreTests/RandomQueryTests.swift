import Engine
import Foundation
import Testing

@testable import Store

/// Random queries over random runs: evaluated in memory and translated to SQL, they must give the same answer.
@Suite struct RandomQueryTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func memoryAndSQLAgree(seed: UInt64) throws {
        var generator = QueryGenerator(seed: seed)
        let memory = MemoryStore()
        // Every other time no set counts as small, so that indexes are walked.
        var options = SQLiteStore.Options()
        if seed.isMultiple(of: 2) { options.smallSet = -1 }
        let sqlite = try SQLiteStore.ephemeral(options: options)
        defer { try? sqlite.close() }
        let rows = (1...100).map { StoreWrite.putVisibility(generator.row(RunKey($0))) }
        try memory.commit(rows)
        try sqlite.commit(rows)
        for _ in 0..<120 {
            let text = generator.query()
            let query = try VisibilityQuery(text, custom: QueryGenerator.custom)
            let size = [1, 3, 10, 40, 1_000].randomElement(using: &generator.random) ?? 1
            let expected = try Self.pages(memory, query, size)
            let found = try Self.pages(sqlite, query, size)
            #expect(found == expected, "seed \(seed): \(text)")
            if query.order.isEmpty {
                let grouped = try VisibilityQuery(
                    text + " GROUP BY ExecutionStatus", custom: QueryGenerator.custom, for: .count)
                #expect(
                    try sqlite.visibility.count(namespace: 1, query: grouped)
                        == memory.visibility.count(namespace: 1, query: grouped), "seed \(seed): \(text)")
            }
        }
    }

    /// The runs of up to four pages, with the tokens between them.
    private static func pages(_ store: any Store, _ query: VisibilityQuery, _ size: Int) throws -> [[RunKey]] {
        var pages: [[RunKey]] = []
        var token: Data?
        repeat {
            let page = try store.visibility.list(namespace: 1, query: query, pageSize: size, pageToken: token)
            pages.append(page.rows.map(\.run))
            token = page.nextPageToken
        } while token != nil && pages.count < 4
        return pages
    }
}

private struct QueryGenerator {
    static let custom: [String: SearchAttributeType] = [
        "Number": .int, "Word": .keyword, "Prose": .text, "Ratio": .double, "Flag": .bool, "Moment": .datetime,
        "Tags": .keywordList,
    ]
    private static let words = ["a", "ab", "abc", "b", "é", "z", "\u{FFFF}x", "A"]
    private static let prose = ["red", "green", "blue", "Red Green", "blue-green", "..."]
    private static let moments = ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.5Z", "2025-06-01T00:00:00+02:00"]

    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    // MARK: Rows

    mutating func row(_ run: RunKey) -> VisibilityRow {
        let isClosed = chance(60)
        let start = number(1...30)
        var row = Samples.visibility(
            run, namespace: chance(90) ? 1 : 2, status: isClosed ? Int(number(2...7)) : chance(90) ? 1 : 8,
            start: start, close: isClosed ? start + number(0...20) : nil, type: pick(Self.words),
            attributes: attributes())
        row.workflowID = "w-" + pick(Self.words)
        row.taskQueue = pick(["q1", "q2"])
        row.rootWorkflowID = chance(70) ? row.workflowID : "w-" + pick(Self.words)
        row.parentWorkflowID = chance(70) ? nil : "w-" + pick(Self.words)
        row.executionTime = start + number(0...3)
        return row
    }

    private mutating func attributes() -> [String: Samples.Attribute] {
        var attributes: [String: Samples.Attribute] = [:]
        if chance(60) { attributes["Number"] = .int(number(-3...5)) }
        if chance(60) { attributes["Word"] = .keyword(pick(Self.words)) }
        if chance(60) { attributes["Prose"] = .text(pick(Self.prose)) }
        if chance(60) { attributes["Ratio"] = .double(pick([-1.5, 0, 0.5, 2, 1e20])) }
        if chance(60) { attributes["Flag"] = .bool(chance(50)) }
        if chance(60) { attributes["Moment"] = .datetime(pick(Self.moments)) }
        if chance(60) { attributes["Tags"] = .list((0..<number(0...3)).map { _ in pick(Self.words) }) }
        if chance(15) { attributes["TemporalNamespaceDivision"] = .keyword(pick(["d1", "d2"])) }
        return attributes
    }

    // MARK: Queries

    mutating func query() -> String {
        if chance(3) { return "" }
        let filter = condition(depth: 3)
        return chance(25) ? "\(filter) ORDER BY \(order())" : filter
    }

    private mutating func order() -> String {
        let names = ["StartTime", "CloseTime", "Number", "Word", "WorkflowType", "ExecutionDuration", "Ratio"]
        return (0..<number(1...2)).map { _ in pick(names) + pick(["", " ASC", " DESC"]) }.joined(separator: ", ")
    }

    private mutating func condition(depth: Int) -> String {
        if depth > 0, chance(55) {
            switch number(0...2) {
            case 0: return "(\(condition(depth: depth - 1)) AND \(condition(depth: depth - 1)))"
            case 1: return "(\(condition(depth: depth - 1)) OR \(condition(depth: depth - 1)))"
            default: return "NOT (\(condition(depth: depth - 1)))"
            }
        }
        switch number(0...11) {
        case 0: return text(pick(["WorkflowType", "Word", "TaskQueue", "TemporalNamespaceDivision"]), Self.words)
        case 1:
            let name = pick(["WorkflowId", "ParentWorkflowId", "RootWorkflowId"])
            return text(name, Self.words.map { "w-" + $0 })
        case 2: return ordered("StartTime", numbers(1...30))
        case 3: return ordered("CloseTime", numbers(1...50))
        case 4: return ordered("ExecutionStatus", ["'Running'", "'Completed'", "5", "'TimedOut'", "'Paused'"])
        case 5: return ordered("Number", ["-1", "0", "0.5", "2", "4", "99999999999999999999"])
        case 6: return ordered("Ratio", ["-1.5", "0", "1", "2", "1e20"])
        case 7: return set("Tags", operations: ["=", "!="], canList: true)
        case 8: return "Prose \(pick(["=", "!="])) '\(pick(Self.prose.dropLast()))'"
        case 9: return "Flag \(pick(["=", "!=", "<", ">"])) \(pick(["true", "false"]))"
        case 10: return ordered(pick(["ExecutionDuration", "HistoryLength"]), numbers(0...20))
        default:
            if chance(50) { return ordered("Moment", Self.moments.map { "'\($0)'" }) }
            let names = ["CloseTime", "Tags", "Prose", "Word", "ParentWorkflowId", "TemporalNamespaceDivision"]
            return "\(pick(names)) IS \(pick(["", "NOT "]))NULL"
        }
    }

    private mutating func text(_ name: String, _ values: [String]) -> String {
        if chance(25) { return "\(name) \(pick(["", "NOT "]))STARTS_WITH '\(pick(values))'" }
        return ordered(name, values.map { "'\($0)'" })
    }

    private mutating func set(_ name: String, operations: [String], canList: Bool) -> String {
        if canList, chance(40) { return membership(name, Self.words.map { "'\($0)'" }) }
        return "\(name) \(pick(operations)) '\(pick(Self.words))'"
    }

    private mutating func ordered(_ name: String, _ values: [String]) -> String {
        switch number(0...3) {
        case 0: return membership(name, values)
        case 1: return "\(name) \(pick(["", "NOT "]))BETWEEN \(pick(values)) AND \(pick(values))"
        default: return "\(name) \(pick(["=", "!=", "<", "<=", ">", ">="])) \(pick(values))"
        }
    }

    private mutating func membership(_ name: String, _ values: [String]) -> String {
        let list = (0..<number(1...12)).map { _ in pick(values) }.joined(separator: ", ")
        return "\(name) \(pick(["", "NOT "]))IN (\(list))"
    }

    // MARK: Chance

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    private mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
    private func numbers(_ range: ClosedRange<Int64>) -> [String] { range.map { "\($0)" } }

    private mutating func pick<Element>(_ values: some Collection<Element>) -> Element {
        values[values.index(values.startIndex, offsetBy: Int.random(in: 0..<values.count, using: &random))]
    }
}
