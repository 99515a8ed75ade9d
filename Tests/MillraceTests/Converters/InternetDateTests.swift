import Foundation
import Testing

@testable import Millrace

@Suite struct InternetDateTests {
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"), (1.5, "1970-01-01T00:00:01.500Z"), (-0.25, "1969-12-31T23:59:59.750Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (1_700_000_000.123456, "2023-11-14T22:13:20.123456Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
    ])
    func formats(_ seconds: Double, _ text: String) {
        #expect(InternetDate.format(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test func everyDateComesBackAsItWas() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            // Within some months of 2001, where `Date` counts from, it holds more digits than nanoseconds.
            let seconds = Double.random(in: 2e7...2e9, using: &generator) * (Bool.random() ? 1 : -1)
            let date = Date(timeIntervalSinceReferenceDate: seconds)
            let text = InternetDate.format(date)
            #expect(InternetDate.parse(text) == date, "\(text)")
        }
    }

    @Test(arguments: [
        ("2023-11-14T22:13:20Z", 1_700_000_000), ("2023-11-14T22:13:20+00:00", 1_700_000_000),
        ("2023-11-15 00:13:20+0200", 1_700_000_000), ("2023-11-14T17:13:20-05:00", 1_700_000_000),
        ("2023-11-14T22:13:20", 1_700_000_000), ("2023-11-14T22:13:20.5Z", 1_700_000_000.5),
        ("2023-11-14T22:13:20.500000000000Z", 1_700_000_000.5), ("2023-11-14", 1_699_920_000),
    ])
    func reads(_ text: String, _ seconds: Double) {
        #expect(InternetDate.parse(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: [
        "", "soon", "2023-13-01T00:00:00Z", "2023-02-30T00:00:00Z", "2023-11-14T25:00:00Z", "2023-11-14T22:13:20.Z",
        "2023-11-14T22:13:20Zx", "2023-11-14T22:13:20+5", "20231114T221320Z",
    ])
    func refuses(_ text: String) {
        #expect(InternetDate.parse(text) == nil)
    }
}
