import Engine
import Foundation
import GRDB

/// Answers lists and counts on one reading connection, within one transaction.
struct VisibilityListing {
    /// Where a run stands in the default order.
    private struct Place {
        var closeOrder: Int64
        var startTime: Int64
        var run: RunKey

        static func precedes(_ left: Place, _ right: Place) -> Bool {
            if left.closeOrder != right.closeOrder { return left.closeOrder > right.closeOrder }
            if left.startTime != right.startTime { return left.startTime > right.startTime }
            return left.run < right.run
        }
    }

    private let db: Database
    private let smallSet: Int

    init(_ db: Database, _ options: SQLiteStore.Options) {
        self.db = db
        smallSet = options.smallSet
    }

    func row(_ run: RunKey) throws -> VisibilityRow? {
        let columns = VisibilityColumns.all.joined(separator: ", ")
        let statement = try HotStatement(cached: "SELECT \(columns) FROM visibility WHERE run = ?1", db)
        statement.bind(1, run)
        return try statement.first(VisibilityColumns.row)
    }

    /// Shelf and status of all runs of a namespace, from the counters.
    func shelvesInUse(_ namespace: NamespaceKey) throws -> [(shelf: Int64, status: Int64)] {
        try counters(namespace).map { ($0.shelf, $0.status) }
    }

    private func counters(_ namespace: NamespaceKey) throws -> [(shelf: Int64, status: Int64, runs: Int64)] {
        let statement = try HotStatement(
            cached: "SELECT shelf, status, runs FROM counters WHERE shelf BETWEEN ?1 AND ?2 AND runs > 0", db)
        statement.bind(1, VisibilityColumns.shelf(namespace, inDivision: false))
        statement.bind(2, VisibilityColumns.shelf(namespace, inDivision: true))
        return try statement.all { ($0.int(0), $0.int(1), $0.int(2)) }
    }

    private func plan(_ query: VisibilityQuery, _ namespace: NamespaceKey) throws -> VisibilityPlan {
        try VisibilityPlan(query, namespace: namespace, inUse: shelvesInUse(namespace), smallSet: smallSet, db)
    }

    // MARK: Lists

    func list(
        namespace: NamespaceKey, query: VisibilityQuery, size: Int, after: VisibilityCursor?
    ) throws -> VisibilityPage {
        let plan = try plan(query, namespace)
        let cursors: [VisibilityCursor]
        if query.order.isEmpty {
            var position: Place?
            if let after { position = try Self.place(after) }
            cursors = try places(plan, after: position, limit: size + 1).map {
                VisibilityCursor(keys: [.int($0.closeOrder), .int($0.startTime)], run: $0.run)
            }
        } else {
            cursors = try sorted(plan, after: after, limit: size + 1)
        }
        let page = cursors.prefix(size)
        let token = cursors.count > size ? page.last?.token(namespace: namespace, query: query) : nil
        return VisibilityPage(rows: try page.compactMap { try row($0.run) }, nextPageToken: token)
    }

    private static func place(_ cursor: VisibilityCursor) throws -> Place {
        guard case .int(let close)? = cursor.keys.first ?? nil, case .int(let start)? = cursor.keys.last ?? nil else {
            throw VisibilityQueryError.invalidPageToken
        }
        return Place(closeOrder: close, startTime: start, run: cursor.run)
    }

    private func places(_ plan: VisibilityPlan, after: Place?, limit: Int) throws -> [Place] {
        var found: [Place] = []
        switch plan.access {
        case .set(let set): found = try places(in: set, plan, after: after, limit: limit)
        case .walk: for walk in plan.walks { found += try places(walk, plan.condition, after: after, limit: limit) }
        }
        return Array(found.sorted(by: Place.precedes).prefix(limit))
    }

    private static let inDefaultOrder = "ORDER BY v.close_order DESC, v.start_time DESC, v.run"

    private func places(
        in set: SQLFragment, _ plan: VisibilityPlan, after: Place?, limit: Int
    ) throws -> [Place] {
        let position = after.map { after in
            """
            AND (v.close_order < \(after.closeOrder) OR (v.close_order = \(after.closeOrder)
            AND (v.start_time < \(after.startTime)
            OR (v.start_time = \(after.startTime) AND v.run > \(after.run)))))
            """
        }
        let sql = """
            SELECT v.close_order, v.start_time, v.run FROM visibility v NOT INDEXED
            WHERE v.run IN (\(set.text)) AND \(plan.shelfCondition) \(position ?? "") AND \(plan.condition.text)
            \(Self.inDefaultOrder) LIMIT \(limit)
            """
        return try read(SQLFragment(text: sql, values: set.values + plan.condition.values))
    }

    /// The first places of a walk behind `after`, each step of which begins where the index can be entered.
    private func places(
        _ walk: VisibilityPlan.Walk, _ condition: SQLFragment, after: Place?, limit: Int
    ) throws -> [Place] {
        var positions = [""]
        if let after {
            positions = [
                "AND v.close_order = \(after.closeOrder) AND v.start_time = \(after.startTime) AND v.run > \(after.run)",
                "AND v.close_order = \(after.closeOrder) AND v.start_time < \(after.startTime)",
                "AND v.close_order < \(after.closeOrder)",
            ]
        }
        var found: [Place] = []
        let section = walk.condition
        for position in positions where found.count < limit {
            let sql = """
                SELECT v.close_order, v.start_time, v.run FROM visibility v INDEXED BY \(walk.index)
                WHERE \(section.text) \(position) AND \(condition.text)
                \(Self.inDefaultOrder) LIMIT \(limit - found.count)
                """
            found += try read(SQLFragment(text: sql, values: section.values + condition.values))
        }
        return found
    }

    private func read(_ sql: SQLFragment) throws -> [Place] {
        let statement = HotStatement(try db.makeStatement(sql: sql.text))
        statement.bind(sql.values)
        return try statement.all { Place(closeOrder: $0.int(0), startTime: $0.int(1), run: $0.int(2)) }
    }

    // MARK: Lists with ORDER BY

    private func sorted(
        _ plan: VisibilityPlan, after: VisibilityCursor?, limit: Int
    ) throws -> [VisibilityCursor] {
        let keys = plan.query.order.map { FilterSQL.value($0.attribute) }
        var conditions = [SQLFragment(text: plan.shelfCondition), plan.condition]
        var hint = ""
        if case .set(let set) = plan.access {
            conditions.append(SQLFragment(text: "v.run IN (\(set.text))", values: set.values))
            hint = "NOT INDEXED"
        }
        if let after { conditions.append(Self.following(after, keys, plan.query.order)) }
        let condition = SQLFragment.all(conditions)
        let terms = zip(keys.indices, plan.query.order).map { "\($0 + 2) \($1.descending ? "DESC" : "ASC")" }
        let sql = """
            SELECT v.run, \(keys.map(\.text).joined(separator: ", ")) FROM visibility v \(hint)
            WHERE \(condition.text) ORDER BY \(terms.joined(separator: ", ")), v.run LIMIT \(limit)
            """
        let statement = HotStatement(try db.makeStatement(sql: sql))
        statement.bind(keys.flatMap(\.values) + condition.values)
        return try statement.all { row in
            VisibilityCursor(keys: keys.indices.map { row.value(Int32($0) + 1) }, run: row.int(0))
        }
    }

    /// The runs behind a place. Missing values come first in ascending terms and last in descending ones.
    private static func following(
        _ cursor: VisibilityCursor, _ keys: [SQLFragment], _ order: [VisibilityQuery.Order]
    ) -> SQLFragment {
        var rest = SQLFragment(text: "v.run > \(cursor.run)")
        for ((key, term), value) in zip(zip(keys, order), cursor.keys).reversed() {
            let beyond: SQLFragment
            let same: SQLFragment
            if let value {
                same = SQLFragment(text: "\(key.text) = ?", values: key.values + [value])
                let further = "\(key.text) \(term.descending ? "<" : ">") ?"
                let after = SQLFragment(text: further, values: key.values + [value])
                let missing = SQLFragment(text: "\(key.text) IS NULL", values: key.values)
                beyond = term.descending ? .any([after, missing]) : after
            } else {
                same = SQLFragment(text: "\(key.text) IS NULL", values: key.values)
                let present = SQLFragment(text: "\(key.text) IS NOT NULL", values: key.values)
                beyond = term.descending ? .never : present
            }
            rest = .any([beyond, .all([same, rest])])
        }
        return rest
    }

    // MARK: Counts

    func count(namespace: NamespaceKey, query: VisibilityQuery) throws -> VisibilityCount {
        let plan = try plan(query, namespace)
        var counts: [Int64: Int64] = [:]
        if plan.selectsWholeSections {
            for (shelf, status, runs) in try counters(namespace)
            where plan.sections.contains(where: { $0 == (shelf, status) }) {
                counts[status, default: 0] += runs
            }
        } else {
            for (status, runs) in try counted(plan) { counts[status, default: 0] += runs }
        }
        let groups = counts.sorted { $0.key < $1.key }.map {
            VisibilityCount.Group(status: Int($0.key), count: $0.value)
        }
        return VisibilityCount(
            total: groups.reduce(0) { $0 + $1.count }, groups: query.groupsByStatus ? groups : [])
    }

    private func counted(_ plan: VisibilityPlan) throws -> [(status: Int64, runs: Int64)] {
        var conditions = [SQLFragment(text: plan.shelfCondition), plan.condition]
        var hint = "NOT INDEXED"
        switch plan.access {
        case .set(let set):
            conditions.append(SQLFragment(text: "v.run IN (\(set.text))", values: set.values))
        case .walk(let index, let equality):
            hint = "INDEXED BY \(index)"
            if let equality {
                let list = Array(repeating: "?", count: equality.values.count).joined(separator: ", ")
                conditions.append(SQLFragment(text: "\(equality.column) IN (\(list))", values: equality.values))
            }
        }
        let condition = SQLFragment.all(conditions)
        let sql = """
            SELECT v.status, count(*) FROM visibility v \(hint) WHERE \(condition.text) GROUP BY v.status
            """
        let statement = HotStatement(try db.makeStatement(sql: sql))
        statement.bind(condition.values)
        return try statement.all { ($0.int(0), $0.int(1)) }
    }
}

extension SQLiteReader: VisibilityReader {
    func list(
        namespace: NamespaceKey, query: VisibilityQuery, pageSize: Int, pageToken: Data?
    ) throws -> VisibilityPage {
        var after: VisibilityCursor?
        if let pageToken, !pageToken.isEmpty {
            after = try VisibilityCursor(token: pageToken, namespace: namespace, query: query)
        }
        let size = VisibilityPage.effectiveSize(pageSize)
        return try store.read { db in
            try VisibilityListing(db, store.options).list(namespace: namespace, query: query, size: size, after: after)
        }
    }

    func count(namespace: NamespaceKey, query: VisibilityQuery) throws -> VisibilityCount {
        try store.read { db in try VisibilityListing(db, store.options).count(namespace: namespace, query: query) }
    }
}
