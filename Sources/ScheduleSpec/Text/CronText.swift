import SwiftProtobuf
import WireAPI

/// A cron string, read: `[TZ=zone] fields [# comment]`, with 5 fields (from the minute to the weekday), 6 (and the year)
/// or 7 (from the second to the year), or one of `@yearly` to `@hourly`, or `@every interval[/phase]`.
struct CronText {
    enum Content {
        case calendar(APIStructuredCalendarSpec)
        case interval(APIIntervalSpec)
    }

    let content: Content
    /// Empty if there is none, and with `@every`, to which it means nothing.
    let timeZone: String

    init(_ text: String) throws(ScheduleSpecError) {
        var rest = text.trimmingWhitespace()
        var timeZone = ""
        if rest.hasPrefix("TZ=") || rest.hasPrefix("CRON_TZ=") {
            let (zone, fields) = rest.cut(" ")
            guard let fields else { throw ScheduleSpecError("CronString has time zone but missing fields") }
            timeZone = zone.cut("=").after ?? ""
            rest = fields
        }
        let (fields, comment) = rest.cut("#")
        let schedule = fields.trimmingWhitespace()
        if schedule.hasPrefix("@every") {
            content = .interval(try Self.interval(schedule))
            self.timeZone = ""
        } else {
            content = .calendar(try Self.calendar(schedule, comment: (comment ?? "").trimmingWhitespace()))
            self.timeZone = timeZone
        }
    }

    private static func interval(_ text: String) throws(ScheduleSpecError) -> APIIntervalSpec {
        guard let rest = text.cut(" ").after else {
            throw ScheduleSpecError("CronString does not have interval after @every")
        }
        let (interval, phase) = rest.cut("/")
        var spec = APIIntervalSpec()
        spec.interval = Google_Protobuf_Duration(try DurationText.nanoseconds(interval))
        if let phase, !phase.isEmpty { spec.phase = Google_Protobuf_Duration(try DurationText.nanoseconds(phase)) }
        return spec
    }

    private static func calendar(
        _ text: String, comment: String
    ) throws(ScheduleSpecError) -> APIStructuredCalendarSpec {
        var fields = (shorthands[text] ?? text).unicodeScalars
            .split { $0.properties.isWhitespace }.map { String($0) }[...]
        guard (5...7).contains(fields.count) else { throw ScheduleSpecError("CronString does not have 5-7 fields") }
        var calendar = APICalendarSpec()
        calendar.comment = comment
        if fields.count == 7 { calendar.second = fields.removeFirst() }
        calendar.minute = fields.removeFirst()
        calendar.hour = fields.removeFirst()
        calendar.dayOfMonth = fields.removeFirst()
        calendar.month = fields.removeFirst()
        calendar.dayOfWeek = fields.removeFirst()
        calendar.year = fields.first ?? ""
        return try CalendarText.structured(calendar)
    }

    private static let shorthands = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
}
