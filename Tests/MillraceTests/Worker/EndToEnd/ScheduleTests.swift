import Foundation
import Millrace
import Testing

/// Counts the runs of its schedule: the second one fails, the third goes on from the first.
@Workflow actor RunningTotal {
    func run(step: Int) async throws -> Int {
        let last = try Workflow.lastResult(as: Int.self)
        if let failure = Workflow.lastFailure as? ApplicationFailure {
            return (last ?? 0) + (failure.type == "Second" ? 100 : -1)
        }
        if last != nil { throw ApplicationFailure("the second run", type: "Second", nonRetryable: true) }
        return step
    }
}

/// Schedules on a real server (see ``Target``).
@Suite(.timeLimit(.minutes(2)))
struct ScheduleTests {
    /// One that starts nothing unless it is told to.
    private func dormant(_ queue: String, _ spec: ScheduleSpec = .every(.hours(1))) -> Schedule {
        Schedule(spec, start: .run(RunningTotal.run(step: 5), id: Target.id("tally"), taskQueue: queue), isPaused: true)
    }

    @Test func everythingIsThereToBeRead() async throws {
        try await Target.run { client, queue in
            let id = Target.id("schedule")
            let options = WorkflowOptions(
                executionTimeout: .hours(3), runTimeout: .hours(2), taskTimeout: .seconds(5), retry: .upTo(3),
                memo: ["note": "x"], summary: "sum", details: "det", priority: Priority(2))
            let end = Date(timeIntervalSince1970: 4_000_000_000)
            let spec = ScheduleSpec.weekly(on: .monday, .thursday, at: "09:00", "17:30", in: "Europe/Berlin")
                .and(.every(.hours(8), offset: .minutes(5))).and(.cron("30 12 * * MON-FRI", in: "Europe/Berlin"))
                .except(.allDay(.december, 25)).jitter(upTo: .seconds(2)).until(end)
            let policy = SchedulePolicy(
                overlap: .bufferOne, catchUpWindow: .minutes(10), pausesOnFailure: true, keepsWorkflowID: true)
            let action = ScheduleAction.run(RunningTotal.run(step: 5), id: "tally", taskQueue: queue, options: options)
            let schedule = Schedule(
                spec, start: action, policy: policy, note: "for a test", isPaused: true, remainingActions: 7)
            let handle = try await client.schedules.create(id, schedule, memo: ["owner": "ann"])

            let description = try await handle.describe()
            let found = description.schedule
            #expect(description.id == id)
            #expect(try description.memo.value(String.self, "owner") == "ann")
            #expect(found.policy == policy)
            #expect(found.note == "for a test" && found.isPaused && found.remainingActions == 7)
            // The cron expression has become a calendar.
            #expect(found.spec.cron.isEmpty)
            let noon = ScheduleCalendar(minutes: [30], hours: [12], weekdays: [.range(1...5)])
            #expect(Set(found.spec.calendars) == Set(spec.calendars + [noon]))
            #expect(found.spec.intervals == spec.intervals)
            #expect(found.spec.excluded == spec.excluded)
            #expect(found.spec.jitter == .seconds(2) && found.spec.end == end)
            #expect(found.spec.timeZone == "Europe/Berlin")
            #expect(found.action.workflowType == "RunningTotal" && found.action.taskQueue == queue)
            #expect(found.action.runTimeout == .hours(2) && found.action.retry?.maximumAttempts == 3)
            #expect(found.action.priority == Priority(2))
            #expect(try await found.action.arguments.decode(Int.self, at: 0) == 5)
            #expect(try await found.action.memo.value(String.self, "note") == "x")
            #expect(try await found.action.summary == "sum")
            #expect(try await found.action.details == "det")
            #expect(description.info.actionCount == 0 && description.info.recent.isEmpty)
            // As many as may still start.
            #expect(description.info.upcoming.count == 7)
            #expect(abs(description.info.createTime.timeIntervalSinceNow) < 60)

            try await handle.delete()
            await #expect(throws: ScheduleNotFound.self) { try await handle.describe() }
        }
    }

    @Test func runsSeeHowTheOneBeforeThemEnded() async throws {
        try await Target.run { client, queue in
            try await Worker(client, taskQueue: queue) { RunningTotal.self }.running {
                let handle = try await client.schedules.create(Target.id("schedule"), dormant(queue))
                var results: [Int?] = []
                for count in 1...3 {
                    try await handle.trigger(overlap: .bufferOne)
                    try await Target.until("run \(count)") { try await handle.describe().info.recent.count == count }
                    let start = try #require(try await handle.describe().info.recent.last)
                    let run = client.handle(RunningTotal.self, id: start.workflowID, runID: start.runID)
                    results.append(try? await run.result)
                }
                #expect(results == [5, nil, 105])
                #expect(try await handle.describe().info.actionCount == 3)
                try await handle.delete()
            }
        }
    }

    @Test func itRunsByItselfAsOftenAsItMay() async throws {
        try await Target.run { client, queue in
            try await Worker(client, taskQueue: queue) {
                TwoSteps.self
                SampleActivities()
            }.running {
                let base = Target.id("stories")
                let start = ScheduleAction.run(TwoSteps.run(limit: 2), id: base, taskQueue: queue)
                let handle = try await client.schedules.create(
                    Target.id("schedule"),
                    Schedule(
                        .every(.seconds(1)), start: start, policy: SchedulePolicy(overlap: .allowAll),
                        remainingActions: 2))
                try await Target.until("two runs") { try await handle.describe().info.recent.count == 2 }
                let description = try await handle.describe()
                #expect(description.schedule.remainingActions == 0)
                for start in description.info.recent {
                    #expect(start.workflowID.hasPrefix("\(base)-20"))
                    let stories = try await client.handle(TwoSteps.self, id: start.workflowID).result
                    #expect(stories.map(\.title) == ["story 1", "story 2"])
                }
                try await handle.delete()
            }
        }
    }

    @Test func backfillsAndMatchingTimesAgree() async throws {
        try await Target.run { client, queue in
            let handle = try await client.schedules.create(
                Target.id("schedule"), dormant(queue, .daily(at: "07:30", in: "Europe/Berlin")))
            // 1 July and 4 July 2025, 05:30 UTC: both are times of the schedule, and both ends count.
            let (first, last) = (Date(timeIntervalSince1970: 1_751_347_800), Date(timeIntervalSince1970: 1_751_607_000))
            let times = try await handle.matchingTimes(from: first - 1, to: last)
            #expect(times == (0...3).map { first + Double($0) * 86_400 })
            try await handle.backfill(from: first, to: last, overlap: .allowAll)
            try await Target.until("four runs") { try await handle.describe().info.recent.count == 4 }
            let description = try await handle.describe()
            #expect(description.info.recent.map(\.scheduledTime) == times)
            for start in description.info.recent { try await client.handle(id: start.workflowID).terminate() }
            try await handle.delete()
        }
    }

    @Test func whatIsAskedForAtCreationHappensAtOnce() async throws {
        try await Target.run { client, queue in
            let (from, to) = (Date(timeIntervalSince1970: 1_751_347_800), Date(timeIntervalSince1970: 1_751_355_000))
            let handle = try await client.schedules.create(
                Target.id("schedule"), dormant(queue), triggersImmediately: true,
                backfilling: [ScheduleBackfill(from: from, to: to, overlap: .allowAll)])
            // Two full hours, and now.
            try await Target.until("three runs") { try await handle.describe().info.recent.count == 3 }
            for start in try await handle.describe().info.recent {
                try await client.handle(id: start.workflowID).terminate()
            }
            try await handle.delete()
        }
    }

    @Test func pausingListingAndCounting() async throws {
        try await Target.run { client, queue in
            let id = Target.id("schedule")
            let handle = try await client.schedules.create(
                id, every: .hours(1), start: RunningTotal.run(step: 1), id: "tally", taskQueue: queue)
            await #expect(throws: ScheduleAlreadyRunning.self) {
                try await client.schedules.create(
                    id, every: .hours(1), start: RunningTotal.run(step: 1), id: "tally", taskQueue: queue)
            }
            try await handle.pause(note: "the site is down")
            let paused = try await handle.describe().schedule
            #expect(paused.isPaused && paused.note == "the site is down")
            func summary() async throws -> ScheduleSummary? {
                for try await schedule in client.schedules.list(pageSize: 2) where schedule.id == id { return schedule }
                return nil
            }
            try await Target.until("the list to show the pause") { try await summary()?.isPaused == true }
            let found = try #require(try await summary())
            #expect(found.workflowType == "RunningTotal" && found.note == "the site is down")
            #expect(found.spec == .every(.hours(1)) && found.upcoming.count == 5)
            #expect(try await client.schedules.count("TemporalSchedulePaused = true").count >= 1)
            try await handle.unpause()
            #expect(try await handle.describe().schedule.isPaused == false)
            try await handle.delete()
            await #expect(throws: ScheduleNotFound.self) { try await handle.pause() }
        }
    }

    @Test func updatesAreNotLostToThoseOfOthers() async throws {
        try await Target.run { client, queue in
            let handle = try await client.schedules.create(Target.id("schedule"), dormant(queue))
            let calls = Calls()
            try await handle.update { schedule in
                if calls.note("update") == 1 { try await handle.unpause(note: "by somebody else") }
                schedule.spec = .every(.hours(2))
                schedule.policy.overlap = .bufferAll
            }
            #expect(calls.count("update") == 2)
            let description = try await handle.describe()
            #expect(description.schedule.spec == .every(.hours(2)))
            #expect(description.schedule.policy.overlap == .bufferAll)
            #expect(description.schedule.note == "by somebody else" && !description.schedule.isPaused)
            #expect(description.info.updateTime != nil)
            try await handle.delete()
        }
    }

    @Test func aProgramWithoutTheKeyCanChangeTheTimes() async throws {
        try await Target.run(dataConverter: DataConverter(codec: Flipping())) { client, queue in
            let handle = try await client.schedules.create(
                Target.id("schedule"), dormant(queue), memo: ["owner": "ann"])
            let keyless = Client(connection: client.connection, namespace: client.namespace)
            try await keyless.schedules[handle.id].update { $0.spec = .every(.hours(3)) }
            let description = try await handle.describe()
            #expect(description.schedule.spec == .every(.hours(3)))
            #expect(try await description.schedule.action.arguments.decode(Int.self, at: 0) == 5)
            #expect(try description.memo.value(String.self, "owner") == "ann")
            try await handle.update { $0.action.replace(with: RunningTotal.run(step: 6)) }
            #expect(try await handle.describe().schedule.action.arguments.decode(Int.self, at: 0) == 6)
            try await handle.delete()
        }
    }

    @Test func aSpecThatOnlyTheServerCanJudgeIsRefusedInItsWords() async throws {
        try await Target.run { client, queue in
            for (spec, words) in [
                (ScheduleSpec.cron("61 1 * * *"), "Minute is not in range [0-59]"),
                (.daily(in: "Mars/Olympus"), "unknown time zone Mars/Olympus"),
            ] {
                let error = try await #require(throws: ServiceError.self) {
                    try await client.schedules.create(Target.id("schedule"), dormant(queue, spec))
                }
                #expect(error.code == .invalidArgument)
                #expect(error.message.contains(words))
            }
        }
    }
}
