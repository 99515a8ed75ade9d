import Engine
import Foundation
import GRDB
import GRDBSQLite

/// A prepared statement driven through SQLite's own interface: GRDB prepares and owns it, values go in and out
/// without being boxed. Used only inside a closure that GRDB runs on the connection's queue.
struct HotStatement {
    /// Keeps `handle` alive.
    private let statement: Statement
    private let handle: OpaquePointer

    init(_ statement: Statement) {
        self.statement = statement
        handle = statement.sqliteStatement
    }

    /// A statement the connection keeps for as long as it lives.
    init(cached sql: String, _ db: Database) throws { self.init(try db.cachedStatement(sql: sql)) }

    // MARK: Binding; parameters count from 1

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
    }

    func bind(_ index: Int32, _ value: Double) { sqlite3_bind_double(handle, index, value) }

    func bind(_ index: Int32, _ value: String) {
        var value = value
        value.withUTF8 { bytes in
            // The base address of an empty buffer may be nil, which would bind NULL.
            guard let start = bytes.baseAddress, !bytes.isEmpty else {
                _ = sqlite3_bind_text(handle, index, "", 0, Self.copied)
                return
            }
            start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                _ = sqlite3_bind_text(handle, index, characters, Int32(clamping: bytes.count), Self.copied)
            }
        }
    }

    func bind(_ index: Int32, _ value: String?) {
        if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
    }

    func bind(_ index: Int32, _ value: Data) {
        value.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress, !bytes.isEmpty {
                _ = sqlite3_bind_blob(handle, index, start, Int32(clamping: bytes.count), Self.copied)
            } else {
                sqlite3_bind_zeroblob(handle, index, 0)
            }
        }
    }

    func bind(_ index: Int32, _ value: Data?) {
        if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
    }

    /// Has SQLite copy what is bound, because Swift may move it after the call.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    // MARK: Running

    /// Runs a statement without results.
    func run() throws {
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        if code != SQLITE_DONE { throw failure(code) }
    }

    /// Runs a query, handing each row to `body`, which says whether to go on.
    func forEach(_ body: (HotRow) throws -> Bool) throws {
        defer { sqlite3_reset(handle) }
        while true {
            let code = sqlite3_step(handle)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(code) }
            guard try body(HotRow(handle: handle)) else { return }
        }
    }

    /// The result of `body` for every row.
    func all<Element>(_ body: (HotRow) throws -> Element) throws -> [Element] {
        var elements: [Element] = []
        try forEach {
            elements.append(try body($0))
            return true
        }
        return elements
    }

    /// The result of `body` for the first row, `nil` if there is none.
    func first<Element>(_ body: (HotRow) throws -> Element) throws -> Element? {
        var element: Element?
        try forEach {
            element = try body($0)
            return false
        }
        return element
    }

    private func failure(_ code: Int32) -> DatabaseError {
        let connection = sqlite3_db_handle(handle)
        let extended = sqlite3_extended_errcode(connection)
        let message = sqlite3_errmsg(connection).map { String(cString: $0) }
        return DatabaseError(
            resultCode: ResultCode(rawValue: extended & 0xFF == code & 0xFF ? extended : code),
            message: message)
    }
}

/// The row a query stands on; columns count from 0. Valid until the next step.
struct HotRow {
    fileprivate let handle: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// `nil` for NULL.
    func value(_ column: Int32) -> VisibilityValue? {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL: nil
        case SQLITE_INTEGER: .int(int(column))
        case SQLITE_FLOAT: .double(sqlite3_column_double(handle, column))
        default: .text(text(column))
        }
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func data(_ column: Int32) -> Data {
        guard let start = sqlite3_column_blob(handle, column) else { return Data() }
        return Data(bytes: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    func optionalData(_ column: Int32) -> Data? { isNull(column) ? nil : data(column) }

    /// Whether a column holds exactly these bytes, without copying them out.
    func holds(_ column: Int32, _ data: Data?) -> Bool {
        guard let data else { return isNull(column) }
        let count = Int(sqlite3_column_bytes(handle, column))
        guard !isNull(column), count == data.count else { return false }
        guard count > 0, let start = sqlite3_column_blob(handle, column) else { return true }
        return data.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memcmp($0, start, count) == 0 } ?? true
        }
    }

    func holds(_ column: Int32, _ text: String) -> Bool {
        guard let start = sqlite3_column_text(handle, column) else { return false }
        let count = Int(sqlite3_column_bytes(handle, column))
        return UnsafeBufferPointer(start: start, count: count).elementsEqual(text.utf8)
    }
}
