/// A list or count query, checked against the attributes of a namespace and ready to be run by a `VisibilityReader`.
///
///     let query = try VisibilityQuery("WorkflowType = 'Import' AND CloseTime IS NULL", custom: namespace.attributes)
///     let page = try reader.list(namespace: key, query: query, pageSize: 100, pageToken: nil)
public struct VisibilityQuery: Sendable, Hashable {
    /// What a query is for: counts can be grouped, lists can be ordered.
    public enum Purpose: Sendable { case list, count }

    public struct Order: Sendable, Hashable {
        public var attribute: VisibilityAttribute
        public var descending: Bool

        public init(attribute: VisibilityAttribute, descending: Bool) {
            self.attribute = attribute
            self.descending = descending
        }
    }

    /// The query as given, without surrounding white space.
    public let text: String
    public let filter: VisibilityFilter
    /// Runs of a namespace division are left out: the query does not mention `TemporalNamespaceDivision`.
    public let excludesDivisions: Bool
    /// Empty for the default order: open runs first, then by close time and start time, newest first.
    public let order: [Order]
    /// Counts are given for each execution status too.
    public let groupsByStatus: Bool

    /// Everything in a namespace, in the default order.
    public static let everything = VisibilityQuery(
        text: "", filter: .all([]), excludesDivisions: true, order: [], groupsByStatus: false)

    /// Reads a query.
    ///
    /// - Parameters:
    ///   - text: The query; empty or blank means everything.
    ///   - custom: The namespace's own search attributes.
    ///   - purpose: For a list, `ORDER BY` is obeyed and `GROUP BY` is checked and ignored; for a count, `GROUP BY` is
    ///     obeyed and `ORDER BY` is an error.
    /// - Throws: What is wrong with the query, in the words clients of the service know.
    public init(
        _ text: String, custom: [String: SearchAttributeType] = [:], for purpose: Purpose = .list
    ) throws(VisibilityQueryError) {
        var parser = try QueryParser(text)
        let statement = try parser.parseStatement()
        let resolver = QueryResolver(custom: custom)
        let filter = try statement.condition.map { expression throws(VisibilityQueryError) in
            try resolver.filter(expression)
        }
        let groups = try resolver.grouping(statement.groupBy)
        if statement.hasHaving { throw .unsupported("'HAVING' clause") }
        let order = try resolver.order(statement.orderBy, allowed: purpose == .list)
        if statement.hasLimit { throw .unsupported("'LIMIT' clause") }
        self.init(
            text: parser.text, filter: filter ?? .all([]),
            excludesDivisions: !(filter?.mentions(SystemSearchAttributes.namespaceDivision) ?? false),
            order: order, groupsByStatus: purpose == .count && groups)
    }

    init(
        text: String, filter: VisibilityFilter, excludesDivisions: Bool, order: [Order], groupsByStatus: Bool
    ) {
        self.text = text
        self.filter = filter
        self.excludesDivisions = excludesDivisions
        self.order = order
        self.groupsByStatus = groupsByStatus
    }
}
