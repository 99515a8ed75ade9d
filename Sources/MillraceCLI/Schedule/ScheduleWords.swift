import SwiftProtobuf
import WireAPI

/// Schedules in plain words: `at 12:30 on Fri (Europe/Rome)`, `every 2 hours`.
enum ScheduleWords {
    // MARK: What

    /// `Report on task queue q as weekly, input {"n":1}`
    static func workflow(_ action: APINewWorkflowExecutionInfo) throws -> String {
        var text = "\(action.workflowType.name) on task queue \(action.taskQueue.name) as \(action.workflowID)"
        let inputs = try action.input.payloads.map(input)
        if !inputs.isEmpty { text += ", input " + inputs.joined(separator: ", ") }
        return text
    }

    private static func input(_ payload: APIPayload) throws -> String {
        if payload.encoding == "binary/null" { return "null" }
        guard payload.encoding.hasPrefix("json/") else { return "\(payload.data.count) bytes of \(payload.encoding)" }
        return JSONPrinter.compact(try PayloadShorthand.value(of: payload))
    }

    // MARK: When

    static func times(_ spec: APIScheduleSpec) -> String {
        let calendars = spec.structuredCalendar.map(calendar)
        let all = calendars + spec.interval.map(interval)
        guard !all.isEmpty else { return "only when triggered" }
        var text = all.joined(separator: "; ")
        let excluded = spec.excludeStructuredCalendar.map(calendar)
        if !excluded.isEmpty { text += "; but not " + excluded.joined(separator: " nor ") }
        guard !calendars.isEmpty || !excluded.isEmpty else { return text }
        return text + " (\(spec.timezoneName.isEmpty ? "UTC" : spec.timezoneName))"
    }

    private static func interval(_ interval: APIIntervalSpec) -> String {
        let amount = amount(interval.interval)
        let every = "every " + (amount.hasPrefix("1 ") ? String(amount.dropFirst(2)) : amount)
        return Duration(interval.phase) > .zero ? "\(every), \(Self.amount(interval.phase)) later" : every
    }

    /// `1 hour`, `30 minutes`; a mixture of units as `1h 30m 0s`.
    private static func amount(_ duration: Google_Protobuf_Duration) -> String {
        let units: [(size: Int64, name: String)] = [
            (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"),
        ]
        let seconds = duration.seconds
        guard duration.nanos == 0, seconds > 0, let unit = units.first(where: { seconds % $0.size == 0 }),
            unit.size > 1 || seconds < 120
        else { return DurationText.formatSpaced(duration) }
        let count = seconds / unit.size
        return count == 1 ? "1 \(unit.name)" : "\(count) \(unit.name)s"
    }

    private static func calendar(_ calendar: APIStructuredCalendarSpec) -> String {
        let clock = clock(
            seconds: CalendarField(calendar.second, 0...59), minutes: CalendarField(calendar.minute, 0...59),
            hours: CalendarField(calendar.hour, 0...23))
        let days = days(calendar)
        var text = clock
        if !days.isEmpty { text += " " + days } else if clock.hasPrefix("at ") { text += " daily" }
        return calendar.comment.isEmpty ? text : text + " (\(calendar.comment))"
    }

    private static func clock(seconds: CalendarField, minutes: CalendarField, hours: CalendarField) -> String {
        /// More times than this are not spelled out.
        let limit = 6
        if let second = seconds.only, let minute = minutes.only, !hours.isAll, hours.values.count <= limit {
            let end = ":" + pad(minute) + (second == 0 ? "" : ":" + pad(second))
            return "at " + hours.values.map { pad($0) + end }.joined(separator: ", ")
        }
        if seconds.only == 0, hours.isAll {
            if minutes.only == 0 { return "every hour" }
            if minutes.isAll { return "every minute" }
            if minutes.values.count <= limit {
                return "every hour at " + minutes.values.map { ":" + pad($0) }.joined(separator: ", ")
            }
        }
        if seconds.isAll, minutes.isAll, hours.isAll { return "every second" }
        let second = seconds.only == 0 ? [] : [("second", seconds)]
        let parts = (second + [("minute", minutes), ("hour", hours)]).filter { !$0.1.isAll }
        return "at " + parts.map { "\($0) \($1.text)" }.joined(separator: ", ")
    }

    private static func days(_ calendar: APIStructuredCalendarSpec) -> String {
        let weekdays = CalendarField(calendar.dayOfWeek, 0...6, names: "Sun Mon Tue Wed Thu Fri Sat")
        let days = CalendarField(calendar.dayOfMonth, 1...31)
        let months = CalendarField(calendar.month, 1...12, names: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
        let years = CalendarField(calendar.year, 1970...9999)
        var parts: [String] = []
        if !weekdays.isAll { parts.append("on " + weekdays.text) }
        if !days.isAll { parts.append((weekdays.isAll ? "on" : "if it is") + " day " + days.text) }
        if !months.isAll { parts.append("in " + months.text) }
        if !years.isAll { parts.append("in " + years.text) }
        return parts.joined(separator: " ")
    }

    private static func pad(_ number: Int32) -> String {
        NumberFormat.padded(number, 2)
    }
}

/// The values one field of a calendar allows.
private struct CalendarField {
    /// In their order, each once.
    let values: [Int32]
    let isAll: Bool
    private let names: [String]
    private let first: Int32

    /// - Parameters:
    ///   - bounds: what the field can be; values beyond are left out.
    ///   - names: names of the values, between spaces; without, they are numbers.
    init(_ ranges: [APIRange], _ bounds: ClosedRange<Int32>, names: String = "") {
        var found: Set<Int32> = []
        for range in ranges {
            let start = max(range.start, bounds.lowerBound)
            let end = min(max(range.end, range.start), bounds.upperBound)
            guard start <= end else { continue }
            let step = max(range.step, 1)
            found.formUnion(stride(from: Int64(start), through: Int64(end), by: Int(step)).map { Int32($0) })
        }
        values = found.sorted()
        // Years are left out when there is no limit.
        isAll = found.isEmpty || found.count == bounds.count
        self.names = names.split(separator: " ").map(String.init)
        first = bounds.lowerBound
    }

    /// The one value there is.
    var only: Int32? { values.count == 1 ? values[0] : nil }

    /// `Mon-Fri, Sun`, `0-58/2`
    var text: String {
        if let step { return "\(name(values[0]))-\(name(values[values.count - 1]))/\(step)" }
        var runs: [ClosedRange<Int32>] = []
        for value in values {
            if let last = runs.last, last.upperBound + 1 == value {
                runs[runs.count - 1] = last.lowerBound...value
            } else {
                runs.append(value...value)
            }
        }
        return runs.map { run in
            switch run.count {
            case 1: name(run.lowerBound)
            case 2: "\(name(run.lowerBound)), \(name(run.upperBound))"
            default: "\(name(run.lowerBound))-\(name(run.upperBound))"
            }
        }.joined(separator: ", ")
    }

    /// The distance of many values that are all equally far from each other, but not next to each other.
    private var step: Int32? {
        guard values.count > 6 else { return nil }
        let step = values[1] - values[0]
        return step > 1 && zip(values, values.dropFirst()).allSatisfy { $1 - $0 == step } ? step : nil
    }

    private func name(_ value: Int32) -> String {
        names.isEmpty ? "\(value)" : names[Int(value - first)]
    }
}
