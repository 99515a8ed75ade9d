/// A run as queries see it: its row and its search attributes, decoded once.
public struct VisibilityRecord: Sendable {
    public let row: VisibilityRow
    private let attributes: [String: [VisibilityValue]]

    public init(_ row: VisibilityRow) {
        self.row = row
        let stored = row.searchAttributes.map(StoredAttribute.decode) ?? []
        attributes = Dictionary(stored.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    }

    /// The namespace division the run belongs to, if any.
    public var division: VisibilityValue? { attributes[SystemSearchAttributes.namespaceDivision]?.first }

    /// Whether a list or count with that query shows the run.
    public func isSelected(by query: VisibilityQuery) -> Bool {
        if query.excludesDivisions, division != nil { return false }
        return matches(query.filter)
    }

    private func matches(_ filter: VisibilityFilter) -> Bool {
        switch filter {
        case .all(let parts): return parts.allSatisfy(matches)
        case .any(let parts): return parts.contains(where: matches)
        case .isNull(let attribute, let negated): return values(of: attribute).isEmpty != negated
        case .compare(let attribute, let comparison, let value):
            if attribute.isMultiValued {
                return values(of: attribute).contains(value) == (comparison == .equal)
            }
            return test(attribute) { Self.holds($0.order(value), comparison) }
        case .oneOf(let attribute, let wanted, let negated):
            if attribute.isMultiValued { return values(of: attribute).contains(where: wanted.contains) != negated }
            return test(attribute) { wanted.contains($0) != negated }
        case .between(let attribute, let low, let high, let negated):
            return test(attribute) { (low <= $0 && $0 <= high) != negated }
        case .startsWith(let attribute, let prefix, let negated):
            return test(attribute) { value in
                guard case .text(let text) = value else { return negated }
                return text.utf8.starts(with: prefix.utf8) != negated
            }
        }
    }

    /// A condition on a missing value does not hold, negated or not.
    private func test(_ attribute: VisibilityAttribute, _ condition: (VisibilityValue) -> Bool) -> Bool {
        value(of: attribute).map(condition) ?? false
    }

    private static func holds(_ order: Int, _ comparison: VisibilityFilter.Comparison) -> Bool {
        switch comparison {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }

    // MARK: Values

    /// The one value of an attribute.
    func value(of attribute: VisibilityAttribute) -> VisibilityValue? {
        switch attribute.source {
        case .column(let column): value(of: column)
        case .stored: attributes[attribute.name]?.first
        }
    }

    private func values(of attribute: VisibilityAttribute) -> [VisibilityValue] {
        if attribute.source == .stored { return attributes[attribute.name] ?? [] }
        return value(of: attribute).map { [$0] } ?? []
    }

    private func value(of column: VisibilityColumn) -> VisibilityValue? {
        switch column {
        case .workflowID: .text(row.workflowID)
        case .runID: .text(row.runID)
        case .workflowType: .text(row.workflowType)
        case .taskQueue: .text(row.taskQueue)
        case .status: .int(Int64(row.status))
        case .startTime: .int(row.startTime)
        case .executionTime: .int(row.executionTime)
        case .closeTime: row.closeTime.map { .int($0) }
        case .executionDuration: row.executionDuration.map { .int($0) }
        case .historyLength: row.historyLength.map { .int($0) }
        case .historySizeBytes: row.historySizeBytes.map { .int($0) }
        case .stateTransitionCount: row.stateTransitionCount.map { .int($0) }
        case .parentWorkflowID: row.parentWorkflowID.map { .text($0) }
        case .parentRunID: row.parentRunID.map { .text($0) }
        case .rootWorkflowID: .text(row.rootWorkflowID)
        case .rootRunID: .text(row.rootRunID)
        }
    }
}

extension VisibilityRow {
    /// From execution time to close time, in nanoseconds; `nil` while the run is open.
    public var executionDuration: Nanoseconds? {
        closeTime.map { close in
            let (difference, overflow) = close.subtractingReportingOverflow(executionTime)
            return overflow ? (close < executionTime ? .min : .max) : difference
        }
    }
}
