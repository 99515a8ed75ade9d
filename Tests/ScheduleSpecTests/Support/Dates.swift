import SwiftProtobuf
import WireAPI

@testable import ScheduleSpec

/// Times in tests: `2026-03-29T01:30:00` in UTC, the time of day optional, fractions of a second in milliseconds.
enum Dates {
    /// Seconds since 1970.
    static func seconds(_ text: String) -> Int64 {
        let parts = text.split { "-T:".contains($0) }.compactMap { Int($0) } + [0, 0, 0]
        let days = CivilDate(year: parts[0], month: parts[1], day: parts[2]).daysSince1970
        return Int64(days) * Seconds.day + Int64(parts[3] * 3_600 + parts[4] * 60 + parts[5])
    }

    static func nanoseconds(_ text: String) -> Int64 { seconds(text) * 1_000_000_000 }

    static func text(_ nanoseconds: Int64) -> String {
        let seconds = nanoseconds.floorDivided(by: 1_000_000_000)
        let milliseconds = (nanoseconds - seconds * 1_000_000_000) / 1_000_000
        let local = LocalTime(seconds)
        func padded(_ value: Int, _ width: Int = 2) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(width - digits.count, 0)) + digits
        }
        let time = [local.hour, local.minute, local.second].map { padded($0) }.joined(separator: ":")
        let fraction = milliseconds == 0 ? "" : "." + padded(Int(milliseconds), 3)
        return "\(local.date.year)-\(padded(local.date.month))-\(padded(local.date.day))T\(time)\(fraction)"
    }
}

extension Google_Protobuf_Timestamp {
    init(_ text: String) {
        self.init(seconds: Dates.seconds(text))
    }
}

extension APIScheduleSpec {
    static func cron(_ texts: String..., zone: String = "") -> Self {
        var spec = Self()
        spec.cronString = texts
        spec.timezoneName = zone
        return spec
    }

    static func every(_ seconds: Int64, phase: Int64 = 0) -> Self {
        var interval = APIIntervalSpec()
        interval.interval = .init(seconds: seconds)
        if phase != 0 { interval.phase = .init(seconds: phase) }
        var spec = Self()
        spec.interval = [interval]
        return spec
    }

    static func calendar(_ calendar: APIStructuredCalendarSpec) -> Self {
        var spec = Self()
        spec.structuredCalendar = [calendar]
        return spec
    }

    func changed(_ change: (inout Self) -> Void) -> Self {
        var spec = self
        change(&spec)
        return spec
    }
}

extension APIRange {
    init(_ start: Int, _ end: Int = 0, _ step: Int = 0) {
        self.init()
        self.start = Int32(start)
        self.end = Int32(end)
        self.step = Int32(step)
    }
}

extension APIStructuredCalendarSpec {
    /// Midnight of any day, as clients' libraries fill it in, but for what `change` makes of it.
    static func daily(_ change: (inout Self) -> Void = { _ in }) -> Self {
        var calendar = Self()
        calendar.second = [APIRange(0)]
        calendar.minute = [APIRange(0)]
        calendar.hour = [APIRange(0)]
        calendar.dayOfMonth = [APIRange(1, 31)]
        calendar.month = [APIRange(1, 12)]
        calendar.dayOfWeek = [APIRange(0, 6)]
        change(&calendar)
        return calendar
    }
}

/// Zones made from their rule alone, so that tests do not depend on the machine's database.
struct RuleZones: TimeZoneSource {
    static let rules = [
        "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
        "Europe/London": "GMT0BST,M3.5.0/1,M10.5.0",
        "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
        "America/Havana": "CST5CDT,M3.2.0/0,M11.1.0/1",
        "Australia/Lord_Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        "Asia/Kathmandu": "<+0545>-5:45",
    ]

    func data(named name: String) -> [UInt8]? {
        Self.rules[name].map { TZifBytes(rule: $0).bytes }
    }
}

/// Makes TZif files.
struct TZifBytes {
    var version = UInt8(ascii: "2")
    /// Offset in seconds, and whether it is daylight saving time.
    var types: [(offset: Int32, summer: Bool)] = [(0, false)]
    var changes: [(at: Int64, type: UInt8)] = []
    var rule = ""

    var bytes: [UInt8] {
        if version == 0 { return block(timeSize: 4) }
        let empty = TZifBytes(version: version).block(timeSize: 4)
        return empty + block(timeSize: 8) + Array("\n\(rule)\n".utf8)
    }

    private func block(timeSize: Int) -> [UInt8] {
        var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
        for count in [0, 0, 0, changes.count, types.count, 4] { bytes += big(Int64(count), 4) }
        for change in changes { bytes += big(change.at, timeSize) }
        bytes += changes.map(\.type)
        for type in types { bytes += big(Int64(type.offset), 4) + [type.summer ? 1 : 0, 0] }
        return bytes + Array("ABC\0".utf8)
    }

    private func big(_ value: Int64, _ size: Int) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
    }
}

/// The due times after `start`, up to and with `end`, as a list of matching times has them.
func dueTimes(
    _ spec: APIScheduleSpec, from start: String, to end: String = "2199-01-01", most: Int = 100, seed: String = ""
) throws -> [String] {
    let times = try ScheduleTimes(spec, zones: RuleZones())
    var found: [String] = []
    var time = Dates.nanoseconds(start)
    while found.count < most, let next = times.next(after: time, seed: seed), next.due <= Dates.nanoseconds(end) {
        found.append(Dates.text(next.due))
        time = next.due
    }
    return found
}
