import SwiftProtobuf
import Testing

@testable import MillraceCLI

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            ("0", Duration.zero), ("5s", .seconds(5)), ("1h30m", .seconds(5400)), ("1.5s", .milliseconds(1500)),
            ("300ms", .milliseconds(300)), ("2d", .seconds(172_800)), ("10us", .microseconds(10)),
            ("10µs", .microseconds(10)), ("1ns", .nanoseconds(1)), ("-3s", .seconds(-3)), (".5m", .seconds(30)),
            ("72h0m0s", .seconds(259_200)),
        ] as [(String, Duration)])
    func parses(_ text: String, _ expected: Duration) throws {
        #expect(try DurationText.parse(text) == expected)
    }

    @Test(
        arguments: [
            ("", "invalid duration \"\""), ("5", "missing unit in duration \"5\""),
            ("5x", "unknown unit \"x\" in duration \"5x\""), ("s", "invalid duration \"s\""),
            ("1..5s", "invalid duration \"1..5s\""), ("9999999d", "duration \"9999999d\" is too long"),
            ("-", "invalid duration \"-\""),
        ] as [(String, String)])
    func refuses(_ text: String, _ message: String) {
        #expect {
            try DurationText.parse(text)
        } throws: {
            "\($0)" == message
        }
    }

    @Test(
        arguments: [
            (Duration.zero, "0s"), (.seconds(86_400), "24h0m0s"), (.seconds(60), "1m0s"), (.milliseconds(1500), "1.5s"),
            (.milliseconds(30), "30ms"), (.microseconds(1500), "1.5ms"), (.microseconds(100), "100µs"),
            (.nanoseconds(7), "7ns"), (.seconds(-90), "-1m30s"), (.seconds(3661) + .milliseconds(20), "1h1m1.02s"),
        ] as [(Duration, String)])
    func formats(_ duration: Duration, _ expected: String) {
        #expect(DurationText.format(duration) == expected)
    }

    @Test(
        arguments: [
            (Duration.zero, "0s"), (.seconds(45 * 60), "45m 0s"), (.seconds(3600), "1h 0m 0s"),
            (.seconds(86_400), "1d 0h 0m 0s"), (.seconds(365 * 86_400 + 3661), "365d 1h 1m 1s"),
            (.milliseconds(500), "500ms"), (.milliseconds(1500), "1.5s"), (.seconds(-90_000), "-1d 1h 0m 0s"),
        ] as [(Duration, String)])
    func formatsWithSpaces(_ duration: Duration, _ expected: String) {
        #expect(DurationText.formatSpaced(.init(duration)) == expected)
    }

    @Test func roundsToHundredths() {
        #expect(DurationText.formatRounded(.milliseconds(1036)) == "1.04s")
        #expect(DurationText.formatRounded(.milliseconds(1034)) == "1.03s")
        #expect(DurationText.formatRounded(.milliseconds(4)) == "0s")
        #expect(DurationText.formatRounded(.milliseconds(112)) == "110ms")
    }
}
