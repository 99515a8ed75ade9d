import DeterminismPrograms
import Foundation
import Testing

@Suite struct DeterminismTests {
    @Test func crossingsBetweenIsolationsDoNotShow() throws {
        #expect(Catalog.differences(try Catalog.run()) == [])
    }

    @Test func everyProgramEnds() throws {
        for variant in try Catalog.run() {
            let ends = ["complete", "cancelled", "fail the condition did not come true"]
            #expect(
                variant.lines.contains { line in ends.contains { line.hasPrefix($0) } },
                "\(variant.program), \(variant.order), \(variant.hop)")
        }
    }

    /// The same file is compared with what a debug and a release build print; see `scripts/test-determinism`.
    @Test func commandListsAreTheCommittedOnes() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "DeterminismCheck/expected.txt")
        let expected = try String(contentsOf: file, encoding: .utf8)
        let actual = Catalog.text(try Catalog.run())
        for (line, pair) in zip(actual.split(separator: "\n"), expected.split(separator: "\n")).enumerated()
        where pair.0 != pair.1 {
            Issue.record("line \(line + 1) is '\(pair.0)', expected '\(pair.1)'")
            break
        }
        #expect(actual.count == expected.count)
    }

    @Test func repeatedRunsAreEqual() throws {
        #expect(Catalog.text(try Catalog.run()) == Catalog.text(try Catalog.run()))
    }
}
