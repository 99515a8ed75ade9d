import Testing
import WireAPI

@testable import ScheduleSpec

/// Specs at random against a walk through every second.
@Suite struct SearchPropertyTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ state >> 31) &* 0x9E37_79B9_7F4A_7C15
        }

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

        mutating func ranges(_ limits: ClosedRange<Int>, few: Bool = false) -> [APIRange] {
            (0..<Int.random(in: 1...3, using: &self)).map { _ in
                let start = Int.random(in: limits, using: &self)
                guard !few, chance(60) else { return APIRange(start) }
                let end = Int.random(in: start...limits.upperBound, using: &self)
                return APIRange(start, end, Int.random(in: 0...9, using: &self))
            }
        }

        mutating func calendar() -> APIStructuredCalendarSpec {
            .daily {
                $0.second = chance(50) ? [APIRange(0)] : ranges(0...59, few: true)
                $0.minute = ranges(0...59)
                $0.hour = ranges(0...23)
                if chance(40) { $0.dayOfMonth = ranges(1...31) }
                if chance(20) { $0.month = ranges(1...12) }
                if chance(40) { $0.dayOfWeek = ranges(0...6) }
            }
        }

        mutating func spec() -> APIScheduleSpec {
            var spec = APIScheduleSpec()
            for _ in 0..<Int.random(in: 0...2, using: &self) { spec.structuredCalendar.append(calendar()) }
            if spec.structuredCalendar.isEmpty || chance(30) {
                let interval = Int64.random(in: 1...9_000, using: &self)
                spec.interval = APIScheduleSpec.every(interval, phase: .random(in: 0..<interval, using: &self)).interval
            }
            if chance(60) {
                var excluded = calendar()
                if chance(60) {
                    excluded.second = [APIRange(0, 59)]
                    excluded.minute = [APIRange(0, 59)]
                    if chance(50) { excluded.hour = [APIRange(0, 23)] }
                }
                spec.excludeStructuredCalendar = [excluded]
            }
            if chance(30) { spec.timezoneName = "Asia/Kathmandu" }
            return spec
        }
    }

    /// Whether the spec is due in this second, from the definition alone.
    private func isDue(_ spec: APIScheduleSpec, _ time: Int64) -> Bool {
        let offset: Int64 = spec.timezoneName.isEmpty ? 0 : 20_700
        func matches(_ calendar: APIStructuredCalendarSpec) -> Bool {
            let local = LocalTime(time + offset)
            func isIn(_ ranges: [APIRange], _ value: Int) -> Bool {
                ranges.contains { range in
                    let (start, step) = (Int(range.start), max(Int(range.step), 1))
                    return value == start || value > start && value <= Int(range.end) && (value - start) % step == 0
                }
            }
            return isIn(calendar.second, local.second) && isIn(calendar.minute, local.minute)
                && isIn(calendar.hour, local.hour) && isIn(calendar.dayOfMonth, local.date.day)
                && isIn(calendar.month, local.date.month) && isIn(calendar.dayOfWeek, local.date.weekday)
        }
        let isNamed =
            spec.structuredCalendar.contains(where: matches)
            || spec.interval.contains { (time - $0.phase.seconds) % $0.interval.seconds == 0 }
        return isNamed && !spec.excludeStructuredCalendar.contains(where: matches)
    }

    @Test(arguments: 0..<30)
    func noTimeIsLeftOutAndNoneIsAdded(seed: UInt64) throws {
        var random = Random(state: seed)
        let spec = random.spec()
        let times = try ScheduleTimes(spec, zones: RuleZones())
        let begin = Dates.seconds("2026-01-30") + .random(in: 0..<(60 * Seconds.day), using: &random)
        let end = begin + Seconds.day
        var expected: [Int64] = []
        var time = begin
        while time < end, expected.count < 5_000 {
            time += 1
            if isDue(spec, time) { expected.append(time) }
        }
        var found: [Int64] = []
        var after = begin * 1_000_000_000
        while let next = times.next(after: after, seed: ""), next.nominal <= time * 1_000_000_000 {
            found.append(next.nominal / 1_000_000_000)
            after = next.due
        }
        #expect(found == expected)
    }

    /// Where clocks are turned, too, times only go forward, and each is one that matches (in zones of whole hours).
    @Test(
        arguments: ["Europe/Berlin", "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Havana"],
        0..<8)
    func timesGoForward(zone: String, seed: UInt64) throws {
        var random = Random(state: seed &+ 1_000)
        let spec = random.spec().changed {
            $0.timezoneName = zone
            $0.jitter = .init(seconds: .random(in: 0...7_200, using: &random))
        }
        let times = try ScheduleTimes(spec, zones: RuleZones())
        for begin in ["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"] {
            var after = Dates.nanoseconds(begin)
            for _ in 0..<200 {
                guard let next = times.next(after: after, seed: "s") else { break }
                guard next.nominal > after, next.due >= next.nominal else {
                    Issue.record("\(next) after \(after) in \(spec)")
                    return
                }
                after = next.due
            }
        }
    }

    /// Exclusions of whole hours and days are passed over at once, with the same result.
    @Test func longExclusionsAreShort() throws {
        let everySecond = APIScheduleSpec.every(1).changed {
            $0.excludeStructuredCalendar = [
                .daily {
                    $0.second = [APIRange(0, 59)]
                    $0.minute = [APIRange(0, 59)]
                    $0.hour = [APIRange(0, 23)]
                    $0.month = [APIRange(1, 11)]
                }
            ]
        }
        #expect(try dueTimes(everySecond, from: "2026-01-01", most: 1) == ["2026-12-01T00:00:00"])
        let hours = everySecond.changed {
            $0.excludeStructuredCalendar[0].month = [APIRange(1, 12)]
            $0.excludeStructuredCalendar[0].hour = [APIRange(0, 22)]
        }
        #expect(try dueTimes(hours, from: "2026-01-01", most: 2) == ["2026-01-01T23:00:00", "2026-01-01T23:00:01"])
        let berlin = everySecond.changed { $0.timezoneName = "Europe/Berlin" }
        #expect(try dueTimes(berlin, from: "2026-01-01", most: 1) == ["2026-11-30T23:00:00"])
    }

    /// However much is excluded, the search comes to an end.
    @Test func whatIsNeverDueEnds() throws {
        let all = APIStructuredCalendarSpec.daily {
            $0.second = [APIRange(0, 59)]
            $0.minute = [APIRange(0, 59)]
            $0.hour = [APIRange(0, 23)]
        }
        let excluded = APIScheduleSpec.every(1).changed { $0.excludeStructuredCalendar = [all] }
        #expect(try dueTimes(excluded, from: "2026-01-01").isEmpty)
        let halves = excluded.changed {
            var even = all
            even.second = [APIRange(0, 58, 2)]
            var odd = all
            odd.second = [APIRange(1, 59, 2)]
            $0.excludeStructuredCalendar = [even, odd]
        }
        let begin = ContinuousClock.now
        #expect(try dueTimes(halves, from: "2026-01-01").isEmpty)
        #expect(ContinuousClock.now - begin < .seconds(30))
    }
}
