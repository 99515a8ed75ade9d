import Foundation
import SwiftProtobuf
import WireAPI

extension StoredHistoryBatch {
    /// The ids of the events in it.
    public var eventIDs: Range<Int64> { firstEventID..<(firstEventID + Int64(count)) }

    func contains(_ range: Range<Int64>) -> Bool {
        eventIDs.lowerBound <= range.lowerBound && range.upperBound <= eventIDs.upperBound
    }

    /// Decodes the events in a range of ids and skips the others: one of two thousand costs little more than one of one.
    ///
    /// - Throws: `BinaryDecodingError` for bytes that are no encoded history.
    public func decoded(_ range: Range<Int64>) throws -> [APIHistoryEvent] {
        let wanted = range.clamped(to: eventIDs)
        if wanted == eventIDs { return try APIHistory(serializedBytes: events).events }
        var found: [APIHistoryEvent] = []
        found.reserveCapacity(wanted.count)
        var position = events.startIndex
        for id in eventIDs.lowerBound..<wanted.upperBound {
            let event = try nextEvent(&position)
            if id >= wanted.lowerBound { found.append(try APIHistoryEvent(serializedBytes: event)) }
        }
        return found
    }

    /// Field 1, length-delimited: `events`, the only field of a history.
    private static let tag: UInt8 = 0x0A

    /// The bytes of the event whose field begins at the position, which moves behind it.
    private func nextEvent(_ position: inout Data.Index) throws -> Data {
        func next() throws -> UInt8 {
            guard position < events.endIndex else { throw BinaryDecodingError.truncated }
            defer { position += 1 }
            return events[position]
        }
        guard try next() == Self.tag else { throw BinaryDecodingError.malformedProtobuf }
        var length = 0
        for shift in stride(from: 0, to: 32, by: 7) {
            let byte = try next()
            length |= Int(byte & 0x7F) << shift
            if byte < 0x80 { break }
        }
        guard length <= events.endIndex - position else { throw BinaryDecodingError.truncated }
        defer { position += length }
        return events[position..<(position + length)]
    }
}
