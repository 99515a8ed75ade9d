import Foundation
import Logging
import Millrace
import Server
import WireAPI

/// Runs one long workflow on a server in memory, then replays its history again and again.
struct ReplayBench {
    /// Events at least in the history: activities and timers, one after the other.
    let events: Int

    /// An activity adds six events, a timer five.
    private static let eventsPerRound = 11
    private static let repetitions = 5

    struct Mismatch: Error, CustomStringConvertible {
        let description: String
    }

    func run() async throws -> [String: Double] {
        let history = try await record()
        let replay = HistoryReplay(types: [StepsAndWaits.self], converter: .default, namespace: "default")
        var best = 0.0
        var cpu = Double.infinity
        for _ in 0..<Self.repetitions {
            let began = ContinuousClock.now
            let before = Usage.now
            if let failure = try await replay.run(history, workflowID: "bench-replay") {
                throw Mismatch(description: failure.message)
            }
            let count = Double(history.events.count)
            cpu = min(cpu, (Usage.now - before).cpuMilliseconds * 1000 / count)
            best = max(best, count / ((ContinuousClock.now - began) / .seconds(1)))
        }
        return [
            "replay_events": Double(history.events.count), "replay_events_per_second": best,
            "replay_cpu_us_per_event": cpu,
        ]
    }

    private func record() async throws -> APIHistory {
        var configuration = MillraceServer.Configuration(port: nil, storage: .memory)
        configuration.logger.logLevel = .error
        let server = try await MillraceServer.start(configuration)
        let client = Client(connection: server.connection, namespace: "default")
        var options = WorkerOptions()
        options.logger.logLevel = .error
        let worker = Worker(client, taskQueue: Load.queue, options: options) {
            StepsAndWaits.self
            Step()
        }
        let rounds = max(1, events / Self.eventsPerRound)
        let history = try await worker.running {
            let run = try await client.start(
                StepsAndWaits.run(count: rounds), id: "bench-replay", taskQueue: Load.queue)
            _ = try await run.result
            var history = APIHistory()
            for try await event in client.handle(id: "bench-replay").history() { history.events.append(event.wire) }
            return history
        }
        await server.stop()
        return history
    }
}
