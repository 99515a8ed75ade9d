import SwiftProtobuf
import Testing

@testable import MillraceCLI

@Suite struct TimeParserTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", Int64(0), Int32(0)), ("2026-11-23T16:44:41Z", 1_795_452_281, 0),
            ("2026-11-23T17:44:41+01:00", 1_795_452_281, 0), ("2026-11-23T11:14:41-05:30", 1_795_452_281, 0),
            ("2000-02-29T00:00:00.5Z", 951_782_400, 500_000_000), ("1970-01-01T00:00:00.1234567891Z", 0, 123_456_789),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0), ("2100-03-01T00:00:00Z", 4_107_542_400, 0),
        ] as [(String, Int64, Int32)])
    func parses(_ text: String, _ seconds: Int64, _ nanos: Int32) throws {
        #expect(try TimeParser.parse(text) == Google_Protobuf_Timestamp(seconds: seconds, nanos: nanos))
    }

    @Test(arguments: [
        "", "bad", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00ZZ", "26-01-01T00:00:00Z",
    ])
    func refuses(_ text: String) {
        #expect {
            try TimeParser.parse(text)
        } throws: {
            "\($0)" == "invalid time \"\(text)\"; write it like 2026-01-31T12:00:00Z"
        }
    }

    @Test func readsWhatIsWritten() throws {
        for seconds in stride(from: Int64(-62_135_596_800), through: 253_402_300_799, by: 789_012_345) {
            let time = Google_Protobuf_Timestamp(seconds: seconds, nanos: 0)
            #expect(try TimeParser.parse(TimeText.iso(time)) == time)
        }
    }
}
