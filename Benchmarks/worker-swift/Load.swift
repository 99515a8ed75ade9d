import Foundation
import Millrace
import Synchronization
import WireAPI
import WireRPC

/// Runs workflows and takes the time from the client's start call to the result.
struct Load: Sendable {
    static let queue = "swift-bench-queue"

    let client: Client

    /// Milliseconds for each of so many calls that reach the engine and write nothing.
    func callTimes(count: Int) async throws -> [Double] {
        var request = APIDescribeNamespaceRequest()
        request.namespace = client.namespace
        var times: [Double] = []
        for _ in 0..<count {
            let began = ContinuousClock.now
            _ = try await client.connection.call(
                WorkflowService.describeNamespace, request, options: CallOptions())
            times.append((ContinuousClock.now - began) / .milliseconds(1))
        }
        return times
    }

    /// Milliseconds for each of so many workflows, one at a time.
    func times(count: Int, activities: Int) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<count {
            let began = ContinuousClock.now
            _ = try await client.execute(Steps.run(count: activities), id: UUID().uuidString, taskQueue: Self.queue)
            times.append((ContinuousClock.now - began) / .milliseconds(1))
        }
        return times
    }

    /// Keeps so many workflows of one activity going; gives how many ended and in how many seconds.
    func throughput(inFlight: Int, for duration: Duration) async throws -> (done: Int, seconds: Double) {
        let began = ContinuousClock.now
        let end = began + duration
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    var done = 0
                    while ContinuousClock.now < end {
                        _ = try await client.execute(
                            Steps.run(count: 1), id: UUID().uuidString, taskQueue: Self.queue)
                        done += 1
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
        return (done, (ContinuousClock.now - began) / .seconds(1))
    }

    /// Milliseconds for one workflow that starts so many activities at once.
    func fanOut(_ activities: Int) async throws -> Double {
        let began = ContinuousClock.now
        _ = try await client.execute(FanOut.run(count: activities), id: UUID().uuidString, taskQueue: Self.queue)
        return (ContinuousClock.now - began) / .milliseconds(1)
    }

    static func quantile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

/// What this process has used so far.
struct Usage {
    var cpuMilliseconds: Double
    /// Bytes sent to storage; 0 where the system does not say.
    var writtenBytes: Double

    static var now: Usage {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let cpu = Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
        let counters = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
        let written = counters.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
        let bytes = written?.split(separator: " ").last.flatMap { Double($0) } ?? 0
        return Usage(cpuMilliseconds: cpu, writtenBytes: bytes)
    }

    static func - (later: Usage, earlier: Usage) -> Usage {
        Usage(
            cpuMilliseconds: later.cpuMilliseconds - earlier.cpuMilliseconds,
            writtenBytes: later.writtenBytes - earlier.writtenBytes)
    }
}
