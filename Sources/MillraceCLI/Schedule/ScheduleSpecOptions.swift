import ArgumentParser
import SwiftProtobuf
import WireAPI

/// When a schedule is due.
struct ScheduleSpecOptions: ParsableArguments, Sendable {
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Interval, like 90m, or 60m/15m for a quarter past every hour; repeatable.", valueName: "interval"))
    var interval: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Calendar times, like {\"dayOfWeek\":\"Fri\",\"hour\":\"17\",\"minute\":\"5\"}; repeatable.",
            valueName: "json"))
    var calendar: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Times as cron has them, like \"30 12 * * Fri\" or @daily; repeatable.", valueName: "expression"))
    var cron: [String] = []

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Nothing is due before this time.", valueName: "time"),
        transform: TimeParser.parse)
    var startTime: Google_Protobuf_Timestamp?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Nothing is due after this time.", valueName: "time"),
        transform: TimeParser.parse)
    var endTime: Google_Protobuf_Timestamp?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Start runs up to this much later, at random.", valueName: "duration"),
        transform: DurationText.parse)
    var jitter: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Time zone of calendar times and cron, like Europe/Berlin. UTC by default.", valueName: "zone"))
    var timeZone: String?

    func spec() throws -> APIScheduleSpec {
        var spec = APIScheduleSpec()
        spec.interval = try interval.map(Self.interval)
        spec.cronString = cron + (try calendar.map(CalendarArgument.cron))
        if let startTime { spec.startTime = startTime }
        if let endTime { spec.endTime = endTime }
        spec.jitter = .init(jitter ?? .zero)
        spec.timezoneName = timeZone ?? ""
        return spec
    }

    /// `EVERY` or `EVERY/OFFSET`
    static func interval(_ text: String) throws -> APIIntervalSpec {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2 else {
            throw UsageError("invalid interval: must be \"<duration>\" or \"<duration>/<duration>\"")
        }
        do {
            var interval = APIIntervalSpec()
            interval.phase = .init(try parts.count == 2 ? DurationText.parse(parts[1]) : .zero)
            interval.interval = .init(try DurationText.parse(parts[0]))
            return interval
        } catch let error as DurationText.ParseError {
            throw UsageError("invalid interval: time: \(error)")
        }
    }
}

/// Calendar times written as JSON: `{"dayOfWeek":"Fri","hour":"17","minute":"5"}`.
enum CalendarArgument {
    /// The names of a cron expression's fields in its order, with what they are unless given.
    private static let fields = [
        ("second", "0"), ("minute", "0"), ("hour", "0"), ("dayOfMonth", "*"), ("month", "*"), ("dayOfWeek", "*"),
        ("year", "*"),
    ]

    private static let otherNames = ["day_of_month": "dayOfMonth", "day_of_week": "dayOfWeek"]

    /// The same times as a cron expression of seven fields, which servers take.
    static func cron(_ text: String) throws -> String {
        let values = try parse(text)
        let words = fields.map { name, standard in values[name].nonEmpty ?? standard }
        guard words.allSatisfy(isWord) else { throw UsageError("invalid CalendarSpec") }
        let comment = values["comment"].nonEmpty.map { ["#", $0] } ?? []
        return (words + comment).joined(separator: " ")
    }

    private static func isWord(_ text: String) -> Bool {
        text.split { $0.isWhitespace }.count == 1
    }

    private static func parse(_ text: String) throws -> [String: String] {
        guard case .object(let members) = try json(text) else { throw failure("it is not an object") }
        var values: [String: String] = [:]
        for member in members {
            let name = otherNames[member.key] ?? member.key
            guard name == "comment" || fields.contains(where: { $0.0 == name }) else {
                throw failure("unknown field \"\(member.key)\"")
            }
            guard values[name] == nil else { throw failure("duplicate field \"\(member.key)\"") }
            if member.value == .null { continue }
            guard let value = member.value.stringValue else {
                let shown = JSONPrinter.compact(member.value)
                throw failure("invalid value for string field \(member.key): \(shown)")
            }
            values[name] = value
        }
        return values
    }

    private static func json(_ text: String) throws -> JSONValue {
        do {
            return try JSONParser.parse(text)
        } catch let error as JSONError {
            throw failure("\(error)")
        }
    }

    private static func failure(_ reason: String) -> UsageError {
        UsageError("failed to parse json calendar spec: \(reason)")
    }
}
