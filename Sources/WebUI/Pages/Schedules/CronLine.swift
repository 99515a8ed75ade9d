import WireAPI

/// Calendar times as a cron line of seven fields, which any of them can be written as.
enum CronLine {
    /// `30 12 * * 5`; with seconds in front and years at the end where they matter.
    static func text(_ calendar: APIStructuredCalendarSpec) -> String {
        let second = field(calendar.second, all: nil, empty: "0")
        let year = field(calendar.year, all: nil, empty: "*")
        var words = [
            field(calendar.minute, all: 0...59, empty: "0"), field(calendar.hour, all: 0...23, empty: "0"),
            field(calendar.dayOfMonth, all: 1...31, empty: "*"), field(calendar.month, all: 1...12, empty: "*"),
            field(calendar.dayOfWeek, all: 0...6, empty: "*"),
        ]
        // Seven fields are seconds first, six are years last.
        if second != "0" {
            words = [second == "0-59" ? "*" : second] + words + [year]
        } else if year != "*" {
            words.append(year)
        }
        let line = words.joined(separator: " ")
        return calendar.comment.isEmpty ? line : "\(line) # \(calendar.comment)"
    }

    private static func field(_ ranges: [APIRange], all: ClosedRange<Int32>?, empty: String) -> String {
        if ranges.isEmpty { return empty }
        return ranges.map { range in
            let end = max(range.end, range.start)
            let step = max(range.step, 1)
            if let all, range.start == all.lowerBound, end >= all.upperBound {
                return step == 1 ? "*" : "*/\(step)"
            }
            if end == range.start { return "\(range.start)" }
            return step == 1 ? "\(range.start)-\(end)" : "\(range.start)-\(end)/\(step)"
        }.joined(separator: ",")
    }
}
