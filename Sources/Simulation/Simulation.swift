import Engine

/// Runs the server core, workers and clients in one thread on virtual time, with whatever can go wrong going wrong, and
/// says what rules were broken. The same seed always gives the same course.
///
///     let report = Simulation.run(seed: 17)
///     report.violations.isEmpty
public enum Simulation {
    public struct Report: Sendable {
        public var seed: UInt64
        public var violations: [String]
        /// What happened last, oldest first.
        public var trace: [String]
        public var steps: Int
        public var crashes: Int
        /// Runs in the store at the end, and the activity attempts that were handed out.
        public var runs: Int
        public var attempts: Int
        /// Queries that were answered.
        public var queries: Int
        /// Runs that schedules have started, not counting those that follow in their chains.
        public var scheduled: Int
        /// Of all histories, in order: equal for equal courses.
        public var fingerprint: UInt64
    }

    /// First a minute in which servers and workers die, answers are lost, requests come twice, commits fail and
    /// clocks jump; then peace, in which all that is open has to come to its end.
    public static func run(seed: UInt64, workflows: Int = 6) -> Report {
        let world = World(seed: seed)
        let server = SimulatedServer(world: world)
        let ledger = Ledger()
        let client = SimulatedClient(world: world, server: server, ledger: ledger, workflows: workflows)
        let schedules = SimulatedSchedules(world: world, server: server)
        let workers = (0..<2).map { index in
            SimulatedWorker(world: world, server: server, ledger: ledger, seed: seed, name: "worker-\(index)")
        }
        plague(world, server, workers)
        world.run(for: 60 * .second)
        world.isHostile = false
        let atRest = world.run(for: 3_600 * .second) {
            client.isSettled && schedules.isSettled && server.shadow.openRuns == 0
        }
        if !atRest && world.violations.isEmpty {
            let open = server.shadow.runs.sorted { $0.key < $1.key }.map(\.value).filter { !$0.isClosed }
            let ends = open.map { run in
                "\(run.workflowID) \(run.runID) after \(run.events.filter { $0.eventType != .workflowExecutionSignaled }.suffix(6).map { "\($0.eventID) \($0.eventType)" })"
            }
            world.violation(
                "after faults have stopped, \(ends.count) runs do not come to an end: \(ends); client settled: "
                    + "\(client.isSettled), schedules settled: \(schedules.isSettled)")
        }
        for worker in workers { worker.checkCache() }
        if world.violations.isEmpty { ledger.check(server, world) }
        if world.violations.isEmpty { schedules.check() }
        return Report(
            seed: seed, violations: world.violations, trace: Array(world.trace), steps: world.steps,
            crashes: server.crashes, runs: server.shadow.runs.count, attempts: ledger.attempts, queries: ledger.queries,
            scheduled: server.shadow.scheduledWorkflows.count, fingerprint: fingerprint(server))
    }

    private static func plague(_ world: World, _ server: SimulatedServer, _ workers: [SimulatedWorker]) {
        func strike() {
            guard world.isHostile else { return }
            switch world.random.next() % 5 {
            case 0, 1: server.crash()
            case 2, 3: workers.randomElement(using: &world.random)?.crash()
            default: break
            }
            world.after(world.random.milliseconds(200...8_000)) { strike() }
        }
        world.after(world.random.milliseconds(200...8_000)) { strike() }
    }

    private static func fingerprint(_ server: SimulatedServer) -> UInt64 {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for (key, run) in server.shadow.runs.sorted(by: { $0.key < $1.key }) {
            hash = (hash ^ UInt64(bitPattern: key)) &* 1_099_511_628_211
            for event in run.events {
                hash = (hash ^ UInt64(event.eventType.rawValue)) &* 1_099_511_628_211
                hash = (hash ^ UInt64(bitPattern: event.eventTime.seconds)) &* 1_099_511_628_211
                hash = (hash ^ UInt64(event.eventTime.nanos)) &* 1_099_511_628_211
            }
        }
        return hash
    }
}
