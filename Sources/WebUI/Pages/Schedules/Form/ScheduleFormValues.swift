import APIJSON
import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// A schedule as the fields of its form.
///
/// Rows that may be there several times have their number at the end of their names: `every-0`, `unit-0`, `phase-0`.
/// The n-th row stands for the n-th part of the schedule that is shown; new rows have numbers that no part has.
enum ScheduleFormValues {
    /// The field that says which number a new row gets.
    static let nextRow = "next"

    /// What is shown for a schedule that there is.
    static func fields(of schedule: APISchedule) -> Fields {
        var all: [(name: String, value: String)] = []
        addSpec(schedule.spec, to: &all)
        addAction(schedule.action.startWorkflow, to: &all)
        addRules(schedule, to: &all)
        let rows = [
            schedule.spec.interval.count, schedule.spec.structuredCalendar.count,
            schedule.action.startWorkflow.input.payloads.count,
        ]
        all.append((nextRow, String(rows.max() ?? 0)))
        return Fields(all)
    }

    /// What a new schedule begins with.
    static let blank = Fields([
        ("every-0", "1"), ("unit-0", "h"), ("phase-0", ""), ("times-0", ""), ("days-0", ""),
        ("months-0", ""), ("input-0", ""),
        ("overlap", OverlapText.name(.skip)), (nextRow, "1"),
    ])

    private static func addSpec(_ spec: APIScheduleSpec, to all: inout [(name: String, value: String)]) {
        for (index, interval) in spec.interval.enumerated() {
            let (amount, unit) = amount(interval.interval)
            all += [("every-\(index)", amount), ("unit-\(index)", unit)]
            all.append(("phase-\(index)", duration(interval.phase)))
        }
        var lines: [String] = []
        for (index, calendar) in spec.structuredCalendar.enumerated() {
            guard let row = TimesRow(calendar) else {
                lines.append(CronLine.text(calendar))
                continue
            }
            all.append(("times-\(index)", row.times))
            all += row.weekdays.map { ("weekday-\(index)", $0) }
            all += [("days-\(index)", row.days), ("months-\(index)", row.months)]
        }
        all.append(("cron", lines.joined(separator: "\n")))
        all.append(("exclude", spec.excludeStructuredCalendar.map(CronLine.text).joined(separator: "\n")))
        all.append(("zone", spec.timezoneName))
        all.append(("starts", spec.hasStartTime ? TimeInput.text(spec.startTime) : ""))
        all.append(("ends", spec.hasEndTime ? TimeInput.text(spec.endTime) : ""))
        all.append(("jitter", duration(spec.jitter)))
    }

    private static func addAction(
        _ action: APINewWorkflowExecutionInfo, to all: inout [(name: String, value: String)]
    ) {
        all += [
            ("type", action.workflowType.name), ("queue", action.taskQueue.name), ("workflowID", action.workflowID),
        ]
        for (index, payload) in action.input.payloads.enumerated() {
            all.append(("input-\(index)", InputText.text(of: payload) ?? ""))
        }
        all.append(("executionTimeout", duration(action.workflowExecutionTimeout)))
        all.append(("runTimeout", duration(action.workflowRunTimeout)))
        all.append(("taskTimeout", duration(action.workflowTaskTimeout)))
    }

    private static func addRules(_ schedule: APISchedule, to all: inout [(name: String, value: String)]) {
        let (policies, state) = (schedule.policies, schedule.state)
        all.append(("overlap", OverlapText.name(policies.overlapPolicy)))
        all.append(("catchup", duration(policies.catchupWindow)))
        if policies.pauseOnFailure { all.append(("pauseOnFailure", "on")) }
        if policies.keepOriginalWorkflowID { all.append(("keepID", "on")) }
        all.append(("remaining", state.limitedActions ? String(state.remainingActions) : ""))
        if state.paused { all.append(("paused", "on")) }
        all.append(("notes", state.notes))
    }

    /// Empty for none.
    static func duration(_ duration: Google_Protobuf_Duration) -> String {
        duration.seconds == 0 && duration.nanos == 0 ? "" : SpecDuration.text(duration)
    }

    /// A number of the largest unit that divides it.
    private static func amount(_ duration: Google_Protobuf_Duration) -> (String, String) {
        let units: [(size: Int64, name: String)] = [(86_400, "d"), (3_600, "h"), (60, "m")]
        guard duration.nanos == 0 else {
            let fraction = SpecDuration.text(.init(seconds: 0, nanos: duration.nanos)).dropFirst().dropLast()
            return ("\(duration.seconds)\(fraction)", "s")
        }
        guard let unit = units.first(where: { duration.seconds % $0.size == 0 && duration.seconds > 0 }) else {
            return ("\(duration.seconds)", "s")
        }
        return ("\(duration.seconds / unit.size)", unit.name)
    }
}

/// One argument of the workflow as text.
enum InputText {
    /// `nil` if it is not JSON, so that it can be kept but not be written.
    static func text(of payload: APIPayload) -> String? {
        switch ShownPayload(payload) {
        case .json(let value): JSONPrinter.pretty(value)
        case .nothing: "null"
        default: nil
        }
    }
}

/// Times of day on certain days, as one row of the form has them.
struct TimesRow: Equatable {
    /// `09:30, 17:00`
    var times: String
    /// `0` is Sunday; none for all.
    var weekdays: [String]
    var days: String
    var months: String

    /// More times than this are shown as a cron line.
    private static let mostTimes = 6
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `nil` if the row cannot say all that the calendar says.
    init?(_ calendar: APIStructuredCalendarSpec) {
        guard calendar.year.isEmpty, calendar.comment.isEmpty, Self.expand(calendar.second, 0...59) == [0] else {
            return nil
        }
        let hours = Self.expand(calendar.hour, 0...23)
        let minutes = Self.expand(calendar.minute, 0...59)
        guard (1...Self.mostTimes).contains(hours.count * minutes.count) else { return nil }
        times = hours.flatMap { hour in minutes.map { "\(Self.pad(hour)):\(Self.pad($0))" } }.joined(separator: ", ")
        let weekdays = Self.expand(calendar.dayOfWeek, 0...6)
        self.weekdays = weekdays.count == 7 ? [] : weekdays.map(String.init)
        days = Self.expand(calendar.dayOfMonth, 1...31).count == 31 ? "" : Self.text(calendar.dayOfMonth) { "\($0)" }
        months =
            Self.expand(calendar.month, 1...12).count == 12
            ? "" : Self.text(calendar.month) { (1...12).contains($0) ? Self.monthNames[$0 - 1] : "\($0)" }
    }

    /// The values that ranges allow; all of them without ranges, but for times of day, which are zero then.
    private static func expand(_ ranges: [APIRange], _ bounds: ClosedRange<Int>) -> [Int] {
        if ranges.isEmpty { return bounds.upperBound == 59 || bounds.upperBound == 23 ? [0] : Array(bounds) }
        var values: Set<Int> = []
        for range in ranges {
            let start = max(Int(range.start), bounds.lowerBound)
            let end = min(max(Int(range.end), Int(range.start)), bounds.upperBound)
            if start > end { continue }
            values.formUnion(stride(from: start, through: end, by: max(1, Int(range.step))))
        }
        return values.sorted()
    }

    private static func text(_ ranges: [APIRange], _ name: (Int) -> String) -> String {
        ranges.map { range in
            let end = max(range.end, range.start)
            let step = range.step > 1 ? "/\(range.step)" : ""
            return end == range.start ? name(Int(range.start)) : "\(name(Int(range.start)))-\(name(Int(end)))\(step)"
        }.joined(separator: ", ")
    }

    private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
