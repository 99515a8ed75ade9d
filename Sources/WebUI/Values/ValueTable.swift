import APIJSON

/// A JSON value as rows and columns, where it is a list of records or a list of lists.
struct ValueTable: Sendable, Equatable {
    var columns: [String]
    /// `nil` where a record has no such member.
    var rows: [[JSONValue?]]
    /// How many rows the value has; `rows` may be fewer.
    var count: Int

    /// More columns than a person can take in are left out.
    static let maximumColumns = 40

    /// - Parameter limit: how many rows are made.
    init?(_ value: JSONValue, limit: Int = 200) {
        guard case .array(let elements) = value, !elements.isEmpty else { return nil }
        let shown = elements.prefix(limit)
        count = elements.count
        if let records = Self.records(elements) {
            columns = Self.names(records)
            guard !columns.isEmpty else { return nil }
            let order = columns
            rows = records.prefix(limit).map { record in
                order.map { name in record.first { $0.key == name }?.value }
            }
        } else if let lists = Self.lists(elements) {
            let width = min(lists.map(\.count).max() ?? 0, Self.maximumColumns)
            guard width > 0 else { return nil }
            columns = (1...width).map(String.init)
            rows = lists.prefix(shown.count).map { list in
                (0..<width).map { $0 < list.count ? list[$0] : nil }
            }
        } else {
            return nil
        }
    }

    private static func records(_ elements: [JSONValue]) -> [[JSONValue.Member]]? {
        var records: [[JSONValue.Member]] = []
        for element in elements {
            guard case .object(let members) = element else { return nil }
            records.append(members)
        }
        return records
    }

    private static func lists(_ elements: [JSONValue]) -> [[JSONValue]]? {
        var lists: [[JSONValue]] = []
        for element in elements {
            guard case .array(let list) = element else { return nil }
            lists.append(list)
        }
        return lists
    }

    /// The names of all members, in the order in which they first come.
    private static func names(_ records: [[JSONValue.Member]]) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for record in records.prefix(1_000) {
            for member in record where seen.insert(member.key).inserted {
                names.append(member.key)
                if names.count == maximumColumns { return names }
            }
        }
        return names
    }

    /// The tables in a value: the value itself, or those of its members that are lists of records.
    static func tables(in value: JSONValue) -> [(title: String?, table: ValueTable)] {
        if let table = ValueTable(value) { return [(nil, table)] }
        guard case .object(let members) = value else { return [] }
        return members.compactMap { member in
            ValueTable(member.value).map { (member.key, $0) }
        }
    }
}
