import APIJSON
import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// Puts what a form says into a schedule.
///
/// It begins with the schedule as it is and changes only what differs from what the form shows for it, so that all the
/// form does not show stays: retry policies, encoded inputs, headers, data of time zones, and what later versions of the
/// API may add.
struct ScheduleFormReader {
    let form: Fields
    /// What the form shows for `base`.
    private let shown: Fields
    private let base: APISchedule
    private(set) var schedule: APISchedule
    /// By the name of the field.
    private(set) var errors: [String: String] = [:]

    init(_ form: Fields, base: APISchedule?) {
        self.form = form
        self.base = base ?? APISchedule()
        shown = base.map(ScheduleFormValues.fields) ?? Fields()
        schedule = self.base
        readSpec()
        readAction()
        readRules()
    }

    /// The numbers of the rows of one kind.
    static func rows(_ kind: String, in form: Fields) -> [Int] {
        form.all.compactMap { field in
            field.name.hasPrefix("\(kind)-") ? Int(field.name.dropFirst(kind.utf8.count + 1)) : nil
        }
    }

    private func isSame(_ names: String...) -> Bool {
        names.allSatisfy { form.values($0) == shown.values($0) }
    }

    private func isSame(rows kinds: String...) -> Bool {
        kinds.allSatisfy { kind in
            let (now, before) = (Self.rows(kind, in: form), Self.rows(kind, in: shown))
            return now == before && now.allSatisfy { isSame("\(kind)-\($0)") }
        }
    }

    // MARK: When

    private mutating func readSpec() {
        if !isSame(rows: "every", "unit", "phase") { schedule.spec.interval = intervals() }
        if !isSame(rows: "times", "weekday", "days", "months") || !isSame("cron") { readCalendars() }
        if !isSame("exclude") { schedule.spec.excludeStructuredCalendar = exclusions() }
        if !isSame("zone") {
            schedule.spec.timezoneName = form.text("zone") ?? ""
            schedule.spec.timezoneData.removeAll()
        }
        if !isSame("starts") {
            if let time = time("starts") { schedule.spec.startTime = time } else { schedule.spec.clearStartTime() }
        }
        if !isSame("ends") {
            if let time = time("ends") { schedule.spec.endTime = time } else { schedule.spec.clearEndTime() }
        }
        if !isSame("jitter") { schedule.spec.jitter = duration("jitter") ?? .init() }
        checkSpec()
    }

    private mutating func intervals() -> [APIIntervalSpec] {
        var intervals: [APIIntervalSpec] = []
        for row in Self.rows("every", in: form) {
            if row < base.spec.interval.count, isSame("every-\(row)", "unit-\(row)", "phase-\(row)") {
                intervals.append(base.spec.interval[row])
                continue
            }
            guard let amount = form.text("every-\(row)") else { continue }
            let unit = form["unit-\(row)"] ?? "h"
            guard let every = try? SpecDuration.parse(amount + unit), every.seconds > 0 else {
                errors["every-\(row)"] = "Give a number, at least one second in all."
                continue
            }
            var interval = APIIntervalSpec()
            interval.interval = every
            if let phase = duration("phase-\(row)") {
                interval.phase = phase
                if phase.seconds >= every.seconds { errors["phase-\(row)"] = "Must be less than the interval." }
            }
            intervals.append(interval)
        }
        return intervals
    }

    private mutating func readCalendars() {
        var calendars: [APIStructuredCalendarSpec] = []
        let rows = Self.rows("times", in: form)
        for row in rows {
            if row < base.spec.structuredCalendar.count,
                isSame("times-\(row)", "weekday-\(row)", "days-\(row)", "months-\(row)")
            {
                calendars.append(base.spec.structuredCalendar[row])
            } else {
                calendars += times(row)
            }
        }
        var kept = base.spec.structuredCalendar.filter { TimesRow($0) == nil }
        var added: [String] = []
        for line in lines("cron") {
            if let index = kept.firstIndex(where: { CronLine.text($0) == line }) {
                calendars.append(kept.remove(at: index))
            } else if check(cron: line, "cron") != nil {
                added.append(line)
            }
        }
        schedule.spec.structuredCalendar = calendars
        schedule.spec.cronString = added
    }

    private mutating func times(_ row: Int) -> [APIStructuredCalendarSpec] {
        guard let text = form.text("times-\(row)") else { return [] }
        // Times with the same minute make one calendar.
        var hours: [Int: [Int]] = [:]
        for word in text.split(whereSeparator: { $0 == "," || $0 == ";" || $0 == " " }) {
            let parts = word.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
            guard (1...2).contains(parts.count), (0...23).contains(parts[0]),
                parts.count == 1 || (0...59).contains(parts[1])
            else {
                errors["times-\(row)"] = "\"\(word)\" is not a time of day such as 09:30."
                return []
            }
            hours[parts.count == 1 ? 0 : parts[1], default: []].append(parts[0])
        }
        return hours.sorted { $0.key < $1.key }.flatMap { calendars(row, minute: $0.key, hours: $0.value) }
    }

    private mutating func calendars(_ row: Int, minute: Int, hours: [Int]) -> [APIStructuredCalendarSpec] {
        var calendar = APICalendarSpec()
        calendar.minute = "\(minute)"
        calendar.hour = hours.sorted().map(String.init).joined(separator: ",")
        calendar.dayOfWeek = form.values("weekday-\(row)").joined(separator: ",")
        calendar.dayOfMonth = Self.list(form["days-\(row)"] ?? "")
        calendar.month = Self.list(form["months-\(row)"] ?? "")
        for (name, day, month) in [("days", calendar.dayOfMonth, ""), ("months", "", calendar.month)] {
            var part = APICalendarSpec()
            (part.dayOfMonth, part.month) = (day, month)
            if let problem = Self.problem(part) { errors["\(name)-\(row)"] = problem }
        }
        var spec = APIScheduleSpec()
        spec.calendar = [calendar]
        return (try? ScheduleTimes(spec, zones: ScheduleSection.zones))?.canonical.structuredCalendar ?? []
    }

    private static func list(_ text: String) -> String { text.filter { !$0.isWhitespace } }

    private static func problem(_ calendar: APICalendarSpec) -> String? {
        var spec = APIScheduleSpec()
        spec.calendar = [calendar]
        do {
            _ = try ScheduleTimes(spec, zones: ScheduleSection.zones)
            return nil
        } catch {
            return error.message
        }
    }

    private func lines(_ name: String) -> [String] {
        (form[name] ?? "").split(whereSeparator: \.isNewline).map { $0.trimmingSpace() }.filter { !$0.isEmpty }
    }

    private mutating func exclusions() -> [APIStructuredCalendarSpec] {
        var kept = base.spec.excludeStructuredCalendar
        var calendars: [APIStructuredCalendarSpec] = []
        for line in lines("exclude") {
            if let index = kept.firstIndex(where: { CronLine.text($0) == line }) {
                calendars.append(kept.remove(at: index))
            } else if let spec = check(cron: line, "exclude") {
                if spec.structuredCalendar.isEmpty { errors["exclude"] = "\(line): intervals cannot be left out." }
                calendars += spec.structuredCalendar
            }
        }
        return calendars
    }

    private mutating func check(cron line: String, _ name: String) -> APIScheduleSpec? {
        var spec = APIScheduleSpec()
        spec.cronString = [line]
        do {
            return try ScheduleTimes(spec, zones: ScheduleSection.zones).canonical
        } catch {
            errors[name] = "\(line): \(error.message)"
            return nil
        }
    }

    /// What only the whole shows, such as a time zone that there is not.
    private mutating func checkSpec() {
        guard errors.isEmpty else { return }
        do {
            _ = try ScheduleTimes(schedule.spec, zones: ScheduleSection.zones)
        } catch {
            let isZone = error.message.contains("time zone") || error.message.contains("location name")
            errors[isZone || error.message.contains("timezone") ? "zone" : "spec"] = error.message
        }
        if schedule.spec.hasStartTime, schedule.spec.hasEndTime, schedule.spec.endTime < schedule.spec.startTime {
            errors["ends"] = "The end is before the start."
        }
    }

    // MARK: What

    private mutating func readAction() {
        var action = base.action.startWorkflow
        if !isSame("type") { action.workflowType.name = form.text("type") ?? "" }
        if !isSame("queue") {
            action.taskQueue.name = form.text("queue") ?? ""
            if action.taskQueue.kind == .unspecified { action.taskQueue.kind = .normal }
        }
        if !isSame("workflowID") { action.workflowID = form.text("workflowID") ?? "" }
        if action.workflowType.name.isEmpty { errors["type"] = "Which workflow is to be started?" }
        if action.taskQueue.name.isEmpty { errors["queue"] = "Which workers are to do it?" }
        if !isSame(rows: "input") { action.input.payloads = input() }
        if !isSame("executionTimeout") {
            action.workflowExecutionTimeout = duration("executionTimeout") ?? .init()
        }
        if !isSame("runTimeout") { action.workflowRunTimeout = duration("runTimeout") ?? .init() }
        if !isSame("taskTimeout") { action.workflowTaskTimeout = duration("taskTimeout") ?? .init() }
        schedule.action.startWorkflow = action
    }

    private mutating func input() -> [APIPayload] {
        let former = base.action.startWorkflow.input.payloads
        var payloads: [APIPayload] = []
        for row in Self.rows("input", in: form) {
            if row < former.count, isSame("input-\(row)") {
                payloads.append(former[row])
                continue
            }
            guard let text = form.text("input-\(row)") else { continue }
            do {
                let value = try JSONParser.parse(text)
                payloads.append(.json(JSONPrinter.compact(value)))
            } catch {
                errors["input-\(row)"] = "This is not JSON: \(error). Text needs quotation marks."
            }
        }
        return payloads
    }

    // MARK: How

    private mutating func readRules() {
        if !isSame("overlap") {
            if let policy = OverlapText.policy(named: form["overlap"] ?? "") {
                schedule.policies.overlapPolicy = policy
            } else {
                errors["overlap"] = "There is no such policy."
            }
        }
        if !isSame("catchup") {
            if let window = duration("catchup") {
                schedule.policies.catchupWindow = window
            } else {
                schedule.policies.clearCatchupWindow()
            }
        }
        if !isSame("pauseOnFailure") { schedule.policies.pauseOnFailure = form["pauseOnFailure"] != nil }
        if !isSame("keepID") { schedule.policies.keepOriginalWorkflowID = form["keepID"] != nil }
        if !isSame("paused") { schedule.state.paused = form["paused"] != nil }
        if !isSame("notes") { schedule.state.notes = form["notes"] ?? "" }
        if !isSame("remaining") { readRemaining() }
    }

    private mutating func readRemaining() {
        guard let text = form.text("remaining") else {
            schedule.state.limitedActions = false
            schedule.state.remainingActions = 0
            return
        }
        guard let count = Int64(text), count >= 0 else {
            errors["remaining"] = "Give a number, or nothing for no limit."
            return
        }
        schedule.state.limitedActions = true
        schedule.state.remainingActions = count
    }

    private mutating func duration(_ name: String) -> Google_Protobuf_Duration? {
        guard let text = form.text(name) else { return nil }
        guard let duration = try? SpecDuration.parse(text), duration.seconds >= 0, duration.nanos >= 0 else {
            errors[name] = "\"\(text)\" is not a length of time such as 90s, 15m, 1h30m or 2d."
            return nil
        }
        return duration
    }

    private mutating func time(_ name: String) -> Google_Protobuf_Timestamp? {
        guard let text = form.text(name) else { return nil }
        guard let time = TimeInput.parse(text) else {
            errors[name] = "\"\(text)\" is not a time such as 2026-11-24 17:00."
            return nil
        }
        return time
    }
}
