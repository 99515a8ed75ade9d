import Testing

@testable import ScheduleSpec

@Suite struct TimeZoneTests {
    /// A rule, and local offsets in hours at some times.
    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59", 1.0),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00", 2.0),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2099-10-25T00:59:59", 2.0),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2099-10-25T01:00:00", 1.0),
        // The United States' rules, for want of others.
        ("EST5EDT", "2026-03-08T06:59:59", -5.0), ("EST5EDT", "2026-03-08T07:00:00", -4.0),
        ("EST5EDT", "2026-11-01T05:59:59", -4.0), ("EST5EDT", "2026-11-01T06:00:00", -5.0),
        // Winter time as the saving one (Dublin), and a time before midnight (Nuuk).
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01", 1.0), ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-01", 0.0),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59", -2.0),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00", -1.0),
        // The southern hemisphere, with half an hour.
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-01-01", 11.0),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-04-04T15:00:00", 10.5),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-10-03T15:29:59", 10.5),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-10-03T15:30:00", 11.0),
        // Days of the year, with and without the leap day.
        ("AAA0BBB,J60,J300", "2028-03-01T02:00:00", 1.0), ("AAA0BBB,J60,J300", "2028-03-01T01:59:59", 0.0),
        ("AAA0BBB,59,300", "2028-02-29T02:00:00", 1.0), ("AAA0BBB,59,300", "2027-03-01T01:59:59", 0.0),
        ("AAA-1:30:15", "2026-01-01", 1.504166666666667),
    ])
    func rules(rule: String, time: String, hours: Double) throws {
        let zone = try TZifFile.rules(of: TZifBytes(rule: rule).bytes)
        #expect(zone.offset(at: Dates.seconds(time)) == Int64((hours * 3_600).rounded()))
    }

    @Test(arguments: ["", "A1", "AAA", "AAA1BBB,M3.5.0", "AAA1BBB,M13.5.0,M1.1.0", "AAA1BBB,M3.6.0,M1.1.0", "AAA999"])
    func rulesThatAreNone(rule: String) {
        #expect(PosixTimeZone(rule.utf8) == nil)
    }

    @Test func changesComeBeforeTheRule() throws {
        let file = TZifBytes(
            types: [(100, false), (7_200, true), (3_600, false)],
            changes: [
                (Dates.seconds("1980-01-01"), 2), (Dates.seconds("1990-06-01"), 1), (Dates.seconds("1990-09-01"), 2),
            ],
            rule: "CET-1CEST,M3.5.0,M10.5.0/3")
        let zone = try TZifFile.rules(of: file.bytes)
        let offsets = [
            "1979-12-31", "1980-01-01", "1990-05-31", "1990-06-01", "1990-10-01", "1991-07-01", "2100-07-01",
        ]
        .map { zone.offset(at: Dates.seconds($0)) }
        #expect(offsets == [100, 3_600, 3_600, 7_200, 3_600, 7_200, 7_200])
    }

    @Test func theOldFormatHasChangesOnly() throws {
        let file = TZifBytes(
            version: 0, types: [(3_600, false), (7_200, true)], changes: [(Dates.seconds("2026-06-01"), 1)])
        let zone = try TZifFile.rules(of: file.bytes)
        #expect(zone.offset(at: Dates.seconds("2026-05-31T23:59:59")) == 3_600)
        #expect(zone.offset(at: Dates.seconds("2030-01-01")) == 7_200)
    }

    @Test func aFileCutAnywhereIsMalformed() {
        let file = TZifBytes(types: [(0, false), (3_600, true)], changes: [(0, 1)], rule: "").bytes
        for count in 0..<(file.count - 2) {
            #expect(throws: TZifFile.Malformed.self) { try TZifFile.rules(of: Array(file[..<count])) }
        }
    }

    @Test func aFileThatPointsNowhereIsMalformed() {
        let file = TZifBytes(types: [(0, false)], changes: [(0, 1)])
        #expect(throws: TZifFile.Malformed.self) { try TZifFile.rules(of: file.bytes) }
        #expect(throws: TZifFile.Malformed.self) { try TZifFile.rules(of: TZifBytes(types: []).bytes) }
    }

    /// Files that spell out changes up to 2037 and give the rule for what follows must agree with it in the last years.
    @Test(arguments: [
        "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo",
        "Asia/Kolkata", "Pacific/Chatham", "America/Nuuk",
    ])
    func theMachinesZones(name: String) throws {
        let file = try #require(SystemTimeZones().data(named: name), "is tzdata installed?")
        let zone = try TZifFile.rules(of: file)
        let end = try #require(file.dropLast().lastIndex(of: 10))
        let rule = try TZifFile.rules(
            of: TZifBytes(rule: String(decoding: file[(end + 1)..<(file.count - 1)], as: UTF8.self)).bytes)
        var time = Dates.seconds("2030-01-01")
        while time < Dates.seconds("2045-01-01") {
            #expect(zone.offset(at: time) == rule.offset(at: time), "\(name) at \(time)")
            time += 6 * Seconds.hour
        }
    }

    @Test(arguments: [
        "../etc/passwd", "Europe/../../../etc/passwd", "/etc/localtime", "", "Nowhere/City", "Europe", "a\0b", "a\\b",
    ])
    func namesThatAreNone(name: String) {
        #expect(SystemTimeZones().data(named: name) == nil)
    }

    @Test func foldersAreTriedInOrder() {
        let zones = SystemTimeZones(folders: ["/nonexistent", "/usr/share/zoneinfo"])
        #expect(zones.data(named: "Europe/Berlin") != nil)
        #expect(SystemTimeZones(folders: ["/nonexistent"]).data(named: "Europe/Berlin") == nil)
    }

    @Test func localTimesInGapsAndRepeatedHours() throws {
        let berlin = try TZifFile.rules(of: TZifBytes(rule: "CET-1CEST,M3.5.0,M10.5.0/3").bytes)
        let newYork = try TZifFile.rules(of: TZifBytes(rule: "EST5EDT,M3.2.0,M11.1.0").bytes)
        func moment(_ zone: ZoneRules, _ local: String) -> String {
            Dates.text(zone.time(ofLocal: Dates.seconds(local)) * 1_000_000_000)
        }
        #expect(moment(berlin, "2026-03-29T02:30") == "2026-03-29T01:30:00")
        #expect(moment(berlin, "2026-10-25T02:30") == "2026-10-25T01:30:00")
        #expect(moment(newYork, "2026-03-08T02:30") == "2026-03-08T06:30:00")
        #expect(moment(newYork, "2026-11-01T01:30") == "2026-11-01T05:30:00")
    }
}
