/// The seed of a run's random numbers.
enum RandomSeed {
    /// The same for the same run id, whatever the platform, the process or the version of the SDK: it is part of what
    /// makes old histories replay.
    static func seed(from runID: String) -> UInt64 {
        // FNV-1a, then a mixing step so that ids which differ in one digit give unlike seeds.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in runID.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x0000_0100_0000_01b3
        }
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 31)
    }
}
