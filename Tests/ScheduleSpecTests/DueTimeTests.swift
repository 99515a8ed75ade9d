import Testing
import WireAPI

@testable import ScheduleSpec

/// What is due when. Recorded from the reference where it is not plain from a calendar.
@Suite struct DueTimeTests {
    @Test func intervalsCountFrom1970() throws {
        #expect(
            try dueTimes(.every(3_600), from: "2026-01-01T00:10", most: 2) == [
                "2026-01-01T01:00:00", "2026-01-01T02:00:00",
            ])
        #expect(try dueTimes(.every(3_600, phase: 90), from: "2026-01-01T00:01:30", most: 1) == ["2026-01-01T01:01:30"])
        #expect(
            try dueTimes(.every(864_000, phase: 259_200), from: "1970-01-01", most: 2) == [
                "1970-01-14T00:00:00", "1970-01-24T00:00:00",
            ])
    }

    @Test func partsOfASecondInIntervalsDoNotCount() throws {
        let spec = APIScheduleSpec.every(0).changed {
            $0.interval[0].interval = .init(seconds: 2, nanos: 900_000_000)
            $0.interval[0].phase = .init(seconds: 1, nanos: 500_000_000)
        }
        #expect(try dueTimes(spec, from: "2026-01-01", most: 2) == ["2026-01-01T00:00:01", "2026-01-01T00:00:03"])
    }

    @Test func theEarliestOfAllIsNext() throws {
        let spec = APIScheduleSpec.every(7_200).changed { $0.cronString = ["30 1 * * *", "0 2 * * *"] }
        #expect(
            try dueTimes(spec, from: "2026-01-01", most: 3) == [
                "2026-01-01T01:30:00", "2026-01-01T02:00:00", "2026-01-01T04:00:00",
            ])
    }

    @Test func nothingIsNeverDue() throws {
        #expect(try dueTimes(APIScheduleSpec(), from: "2026-01-01").isEmpty)
        #expect(try dueTimes(.cron("0 0 30 2 *"), from: "2026-01-01").isEmpty)
        #expect(try dueTimes(.cron("0 0 * * * 2025"), from: "2026-01-01").isEmpty)
        // A structured calendar's empty field matches nothing, but for the year.
        #expect(try dueTimes(.calendar(.daily { $0.dayOfWeek = [] }), from: "2026-01-01").isEmpty)
        #expect(try dueTimes(.calendar(.daily { $0.second = [] }), from: "2026-01-01").isEmpty)
        #expect(try dueTimes(.calendar(.daily()), from: "2026-01-01", most: 1) == ["2026-01-02T00:00:00"])
    }

    @Test func leapDays() throws {
        #expect(
            try dueTimes(.cron("0 12 29 2 *"), from: "2026-01-01", most: 2) == [
                "2028-02-29T12:00:00", "2032-02-29T12:00:00",
            ])
        #expect(
            try dueTimes(.cron("0 0 29 2 mon"), from: "2026-01-01", most: 2) == [
                "2044-02-29T00:00:00", "2072-02-29T00:00:00",
            ])
        // 2100 has none.
        #expect(try dueTimes(.cron("0 0 29 2 *"), from: "2097-01-01").isEmpty)
        #expect(
            try dueTimes(.cron("0 0 31 * *"), from: "2026-01-31", most: 3) == [
                "2026-03-31T00:00:00", "2026-05-31T00:00:00", "2026-07-31T00:00:00",
            ])
    }

    @Test func fridayThe13th() throws {
        #expect(
            try dueTimes(.cron("0 0 13 * fri"), from: "2026-01-01", most: 4) == [
                "2026-02-13T00:00:00", "2026-03-13T00:00:00", "2026-11-13T00:00:00", "2027-08-13T00:00:00",
            ])
    }

    @Test func nothingIsDueAfter2100() throws {
        #expect(
            try dueTimes(.cron("0 0 1 12 *"), from: "2098-12-31") == ["2099-12-01T00:00:00", "2100-12-01T00:00:00"])
        #expect(
            try dueTimes(.every(30 * 86_400), from: "2100-11-01") == ["2100-11-05T00:00:00", "2100-12-05T00:00:00"])
        #expect(try dueTimes(.every(60), from: "2150-01-01").isEmpty)
        #expect(try ScheduleTimes(.every(60), zones: RuleZones()).next(after: .max, seed: "") == nil)
    }

    @Test func nothingIsDueBefore1970() throws {
        #expect(try dueTimes(.cron("0 0 1 * *"), from: "1969-10-01", most: 1) == ["1970-01-01T00:00:00"])
        #expect(try ScheduleTimes(.cron("@daily"), zones: RuleZones()).next(after: .min, seed: "")?.nominal == 0)
    }

    @Test func startAndEnd() throws {
        let spec = APIScheduleSpec.every(3_600).changed {
            $0.startTime = .init("2026-01-01T10:00")
            $0.endTime = .init("2026-01-01T12:00")
        }
        #expect(
            try dueTimes(spec, from: "2020-01-01") == [
                "2026-01-01T10:00:00", "2026-01-01T11:00:00", "2026-01-01T12:00:00",
            ])
        let none = spec.changed { $0.endTime = .init("2026-01-01T09:00") }
        #expect(try dueTimes(none, from: "2020-01-01").isEmpty)
    }

    /// The second in which the range starts counts as a whole.
    @Test func aStartWithinASecond() throws {
        let spec = APIScheduleSpec.every(1).changed {
            $0.startTime = .init(seconds: 1_768_435_200, nanos: 500_000_000)
            $0.endTime = .init(seconds: 1_768_435_202, nanos: 1)
        }
        #expect(
            try dueTimes(spec, from: "2026-01-01") == [
                "2026-01-15T00:00:00", "2026-01-15T00:00:01", "2026-01-15T00:00:02",
            ])
    }

    @Test func exclusions() throws {
        let spec = APIScheduleSpec.cron("0 12 * * *").changed {
            $0.excludeStructuredCalendar = [
                .daily {
                    $0.hour = [APIRange(12)]; $0.dayOfWeek = [APIRange(1, 5)]
                }
            ]
        }
        #expect(
            try dueTimes(spec, from: "2026-01-01", most: 3) == [
                "2026-01-03T12:00:00", "2026-01-04T12:00:00", "2026-01-10T12:00:00",
            ])
        // An exclusion of another second takes nothing out.
        let other = spec.changed { $0.excludeStructuredCalendar[0].second = [APIRange(1)] }
        #expect(try dueTimes(other, from: "2026-01-01", most: 1) == ["2026-01-01T12:00:00"])
    }

    @Test(arguments: [
        // West of Greenwich, an hour that comes twice is due twice; one that is left out is not due.
        ("America/New_York", "0 * * * *", "2026-11-01T04:30", ["05:00", "06:00", "07:00"]),
        ("America/New_York", "30 1 * * *", "2026-11-01T04:30", ["05:30", "06:30"]),
        ("America/New_York", "30 2 * * *", "2026-03-08T04:00", []),
        ("America/New_York", "*/30 * * * *", "2026-03-08T06:00", ["06:30", "07:00", "07:30"]),
        // East of it, the first copy is one more pass of the hour before, and what follows it misses the second.
        ("Europe/Berlin", "0 * * * *", "2026-10-24T23:00", ["00:00", "02:00", "03:00"]),
        ("Europe/Berlin", "30 1 * * *", "2026-10-24T22:00", ["23:30", "00:30"]),
        ("Europe/Berlin", "30 2 * * *", "2026-10-24T22:00", ["01:30"]),
        ("Europe/Berlin", "*/30 * * * *", "2026-10-24T23:30", ["00:00", "01:30", "02:00"]),
        ("Europe/Berlin", "30 2 * * *", "2026-03-28T22:00", []),
        ("Europe/London", "30 0 * * *", "2026-10-24T22:30", ["23:30", "00:30"]),
        ("Europe/London", "30 1 * * *", "2026-10-24T22:30", ["01:30"]),
        ("Europe/London", "30 1 * * *", "2026-03-28T22:30", []),
        // Half an hour does not take a time out of its hour.
        ("Australia/Lord_Howe", "30 2 * * *", "2026-10-03T13:30", ["15:30"]),
        ("Australia/Lord_Howe", "*/30 * * * *", "2026-04-04T13:30", ["14:00", "15:00", "15:30"]),
        ("Australia/Lord_Howe", "30 1 * * *", "2026-04-04T13:00", ["15:00"]),
        // A day that begins at one o'clock.
        ("America/Havana", "30 0 * * *", "2026-03-08T03:30", []),
        ("America/Havana", "30 0 * * *", "2026-11-01T03:30", ["04:30", "05:30"]),
    ])
    func clocksAreTurned(zone: String, cron: String, from: String, times: [String]) throws {
        let end = Dates.text(Dates.nanoseconds(from) + 20 * 3_600_000_000_000)
        let found = try dueTimes(.cron(cron, zone: zone), from: from, to: end, most: max(times.count, 1))
        #expect(found.map { String($0.dropFirst(11).dropLast(3)) } == times)
    }

    @Test func aDayWithoutMidnightHasTheWeekdayBefore() throws {
        let sundays = APIScheduleSpec.cron("0 12 * * sun", zone: "America/Havana")
        #expect(try dueTimes(sundays, from: "2026-03-01", most: 2) == ["2026-03-01T17:00:00", "2026-03-15T16:00:00"])
        let saturdays = APIScheduleSpec.cron("0 12 * * sat", zone: "America/Havana")
        #expect(try dueTimes(saturdays, from: "2026-03-02", most: 2) == ["2026-03-07T17:00:00", "2026-03-08T16:00:00"])
    }

    @Test func exclusionsAreInTheZoneToo() throws {
        let spec = APIScheduleSpec.every(3_600).changed {
            $0.timezoneName = "Asia/Kathmandu"
            $0.excludeStructuredCalendar = [
                .daily {
                    $0.minute = [APIRange(0, 59)]; $0.hour = [APIRange(1, 23)]
                }
            ]
        }
        #expect(try dueTimes(spec, from: "2026-01-01", most: 2) == ["2026-01-01T19:00:00", "2026-01-02T19:00:00"])
    }

    @Test func aZoneOfOnesOwn() throws {
        let spec = APIScheduleSpec.cron("0 12 * * *", zone: "Mine").changed {
            $0.timezoneData = .init(TZifBytes(rule: "XXX-3:20").bytes)
        }
        #expect(try dueTimes(spec, from: "2026-01-01", most: 1) == ["2026-01-01T08:40:00"])
    }
}

@Suite struct JitterTests {
    /// Recorded from the reference: its namespace's id and the schedule's are the seed.
    private static let namespace = "01a20e4d-0882-79fe-baa2-a4a59f86819c"

    @Test func hours() throws {
        let spec = APIScheduleSpec.cron("0 * * * *").changed { $0.jitter = .init(seconds: 600) }
        let found = try dueTimes(spec, from: "2026-01-01", most: 5, seed: "\(Self.namespace)-nightly")
        #expect(
            found == [
                "2026-01-01T01:05:05.825", "2026-01-01T02:06:30.780", "2026-01-01T03:03:52.790",
                "2026-01-01T04:01:15.920", "2026-01-01T05:09:20.988",
            ])
    }

    /// Jitter ends before the next nominal time.
    @Test func noMoreThanTheInterval() throws {
        let spec = APIScheduleSpec.every(60).changed { $0.jitter = .init(seconds: 600) }
        let found = try dueTimes(spec, from: "2026-01-01", most: 5, seed: "\(Self.namespace)-n")
        #expect(
            found == [
                "2026-01-01T00:01:59.721", "2026-01-01T00:02:48.893", "2026-01-01T00:03:44.157",
                "2026-01-01T00:04:08.446", "2026-01-01T00:05:25.529",
            ])
    }

    @Test func aLongSeed() throws {
        let spec = APIScheduleSpec.cron("0 0 * * *").changed { $0.jitter = .init(seconds: 100_000_000) }
        let name = "a-schedule-with-a-rather-long-name-so-that-the-hash-takes-one-more-turn"
        let found = try dueTimes(spec, from: "2026-01-01", most: 4, seed: "\(Self.namespace)-\(name)")
        #expect(
            found == [
                "2026-01-02T21:27:45.150", "2026-01-03T20:44:45.123", "2026-01-04T22:14:45.946",
                "2026-01-05T12:45:53.897",
            ])
    }

    @Test func theNominalTimeIsTold() throws {
        let spec = APIScheduleSpec.every(60).changed { $0.jitter = .init(seconds: 30) }
        let times = try ScheduleTimes(spec, zones: RuleZones())
        let next = try #require(times.next(after: Dates.nanoseconds("2026-01-01T00:00:59") + 999_999_999, seed: "x"))
        #expect(Dates.text(next.nominal) == "2026-01-01T00:01:00")
        #expect(next.due >= next.nominal && next.due < next.nominal + 30_000_000_000)
        #expect(next == times.next(after: Dates.nanoseconds("2026-01-01"), seed: "x"))
        #expect(next.due != times.next(after: Dates.nanoseconds("2026-01-01"), seed: "y")?.due)
    }

    @Test func negativeJitterIsNone() throws {
        let spec = APIScheduleSpec.every(60).changed { $0.jitter = .init(seconds: -30) }
        #expect(try dueTimes(spec, from: "2026-01-01", most: 1) == ["2026-01-01T00:01:00"])
    }
}
