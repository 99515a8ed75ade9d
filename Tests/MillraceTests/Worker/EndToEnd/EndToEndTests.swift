import Foundation
import Millrace
import MillraceTesting
import Synchronization
import Testing

/// Workflows, activities and clients together, on a real server (see ``Target``).
@Suite(.timeLimit(.minutes(2)))
struct EndToEndTests {
    private func worker(
        _ client: Client, _ queue: String, _ options: WorkerOptions = WorkerOptions(),
        activities: SampleActivities = SampleActivities()
    ) -> Worker {
        Worker(client, taskQueue: queue, options: options) {
            TwoSteps.self
            FanOut.self
            Approval.self
            Cancellable.self
            Failing.self
            Counting.self
            Parent.self
            activities
        }
    }

    @Test func twoActivitiesOneAfterTheOther() async throws {
        try await Target.run { client, queue in
            let stories = try await worker(client, queue).running {
                try await client.execute(TwoSteps.run(limit: 2), id: Target.id(), taskQueue: queue)
            }
            #expect(stories.map(\.title) == ["story 1", "story 2"])
            #expect(stories[0].posted == Date(timeIntervalSince1970: 1.25))
        }
    }

    @Test func manyActivitiesAtOnce() async throws {
        try await Target.run { client, queue in
            let titles = try await worker(client, queue).running {
                try await client.execute(FanOut.run(count: 30), id: Target.id(), taskQueue: queue)
            }
            #expect(titles == (1...30).map { "story \($0)" })
        }
    }

    @Test func aFlakyActivityIsTriedAgain() async throws {
        try await Target.run { client, queue in
            let attempt = try await worker(client, queue).running {
                try await client.execute(Failing.run(how: "flaky"), id: Target.id(), taskQueue: queue)
            }
            #expect(attempt == 3)
        }
    }

    @Test func signalsQueriesAndTimers() async throws {
        try await Target.run { client, queue in
            try await worker(client, queue).running {
                let run = try await client.start(Approval.run(), id: Target.id(), taskQueue: queue)
                #expect(try await run.stage == "waiting")
                try await run.approve(by: "ann")
                try await run.untyped.signal("approve", "bob")
                #expect(try await run.result == ["ann", "bob"])
                #expect(try await run.stage == "done")
                await #expect(throws: QueryFailed.self) {
                    try await run.untyped.query("unknown", returning: Int.self)
                }
            }
        }
    }

    /// With no worker there yet the query can only ride on the run's first task.
    @Test func aQueryWaitsForTheFirstTask() async throws {
        try await Target.run { client, queue in
            let run = try await client.start(Approval.run(), id: Target.id(), taskQueue: queue)
            let stage = Task { try await run.stage }
            let unknown = Task { try await run.untyped.query("unknown", returning: Int.self) }
            try await Task.sleep(for: .milliseconds(100))
            try await worker(client, queue).running {
                let answer = try await stage.value
                #expect(answer == "waiting")
                await #expect(throws: QueryFailed.self) { try await unknown.value }
            }
        }
    }

    /// Alone or riding, with the run cached or not: a query sees every signal that was acknowledged before it.
    @Test(arguments: [0, 1_000]) func aQuerySeesTheSignalsBeforeIt(cachedRuns: Int) async throws {
        try await Target.run { client, queue in
            var options = WorkerOptions()
            options.maximumCachedRuns = cachedRuns
            try await Worker(client, taskQueue: queue, options: options) { Tally.self }.running {
                let run = try await client.start(Tally.run(), id: Target.id(), taskQueue: queue)
                for number in 1...20 {
                    try await run.add()
                    #expect(try await run.count == number)
                }
            }
        }
    }

    @Test(.enabled(if: Target.hasUpdatesAndChildren)) func updatesAreAnsweredAndValidated() async throws {
        try await Target.run { client, queue in
            try await worker(client, queue).running {
                let run = try await client.start(Approval.run(), id: Target.id(), taskQueue: queue)
                #expect(try await run.add("ann") == 1)
                let rejected = try await #require(throws: UpdateFailed.self) { try await run.add("") }
                #expect((rejected.cause as? ApplicationFailure)?.type == "NoName")
                #expect(try await run.add("bob") == 2)
                #expect(try await run.result == ["ann", "bob"])
            }
        }
    }

    @Test func aSignalStartsAWorkflow() async throws {
        try await Target.run { client, queue in
            try await worker(client, queue).running {
                let id = Target.id()
                let run = try await client.signalWithStart(
                    Approval.approve(by: "ann"), Approval.run(), id: id, taskQueue: queue)
                _ = try await client.signalWithStart(
                    Approval.approve(by: "bob"), Approval.run(), id: id, taskQueue: queue)
                #expect(try await run.result == ["ann", "bob"])
            }
        }
    }

    @Test func cancellationReachesTheActivityAndLetsTheWorkflowCleanUp() async throws {
        try await Target.run { client, queue in
            let activities = SampleActivities()
            try await worker(client, queue, activities: activities).running {
                let run = try await client.start(Cancellable.run(), id: Target.id(), taskQueue: queue)
                while activities.calls.count("endless") == 0 { try await Task.sleep(for: .milliseconds(20)) }
                try await run.cancel(reason: "enough")
                let failure = try await #require(throws: WorkflowFailure.self) { try await run.result }
                #expect(failure.cause is CanceledFailure)
                #expect(try await run.describe().status == .canceled)
            }
        }
    }

    @Test func failuresKeepWhatTheySay() async throws {
        try await Target.run { client, queue in
            try await worker(client, queue).running {
                let own = try await #require(throws: WorkflowFailure.self) {
                    try await client.execute(Failing.run(how: "own"), id: Target.id(), taskQueue: queue)
                }
                #expect((own.cause as? ApplicationFailure)?.type == "Own")

                let activity = try await #require(throws: WorkflowFailure.self) {
                    try await client.execute(Failing.run(how: "activity"), id: Target.id(), taskQueue: queue)
                }
                let wrapper = try #require(activity.cause as? ActivityFailure)
                #expect(wrapper.activityType == "refuses")
                #expect(wrapper.retryState == .maximumAttemptsReached)
                let cause = try #require(wrapper.cause as? ApplicationFailure)
                #expect(cause.type == "Refused")
                #expect(try cause.details.value(String.self) == "detail")
                #expect((cause.cause as? ApplicationFailure)?.message == "inner")

                let slow = try await #require(throws: WorkflowFailure.self) {
                    try await client.execute(Failing.run(how: "slow"), id: Target.id(), taskQueue: queue)
                }
                let timeout = try #require((slow.cause as? ActivityFailure)?.cause as? TimeoutFailure)
                #expect(timeout.kind == .startToClose)
            }
        }
    }

    @Test func continuingAsNewIsFollowed() async throws {
        try await Target.run { client, queue in
            try await worker(client, queue).running {
                let run = try await client.start(Counting.run(from: 1, to: 4), id: Target.id(), taskQueue: queue)
                #expect(try await run.result == 4)
                await #expect(throws: WorkflowContinuedAsNew.self) {
                    try await run.untyped.result(as: Int.self, followsRuns: false)
                }
            }
        }
    }

    @Test(.enabled(if: Target.hasUpdatesAndChildren)) func childrenRunAndAnswer() async throws {
        try await Target.run { client, queue in
            let count = try await worker(client, queue).running {
                try await client.execute(Parent.run(limit: 3), id: Target.id(), taskQueue: queue)
            }
            #expect(count == 3)
        }
    }

    @Test func terminatingEndsARunAtOnce() async throws {
        try await Target.run { client, queue in
            let run = try await client.start(Approval.run(), id: Target.id(), taskQueue: queue)
            try await run.terminate(reason: "enough")
            let failure = try await #require(throws: WorkflowFailure.self) { try await run.result }
            #expect((failure.cause as? TerminatedFailure)?.message == "enough")
            #expect(try await run.describe().status == .terminated)
            await #expect(throws: WorkflowNotFound.self) { try await run.approve(by: "late") }
            await #expect(throws: WorkflowNotFound.self) { try await run.terminate() }
        }
    }

    @Test func anIDIsTakenOnlyOnce() async throws {
        try await Target.run { client, queue in
            let id = Target.id()
            let run = try await client.start(Approval.run(), id: id, taskQueue: queue)
            let taken = try await #require(throws: WorkflowAlreadyStarted.self) {
                try await client.start(Approval.run(), id: id, taskQueue: queue)
            }
            #expect(taken.runID == run.runID)
            let same = try await client.start(
                Approval.run(), id: id, taskQueue: queue, options: .init(idConflictPolicy: .useExisting))
            #expect(same.runID == run.runID)
            try await run.terminate()
        }
    }

    @Test func descriptionsListsAndCountsAgree() async throws {
        try await Target.run { client, queue in
            let id = Target.id()
            let options = WorkflowOptions(runTimeout: .minutes(5), memo: ["note": "n", "pages": 3])
            let run = try await client.start(Approval.run(), id: id, taskQueue: queue, options: options)
            let description = try await run.describe()
            #expect(description.status == .running)
            #expect(description.workflowID == id)
            #expect(description.summary.workflowType == "Approval")
            #expect(description.summary.taskQueue == queue)
            #expect(description.runTimeout == .minutes(5))
            #expect(try description.summary.memo.value(String.self, "note") == "n")
            #expect(try description.summary.memo.value(Int.self, "pages") == 3)
            let query = "WorkflowId = '\(id)'"
            // Visibility may lag behind.
            while try await client.count(query).count == 0 { try await Task.sleep(for: .milliseconds(50)) }
            var found: [RunSummary] = []
            for try await summary in client.list(query) { found.append(summary) }
            #expect(found.map(\.runID) == [description.runID])
            try await run.terminate()
        }
    }
}
