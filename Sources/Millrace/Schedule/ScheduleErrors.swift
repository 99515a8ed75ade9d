/// There is a schedule with this id already.
public struct ScheduleAlreadyRunning: Error, Sendable, CustomStringConvertible {
    public var scheduleID: String

    public var description: String {
        "schedule '\(scheduleID)' exists already: update it, delete it first, or choose another id"
    }
}

/// There is no such schedule.
public struct ScheduleNotFound: Error, Sendable, CustomStringConvertible {
    public var scheduleID: String
    /// In the server's words.
    public var message: String

    public var description: String { "schedule '\(scheduleID)' does not exist" }
}
