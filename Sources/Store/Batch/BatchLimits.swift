import Engine

/// The ranges of keys a store holds: a batch of history is found by one integer, made of run key and event id.
enum BatchLimits {
    /// Bits of the event id in that integer; histories end far below (51,200 events).
    static let eventBits: Int64 = 20
    static let eventIDs: Range<Int64> = 1..<(1 << eventBits)
    /// 8.8 × 10¹² runs: at 10,000 a second, 27 years.
    static let runKeys: Range<RunKey> = 1..<(1 << (63 - eventBits))

    static func check(run: RunKey) throws(StoreError) {
        if !runKeys.contains(run) { throw .keyOutOfRange(run) }
    }

    static func check(firstEventID: Int64, count: Int) throws(StoreError) {
        guard eventIDs.contains(firstEventID), count > 0, eventIDs.contains(firstEventID + Int64(count) - 1) else {
            throw .keyOutOfRange(firstEventID)
        }
    }
}
