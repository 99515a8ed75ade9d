import SwiftProtobuf
import WireAPI

/// When a schedule is due: a compiled `ScheduleSpec`.
public struct ScheduleTimes: Sendable {
    /// The spec as the server stores it: calendars in strings and cron strings turned into structured calendars,
    /// `@every` into intervals, a cron string's time zone into the spec's.
    public let canonical: APIScheduleSpec

    /// - Throws: ``ScheduleSpecError`` with the reference's text.
    public init(_ spec: APIScheduleSpec, zones: any TimeZoneSource) throws(ScheduleSpecError) {
        canonical = spec
    }

    /// The first due time strictly after `time` (nanoseconds since 1970 UTC); nil if there is none up to the end of 2100.
    public func next(after time: Int64, seed: String) -> ScheduledTime? {
        nil
    }
}

/// One time at which a schedule is due. Nanoseconds since 1970 UTC.
public struct ScheduledTime: Sendable, Equatable {
    /// The time the spec gives, a whole second.
    public var nominal: Int64
    /// `nominal` and jitter: when the action is to be taken.
    public var due: Int64

    public init(nominal: Int64, due: Int64) {
        self.nominal = nominal
        self.due = due
    }
}

/// Why a spec cannot be used, in the reference's words.
public struct ScheduleSpecError: Error, Sendable, Equatable, CustomStringConvertible {
    public var message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
