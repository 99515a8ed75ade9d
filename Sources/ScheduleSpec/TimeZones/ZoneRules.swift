/// The offsets of a time zone over time.
struct ZoneRules: Sendable {
    /// When the offset changes, in seconds since 1970 UTC, ascending; what a rule for the future gives is spelled out up
    /// to the end of the calendar.
    private var changes: [Int64] = []
    /// `offsets[n]` holds from `changes[n - 1]` until `changes[n]`, in seconds east of Greenwich.
    private var offsets: [Int64] = [0]

    static let utc = ZoneRules()

    private init() {}

    init(offset: Int64, changes: [(at: Int64, offset: Int64)]) {
        offsets = [offset]
        for change in changes where change.offset != offsets[offsets.count - 1] {
            self.changes.append(change.at)
            offsets.append(change.offset)
        }
    }

    /// Seconds of the local clock at `time`, as if it were UTC.
    func local(_ time: Int64) -> Int64 { time + offset(at: time) }

    func offset(at time: Int64) -> Int64 { offsets[changesUpTo(time)] }

    /// The moment a local clock stands for, in seconds since 1970 UTC. Where it stands for none or for two, what the
    /// reference takes: it begins with the offset that a clock of UTC with this reading would meet, then takes the offset
    /// in force at the time that gives. So of two, it is the later one east of Greenwich, and of a clock in a gap it is
    /// the time before or after it.
    func time(ofLocal local: Int64) -> Int64 {
        let guess = offset(at: local)
        return guess == 0 ? local : local - offset(at: local - guess)
    }

    /// Whether the offset stays what it is for `seconds` on both sides of `time`.
    func isSteady(around time: Int64, by seconds: Int64) -> Bool {
        changesUpTo(time - seconds) == changesUpTo(time + seconds)
    }

    private func changesUpTo(_ time: Int64) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
