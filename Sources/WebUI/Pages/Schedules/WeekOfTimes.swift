import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// How often a schedule is due in each hour of seven days, beginning today, in its own time zone.
struct WeekOfTimes: Sendable {
    static let dayCount = 7
    /// More times than this are not counted: their hours are all alike anyway.
    private static let mostTimes = 12_000

    struct Day: Sendable {
        /// `Tue 24 Nov`
        var title: String
        /// Times in each hour that are still to come.
        var hours = [Int](repeating: 0, count: 24)
        /// Whether all of its times have been counted.
        var isKnown = true

        var total: Int { hours.reduce(0, +) }
    }

    let days: [Day]
    let zone: String
    /// The hour of the first day that it is now.
    let currentHour: Int
    /// Whether there were too many times to count all.
    let isCut: Bool

    /// `nil` if the spec cannot be used here, such as one with an unknown time zone.
    init?(_ spec: APIScheduleSpec, now: Google_Protobuf_Timestamp) {
        guard let times = try? ScheduleTimes(spec, zones: ScheduleSection.zones) else { return nil }
        zone = spec.timezoneName.isEmpty ? "UTC" : spec.timezoneName
        let start = now.seconds * 1_000_000_000
        let firstSecond = times.localClock(at: start)
        let firstDay = firstSecond.floored(by: 86_400)
        currentHour = Int((firstSecond - firstDay * 86_400) / 3_600)
        var days = (0..<Int64(Self.dayCount)).map { Day(title: DayText.title(daysSince1970: firstDay + $0)) }
        var count = 0
        var time = start
        while count < Self.mostTimes, let next = times.next(after: time, seed: "") {
            let second = times.localClock(at: next.nominal)
            let day = second.floored(by: 86_400) - firstDay
            guard day < Int64(Self.dayCount) else { break }
            if day >= 0 { days[Int(day)].hours[Int((second - (day + firstDay) * 86_400) / 3_600)] += 1 }
            time = next.nominal
            count += 1
        }
        isCut = count == Self.mostTimes
        if isCut {
            // The day at which counting ended, and those after it, look like the one before.
            let lastDay = max(0, min(Self.dayCount - 1, Int(times.localClock(at: time).floored(by: 86_400) - firstDay)))
            for index in max(1, lastDay)..<Self.dayCount {
                days[index].hours = days[max(0, lastDay - 1)].hours
                days[index].isKnown = false
            }
        }
        self.days = days
    }
}

extension Int64 {
    /// The quotient, rounded down.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// The hours of a week as a picture: the darker, the more often the schedule is due.
struct WeekView: Component {
    var week: WeekOfTimes

    private static let cell = 20
    private static let rowHeight = 22
    private static let left = 78
    private static let top = 18

    var html: HTML {
        let width = Self.left + 24 * Self.cell + 44
        let height = Self.top + WeekOfTimes.dayCount * Self.rowHeight
        let total = week.days.reduce(0) { $0 + $1.total }
        return """
            <figure class="week"><svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(label(total))">
            \(each: stride(from: 0, to: 24, by: 6), hour)\
            \(each: week.days.enumerated(), { index, day in row(index, day) })</svg>
            <figcaption>Hours of the day in \(week.zone).\
            \(if: week.isCut, " It is due too often to count all of the pale days.")</figcaption></figure>
            """
    }

    private func label(_ total: Int) -> String {
        "Due \(total) times in the next seven days: "
            + week.days.map { "\($0.title) \($0.total)" }.joined(separator: ", ")
    }

    private func hour(_ hour: Int) -> HTML {
        "<text x=\"\(Self.left + hour * Self.cell)\" y=\"12\">\(hour < 10 ? "0" : "")\(hour):00</text>"
    }

    private func row(_ index: Int, _ day: WeekOfTimes.Day) -> HTML {
        let y = Self.top + index * Self.rowHeight
        return """
            <text class="day" x="0" y="\(y + 14)">\(day.title)</text>\
            \(each: day.hours.enumerated(), { hour, count in
                let isPast = index == 0 && hour < week.currentHour
                return cell(x: Self.left + hour * Self.cell, y: y, count, "\(day.title), \(hour):00", isPast, day.isKnown)
            })\
            <text class="total" x="\(Self.left + 24 * Self.cell + 8)" y="\(y + 14)">\(if: day.isKnown, "\(day.total)")</text>
            """
    }

    private func cell(x: Int, y: Int, _ count: Int, _ title: String, _ isPast: Bool, _ isKnown: Bool) -> HTML {
        let times = count == 1 ? "once" : "\(count) times"
        return """
            <rect x="\(x)" y="\(y)" width="18" height="18" rx="3" class="\(level(count))\(if: isPast, " past")\(if: !isKnown, " unknown")">\
            \(if: count > 0 && isKnown, "<title>\(title): \(times)</title>")</rect>
            """
    }

    private func level(_ count: Int) -> HTML {
        switch count {
        case 0: "level-0"
        case 1: "level-1"
        case 2...6: "level-2"
        case 7...59: "level-3"
        default: "level-4"
        }
    }
}

/// Days as text.
enum DayText {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Tue 24 Nov`
    static func title(daysSince1970 days: Int64) -> String {
        let parts = TimeText.iso(.init(seconds: days * 86_400, nanos: 0)).prefix(10).split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month) else {
            return ""
        }
        // 1970-01-01 was a Thursday.
        let weekday = Int(((days + 4) % 7 + 7) % 7)
        return "\(weekdays[weekday]) \(day) \(months[month - 1])"
    }
}
