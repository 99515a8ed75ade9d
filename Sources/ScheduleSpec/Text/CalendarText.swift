import WireAPI

/// Reads calendars whose fields are strings (`CalendarSpec`), as cron has them: `*`, `5`, `1-5`, `1-5/2`, `3/10` (from 3
/// to the largest value by tens), names of months (three letters or more) and weekdays (two or more), and lists of these.
enum CalendarText {
    /// What a field may be.
    private struct Field {
        let name: String
        /// Stands for an empty string.
        let fallback: String
        let range: ClosedRange<Int>
        var names: [String] = []
        /// What the first of `names` counts as.
        var firstName = 0
        /// How much of a name is enough.
        var shortestName = 0

        static let second = Field(name: "Second", fallback: "0", range: 0...59)
        static let minute = Field(name: "Minute", fallback: "0", range: 0...59)
        static let hour = Field(name: "Hour", fallback: "0", range: 0...23)
        /// 7 is Sunday, too.
        static let dayOfWeek = Field(
            name: "DayOfWeek", fallback: "*", range: 0...7,
            names: ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], shortestName: 2)
        static let dayOfMonth = Field(name: "DayOfMonth", fallback: "*", range: 1...31)
        static let month = Field(
            name: "Month", fallback: "*", range: 1...12,
            names: [
                "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                "november", "december",
            ], firstName: 1, shortestName: 3)
        static let year = Field(name: "Year", fallback: "*", range: YearSet.first...YearSet.last)

        var rangeText: String { "[\(range.lowerBound)-\(range.upperBound)]" }

        /// The value of a number or a name; nil if it is none, or out of `range`.
        func value(of text: String, within range: ClosedRange<Int>) -> Int? {
            let value = nameValue(text) ?? Int(text)
            return value.flatMap { range.contains($0) ? $0 : nil }
        }

        private func nameValue(_ text: String) -> Int? {
            guard !names.isEmpty, text.utf8.count >= shortestName else { return nil }
            let lowercase = text.lowercased()
            return names.firstIndex { $0.hasPrefix(lowercase) }.map { $0 + firstName }
        }
    }

    static func structured(_ calendar: APICalendarSpec) throws(ScheduleSpecError) -> APIStructuredCalendarSpec {
        var problems: [String] = []
        func ranges(_ text: String, _ field: Field) -> [APIRange] {
            do {
                return try Self.ranges(text, field)
            } catch {
                problems.append(error.message)
                return []
            }
        }
        var result = APIStructuredCalendarSpec()
        result.second = ranges(calendar.second, .second)
        result.minute = ranges(calendar.minute, .minute)
        result.hour = ranges(calendar.hour, .hour)
        result.dayOfWeek = ranges(calendar.dayOfWeek, .dayOfWeek)
        result.dayOfMonth = ranges(calendar.dayOfMonth, .dayOfMonth)
        result.month = ranges(calendar.month, .month)
        // Every year is no range at all, also those the field does not allow.
        let year = calendar.year.trimmingWhitespace()
        result.year = year.isEmpty || year == "*" ? [] : ranges(year, .year)
        result.comment = calendar.comment
        guard problems.isEmpty else { throw ScheduleSpecError(problems.joined(separator: ", ")) }
        return result
    }

    private static func ranges(_ text: String, _ field: Field) throws(ScheduleSpecError) -> [APIRange] {
        let trimmed = text.trimmingWhitespace()
        var ranges: [APIRange] = []
        for part in (trimmed.isEmpty ? field.fallback : trimmed).split("," as Unicode.Scalar) {
            let (start, end, step) = try bounds(part, field)
            ranges += Self.ranges(start, end, step, sundayIs7: field.name == Field.dayOfWeek.name)
        }
        return ranges
    }

    /// The three numbers of one entry of a list.
    private static func bounds(
        _ part: String, _ field: Field
    ) throws(ScheduleSpecError) -> (start: Int, end: Int, step: Int) {
        let halves = part.split("/" as Unicode.Scalar)
        guard halves.count <= 2 else { throw ScheduleSpecError("\(field.name) has too many slashes") }
        let step = halves.count == 2 ? try Self.step(halves[1], field) : nil
        let value = halves[0]
        let range = field.range
        if value == "*" { return (range.lowerBound, range.upperBound, step ?? 1) }

        let ends = value.split("-" as Unicode.Scalar)
        guard ends.count > 1 else {
            guard let start = field.value(of: value, within: range) else {
                throw ScheduleSpecError("\(field.name) is not in range \(field.rangeText)")
            }
            return (start, step == nil ? start : range.upperBound, step ?? 1)
        }
        guard ends.count == 2 else { throw ScheduleSpecError("\(field.name) has too many dashes") }
        guard let start = field.value(of: ends[0], within: range) else {
            throw ScheduleSpecError("\(field.name) Start is not in range \(field.rangeText)")
        }
        guard let end = field.value(of: ends[1], within: start...range.upperBound) else {
            throw ScheduleSpecError("\(field.name) End is before Start or not in range \(field.rangeText)")
        }
        return (start, end, step ?? 1)
    }

    private static func step(_ text: String, _ field: Field) throws(ScheduleSpecError) -> Int {
        guard !text.isEmpty else { throw ScheduleSpecError("\(field.name) missing step value") }
        guard let step = Int(text) else {
            let digits = text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+") ? 1 : 0
            let isNumber = text.utf8.count > digits && text.utf8.dropFirst(digits).allSatisfy { 48...57 ~= $0 }
            throw ScheduleSpecError(
                "strconv.Atoi: parsing \(text.quoted()): \(isNumber ? "value out of range" : "invalid syntax")")
        }
        guard step >= 1 else { throw ScheduleSpecError("\(field.name) has invalid Step") }
        return step
    }

    /// Seldom more than one: a Sunday at the end of a range of weekdays can become an entry of its own, since a
    /// structured calendar knows it only as 0.
    private static func ranges(_ start: Int, _ end: Int, _ step: Int, sundayIs7: Bool) -> [APIRange] {
        guard sundayIs7, end == 7 else { return [range(start, end, step)] }
        let meetsSunday = (7 - start) % step == 0
        // From 0 or 1 on by ones, 0-6 or 1-6 is what the reference makes of it.
        guard meetsSunday, step > 1 || start > 1 else { return [range(start, 6, step)] }
        return start == 7 ? [range(0, 0, 1)] : [range(0, 0, 1), range(start, 6, step)]
    }

    private static func range(_ start: Int, _ end: Int, _ step: Int) -> APIRange {
        var range = APIRange()
        range.start = Int32(truncatingIfNeeded: start)
        range.end = start == end ? 0 : Int32(truncatingIfNeeded: end)
        range.step = step == 1 ? 0 : Int32(truncatingIfNeeded: step)
        return range
    }
}
