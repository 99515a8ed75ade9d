import Engine
import GRDB

/// How the runs of a query are found.
struct VisibilityPlan {
    enum Access {
        /// Index by index entry, in the default order, once for each shelf, status and value.
        case walk(index: String, equality: Equality?)
        /// All runs of a set that is known to be small.
        case set(SQLFragment)
    }

    struct Equality {
        var column: String
        var values: [VisibilityValue]
    }

    /// A part of the runs that one index walk covers.
    struct Walk {
        var index: String
        var shelf: Int64
        var status: Int64
        var equality: (column: String, value: VisibilityValue)?

        var condition: SQLFragment {
            var parts = [SQLFragment(text: "v.shelf = \(shelf) AND v.status = \(status)")]
            if let equality {
                parts.append(SQLFragment(text: "\(equality.column) = ?", values: [equality.value]))
            }
            return .all(parts)
        }
    }

    /// Values of one attribute for which walks are merged.
    private static let maximumWalkValues = 8

    let query: VisibilityQuery
    let shelves: [Int64]
    /// Shelf and status of all runs the query can select.
    let sections: [(shelf: Int64, status: Int64)]
    let access: Access
    /// What remains to be asked of each run.
    let condition: SQLFragment

    /// - Parameters:
    ///   - inUse: Shelves and statuses that have runs.
    ///   - smallSet: Sets up to this size are read whole.
    init(
        _ query: VisibilityQuery, namespace: NamespaceKey, inUse: [(shelf: Int64, status: Int64)], smallSet: Int,
        _ db: Database
    ) throws {
        self.query = query
        let normal = VisibilityColumns.shelf(namespace, inDivision: false)
        let shelves = query.excludesDivisions ? [normal] : [normal, normal + 1]
        self.shelves = shelves
        let conjuncts = Self.conjuncts(query.filter)
        sections = inUse.filter { section in
            shelves.contains(section.shelf)
                && conjuncts.allSatisfy { Self.allows($0, status: .int(section.status)) }
        }
        condition = FilterSQL.condition(query.filter)
        access = try Self.access(conjuncts, shelves, smallSet, db)
    }

    /// Whether counting sections is counting runs: the query asks for statuses alone.
    var selectsWholeSections: Bool {
        Self.conjuncts(query.filter).allSatisfy { Self.column(of: $0) == .status }
    }

    var shelfCondition: String { "v.shelf IN (\(shelves.map(String.init).joined(separator: ", ")))" }

    /// The walks that together cover the query, if it is answered by walking.
    var walks: [Walk] {
        guard case .walk(let index, let equality) = access else { return [] }
        return sections.flatMap { section in
            guard let equality else { return [Walk(index: index, shelf: section.shelf, status: section.status)] }
            return equality.values.map {
                Walk(
                    index: index, shelf: section.shelf, status: section.status,
                    equality: (equality.column, $0))
            }
        }
    }

    // MARK: Choosing

    private static func access(
        _ conjuncts: [VisibilityFilter], _ shelves: [Int64], _ smallSet: Int, _ db: Database
    ) throws -> Access {
        // Few runs share one of these.
        for column in [VisibilityColumn.runID, .workflowID, .parentWorkflowID] {
            for filter in conjuncts {
                guard Self.column(of: filter) == column, let values = equalities(filter) else { continue }
                if column == .runID { return .set(set(filter, shelves) ?? .never) }
                if values.count > maximumWalkValues { continue }
                let index = column == .workflowID ? "visibility_by_workflow" : "visibility_by_parent"
                return .walk(
                    index: index, equality: Equality(column: FilterSQL.expression(column), values: values))
            }
        }
        for filter in conjuncts where !isWalkable(filter) {
            if let set = set(filter, shelves), try isSmall(set, smallSet, db) { return .set(set) }
        }
        for (column, index) in [
            (VisibilityColumn.workflowType, "visibility_by_type"), (.taskQueue, "visibility_by_queue"),
        ] {
            for filter in conjuncts where Self.column(of: filter) == column {
                guard isWalkable(filter), let values = equalities(filter) else { continue }
                return .walk(
                    index: index, equality: Equality(column: FilterSQL.expression(column), values: values))
            }
        }
        return .walk(index: "visibility_by_status", equality: nil)
    }

    /// Whether an index answers the condition in the default order, so that no set is worth counting.
    private static func isWalkable(_ filter: VisibilityFilter) -> Bool {
        guard let column = column(of: filter), [.workflowType, .taskQueue].contains(column) else { return false }
        return equalities(filter).map { $0.count <= maximumWalkValues } ?? false
    }

    /// Conditions that must all hold.
    private static func conjuncts(_ filter: VisibilityFilter) -> [VisibilityFilter] {
        if case .all(let parts) = filter { return parts.flatMap(conjuncts) }
        return [filter]
    }

    private static func attribute(of filter: VisibilityFilter) -> VisibilityAttribute? {
        switch filter {
        case .all, .any: nil
        case .compare(let attribute, _, _), .oneOf(let attribute, _, _), .between(let attribute, _, _, _),
            .startsWith(let attribute, _, _), .isNull(let attribute, _):
            attribute
        }
    }

    private static func column(of filter: VisibilityFilter) -> VisibilityColumn? {
        if case .column(let column) = attribute(of: filter)?.source { column } else { nil }
    }

    /// The values the attribute must have one of, each once.
    private static func equalities(_ filter: VisibilityFilter) -> [VisibilityValue]? {
        switch filter {
        case .compare(_, .equal, let value): [value]
        case .oneOf(_, let values, false): Array(Set(values))
        default: nil
        }
    }

    /// Whether a condition leaves room for runs of a status.
    private static func allows(_ filter: VisibilityFilter, status: VisibilityValue) -> Bool {
        guard column(of: filter) == .status else { return true }
        switch filter {
        case .compare(_, .equal, let value): return status == value
        case .compare(_, .notEqual, let value): return status != value
        case .compare(_, .less, let value): return status < value
        case .compare(_, .lessOrEqual, let value): return status <= value
        case .compare(_, .greater, let value): return status > value
        case .compare(_, .greaterOrEqual, let value): return status >= value
        case .oneOf(_, let values, let negated): return values.contains(status) != negated
        case .between(_, let low, let high, let negated): return (low <= status && status <= high) != negated
        case .isNull(_, let negated): return negated
        case .startsWith, .all, .any: return true
        }
    }

    // MARK: Sets

    /// The runs that meet a condition an index can answer: `SELECT` of their keys.
    private static func set(_ filter: VisibilityFilter, _ shelves: [Int64]) -> SQLFragment? {
        guard let attribute = attribute(of: filter), isSearchable(filter) else { return nil }
        let shelf = "shelf IN (\(shelves.map(String.init).joined(separator: ", ")))"
        guard case .column(let column) = attribute.source else {
            let test = FilterSQL.test(filter, on: "s.value")
            let text = """
                SELECT s.run FROM attributes s INDEXED BY attributes_by_value
                WHERE s.\(shelf) AND s.name = ? AND \(test.text)
                """
            return SQLFragment(text: text, values: [.text(attribute.name)] + test.values)
        }
        let index: String
        switch column {
        case .runID: index = "visibility_by_run_id"
        case .startTime: index = "visibility_by_start"
        case .workflowID: index = "visibility_by_workflow"
        case .workflowType: index = "visibility_by_type"
        case .taskQueue: index = "visibility_by_queue"
        default: return rootSet(filter, column, shelf)
        }
        let test = FilterSQL.test(filter, on: FilterSQL.expression(column, row: "s"))
        let scope = column == .runID ? "" : "s.\(shelf) AND "
        return SQLFragment(
            text: "SELECT s.run FROM visibility s INDEXED BY \(index) WHERE \(scope)\(test.text)",
            values: test.values)
    }

    /// Most runs are their own root; only the others are in an index of their own.
    private static func rootSet(
        _ filter: VisibilityFilter, _ column: VisibilityColumn, _ shelf: String
    ) -> SQLFragment? {
        guard column == .rootWorkflowID else { return nil }
        let root = FilterSQL.test(filter, on: "s.root_workflow_id")
        let own = FilterSQL.test(filter, on: "s.workflow_id")
        let text = """
            SELECT s.run FROM visibility s INDEXED BY visibility_by_root
            WHERE s.\(shelf) AND \(root.text) AND s.root_workflow_id <> s.workflow_id
            UNION ALL SELECT s.run FROM visibility s INDEXED BY visibility_by_workflow
            WHERE s.\(shelf) AND \(own.text) AND s.root_workflow_id = s.workflow_id
            """
        return SQLFragment(text: text, values: root.values + own.values)
    }

    /// Whether an index finds the runs of a condition, rather than those it leaves out.
    private static func isSearchable(_ filter: VisibilityFilter) -> Bool {
        switch filter {
        case .compare(_, let comparison, _): comparison != .notEqual
        case .oneOf(_, _, let negated), .between(_, _, _, let negated), .startsWith(_, _, let negated): !negated
        case .isNull, .all, .any: false
        }
    }

    private static func isSmall(_ set: SQLFragment, _ smallSet: Int, _ db: Database) throws -> Bool {
        let sql = "SELECT count(*) FROM (\(set.text) LIMIT \(smallSet + 1))"
        let statement = HotStatement(try db.makeStatement(sql: sql))
        statement.bind(set.values)
        return try statement.first { $0.int(0) } ?? 0 <= smallSet
    }
}
