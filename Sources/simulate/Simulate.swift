#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Simulation

/// `simulate SEED` replays one seed; `simulate FROM COUNT` runs many. Exits with 1 if a rule was broken.
@main
struct Simulate {
    static func main() {
        let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        let first = numbers.first ?? 1
        let count = numbers.count > 1 ? numbers[1] : 1
        var failed: [UInt64] = []
        var (steps, crashes, runs, queries, scheduled) = (0, 0, 0, 0, 0)
        for seed in first..<(first + count) {
            let report = Simulation.run(seed: seed)
            steps += report.steps
            crashes += report.crashes
            runs += report.runs
            queries += report.queries
            scheduled += report.scheduled
            guard !report.violations.isEmpty else { continue }
            failed.append(seed)
            if count == 1 { for line in report.trace { print(line) } }
            print("seed \(seed):", report.violations.joined(separator: "; "))
        }
        print(
            "\(count) seeds, \(steps) steps, \(crashes) server crashes, \(runs) runs, \(scheduled) by schedules,",
            "\(queries) queries, \(failed.count) violations")
        if !failed.isEmpty { exit(1) }
    }
}
