/// The part of TOML that configuration files use: tables, dotted and quoted keys, strings of all four kinds, booleans,
/// integers, floats and inline tables. Arrays and dates are refused with the number of their line.
struct TOMLTable: Equatable, Sendable {
    indirect enum Value: Equatable, Sendable {
        case string(String)
        case bool(Bool)
        /// Integers and floats as they were written.
        case number(String)
        case table(TOMLTable)
    }

    var entries: [String: Value] = [:]

    subscript(_ key: String) -> Value? {
        get { entries[key] }
        set { entries[key] = newValue }
    }

    func table(_ key: String) -> TOMLTable? {
        guard case .table(let table)? = entries[key] else { return nil }
        return table
    }

    /// The value of a path of keys.
    func value(at path: [String]) -> Value? {
        guard let key = path.first else { return nil }
        if path.count == 1 { return entries[key] }
        return table(key)?.value(at: Array(path.dropFirst()))
    }

    /// Sets or removes the value of a path, making the tables on the way.
    /// - Returns: false if something on the way is no table.
    @discardableResult
    mutating func set(_ value: Value?, at path: [String]) -> Bool {
        guard let key = path.first else { return false }
        if path.count == 1 {
            entries[key] = value
            return true
        }
        if let existing = entries[key], table(key) == nil {
            _ = existing
            return false
        }
        var inner = table(key) ?? TOMLTable()
        guard inner.set(value, at: Array(path.dropFirst())) else { return false }
        entries[key] = .table(inner)
        return true
    }
}

/// What is wrong with a TOML text, and where.
struct TOMLError: Error, CustomStringConvertible {
    /// Counted from 1.
    var line: Int
    var message: String

    var description: String { "line \(line): \(message)" }
}
