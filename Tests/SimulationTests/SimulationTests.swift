import Simulation
import Testing

@Suite struct SimulationTests {
    /// The seeds of a CI run; `swift run simulate FROM COUNT` runs any others.
    @Test(arguments: 0..<10)
    func nothingIsLostWhateverGoesWrong(_ block: UInt64) {
        for seed in (block * 30)..<(block * 30 + 30) {
            let report = Simulation.run(seed: seed)
            #expect(report.violations.isEmpty, "seed \(seed); replay it with: swift run simulate \(seed)")
        }
    }

    @Test func aSeedReplaysExactly() {
        let first = Simulation.run(seed: 4_711)
        let second = Simulation.run(seed: 4_711)
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.steps == second.steps)
    }

    @Test func theFaultsReallyHappen() {
        let reports = (0..<5).map { Simulation.run(seed: $0) }
        #expect(reports.reduce(0) { $0 + $1.crashes } > 5)
        #expect(reports.reduce(0) { $0 + $1.attempts } > 50)
        #expect(reports.reduce(0) { $0 + $1.queries } > 10)
        #expect(reports.reduce(0) { $0 + $1.scheduled } > 50)
    }
}
