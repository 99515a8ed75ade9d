/// Gives a query its meaning: names become attributes, literals become values of the attribute's type.
struct QueryResolver {
    let custom: [String: SearchAttributeType]

    // MARK: Conditions

    func filter(_ expression: QueryExpression) throws(VisibilityQueryError) -> VisibilityFilter {
        switch expression {
        case .and(let parts): return .all(try filters(parts))
        case .or(let parts): return .any(try filters(parts))
        case .not(let part): return try filter(part).negated
        case .group(let part): return try filter(part)
        case .comparison(let operation, let left, let right): return try comparison(operation, left, right)
        case .membership(let left, let values, let negated): return try membership(left, values, negated)
        case .range(let left, let low, let high, let negated): return try range(left, low, high, negated)
        case .isTest(let left, let isNull, let negated):
            let attribute = try attribute(left)
            guard isNull else { throw .invalid("'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'") }
            return .isNull(attribute, negated: negated)
        case .column: throw .invalid("incomplete expression")
        case .function: throw .unsupported("function expression")
        default: throw .unsupported("expression of type \(expression.kindName)")
        }
    }

    private func filters(_ parts: [QueryExpression]) throws(VisibilityQueryError) -> [VisibilityFilter] {
        var filters: [VisibilityFilter] = []
        for part in parts { filters.append(try filter(part)) }
        return filters
    }

    private func comparison(
        _ operation: String, _ left: QueryExpression, _ right: QueryExpression
    ) throws(VisibilityQueryError) -> VisibilityFilter {
        let attribute = try attribute(left)
        let value = try QueryValue.value(right, for: attribute)
        if operation.hasSuffix("STARTS_WITH"), attribute.type == .keyword {
            guard case .text(let prefix) = value else {
                let shown = if case .string(let text) = right { text } else { right.written }
                throw .invalid(
                    "right-hand side of \"\(operation.lowercased())\" operator must be a literal string (got: \(shown))"
                )
            }
            return .startsWith(attribute, prefix, negated: operation.hasPrefix("NOT"))
        }
        let isSetOperation = operation == "=" || operation == "!="
        guard let comparison = VisibilityFilter.Comparison(rawValue: operation),
            !attribute.isMultiValued || isSetOperation
        else { throw unsupported(operation, attribute) }
        if attribute.type == .text { return try words(attribute, value, negated: comparison == .notEqual) }
        return .compare(attribute, comparison, value)
    }

    /// A text is found by any of the words asked for.
    private func words(
        _ attribute: VisibilityAttribute, _ value: VisibilityValue, negated: Bool
    ) throws(VisibilityQueryError) -> VisibilityFilter {
        guard case .text(let text) = value, case let words = TextWords.of(text), !words.isEmpty else {
            throw .invalid("no tokens found filtering on Text type search attribute \(attribute.name)")
        }
        return .oneOf(attribute, words.map { .text($0) }, negated: negated)
    }

    private func membership(
        _ left: QueryExpression, _ values: [QueryExpression], _ negated: Bool
    ) throws(VisibilityQueryError) -> VisibilityFilter {
        let attribute = try attribute(left)
        var converted: [VisibilityValue] = []
        for value in values { converted.append(try QueryValue.value(value, for: attribute)) }
        if attribute.type == .text { throw unsupported(negated ? "NOT IN" : "IN", attribute) }
        return .oneOf(attribute, converted, negated: negated)
    }

    private func range(
        _ left: QueryExpression, _ low: QueryExpression, _ high: QueryExpression, _ negated: Bool
    ) throws(VisibilityQueryError) -> VisibilityFilter {
        let attribute = try attribute(left)
        if attribute.isMultiValued || attribute.type == .bool {
            throw .invalid(
                "cannot do range condition on search attribute '\(attribute.name)' of type \(attribute.type.name)")
        }
        let lowValue = try QueryValue.value(low, for: attribute)
        let highValue = try QueryValue.value(high, for: attribute)
        return .between(attribute, lowValue, highValue, negated: negated)
    }

    private func unsupported(_ operation: String, _ attribute: VisibilityAttribute) -> VisibilityQueryError {
        .unsupported(
            "operator '\(operation)' not supported for \(attribute.type.name) type search attribute '\(attribute.name)'"
        )
    }

    // MARK: Other clauses

    /// Whether the query groups by execution status, the only grouping there is.
    func grouping(_ terms: [QueryExpression]) throws(VisibilityQueryError) -> Bool {
        guard let first = terms.first else { return false }
        guard terms.count == 1 else { throw .unsupported("'GROUP BY' clause supports only a single field") }
        let attribute = try attribute(first)
        guard attribute.source == .column(.status) else {
            throw .unsupported("'GROUP BY' clause is not supported for search attribute \(attribute.name)")
        }
        return true
    }

    func order(
        _ terms: [QueryStatement.SortTerm], allowed: Bool
    ) throws(VisibilityQueryError) -> [VisibilityQuery.Order] {
        var order: [VisibilityQuery.Order] = []
        for term in terms {
            let attribute = try attribute(term.expression)
            if attribute.isMultiValued {
                throw .unsupported(
                    "'ORDER BY' clause is not supported for search attribute \(attribute.name) of type "
                        + attribute.type.name)
            }
            if !order.contains(where: { $0.attribute == attribute }) {
                order.append(.init(attribute: attribute, descending: term.descending))
            }
        }
        if !terms.isEmpty && !allowed { throw .unsupported("'ORDER BY' clause") }
        return order
    }

    private func attribute(_ expression: QueryExpression) throws(VisibilityQueryError) -> VisibilityAttribute {
        guard case .column(let name) = expression else {
            throw .invalid("must be a column name but was \(expression.kindName)")
        }
        guard let attribute = SystemSearchAttributes.resolve(name, custom: custom) else {
            throw .unknownAttribute(name)
        }
        return attribute
    }
}
