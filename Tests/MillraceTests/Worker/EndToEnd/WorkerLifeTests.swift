import Foundation
import Millrace
import MillraceTesting
import Synchronization
import Testing

/// What a worker keeps, loses and reports over its life, on a real server.
@Suite(.timeLimit(.minutes(2)))
struct WorkerLifeTests {
    /// Collects what happens in a worker.
    final class Events: Sendable {
        private let all = Mutex<[WorkerEvent]>([])
        var options: WorkerOptions {
            var options = WorkerOptions()
            options.onEvent = { event in self.all.withLock { $0.append(event) } }
            return options
        }

        func count(where matches: (WorkerEvent) -> Bool) -> Int { all.withLock { $0.count(where: matches) } }

        var taskFailures: [String] {
            all.withLock { events in
                events.compactMap { if case .workflowTaskFailed(_, _, let cause) = $0 { cause } else { nil } }
            }
        }
    }

    @Workflow("changing") actor Before {
        func run() async throws -> Int {
            try await Workflow.sleep(for: .milliseconds(1))
            try await Workflow.wait { self.isOpen }
            return 1
        }
        private var isOpen = false
        @Signal func open() { isOpen = true }
    }

    @Workflow("changing") actor After {
        func run() async throws -> Int {
            _ = try await SampleActivities.stub.storyIDs(limit: 1)
            try await Workflow.wait { self.isOpen }
            return 2
        }
        private var isOpen = false
        @Signal func open() { isOpen = true }
    }

    @Test func withoutACacheEveryTaskReplays() async throws {
        try await Target.run { client, queue in
            let events = Events()
            var options = events.options
            options.maximumCachedRuns = 0
            let worker = Worker(client, taskQueue: queue, options: options) {
                TwoSteps.self
                SampleActivities()
            }
            let stories = try await worker.running {
                try await client.execute(TwoSteps.run(limit: 3), id: Target.id(), taskQueue: queue)
            }
            #expect(stories.count == 3)
            #expect(events.count { if case .runEvicted = $0 { true } else { false } } >= 3)
        }
    }

    @Test func aSmallCacheEvictsAndRunsGoOn() async throws {
        try await Target.run { client, queue in
            let events = Events()
            var options = events.options
            options.maximumCachedRuns = 2
            let worker = Worker(client, taskQueue: queue, options: options) { Approval.self }
            try await worker.running {
                var runs: [Approval.Handle] = []
                for _ in 0..<6 {
                    runs.append(try await client.start(Approval.run(), id: Target.id(), taskQueue: queue))
                }
                for run in runs { try await run.approve(by: "ann") }
                for run in runs { try await run.approve(by: "bob") }
                for run in runs { #expect(try await run.result == ["ann", "bob"]) }
            }
            #expect(
                events.count { if case .runEvicted(_, let reason) = $0 { reason.contains("cacheFull") } else { false } }
                    > 0)
        }
    }

    @Test func anotherWorkerTakesOver() async throws {
        try await Target.run { client, queue in
            let run = try await Worker(client, taskQueue: queue) { Approval.self }.running {
                let run = try await client.start(Approval.run(), id: Target.id(), taskQueue: queue)
                try await run.approve(by: "ann")
                #expect(try await run.stage == "waiting")
                return run
            }
            try await Worker(client, taskQueue: queue) { Approval.self }.running {
                try await run.approve(by: "bob")
                #expect(try await run.result == ["ann", "bob"])
            }
        }
    }

    @Test func changedCodeIsFoundOutAndOldCodeGoesOn() async throws {
        try await Target.run { client, queue in
            let run = try await Worker(client, taskQueue: queue) { Before.self }.running {
                let run = try await client.start(Before.run(), id: Target.id(), taskQueue: queue)
                while try await run.untyped.describe().summary.historyLength < 8 {
                    try await Task.sleep(for: .milliseconds(20))
                }
                return run
            }
            let events = Events()
            let changed = Worker(client, taskQueue: queue, options: events.options) {
                After.self
                SampleActivities()
            }
            try await changed.running {
                try await run.open()
                while events.taskFailures.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            }
            let message = try #require(events.taskFailures.first)
            #expect(message.lowercased().contains("timer"), "\(message)")
            let history = try await run.untyped.historyJSON()
            #expect(history.contains("WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR"))
            let result = try await Worker(client, taskQueue: queue) { Before.self }.running { try await run.result }
            #expect(result == 1)
        }
    }

    @Test func anUnknownWorkflowTypeFailsTheTaskAndSaysWhatIsKnown() async throws {
        try await Target.run { client, queue in
            let events = Events()
            let worker = Worker(client, taskQueue: queue, options: events.options) { TwoSteps.self }
            try await worker.running {
                let run = try await client.start(workflow: "Missing", id: Target.id(), taskQueue: queue)
                while events.taskFailures.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
                try await run.terminate()
            }
            let message = try #require(events.taskFailures.first)
            #expect(message.contains("'Missing' is not registered"))
            #expect(message.contains("'TwoSteps'"))
        }
    }

    @Test func historiesReplay() async throws {
        try await Target.run { client, queue in
            let run = try await Worker(client, taskQueue: queue) {
                TwoSteps.self
                SampleActivities()
            }.running {
                let run = try await client.start(TwoSteps.run(limit: 2), id: Target.id(), taskQueue: queue)
                _ = try await run.result
                return run
            }
            try await Replayer(TwoSteps.self).replay(run.untyped)
            try await Replayer(TwoSteps.self).replay(json: run.untyped.historyJSON())
            await #expect(throws: ReplayFailure.self) { try await Replayer(Mislabelled.self).replay(run.untyped) }
        }
    }

    @Workflow("TwoSteps") actor Mislabelled {
        func run(limit: Int) async throws { try await Workflow.sleep(for: .seconds(1)) }
    }

    @Test func codecsSeeEverything() async throws {
        let converter = DataConverter(codec: XorCodec())
        try await Target.run(dataConverter: converter) { client, queue in
            try await Worker(client, taskQueue: queue) {
                TwoSteps.self
                Failing.self
                Approval.self
                SampleActivities()
            }.running {
                let run = try await client.start(TwoSteps.run(limit: 2), id: Target.id(), taskQueue: queue)
                #expect(try await run.result.count == 2)
                #expect(try await !run.untyped.historyJSON().contains("anNvbi9wbGFpbg"))
                let failure = try await #require(throws: WorkflowFailure.self) {
                    try await client.execute(Failing.run(how: "activity"), id: Target.id(), taskQueue: queue)
                }
                let cause = (failure.cause as? ActivityFailure)?.cause as? ApplicationFailure
                #expect(try cause?.details.value(String.self) == "detail")
                let approval = try await client.start(Approval.run(), id: Target.id(), taskQueue: queue)
                if Target.hasUpdatesAndChildren { #expect(try await approval.add("x") == 1) }
                #expect(try await approval.stage == "waiting")
                try await approval.terminate()
            }
        }
    }

    /// Hides what is in a payload.
    struct XorCodec: PayloadCodec {
        func encode(_ payloads: [Payload]) async throws -> [Payload] {
            payloads.map { payload in
                var hidden = Payload(encoding: "test/xor", data: Data(payload.data.map { $0 ^ 0x55 }))
                hidden.metadata["inner"] = Data((payload.encoding ?? "").utf8.map { $0 ^ 0x55 })
                return hidden
            }
        }

        func decode(_ payloads: [Payload]) async throws -> [Payload] {
            payloads.map { payload in
                guard payload.encoding == "test/xor", let inner = payload.metadata["inner"] else { return payload }
                let encoding = String(decoding: inner.map { $0 ^ 0x55 }, as: UTF8.self)
                return Payload(encoding: encoding, data: Data(payload.data.map { $0 ^ 0x55 }))
            }
        }
    }
}
