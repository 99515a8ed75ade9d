import SwiftProtobuf
import Testing

@testable import MillraceCLI

@Suite struct TimeTextTests {
    @Test(
        arguments: [
            (Int64(0), "1970-01-01T00:00:00Z"), (1_795_452_281, "2026-11-23T16:44:41Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] as [(Int64, String)])
    func iso(_ seconds: Int64, _ expected: String) {
        #expect(TimeText.iso(.init(seconds: seconds, nanos: 999)) == expected)
    }

    @Test func raw() {
        #expect(TimeText.raw(.init(seconds: 0, nanos: 533_111_000)) == "1970-01-01 00:00:00.533111 +0000 UTC")
        #expect(TimeText.raw(.init(seconds: 0, nanos: 0)) == "1970-01-01 00:00:00 +0000 UTC")
    }

    @Test(
        arguments: [
            (Int64(0), "now"), (1, "1 second ago"), (59, "59 seconds ago"), (60, "1 minute ago"), (119, "1 minute ago"),
            (3600, "1 hour ago"), (7200, "2 hours ago"), (86_400, "1 day ago"), (604_800, "1 week ago"),
            (40 * 86_400, "1 month ago"), (500 * 86_400, "1 year ago"),
            (541 * 86_400, "2 years ago"), (800 * 86_400, "2 years ago"), (2_000_000_000, "a long while ago"),
            (-1_200_000_000, "a long while from now"), (-600, "10 minutes from now"),
            (-1, "1 second from now"),
        ] as [(Int64, String)])
    func relative(_ age: Int64, _ expected: String) {
        let now = Google_Protobuf_Timestamp(seconds: 2_000_000_000, nanos: 0)
        #expect(TimeText.relative(.init(seconds: now.seconds - age, nanos: 0), now: now) == expected)
    }

    @Test func halfASecondIsNow() {
        let now = Google_Protobuf_Timestamp(seconds: 100, nanos: 200_000_000)
        #expect(TimeText.relative(.init(seconds: 99, nanos: 700_000_000), now: now) == "now")
        #expect(TimeText.relative(.init(seconds: 101, nanos: 100_000_000), now: now) == "now")
    }

    @Test func survivesAnyTime() {
        for seconds in [Int64.min, Int64.max] {
            #expect(TimeText.Civil(seconds).month >= 1)
        }
    }
}
