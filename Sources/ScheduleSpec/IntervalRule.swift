import WireAPI

/// An interval and its phase, in whole seconds: due at each multiple of the interval since 1970, plus the phase.
struct IntervalRule {
    let interval: Int64
    let phase: Int64

    init(_ spec: APIIntervalSpec) {
        interval = max(spec.interval.nanoseconds / 1_000_000_000, 1)
        phase = max(spec.phase.nanoseconds / 1_000_000_000, 0)
    }

    /// The first time after `time`, in seconds since 1970. As with the reference there is none before the first whole
    /// interval after `phase`, unless `time` is itself past `phase`.
    func next(after time: Int64) -> Int64 {
        ((time - phase) / interval + 1) * interval + phase
    }
}
