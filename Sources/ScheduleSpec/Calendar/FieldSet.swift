import WireAPI

/// Which values of one field of a calendar match: a bit for each of 0 to 63.
struct FieldSet: Equatable {
    var bits: UInt64

    init(bits: UInt64) {
        self.bits = bits
    }

    /// An empty list of ranges matches nothing. Values past 63 belong to no field.
    init(_ ranges: [APIRange]) {
        bits = 0
        for range in ranges {
            for value in range.values(upTo: 63) { bits |= 1 << UInt64(value) }
        }
    }

    func contains(_ value: Int) -> Bool {
        bits >> UInt64(value) & 1 != 0
    }

    func isSuperset(of other: FieldSet) -> Bool {
        other.bits & ~bits == 0
    }

    /// The smallest value of the set that is not under `value` (0 to 63).
    func first(from value: Int) -> Int? {
        let rest = bits >> UInt64(value)
        return rest == 0 ? nil : value + rest.trailingZeroBitCount
    }
}

/// Which years match: any, or some of those the calendar knows.
struct YearSet {
    /// The last year in which a schedule can be due.
    static let last = 2_100
    static let first = 2_000

    /// A bit for each year from `first` on; nil when every year matches, also one before `first`.
    private var years: UInt128?

    init(_ ranges: [APIRange]) {
        guard !ranges.isEmpty else { return }
        var years: UInt128 = 0
        for value in ranges.lazy.flatMap({ $0.values(upTo: Self.last) }) where value >= Self.first {
            years |= 1 << UInt128(value - Self.first)
        }
        self.years = years
    }

    func contains(_ year: Int) -> Bool {
        guard let years else { return true }
        return (Self.first...Self.last).contains(year) && years >> UInt128(year - Self.first) & 1 != 0
    }
}

extension APIRange {
    /// The values of the range: a missing step is 1, and an end before the start makes it the start alone.
    fileprivate func values(upTo limit: Int) -> StrideThrough<Int> {
        let start = Swift.max(Int(self.start), 0)
        let end = Swift.max(Int(self.end), start)
        return stride(from: start, through: min(end, limit), by: Swift.max(Int(step), 1))
    }
}
