/// What a query asks of a run: checked, typed, and free of negations other than those of single conditions.
///
/// Negations are pushed down to the conditions when a query is read. Conditions follow SQL: one on a missing value
/// is neither true nor false, so neither it nor its negation selects the run. With negations only at the leaves, a
/// condition that is not true can simply be taken as false. Sets (`Text`, `KeywordList`) have no missing value: a run
/// without the attribute is one that does not contain the value.
public indirect enum VisibilityFilter: Sendable, Hashable {
    /// All of them; true if there are none.
    case all([VisibilityFilter])
    /// At least one of them; false if there are none.
    case any([VisibilityFilter])
    /// The attribute compared with a value. For sets only `equal` and `notEqual`.
    case compare(VisibilityAttribute, Comparison, VisibilityValue)
    /// The attribute is (or is not) one of the values; for sets: shares one with them (or none).
    case oneOf(VisibilityAttribute, [VisibilityValue], negated: Bool)
    /// Both ends included.
    case between(VisibilityAttribute, VisibilityValue, VisibilityValue, negated: Bool)
    case startsWith(VisibilityAttribute, String, negated: Bool)
    /// The run has no value (or, negated, has one).
    case isNull(VisibilityAttribute, negated: Bool)

    public enum Comparison: String, Sendable, Hashable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case greater = ">"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="

        /// The comparison that holds exactly where this one does not.
        public var negated: Comparison {
            switch self {
            case .equal: .notEqual
            case .notEqual: .equal
            case .less: .greaterOrEqual
            case .greaterOrEqual: .less
            case .greater: .lessOrEqual
            case .lessOrEqual: .greater
            }
        }
    }

    /// The filter that holds where this one is false (not merely unknown).
    var negated: VisibilityFilter {
        switch self {
        case .all(let parts): .any(parts.map(\.negated))
        case .any(let parts): .all(parts.map(\.negated))
        case .compare(let attribute, let comparison, let value): .compare(attribute, comparison.negated, value)
        case .oneOf(let attribute, let values, let negated): .oneOf(attribute, values, negated: !negated)
        case .between(let attribute, let low, let high, let negated):
            .between(attribute, low, high, negated: !negated)
        case .startsWith(let attribute, let prefix, let negated): .startsWith(attribute, prefix, negated: !negated)
        case .isNull(let attribute, let negated): .isNull(attribute, negated: !negated)
        }
    }

    /// Whether the attribute of that name takes part.
    func mentions(_ name: String) -> Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.contains { $0.mentions(name) }
        case .compare(let attribute, _, _), .oneOf(let attribute, _, _), .between(let attribute, _, _, _),
            .startsWith(let attribute, _, _), .isNull(let attribute, _):
            attribute.name == name
        }
    }
}

/// One value in a filter or of a run. Booleans are the integers 0 and 1, times are nanoseconds since 1970, an
/// execution status is its number.
public enum VisibilityValue: Sendable, Hashable {
    case int(Int64)
    /// Never NaN.
    case double(Double)
    /// Compared by its UTF-8 bytes.
    case text(String)
}

extension VisibilityValue: Comparable {
    /// The order SQLite gives values: numbers by value, whatever their kind, then strings by their bytes.
    public static func < (left: VisibilityValue, right: VisibilityValue) -> Bool { left.order(right) < 0 }
    public static func == (left: VisibilityValue, right: VisibilityValue) -> Bool { left.order(right) == 0 }

    public func hash(into hasher: inout Hasher) {
        switch self {
        // Equal numbers of both kinds must hash alike; integers that a Double cannot hold may collide, no more.
        case .int(let value): hasher.combine(Double(value))
        case .double(let value): hasher.combine(value)
        case .text(let value): for byte in value.utf8 { hasher.combine(byte) }
        }
    }

    /// Negative, zero or positive as `self` comes before, with or after `other`.
    func order(_ other: VisibilityValue) -> Int {
        switch (self, other) {
        case (.int(let left), .int(let right)): left < right ? -1 : left > right ? 1 : 0
        case (.double(let left), .double(let right)): left < right ? -1 : left > right ? 1 : 0
        case (.int(let left), .double(let right)): Self.order(left, right)
        case (.double(let left), .int(let right)): -Self.order(right, left)
        case (.text(let left), .text(let right)):
            left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : left.utf8.elementsEqual(right.utf8) ? 0 : 1
        case (.text, _): 1
        case (_, .text): -1
        }
    }

    /// Exact: a Double cannot hold every Int64, so neither is simply converted to the other.
    private static func order(_ left: Int64, _ right: Double) -> Int {
        if right >= 0x1p63 { return -1 }
        if right < -0x1p63 { return 1 }
        let whole = Int64(right)
        if left != whole { return left < whole ? -1 : 1 }
        let fraction = right - Double(whole)
        return fraction > 0 ? -1 : fraction < 0 ? 1 : 0
    }
}
