/// Queries over schedules.
extension VisibilityQuery {
    /// What schedules are found by, beside the namespace's own attributes and whether they are paused.
    private static let scheduleID = "ScheduleId"
    private static let pausedAttribute = "TemporalSchedulePaused"

    /// Reads a query for schedules: it selects only them, and can name their ids as `ScheduleId`.
    ///
    /// - Throws: What is wrong with the query, in the words clients of the service know.
    public static func schedules(
        _ text: String, custom: [String: SearchAttributeType] = [:], for purpose: Purpose = .list
    ) throws(VisibilityQueryError) -> VisibilityQuery {
        let known = custom.merging([scheduleID: .keyword]) { own, _ in own }
        let query = try VisibilityQuery(text, custom: known, for: purpose)
        let names = query.filter.attributes + query.order.map(\.attribute)
        for attribute in names where !isAllowed(attribute, custom) {
            throw .notForSchedules(attribute.name)
        }
        // A list ignores its grouping, but not one that is not for schedules.
        let counted = purpose == .count ? query : try? VisibilityQuery(text, custom: known, for: .count)
        if counted?.groupsByStatus == true { throw .notForSchedules("ExecutionStatus") }
        let own = custom[scheduleID] != nil
        let filter = own ? query.filter : query.filter.mapped(scheduleCondition)
        let order = query.order.map { order in
            own || order.attribute.name != scheduleID
                ? order : Order(attribute: workflowID, descending: order.descending)
        }
        return VisibilityQuery(
            text: query.text, filter: .all([inDivision, filter]), excludesDivisions: false, order: order,
            groupsByStatus: false)
    }

    private static func isAllowed(_ attribute: VisibilityAttribute, _ custom: [String: SearchAttributeType]) -> Bool {
        attribute.name == scheduleID || attribute.name == pausedAttribute || custom[attribute.name] != nil
    }

    private static let workflowID = VisibilityAttribute(
        name: "WorkflowId", type: .keyword, source: .column(.workflowID))

    private static let inDivision = VisibilityFilter.compare(
        VisibilityAttribute(name: SystemSearchAttributes.namespaceDivision, type: .keyword, source: .stored), .equal,
        .text(ScheduleNames.division))

    /// A condition on a schedule's id as one on the workflow id it stands under.
    private static func scheduleCondition(_ condition: VisibilityFilter) -> VisibilityFilter {
        func id(_ value: VisibilityValue) -> VisibilityValue {
            guard case .text(let text) = value else { return value }
            return .text(ScheduleNames.workflowID(text))
        }
        switch condition {
        case .compare(let attribute, let comparison, let value) where attribute.name == scheduleID:
            return .compare(workflowID, comparison, id(value))
        case .oneOf(let attribute, let values, let negated) where attribute.name == scheduleID:
            return .oneOf(workflowID, values.map(id), negated: negated)
        case .between(let attribute, let low, let high, let negated) where attribute.name == scheduleID:
            return .between(workflowID, id(low), id(high), negated: negated)
        case .startsWith(let attribute, let prefix, let negated) where attribute.name == scheduleID:
            return .startsWith(workflowID, ScheduleNames.workflowID(prefix), negated: negated)
        case .isNull(let attribute, let negated) where attribute.name == scheduleID:
            return .isNull(workflowID, negated: negated)
        default: return condition
        }
    }
}

extension VisibilityFilter {
    /// The attributes that take part.
    fileprivate var attributes: [VisibilityAttribute] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.attributes)
        case .compare(let attribute, _, _), .oneOf(let attribute, _, _), .between(let attribute, _, _, _),
            .startsWith(let attribute, _, _), .isNull(let attribute, _):
            [attribute]
        }
    }

    /// The filter with every condition replaced.
    fileprivate func mapped(_ change: (VisibilityFilter) -> VisibilityFilter) -> VisibilityFilter {
        switch self {
        case .all(let parts): .all(parts.map { $0.mapped(change) })
        case .any(let parts): .any(parts.map { $0.mapped(change) })
        default: change(self)
        }
    }
}
