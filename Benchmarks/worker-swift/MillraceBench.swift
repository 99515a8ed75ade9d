import ArgumentParser
import Foundation
import Logging
import Millrace
import Server

/// Measures our Swift worker: on a server at an address, or on one in this process, every answer after its fsync.
///
/// Prints one JSON object; times are in milliseconds. What is given as 0 is left out.
@main
struct MillraceBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "millrace-bench")

    @Option(help: "Host and port of the server; without it a server in this process, on a new file here.")
    var address: String?

    @Option(help: "How many workflows of one activity, one at a time.")
    var oneActivity = 50

    @Option(help: "How many workflows of forty activities, one at a time.")
    var fortyActivities = 5

    @Option(help: "How many workflows at a time for the throughput.")
    var inFlight = 100

    @Option(help: "How long the throughput is measured, in seconds.")
    var seconds = 10

    @Option(help: "How many activities one workflow starts at once.")
    var fanOut = 0

    @Option(help: "How many events the history has that is replayed; then nothing else is measured.")
    var replay = 0

    func run() async throws {
        let measured: [String: Double]
        if replay > 0 {
            measured = try await ReplayBench(events: replay).run()
        } else if let address {
            measured = try await measure(try await Client.connect(address))
        } else {
            measured = try await runInProcess()
        }
        let data = try JSONSerialization.data(withJSONObject: measured, options: [.sortedKeys])
        FileHandle.standardOutput.write(data + Data("\n".utf8))
    }

    private func runInProcess() async throws -> [String: Double] {
        let folder = FileManager.default.currentDirectoryPath
        let file = "\(folder)/millrace-bench-\(ProcessInfo.processInfo.processIdentifier).db"
        defer {
            for suffix in ["", "-wal", "-shm", "-lock"] {
                try? FileManager.default.removeItem(atPath: file + suffix)
            }
        }
        var configuration = MillraceServer.Configuration(port: nil, storage: .file(file))
        configuration.logger.logLevel = .error
        let server = try await MillraceServer.start(configuration)
        do {
            let measured = try await measure(Client(connection: server.connection, namespace: "default"))
            await server.stop()
            return measured
        } catch {
            await server.stop()
            throw error
        }
    }

    private func measure(_ client: Client) async throws -> [String: Double] {
        var options = WorkerOptions()
        options.logger.logLevel = .error
        options.maximumWorkflowTasks = 200
        options.maximumActivities = 200
        options.workflowPollers = 40
        options.activityPollers = 10
        let worker = Worker(client, taskQueue: Load.queue, options: options) {
            Steps.self
            FanOut.self
            Step()
        }
        let load = Load(client: client)
        return try await worker.running { try await figures(load) }
    }

    private func figures(_ load: Load) async throws -> [String: Double] {
        var figures: [String: Double] = [:]
        _ = try await load.times(count: 5, activities: 1)
        figures["call_ms"] = Load.quantile(try await load.callTimes(count: 200), 0.5)
        if oneActivity > 0 {
            let times = try await load.times(count: oneActivity, activities: 1)
            figures["one_activity_ms"] = Load.quantile(times, 0.5)
            figures["one_activity_p90_ms"] = Load.quantile(times, 0.9)
        }
        if fortyActivities > 0 {
            let times = try await load.times(count: fortyActivities, activities: 40)
            figures["forty_activities_ms"] = Load.quantile(times, 0.5)
        }
        if seconds > 0 {
            let before = Usage.now
            let (done, elapsed) = try await load.throughput(inFlight: inFlight, for: .seconds(seconds))
            let used = Usage.now - before
            figures["per_second"] = Double(done) / elapsed
            figures["process_cpu_ms_per_workflow"] = used.cpuMilliseconds / Double(done)
            figures["process_written_kb_per_workflow"] = used.writtenBytes / 1000 / Double(done)
        }
        if fanOut > 0 {
            let before = Usage.now
            figures["fan_out_ms"] = try await load.fanOut(fanOut)
            figures["process_fan_out_written_mb"] = (Usage.now - before).writtenBytes / 1e6
        }
        return figures
    }
}
