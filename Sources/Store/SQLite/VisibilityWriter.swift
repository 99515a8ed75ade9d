import Engine
import Foundation
import GRDB

/// Writes visibility rows, the attributes they are found by, and the counters.
///
/// An update names only the columns that changed, because SQLite rewrites the entry of every index that holds a
/// column it names.
struct VisibilityWriter {
    private struct Stored {
        var shelf: Int64
        var status: Int64
        /// Start time, type, queue and ids are as in the new row.
        var hasSameIdentity: Bool
        var hasSamePlace: Bool
        var hasSameAttributes: Bool
        var hadAttributes: Bool
    }

    private struct CounterKey: Hashable {
        var shelf: Int64
        var status: Int64
    }

    private let select: HotStatement
    private let insert: HotStatement
    private let replace: HotStatement
    private let updateDetails: HotStatement
    private let updatePlace: HotStatement
    private let delete: HotStatement
    private let insertAttribute: HotStatement
    private let deleteAttributes: HotStatement
    private let addToCounter: HotStatement
    private var counters: [CounterKey: Int64] = [:]

    init(_ db: Database) throws {
        func prepare(_ sql: String) throws -> HotStatement { HotStatement(try db.makeStatement(sql: sql)) }
        let columns = VisibilityColumns.all.joined(separator: ", ")
        let parameters = VisibilityColumns.all.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        select = try prepare("SELECT \(columns) FROM visibility WHERE run = ?1")
        insert = try prepare("INSERT INTO visibility (\(columns)) VALUES (\(parameters))")
        let assignments = VisibilityColumns.all.enumerated().dropFirst().map { "\($1) = ?\($0 + 1)" }
        replace = try prepare("UPDATE visibility SET \(assignments.joined(separator: ", ")) WHERE run = ?1")
        let details = """
            execution_time = ?2, history_length = ?3, history_size = ?4, transitions = ?5, memo = ?6,
            search_attributes = ?7
            """
        updateDetails = try prepare("UPDATE visibility SET \(details) WHERE run = ?1")
        updatePlace = try prepare("UPDATE visibility SET \(details), status = ?8, close_order = ?9 WHERE run = ?1")
        delete = try prepare("DELETE FROM visibility WHERE run = ?1")
        insertAttribute = try prepare(
            "INSERT OR IGNORE INTO attributes (run, name, value, shelf) VALUES (?1, ?2, ?3, ?4)")
        deleteAttributes = try prepare("DELETE FROM attributes WHERE run = ?1")
        addToCounter = try prepare(
            """
            INSERT INTO counters (shelf, status, runs) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET runs = runs + excluded.runs
            """)
    }

    /// Forgets what a transaction that failed has counted.
    mutating func begin() { counters.removeAll(keepingCapacity: true) }

    /// Stores a row.
    /// - Parameter isNew: The run was inserted in the same transaction, so that there can be no row yet.
    mutating func put(_ row: VisibilityRow, isNew: Bool) throws {
        let attributes = row.searchAttributes.map(StoredAttribute.decode) ?? []
        let inDivision = attributes.contains { $0.name == SystemSearchAttributes.namespaceDivision }
        let shelf = VisibilityColumns.shelf(row.namespace, inDivision: inDivision)
        let stored = isNew ? nil : try stored(row, shelf)
        if let stored {
            try update(row, shelf, stored)
            count(stored.shelf, stored.status, -1)
        } else {
            VisibilityColumns.bind(row, shelf: shelf, to: insert)
            try insert.run()
        }
        count(shelf, Int64(row.status), 1)
        guard !(stored?.hasSameAttributes ?? false) || stored?.shelf != shelf else { return }
        if stored?.hadAttributes ?? false { try removeAttributes(row.run) }
        for attribute in attributes { try add(attribute, row.run, shelf) }
    }

    private func stored(_ row: VisibilityRow, _ shelf: Int64) throws -> Stored? {
        select.bind(1, row.run)
        return try select.first { found in
            let hasSameIdentity =
                found.int(1) == shelf && found.int(7) == row.startTime && found.holds(4, row.workflowType)
                && found.holds(5, row.taskQueue) && found.holds(2, row.workflowID) && found.holds(3, row.runID)
                && found.optionalText(13) == row.parentWorkflowID && found.optionalText(14) == row.parentRunID
                && found.holds(15, row.rootWorkflowID) && found.holds(16, row.rootRunID)
            return Stored(
                shelf: found.int(1), status: found.int(6), hasSameIdentity: hasSameIdentity,
                hasSamePlace: found.int(6) == Int64(row.status)
                    && found.int(9) == row.closeTime ?? VisibilityColumns.open,
                hasSameAttributes: found.holds(18, row.searchAttributes), hadAttributes: !found.isNull(18))
        }
    }

    private func update(_ row: VisibilityRow, _ shelf: Int64, _ stored: Stored) throws {
        guard stored.hasSameIdentity else {
            VisibilityColumns.bind(row, shelf: shelf, to: replace)
            return try replace.run()
        }
        let statement = stored.hasSamePlace ? updateDetails : updatePlace
        statement.bind(1, row.run)
        statement.bind(2, row.executionTime)
        statement.bind(3, row.historyLength)
        statement.bind(4, row.historySizeBytes)
        statement.bind(5, row.stateTransitionCount)
        statement.bind(6, row.memo)
        statement.bind(7, row.searchAttributes)
        if !stored.hasSamePlace {
            statement.bind(8, Int64(row.status))
            statement.bind(9, row.closeTime ?? VisibilityColumns.open)
        }
        try statement.run()
    }

    /// Removes the row of a run and all that hangs on it.
    mutating func remove(_ run: RunKey) throws {
        select.bind(1, run)
        let found = try select.first { ($0.int(1), $0.int(6), !$0.isNull(18)) }
        guard let (shelf, status, hasAttributes) = found else { return }
        count(shelf, status, -1)
        delete.bind(1, run)
        try delete.run()
        if hasAttributes { try removeAttributes(run) }
    }

    private func add(_ attribute: StoredAttribute, _ run: RunKey, _ shelf: Int64) throws {
        for value in attribute.values {
            insertAttribute.bind(1, run)
            insertAttribute.bind(2, attribute.name)
            insertAttribute.bind(3, value)
            insertAttribute.bind(4, shelf)
            try insertAttribute.run()
        }
    }

    private func removeAttributes(_ run: RunKey) throws {
        deleteAttributes.bind(1, run)
        try deleteAttributes.run()
    }

    // MARK: Counters

    private mutating func count(_ shelf: Int64, _ status: Int64, _ change: Int64) {
        counters[CounterKey(shelf: shelf, status: status), default: 0] += change
    }

    /// Writes what the transaction has counted.
    mutating func writeCounters() throws {
        for (key, change) in counters where change != 0 {
            addToCounter.bind(1, key.shelf)
            addToCounter.bind(2, key.status)
            addToCounter.bind(3, change)
            try addToCounter.run()
        }
        counters.removeAll(keepingCapacity: true)
    }
}

extension HotStatement {
    /// Strings keep their bytes and numbers their kind: the columns they are compared with have no affinity.
    func bind(_ index: Int32, _ value: VisibilityValue) {
        switch value {
        case .int(let number): bind(index, number)
        case .double(let number): bind(index, number)
        case .text(let text): bind(index, text)
        }
    }
}
