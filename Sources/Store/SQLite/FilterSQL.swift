import Engine

/// A piece of SQL with the values of its `?`s, in order.
struct SQLFragment {
    var text: String
    var values: [VisibilityValue] = []

    static let always = SQLFragment(text: "1")
    static let never = SQLFragment(text: "0")

    /// The fragments joined by `AND` or `OR`, as a balanced tree: SQLite limits the depth of expressions to 1,000.
    static func joined(_ parts: ArraySlice<SQLFragment>, by operation: String) -> SQLFragment {
        if parts.count == 1, let only = parts.first { return only }
        let middle = parts.startIndex + parts.count / 2
        let left = joined(parts[..<middle], by: operation)
        let right = joined(parts[middle...], by: operation)
        return SQLFragment(text: "(\(left.text) \(operation) \(right.text))", values: left.values + right.values)
    }

    static func all(_ parts: [SQLFragment]) -> SQLFragment { parts.isEmpty ? always : joined(parts[...], by: "AND") }
    static func any(_ parts: [SQLFragment]) -> SQLFragment { parts.isEmpty ? never : joined(parts[...], by: "OR") }
}

/// Translates filters to conditions on a row `v` of the table `visibility`.
///
/// Names in the SQL come from the tables below, never from a query: what a client writes is only ever bound.
enum FilterSQL {
    static func condition(_ filter: VisibilityFilter) -> SQLFragment {
        switch filter {
        case .all(let parts): .all(parts.map(condition))
        case .any(let parts): .any(parts.map(condition))
        case .compare(let attribute, _, _), .oneOf(let attribute, _, _), .between(let attribute, _, _, _),
            .startsWith(let attribute, _, _), .isNull(let attribute, _):
            leaf(filter, attribute)
        }
    }

    private static func leaf(_ filter: VisibilityFilter, _ attribute: VisibilityAttribute) -> SQLFragment {
        switch attribute.source {
        case .column(.closeTime): closeTime(filter)
        case .column(let column): test(filter, on: expression(column))
        case .stored: stored(filter, attribute)
        }
    }

    // MARK: Columns

    static let open = "\(VisibilityColumns.open)"

    static func expression(_ column: VisibilityColumn, row: String = "v") -> String {
        switch column {
        case .workflowID: "\(row).workflow_id"
        case .runID: "\(row).run_id"
        case .workflowType: "\(row).workflow_type"
        case .taskQueue: "\(row).task_queue"
        case .status: "\(row).status"
        case .startTime: "\(row).start_time"
        case .executionTime: "\(row).execution_time"
        case .closeTime: "nullif(\(row).close_order, \(open))"
        case .executionDuration: "(nullif(\(row).close_order, \(open)) - \(row).execution_time)"
        case .historyLength: "\(row).history_length"
        case .historySizeBytes: "\(row).history_size"
        case .stateTransitionCount: "\(row).transitions"
        case .parentWorkflowID: "\(row).parent_workflow_id"
        case .parentRunID: "\(row).parent_run_id"
        case .rootWorkflowID: "\(row).root_workflow_id"
        case .rootRunID: "\(row).root_run_id"
        }
    }

    /// Written on `close_order` itself, so that the indexes apply.
    private static func closeTime(_ filter: VisibilityFilter) -> SQLFragment {
        if case .isNull(_, let negated) = filter {
            return SQLFragment(text: "v.close_order \(negated ? "<" : "=") \(open)")
        }
        return .all([test(filter, on: "v.close_order"), SQLFragment(text: "v.close_order < \(open)")])
    }

    /// A condition on a single value; false or unknown if it is missing.
    static func test(_ filter: VisibilityFilter, on expression: String) -> SQLFragment {
        switch filter {
        case .compare(_, let comparison, let value):
            return SQLFragment(text: "\(expression) \(comparison.rawValue) ?", values: [value])
        case .oneOf(_, let values, let negated):
            let list = Array(repeating: "?", count: values.count).joined(separator: ", ")
            return SQLFragment(text: "\(expression) \(negated ? "NOT " : "")IN (\(list))", values: values)
        case .between(_, let low, let high, let negated):
            let text = "\(expression) \(negated ? "NOT " : "")BETWEEN ? AND ?"
            return SQLFragment(text: text, values: [low, high])
        case .startsWith(_, let prefix, let negated): return startsWith(prefix, negated, expression)
        case .isNull(_, let negated): return SQLFragment(text: "\(expression) IS \(negated ? "NOT " : "")NULL")
        case .all, .any: return condition(filter)
        }
    }

    /// Strings with a prefix are a range: from the prefix up to the first string after all that begin with it.
    private static func startsWith(_ prefix: String, _ negated: Bool, _ expression: String) -> SQLFragment {
        let low = SQLFragment(text: "\(expression) \(negated ? "<" : ">=") ?", values: [.text(prefix)])
        guard let end = successor(ofPrefix: prefix) else { return low }
        let high = SQLFragment(text: "\(expression) \(negated ? ">=" : "<") ?", values: [.text(end)])
        return negated ? .any([low, high]) : .all([low, high])
    }

    /// `nil` if no string comes after all those with the prefix.
    static func successor(ofPrefix prefix: String) -> String? {
        var scalars = Array(prefix.unicodeScalars)
        while let last = scalars.popLast() {
            // UTF-8 keeps the order of scalars; between U+D7FF and U+E000 there are none.
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let scalar = Unicode.Scalar(next) else { continue }
            var end = String.UnicodeScalarView(scalars)
            end.append(scalar)
            return String(end)
        }
        return nil
    }

    // MARK: Stored attributes

    private static func stored(_ filter: VisibilityFilter, _ attribute: VisibilityAttribute) -> SQLFragment {
        switch filter {
        case .isNull(_, let negated): return exists(attribute, .always, negated: !negated)
        case .compare(_, .notEqual, let value) where attribute.isMultiValued:
            return exists(attribute, SQLFragment(text: "a.value = ?", values: [value]), negated: true)
        case .oneOf(_, let values, true) where attribute.isMultiValued:
            let any = test(.oneOf(attribute, values, negated: false), on: "a.value")
            return exists(attribute, any, negated: true)
        default: return exists(attribute, test(filter, on: "a.value"), negated: false)
        }
    }

    private static func exists(
        _ attribute: VisibilityAttribute, _ condition: SQLFragment, negated: Bool
    ) -> SQLFragment {
        let text = """
            \(negated ? "NOT " : "")EXISTS (SELECT 1 FROM attributes a WHERE a.run = v.run AND a.name = ?
            AND \(condition.text))
            """
        return SQLFragment(text: text, values: [.text(attribute.name)] + condition.values)
    }

    /// The value of an attribute, for sorting. Its `?` stands for the attribute's name.
    static func value(_ attribute: VisibilityAttribute) -> SQLFragment {
        switch attribute.source {
        case .column(let column): SQLFragment(text: expression(column))
        case .stored:
            SQLFragment(
                text: "(SELECT a.value FROM attributes a WHERE a.run = v.run AND a.name = ? LIMIT 1)",
                values: [.text(attribute.name)])
        }
    }
}

extension HotStatement {
    /// Binds values to the parameters from `index` on, and returns the index behind the last.
    @discardableResult
    func bind(_ values: [VisibilityValue], from index: Int32 = 1) -> Int32 {
        var index = index
        for value in values {
            bind(index, value)
            index += 1
        }
        return index
    }
}
