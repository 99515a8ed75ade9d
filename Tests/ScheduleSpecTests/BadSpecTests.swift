import SwiftProtobuf
import Testing
import WireAPI

@testable import ScheduleSpec

/// A spec that cannot be used. The texts are the reference's.
struct BadSpec: Sendable, CustomTestStringConvertible {
    let spec: APIScheduleSpec
    let message: String

    init(_ spec: APIScheduleSpec, _ message: String) {
        self.spec = spec
        self.message = message
    }

    var testDescription: String { message }

    static func cron(_ text: String, _ message: String) -> Self { Self(.cron(text), message) }

    static func calendar(_ message: String, _ change: (inout APIStructuredCalendarSpec) -> Void) -> Self {
        Self(.calendar(.daily(change)), "invalid calendar spec: " + message)
    }

    static func interval(
        _ interval: Google_Protobuf_Duration, phase: Google_Protobuf_Duration? = nil, _ message: String
    ) -> Self {
        Self(
            .every(0).changed {
                $0.interval[0].interval = interval
                if let phase { $0.interval[0].phase = phase }
            }, message)
    }
}

@Suite struct BadSpecTests {
    static let cronStrings: [BadSpec] = [
        .cron("", "CronString does not have 5-7 fields"),
        .cron("* * * *", "CronString does not have 5-7 fields"),
        .cron("* * * * * * * *", "CronString does not have 5-7 fields"),
        .cron("* * * # * *", "CronString does not have 5-7 fields"),
        .cron("@Daily", "CronString does not have 5-7 fields"),
        .cron("TZ=Europe/Berlin", "CronString has time zone but missing fields"),
        .cron("TZ=Nowhere/City * * * * *", "unknown time zone Nowhere/City"),
        .cron("60 * * * *", "Minute is not in range [0-59]"),
        .cron("-5 * * * *", "Minute Start is not in range [0-59]"),
        .cron("0-60 * * * *", "Minute End is before Start or not in range [0-59]"),
        .cron("30-10 * * * *", "Minute End is before Start or not in range [0-59]"),
        .cron("1-2-3 * * * *", "Minute has too many dashes"),
        .cron("1,,2 * * * *", "Minute is not in range [0-59]"),
        .cron("*/0 * * * *", "Minute has invalid Step"),
        .cron("*/ * * * *", "Minute missing step value"),
        .cron("*/x * * * *", #"strconv.Atoi: parsing "x": invalid syntax"#),
        .cron("*/99999999999999999999 * * * *", #"strconv.Atoi: parsing "99999999999999999999": value out of range"#),
        .cron("*/2/3 * * * *", "Minute has too many slashes"),
        .cron("*/2147483648 * * * *", "invalid calendar spec: Minute has invalid Step"),
        .cron("0 0 * ja *", "Month is not in range [1-12]"),
        .cron("0 0 * * sundays", "DayOfWeek is not in range [0-7]"),
        .cron("0 0 * * fri-sun", "DayOfWeek End is before Start or not in range [0-7]"),
        .cron("0 0 * * * 2101", "Year is not in range [2000-2100]"),
        .cron(
            "60 24 32 13 8",
            "Minute is not in range [0-59], Hour is not in range [0-23], DayOfWeek is not in range [0-7], "
                + "DayOfMonth is not in range [1-31], Month is not in range [1-12]"),
        .cron("* * * * * # " + String(repeating: "x", count: 201), "invalid calendar spec: comment is too long"),
        .cron("@every", "CronString does not have interval after @every"),
        .cron("@every 5", #"time: missing unit in duration "5""#),
        .cron("@every 5w", #"time: unknown unit "w" in duration "5w""#),
        .cron("@every day", #"time: invalid duration "day""#),
        .cron("@every 1dx", #"time: unknown unit "hx" in duration "24.000000hx""#),
        .cron("@every 500ms", "interval is too small"),
        .cron("@every 5s/5s", "phase cannot be greater than Interval"),
        .cron("@every 5s/-1s", "phase is negative"),
    ]

    static let zones: [BadSpec] = [
        BadSpec(.cron("TZ=Europe/Berlin @daily", "TZ=Europe/London @daily"), "conflicting timezone names"),
        BadSpec(.cron("TZ=Europe/Berlin @daily", "@daily"), "conflicting timezone names"),
        BadSpec(.cron("TZ=Europe/Berlin @daily", "TZ=Europe/Berlin @every 5s"), "conflicting timezone names"),
        BadSpec(.cron("TZ=Europe/Berlin @daily", zone: "Europe/London"), "conflicting timezone names"),
        BadSpec(.cron("@daily", zone: "Nowhere"), "unknown time zone Nowhere"),
        BadSpec(.cron("@daily", zone: "../Europe/Berlin"), "time: invalid location name"),
        BadSpec(.cron("@daily", zone: "/Europe/Berlin"), "time: invalid location name"),
        BadSpec(
            .cron("@daily").changed { $0.timezoneData = .init("nothing".utf8) }, "malformed time zone information"),
    ]

    static let calendars: [BadSpec] = [
        .calendar("Second Start is not in range [0-59]") { $0.second = [APIRange(60)] },
        .calendar("Hour End is before Start or not in range [0-23]") { $0.hour = [APIRange(3, 24)] },
        .calendar("Hour End is before Start or not in range [0-23]") { $0.hour = [APIRange(5, 3)] },
        .calendar("Hour has invalid Step") { $0.hour = [APIRange(5, 9, -1)] },
        .calendar("DayOfMonth Start is not in range [1-31]") { $0.dayOfMonth = [APIRange(0)] },
        .calendar("DayOfWeek Start is not in range [0-6]") { $0.dayOfWeek = [APIRange(7)] },
        .calendar("Year Start is not in range [2000-2100]") { $0.year = [APIRange(1_999)] },
        .calendar("comment is too long") { $0.comment = String(repeating: "é", count: 101) },
        .calendar("Second Start is not in range [0-59], Minute has invalid Step") {
            $0.second = [APIRange(99)]
            $0.minute = [APIRange(1, 2, -1)]
        },
        BadSpec(
            .cron("@daily").changed { $0.excludeStructuredCalendar = [.daily { $0.hour = [APIRange(1, 5, -1)] }] },
            "invalid calendar spec: Hour has invalid Step"),
        BadSpec(
            .cron("@daily").changed { $0.excludeStructuredCalendar = [.daily { $0.hour = [APIRange(-1)] }] },
            "invalid calendar spec: Hour Start is not in range [0-23]"),
    ]

    static let intervals: [BadSpec] = [
        .interval(.init(), "interval is too small"),
        .interval(.init(seconds: 0, nanos: 999_000_000), "interval is too small"),
        .interval(.init(seconds: -60), "interval is too small"),
        .interval(.init(seconds: 60), phase: .init(seconds: 60), "phase cannot be greater than Interval"),
        .interval(.init(seconds: 60), phase: .init(seconds: -1), "phase is negative"),
        .interval(
            .init(seconds: 1_000_000_000_000),
            "interval is not a valid duration: proto:\u{A0}duration (seconds:1000000000000) exceeds +10000 years"),
        .interval(
            .init(seconds: 60), phase: .init(seconds: -1, nanos: 5),
            "phase is not a valid duration: proto:\u{A0}duration (seconds:-1  nanos:5) "
                + "has seconds and nanos with different signs"),
    ]

    @Test(arguments: cronStrings + zones + calendars + intervals)
    func isRefused(bad: BadSpec) {
        #expect(throws: ScheduleSpecError(bad.message)) { try ScheduleTimes(bad.spec, zones: RuleZones()) }
    }

    /// Odd, but no reason to refuse them.
    @Test(arguments: [
        APIScheduleSpec(), .cron("*/4294967297 * * * *"), .every(315_000_000_000), .cron("@daily", zone: "Local"),
        .every(60).changed { $0.jitter = .init(seconds: -5) },
        .every(60).changed {
            $0.startTime = .init(seconds: .max); $0.endTime = .init(seconds: .min)
        },
        .cron("@daily").changed { $0.excludeStructuredCalendar = [.daily { $0.hour = [APIRange(70, 1_000_000_000)] }] },
    ])
    func isAccepted(spec: APIScheduleSpec) throws {
        let times = try ScheduleTimes(spec, zones: RuleZones())
        _ = times.next(after: Dates.nanoseconds("2026-01-01"), seed: "")
    }
}
