import Foundation

/// Where a run stands in the answer to a list query, and so where the next page begins.
///
/// Runs are ordered by `keys`, term by term, and at last by run key, which grows with start order. In ascending terms
/// a missing value comes first, in descending ones last.
public struct VisibilityCursor: Sendable, Equatable {
    public var keys: [VisibilityValue?]
    public var run: RunKey

    public init(keys: [VisibilityValue?], run: RunKey) {
        self.keys = keys
        self.run = run
    }

    /// The place of a run. The default order is written as two descending terms: close time, the largest number there
    /// is while the run is open, and start time.
    public init(_ record: VisibilityRecord, in query: VisibilityQuery) {
        run = record.row.run
        guard query.order.isEmpty else {
            keys = query.order.map { record.value(of: $0.attribute) }
            return
        }
        keys = [.int(record.row.closeTime ?? .max), .int(record.row.startTime)]
    }

    /// Whether this place comes before another one in the answer to the same query.
    public func precedes(_ other: VisibilityCursor, in query: VisibilityQuery) -> Bool {
        for (index, (left, right)) in zip(keys, other.keys).enumerated() {
            let isDescending = query.order.isEmpty || query.order[index].descending
            let order =
                switch (left, right) {
                case (nil, nil): 0
                case (nil, _): -1
                case (_, nil): 1
                case (.some(let left), .some(let right)): left.order(right)
                }
            if order != 0 { return isDescending ? order > 0 : order < 0 }
        }
        return run < other.run
    }

    // MARK: Tokens

    private static let version: UInt8 = 1

    /// The page token for what follows this place.
    public func token(namespace: NamespaceKey, query: VisibilityQuery) -> Data {
        var data = Data([Self.version])
        data.append(integer: Self.digest(namespace, query))
        data.append(integer: UInt64(bitPattern: run))
        for key in keys {
            switch key {
            case nil: data.append(0)
            case .int(let value):
                data.append(1)
                data.append(integer: UInt64(bitPattern: value))
            case .double(let value):
                data.append(2)
                data.append(integer: value.bitPattern)
            case .text(let text):
                data.append(3)
                data.append(integer: UInt64(text.utf8.count))
                data.append(contentsOf: text.utf8)
            }
        }
        return data
    }

    /// Reads a page token back.
    ///
    /// - Throws: `invalidPageToken` if it was not made by `token(namespace:query:)` with the same namespace and query.
    public init(token: Data, namespace: NamespaceKey, query: VisibilityQuery) throws(VisibilityQueryError) {
        var reader = TokenReader(bytes: Array(token))
        guard reader.byte() == Self.version, reader.integer() == Self.digest(namespace, query),
            let run = reader.integer()
        else { throw .invalidPageToken }
        var keys: [VisibilityValue?] = []
        for _ in 0..<(query.order.isEmpty ? 2 : query.order.count) {
            guard let key = reader.key() else { throw .invalidPageToken }
            keys.append(key)
        }
        guard reader.isAtEnd else { throw .invalidPageToken }
        self.init(keys: keys, run: RunKey(bitPattern: run))
    }

    /// FNV-1a: the same in every process, which Swift's own hash values are not.
    private static func digest(_ namespace: NamespaceKey, _ query: VisibilityQuery) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        for shift in stride(from: 0, to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: namespace >> shift)) }
        for byte in query.text.utf8 { mix(byte) }
        return hash
    }
}

extension Data {
    fileprivate mutating func append(integer: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: integer >> shift)) }
    }
}

private struct TokenReader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func integer() -> UInt64? {
        guard bytes.count - position >= 8 else { return nil }
        defer { position += 8 }
        return bytes[position..<position + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Outer `nil`: there is none. Inner `nil`: it is a missing value.
    mutating func key() -> VisibilityValue?? {
        switch byte() {
        case 0: return .some(nil)
        case 1: return integer().map { .int(Int64(bitPattern: $0)) }
        case 2:
            guard let value = integer().map(Double.init(bitPattern:)), !value.isNaN else { return nil }
            return .some(.double(value))
        case 3:
            guard let length = integer(), length <= UInt64(bytes.count - position) else { return nil }
            defer { position += Int(length) }
            let text = String(validating: bytes[position..<position + Int(length)], as: UTF8.self)
            return text.map { .text($0) }
        default: return nil
        }
    }
}
