import ArgumentParser
import Foundation
import Logging
import Millrace
import Server

/// Measures our Swift worker: on a server at an address, or on one in this process, every answer after its fsync.
@main
struct MillraceBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "millrace-bench")

    @Option(help: "Host and port of the server; without it a server in this process, on a new file.")
    var address: String?

    @Option(help: "How many workflows of one activity, one at a time.")
    var oneActivity = 50

    @Option(help: "How many workflows of forty activities, one at a time.")
    var fortyActivities = 5

    @Option(help: "How many workflows at a time for the throughput.")
    var inFlight = 100

    @Option(help: "How long the throughput is measured, in seconds.")
    var seconds = 10

    private static let queue = "swift-bench-queue"

    func run() async throws {
        guard let address else { return try await runInProcess() }
        try await measure(try await Client.connect(address))
    }

    private func runInProcess() async throws {
        let folder = FileManager.default.currentDirectoryPath
        let file = "\(folder)/millrace-bench-\(ProcessInfo.processInfo.processIdentifier).db"
        defer {
            for suffix in ["", "-wal", "-shm", ".lock", "-lock"] {
                try? FileManager.default.removeItem(atPath: file + suffix)
            }
        }
        var configuration = MillraceServer.Configuration(port: nil, storage: .file(file))
        configuration.logger.logLevel = .error
        let server = try await MillraceServer.start(configuration)
        do {
            try await measure(Client(connection: server.connection, namespace: "default"))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private func measure(_ client: Client) async throws {
        var options = WorkerOptions()
        options.logger.logLevel = .error
        options.maximumWorkflowTasks = 200
        options.maximumActivities = 200
        options.workflowPollers = 10
        options.activityPollers = 10
        let worker = Worker(client, taskQueue: Self.queue, options: options) {
            Steps.self
            Step()
        }
        let measured = try await worker.running { try await figures(client) }
        let data = try JSONSerialization.data(withJSONObject: measured, options: [.sortedKeys])
        FileHandle.standardOutput.write(data + Data("\n".utf8))
    }

    private func figures(_ client: Client) async throws -> [String: Double] {
        _ = try await times(client, count: 5, activities: 1)
        let one = try await times(client, count: oneActivity, activities: 1)
        let forty = try await times(client, count: fortyActivities, activities: 40)
        return [
            "one_activity_ms": Self.quantile(one, 0.5), "one_activity_p90_ms": Self.quantile(one, 0.9),
            "forty_activities_ms": Self.quantile(forty, 0.5), "per_second": try await throughput(client),
        ]
    }

    private func times(_ client: Client, count: Int, activities: Int) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<count {
            let began = ContinuousClock.now
            _ = try await client.execute(Steps.run(count: activities), id: UUID().uuidString, taskQueue: Self.queue)
            times.append((ContinuousClock.now - began) / .milliseconds(1))
        }
        return times
    }

    private func throughput(_ client: Client) async throws -> Double {
        let began = ContinuousClock.now
        let end = began + .seconds(seconds)
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    var done = 0
                    while ContinuousClock.now < end {
                        _ = try await client.execute(Steps.run(count: 1), id: UUID().uuidString, taskQueue: Self.queue)
                        done += 1
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(done) / ((ContinuousClock.now - began) / .seconds(1))
    }

    private static func quantile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

@Activities(startToClose: .seconds(30))
struct Step {
    func step(value: Int) async throws -> Int { value + 1 }
}

/// So many activities, one after the other.
@Workflow
actor Steps {
    func run(count: Int) async throws -> Int {
        var value = 0
        for _ in 0..<count { value = try await Step.stub.step(value: value) }
        return value
    }
}
