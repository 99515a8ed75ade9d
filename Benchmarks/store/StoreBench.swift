import Engine
import Foundation
import Store

/// Measures the durable store beside the fsync floor of the same disk in the same run.
///
///     store-bench [--directory DIR] [--workflows N] [--runs N] [--durability full|normal]
@main
struct StoreBench {
    private var directory = FileManager.default.currentDirectoryPath
    private var workflows: Int64 = 10_000
    private var runs: Int64 = 100_000
    private var durability = SQLiteStore.Durability.full

    static func main() throws {
        var bench = StoreBench()
        guard bench.readArguments() else {
            print("usage: store-bench [--directory DIR] [--workflows N] [--runs N] [--durability full|normal]")
            exit(2)
        }
        try bench.run()
    }

    private mutating func readArguments() -> Bool {
        var rest = CommandLine.arguments.dropFirst()
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { return false }
            switch name {
            case "--directory": directory = value
            case "--workflows": workflows = Int64(value) ?? workflows
            case "--runs": runs = Int64(value) ?? runs
            case "--durability": durability = SQLiteStore.Durability(rawValue: value) ?? durability
            default: return false
            }
        }
        return true
    }

    private func run() throws {
        try floor()
        try tinyCommits()
        for size in [1, 25, 100] as [Int64] { try throughput(batch: size) }
        try fanOut()
        try lists()
    }

    private func withStore(_ body: (SQLiteStore) throws -> Void) throws {
        let path = directory + "/store-bench-\(UUID().uuidString).db"
        var options = SQLiteStore.Options()
        options.durability = durability
        let store = try SQLiteStore(path: path, options: options)
        defer {
            try? store.close()
            for suffix in ["", "-wal", "-shm", "-lock"] { unlink(path + suffix) }
        }
        try body(store)
    }

    private func floor() throws {
        for bytes in [4_096, 16_384, 131_072] {
            for inPlace in [true, false] {
                let timings = try FsyncFloor.measure(
                    directory + "/store-bench-floor", bytes: bytes, inPlace: inPlace, rounds: 300)
                print("fdatasync of \(bytes) bytes, \(inPlace ? "in place" : "growing "):  \(timings.summary)")
            }
        }
    }

    /// One small batch after the other: what an idle server adds to a call. First while the log grows, then in a log
    /// that is overwritten from its start.
    private func tinyCommits() throws {
        try withStore { store in
            for isInPlace in [false, true] {
                var timings = Timings()
                for number in 1...600 as ClosedRange<Int64> {
                    try timings.measure {
                        try store.commit([
                            .putMeta(name: "a", value: Data(count: 24)), .setWake(run: number % 10 + 1, at: number),
                        ])
                    }
                }
                print("commit of 2 rows, log \(isInPlace ? "in place" : "growing "):  \(timings.summary)")
                try store.checkpointIfNeeded(idle: true)
            }
        }
    }

    /// Workflows in step: every commit holds one step of each of `batch` workflows, all in different steps.
    private func throughput(batch: Int64) throws {
        let workflows = batch == 1 ? min(self.workflows, 300) : self.workflows
        try withStore { store in
            var timings = Timings()
            var checkpoints = Timings()
            let cpu = cpuSeconds()
            let start = ContinuousClock.now
            var first: RunKey = 1
            while first <= workflows {
                for step in 0..<Workload.steps {
                    var writes: [StoreWrite] = []
                    for run in first..<first + batch { writes += Workload.step(step, of: run) }
                    try timings.measure { try store.commit(writes) }
                    try checkpoints.measure { try store.checkpointIfNeeded(idle: false) }
                }
                first += batch
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let used = cpuSeconds() - cpu
            let done = Double(first - 1)
            let rates = String(
                format: "batches of %3d steps: %7.0f workflows/s  %8.0f rows/s  %6.1f us CPU each", Int(batch),
                done / seconds, done * Double(Workload.writes) / seconds, used / done * 1_000_000)
            let pauses = String(
                format: "%d checkpoints, longest %.0f ms", store.statistics.checkpoints,
                checkpoints.percentile(1) * 1_000)
            print("\(rates)   commit \(timings.summary)   \(pauses)")
        }
    }

    /// 2,000 activities scheduled in one step and completed in steps of 20.
    private func fanOut() throws {
        try withStore { store in
            try store.commit(Workload.step(0, of: 1))
            let before = store.statistics.walBytes
            let ids = (0..<2_000).map { String($0 + 5) }
            var batch: [StoreWrite] = ids.map {
                .putItem(run: 1, kind: .activity, id: $0, value: Data(count: 260))
            }
            batch.append(.appendHistory(run: 1, firstEventID: 4, count: 2_001, events: Data(count: 300_000)))
            try store.commit(batch)
            for first in stride(from: 0, to: 2_000, by: 20) {
                var step: [StoreWrite] = ids[first..<first + 20].map {
                    .deleteItem(run: 1, kind: .activity, id: $0)
                }
                step.append(.updateHeader(run: 1, header: Data(count: 220)))
                step.append(
                    .appendHistory(
                        run: 1, firstEventID: Int64(2_100 + first * 3), count: 60, events: Data(count: 6_000)))
                try store.commit(step)
            }
            let megabytes = Double(store.statistics.walBytes - before) / 1_000_000
            print(String(format: "fan-out of 2,000 activities: %.1f MB written", megabytes))
        }
    }

    private func lists() throws {
        try withStore { store in
            var key: RunKey = 1
            while key <= runs {
                let last = min(runs, key + 4_999)
                try store.commit((key...last).flatMap(Workload.closed))
                try store.checkpointIfNeeded(idle: false)
                key = last + 1
            }
            let megabytes = Double(store.statistics.databaseBytes) / 1_000_000
            print(String(format: "lists over %d runs (%.0f MB):", Int(runs), megabytes))
            let middle = runs / 2
            let filters = [
                "", "ExecutionStatus = 'Running'", "ExecutionStatus = 'Failed'", "ExecutionStatus != 'Completed'",
                "WorkflowType = 'Type3'", "WorkflowType = 'Type3' AND ExecutionStatus = 'TimedOut'",
                "TaskQueue = 'queue-2'", "WorkflowId = '\(Workload.workflowID(middle))'",
                "WorkflowId STARTS_WITH 'import-77'", "RunId = 'none'", "RootWorkflowId = 'none'",
                "StartTime > \(runs * 999_000)", "StartTime < \(runs * 500_000)",
                "StartTime BETWEEN \(middle * 1_000_000) AND \((middle + 500) * 1_000_000)",
                "CloseTime < \(middle * 1_000_000)", "CloseTime IS NULL",
            ]
            for text in filters {
                let query = try VisibilityQuery(text)
                var page = Timings()
                var rows = 0
                for _ in 0..<30 {
                    rows = try page.measure {
                        try store.visibility.list(namespace: 1, query: query, pageSize: 100, pageToken: nil)
                    }.rows.count
                }
                var count = Timings()
                for _ in 0..<5 {
                    _ = try count.measure { try store.visibility.count(namespace: 1, query: query) }
                }
                let name = text.padding(toLength: 66, withPad: " ", startingAt: 0)
                let counted = String(format: "count %8.2f ms", count.percentile(0.5) * 1_000)
                print("  \(name) \(rows) rows  \(page.summary)   \(counted)")
            }
        }
    }
}
