import WireAPI

/// A query as the filters of the list: what they can say stands in fields of its own, the rest is kept as written.
struct WorkflowFilter: Equatable {
    /// A condition on an id or a name.
    struct Text: Equatable {
        enum Match: String, CaseIterable { case equals = "is", startsWith = "starts" }

        var match: Match
        var value: String
    }

    /// A condition on any attribute.
    struct Attribute: Equatable {
        enum Comparison: String, CaseIterable {
            case equal = "=", notEqual = "!=", atLeast = ">=", atMost = "<=", greater = ">", less = "<"
            case startsWith = "STARTS_WITH", isNull = "IS NULL", isNotNull = "IS NOT NULL"

            var takesValue: Bool { self != .isNull && self != .isNotNull }
        }

        enum Value: Equatable {
            case string(String)
            /// A number or a truth value, without quotes.
            case bare(String)

            var text: String {
                switch self {
                case .string(let text), .bare(let text): text
                }
            }
        }

        var name: String
        var comparison: Comparison
        var value: Value

        var query: String {
            let name = QueryText.name(name)
            guard comparison.takesValue else { return "\(name) \(comparison.rawValue)" }
            switch value {
            case .string(let text): return "\(name) \(comparison.rawValue) \(QueryText.string(text))"
            case .bare(let text): return "\(name) \(comparison.rawValue) \(text)"
            }
        }
    }

    struct Order: Equatable {
        var attribute: String
        var isDescending: Bool
    }

    var workflowID: Text?
    var workflowType: Text?
    var taskQueue: Text?
    var statuses: [APIWorkflowExecutionStatus] = []
    /// Points in time as a query has them.
    var startedFrom: String?
    var startedBefore: String?
    var attributes: [Attribute] = []
    /// Conditions that no field can hold.
    var others: [String] = []
    var order: Order?
    /// What stands behind ORDER BY where it is more than one attribute.
    var otherOrder: String?

    /// The conditions, joined; without the order.
    var condition: String {
        var parts: [String] = []
        parts += Self.text("WorkflowId", workflowID)
        parts += Self.text("WorkflowType", workflowType)
        parts += Self.text("TaskQueue", taskQueue)
        parts += statusCondition.map { [$0] } ?? []
        parts += startedFrom.map { ["StartTime >= \(QueryText.string($0))"] } ?? []
        parts += startedBefore.map { ["StartTime < \(QueryText.string($0))"] } ?? []
        parts += attributes.map(\.query)
        let needsGroups = !parts.isEmpty || others.count > 1
        parts += others.map { needsGroups && Self.isAlternative($0) ? "(\($0))" : $0 }
        return parts.joined(separator: " AND ")
    }

    /// The whole query.
    var query: String {
        let order = order.map { "\(QueryText.name($0.attribute)) \($0.isDescending ? "DESC" : "ASC")" } ?? otherOrder
        return [condition, order.map { "ORDER BY \($0)" } ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    var isEmpty: Bool { condition.isEmpty }

    /// How many conditions the fields hold, besides the status that has its own place.
    var fieldCount: Int {
        [workflowID, workflowType, taskQueue].count { $0 != nil } + [startedFrom, startedBefore].count { $0 != nil }
            + attributes.count
    }

    private var statusCondition: String? {
        switch statuses.count {
        case 0: nil
        case 1: "ExecutionStatus = \(QueryText.string(statuses[0].queryName))"
        default: "ExecutionStatus IN (\(statuses.map { QueryText.string($0.queryName) }.joined(separator: ", ")))"
        }
    }

    private static func text(_ name: String, _ text: Text?) -> [String] {
        guard let text else { return [] }
        return ["\(name) \(text.match == .equals ? "=" : "STARTS_WITH") \(QueryText.string(text.value))"]
    }

    private static func isAlternative(_ condition: String) -> Bool {
        guard let tokens = QueryTokens(condition)?.tokens else { return false }
        var depth = 0
        for token in tokens {
            if token.isSign("(") { depth += 1 }
            if token.isSign(")") { depth -= 1 }
            if depth == 0, token.isWord("OR") { return true }
        }
        return false
    }
}
