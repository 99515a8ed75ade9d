import WireAPI

/// When a schedule is due.
public struct ScheduleTimes: Sendable {}
