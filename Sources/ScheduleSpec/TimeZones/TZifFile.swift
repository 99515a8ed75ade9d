/// A time zone as files of the zoneinfo database hold it (TZif, RFC 9636): changes so far, and in the footer a rule for
/// the time after them.
struct TZifFile {
    private struct Counts {
        let utcIndicators, standardIndicators, leapSeconds, transitions, types, nameBytes: Int

        init(_ reader: inout ByteReader) throws(Malformed) {
            utcIndicators = try reader.count()
            standardIndicators = try reader.count()
            leapSeconds = try reader.count()
            transitions = try reader.count()
            types = try reader.count()
            nameBytes = try reader.count()
        }

        func bytes(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + nameBytes + leapSeconds * (timeSize + 4) + standardIndicators
                + utcIndicators
        }
    }

    private struct LocalType {
        let offset: Int64
        let isDaylightSaving: Bool
    }

    struct Malformed: Error {}

    /// - Throws: ``Malformed`` if `bytes` is no such file.
    static func rules(of bytes: [UInt8]) throws(Malformed) -> ZoneRules {
        var reader = ByteReader(bytes)
        guard try reader.take(4).elementsEqual("TZif".utf8), let version = try reader.take(16).first,
            version == 0 || version >= UInt8(ascii: "2")
        else { throw Malformed() }
        var counts = try Counts(&reader)
        var timeSize = 4
        if version != 0 {
            // What follows is for readers of 32 bits only; the whole comes after it, with a header of its own.
            _ = try reader.take(counts.bytes(timeSize: 4) + 20)
            counts = try Counts(&reader)
            timeSize = 8
        }
        return try rules(&reader, counts, timeSize: timeSize)
    }

    private static func rules(
        _ reader: inout ByteReader, _ counts: Counts, timeSize: Int
    ) throws(Malformed) -> ZoneRules {
        var times = ByteReader(try reader.take(counts.transitions * timeSize))
        let indexes = try reader.take(counts.transitions)
        var typeReader = ByteReader(try reader.take(counts.types * 6))
        _ = try reader.take(counts.nameBytes)
        _ = try reader.take(counts.leapSeconds * (timeSize + 4))
        _ = try reader.take(counts.standardIndicators + counts.utcIndicators)

        guard counts.types > 0 else { throw Malformed() }
        var types: [LocalType] = []
        for _ in 0..<counts.types {
            let offset = Int64(try typeReader.integer(size: 4))
            let daylightSaving = try typeReader.take(1).first != 0
            guard let name = try typeReader.take(1).first, Int(name) < counts.nameBytes else { throw Malformed() }
            types.append(LocalType(offset: offset, isDaylightSaving: daylightSaving))
        }
        var changes: [(at: Int64, offset: Int64)] = []
        for index in indexes {
            guard Int(index) < types.count else { throw Malformed() }
            changes.append((try times.integer(size: timeSize), types[Int(index)].offset))
        }
        let first = types[0].isDaylightSaving && indexes.contains(0) ? types.first { !$0.isDaylightSaving } : nil
        let offset = (first ?? types[0]).offset
        if let rule = PosixTimeZone(footer: reader.rest) {
            changes += rule.changes(after: changes.last?.at, until: YearSet.last + 1)
        }
        return ZoneRules(offset: offset, changes: changes)
    }
}

/// Reads big-endian numbers off the front of bytes.
private struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) {
        rest = ArraySlice(bytes)
    }

    mutating func take(_ count: Int) throws(TZifFile.Malformed) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw TZifFile.Malformed() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func count() throws(TZifFile.Malformed) -> Int {
        Int(UInt32(truncatingIfNeeded: try integer(size: 4)))
    }

    /// A signed number of 4 or 8 bytes.
    mutating func integer(size: Int) throws(TZifFile.Malformed) -> Int64 {
        let value = try take(size).reduce(0) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}
