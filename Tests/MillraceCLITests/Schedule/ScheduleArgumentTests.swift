import Testing

@testable import MillraceCLI

@Suite struct ScheduleArgumentTests {
    @Test(
        arguments: [
            ("{\"dayOfWeek\":\"Fri\",\"hour\":\"17\",\"minute\":\"5\"}", "0 5 17 * * Fri *"),
            ("{\"day_of_month\":\"1,15\",\"second\":\"*/5\"}", "*/5 0 0 1,15 * * *"), ("{}", "0 0 0 * * * *"),
            ("{\"month\":\"January\",\"year\":\"2026-2028\",\"comment\":\"a b\"}", "0 0 0 * January * 2026-2028 # a b"),
            ("{\"hour\":null,\"minute\":\" 7\"}", "0  7 0 * * * *"),
        ] as [(String, String)])
    func calendarsBecomeCron(_ json: String, _ cron: String) throws {
        #expect(try CalendarArgument.cron(json) == cron)
    }

    @Test(
        arguments: [
            ("bad", "failed to parse json calendar spec: invalid character 'b' looking for beginning of value"),
            ("[]", "failed to parse json calendar spec: it is not an object"),
            ("{\"foo\":\"1\"}", "failed to parse json calendar spec: unknown field \"foo\""),
            ("{\"hour\":3}", "failed to parse json calendar spec: invalid value for string field hour: 3"),
            (
                "{\"dayOfWeek\":\"1\",\"day_of_week\":\"2\"}",
                "failed to parse json calendar spec: duplicate field \"day_of_week\""
            ),
            ("{\"hour\":\"3 4\"}", "invalid CalendarSpec"), ("{\"hour\":\" \"}", "invalid CalendarSpec"),
        ] as [(String, String)])
    func badCalendars(_ json: String, _ message: String) {
        #expect {
            try CalendarArgument.cron(json)
        } throws: {
            ($0 as? UsageError)?.description == message
        }
    }

    @Test func intervalsHaveAnOffset() throws {
        let plain = try ScheduleSpecOptions.interval("90m")
        #expect(plain.interval.seconds == 5400)
        #expect(plain.hasPhase)
        #expect(plain.phase.seconds == 0)
        let late = try ScheduleSpecOptions.interval("1d/2h")
        #expect(late.interval.seconds == 86_400)
        #expect(late.phase.seconds == 7200)
    }

    @Test(
        arguments: [
            ("1h/2h/3h", "invalid interval: must be \"<duration>\" or \"<duration>/<duration>\""),
            ("1x", "invalid interval: time: unknown unit \"x\" in duration \"1x\""),
            ("", "invalid interval: time: invalid duration \"\""),
            ("1h/", "invalid interval: time: invalid duration \"\""),
        ] as [(String, String)])
    func badIntervals(_ text: String, _ message: String) {
        #expect {
            try ScheduleSpecOptions.interval(text)
        } throws: {
            ($0 as? UsageError)?.description == message
        }
    }

    @Test func flagsOfSchedulesTakeValues() {
        let normalizer = CommandLineTool.normalizer
        #expect(
            normalizer.normalize(["x", "--paused=true", "--pause-on-failure=false", "--really-long", "-l"])
                == ["x", "--paused", "--really-long", "-l"])
        #expect(normalizer.normalize(["-l", "schedule", "list"]) == ["schedule", "list", "-l"])
        #expect(normalizer.normalize(["x", "--unpause", "-s", "a"]) == ["x", "--unpause", "-s", "a"])
    }
}
