import Foundation
import SwiftProtobuf
import Synchronization
import Testing
import WireAPI
import WireRPC

@testable import Millrace

/// The calls that the schedule API makes, and what it makes of the answers.
@Suite struct ScheduleCallTests {
    let service = FakeService()
    var client: Client { Client(connection: service, namespace: "n", identity: "me") }
    var handle: ScheduleHandle { client.schedules["s"] }

    private func described(
        token: String, updated: Int64? = nil, change: (inout APIDescribeScheduleResponse) -> Void = { _ in }
    ) async throws -> APIDescribeScheduleResponse {
        let action = ScheduleAction.run(workflow: "W", 1, id: "w", taskQueue: "q")
        var response = APIDescribeScheduleResponse()
        response.schedule = try await Schedule(.every(.hours(1)), start: action).wire(.default)
        response.conflictToken = Data(token.utf8)
        if let updated { response.info.updateTime.seconds = updated }
        change(&response)
        return response
    }

    @Test func aCreationCarriesEverything() async throws {
        service.on(WorkflowService.createSchedule, answer: .init())
        let (monday, tuesday) = (Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: 86_400))
        let schedule = Schedule(
            .daily(at: "07:30"), start: .run(TwoSteps.run(limit: 3), id: "w", taskQueue: "q"),
            policy: SchedulePolicy(overlap: .bufferAll), note: "n")
        let handle = try await client.schedules.create(
            "s", schedule, memo: ["owner": "ann"], searchAttributes: [.keyword("Team", "data")],
            triggersImmediately: true,
            backfilling: [ScheduleBackfill(from: monday, to: tuesday, overlap: .allowAll)])
        #expect(handle.id == "s")
        let request = try #require(service.requests(WorkflowService.createSchedule).first)
        #expect(request.namespace == "n")
        #expect(request.scheduleID == "s")
        #expect(request.identity == "me")
        #expect(!request.requestID.isEmpty)
        #expect(request.schedule.action.startWorkflow.workflowType.name == "TwoSteps")
        #expect(request.schedule.policies.overlapPolicy == .bufferAll)
        #expect(request.schedule.state.notes == "n")
        #expect(request.initialPatch.hasTriggerImmediately)
        #expect(request.initialPatch.backfillRequest.map(\.endTime.seconds) == [86_400])
        #expect(request.initialPatch.backfillRequest.map(\.overlapPolicy) == [.allowAll])
        #expect(request.memo.fields["owner"]?.data == Data("\"ann\"".utf8))
        #expect(request.searchAttributes.indexedFields["Team"] != nil)
    }

    @Test func nothingIsSentIfItCannotWork() async {
        let good = ScheduleAction.run(workflow: "W", id: "w", taskQueue: "q")
        let (early, late) = (Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: 1))
        await #expect(throws: InvalidOptions.self) {
            try await client.schedules.create("", Schedule(.daily(), start: good))
        }
        await #expect(throws: InvalidOptions.self) {
            try await client.schedules.create(
                "s", every: .zero, start: TwoSteps.run(limit: 1), id: "w", taskQueue: "q")
        }
        await #expect(throws: InvalidOptions.self) {
            try await client.schedules.create(
                "s", Schedule(.daily(), start: good), backfilling: [ScheduleBackfill(from: late, to: early)])
        }
        await #expect(throws: InvalidOptions.self) { try await handle.backfill(from: late, to: early) }
        await #expect(throws: InvalidOptions.self) { try await handle.backfill([]) }
        await #expect(throws: InvalidOptions.self) { try await handle.matchingTimes(from: late, to: early) }
        #expect(service.requests(WorkflowService.createSchedule).isEmpty)
        #expect(service.requests(WorkflowService.patchSchedule).isEmpty)
    }

    @Test func patchesSayWhatIsWanted() async throws {
        service.on(WorkflowService.patchSchedule, answer: .init())
        try await handle.pause(note: "why")
        try await handle.pause()
        try await handle.unpause(note: "")
        try await handle.trigger()
        try await handle.trigger(overlap: .cancelOther)
        try await handle.backfill(from: Date(timeIntervalSince1970: 1), to: Date(timeIntervalSince1970: 2))
        let requests = service.requests(WorkflowService.patchSchedule)
        #expect(requests.map(\.patch.pause) == ["why", "Paused via Swift SDK", "", "", "", ""])
        #expect(requests.map(\.patch.unpause) == ["", "", "Unpaused via Swift SDK", "", "", ""])
        #expect(requests.map(\.patch.hasTriggerImmediately) == [false, false, false, true, true, false])
        #expect(requests[4].patch.triggerImmediately.overlapPolicy == .cancelOther)
        #expect(requests[5].patch.backfillRequest[0].startTime.seconds == 1)
        #expect(requests[5].patch.backfillRequest[0].overlapPolicy == .unspecified)
        #expect(Set(requests.map(\.requestID)).count == 6)
        #expect(requests.allSatisfy { $0.scheduleID == "s" && $0.namespace == "n" && $0.identity == "me" })
    }

    @Test func errorsNameTheSchedule() async throws {
        service.on(WorkflowService.createSchedule) { _, _ in
            throw RPCError(.alreadyExists, "taken", detail: APIWorkflowExecutionAlreadyStartedFailure())
        }
        let taken = try await #require(throws: ScheduleAlreadyRunning.self) {
            try await client.schedules.create(
                "s", every: .hours(1), start: TwoSteps.run(limit: 1), id: "w", taskQueue: "q")
        }
        #expect(taken.description.contains("schedule 's' exists already"))
        service.on(WorkflowService.describeSchedule) { _, _ in throw RPCError(.notFound, "workflow not found") }
        let missing = try await #require(throws: ScheduleNotFound.self) { try await handle.describe() }
        #expect(missing.description == "schedule 's' does not exist")
        await #expect(throws: ScheduleNotFound.self) { try await handle.update { _ in } }
        service.on(WorkflowService.deleteSchedule) { _, _ in
            throw RPCError(.notFound, "x", detail: APINamespaceNotFoundFailure.with { $0.namespace = "n" })
        }
        await #expect(throws: NamespaceNotFound.self) { try await handle.delete() }
        service.on(WorkflowService.patchSchedule) { _, _ in throw RPCError(.invalidArgument, "in its own words") }
        let refused = try await #require(throws: ServiceError.self) { try await handle.pause() }
        #expect(refused.message == "in its own words")
    }

    @Test func aDescriptionSaysEverything() async throws {
        let answer = try await described(token: "1", updated: 9) { response in
            response.memo.fields = ["m": Payload(encoding: "json/plain", data: Data("1".utf8)).wire]
            response.searchAttributes = SearchAttributes([.keyword("Team", "data")]).wire
            response.info.actionCount = 4
            response.info.missedCatchupWindow = 1
            response.info.overlapSkipped = 2
            response.info.bufferDropped = 3
            response.info.bufferSize = 5
            response.info.invalidScheduleError = "broken"
            response.info.createTime.seconds = 8
            response.info.futureActionTimes = [.with { $0.seconds = 100 }]
            response.info.runningWorkflows = [.with { ($0.workflowID, $0.runID) = ("w-1", "r") }]
            response.info.recentActions = [
                .with {
                    $0.scheduleTime.seconds = 10
                    $0.actualTime.seconds = 11
                    $0.startWorkflowResult.workflowID = "w-1"
                    $0.startWorkflowStatus = .completed
                },
                .with { $0.scheduleTime.seconds = 12 },
            ]
        }
        service.on(WorkflowService.describeSchedule, answer: answer)
        let description = try await handle.describe()
        #expect(description.schedule.spec == .every(.hours(1)))
        #expect(try description.memo.value(Int.self, "m") == 1)
        #expect(description.searchAttributes[.keyword("Team")] == "data")
        let info = description.info
        #expect(info.actionCount == 4 && info.missedCatchUpCount == 1 && info.skippedOverlapCount == 2)
        #expect(info.droppedCount == 3 && info.waitingCount == 5)
        #expect(info.problem == "broken")
        #expect(info.createTime == Date(timeIntervalSince1970: 8))
        #expect(info.updateTime == Date(timeIntervalSince1970: 9))
        #expect(info.upcoming == [Date(timeIntervalSince1970: 100)])
        #expect(info.running.map(\.workflowID) == ["w-1"])
        #expect(info.recent.map(\.status) == [.completed, nil])
        #expect(info.recent[0].actualTime == Date(timeIntervalSince1970: 11))
    }

    @Test func anUpdateChangesOnlyWhatItTouches() async throws {
        let before = try await described(token: "1") { $0.schedule.state.notes = "old" }
        service.on(
            WorkflowService.describeSchedule, answers: [before, try await described(token: "2", updated: 5)])
        service.on(WorkflowService.updateSchedule, answer: .init())
        try await handle.update(searchAttributes: []) { $0.policy.overlap = .bufferOne }
        let request = try #require(service.requests(WorkflowService.updateSchedule).first)
        #expect(request.conflictToken == Data("1".utf8))
        #expect(request.hasSearchAttributes && !request.hasMemo)
        #expect(request.identity == "me" && !request.requestID.isEmpty)
        var expected = before.schedule
        expected.policies.overlapPolicy = .bufferOne
        #expect(request.schedule == expected)
    }

    @Test func anUpdateThatIsRefusedAsTooLateBeginsAnew() async throws {
        let answers = [
            try await described(token: "1"), try await described(token: "2") { $0.schedule.state.notes = "theirs" },
            try await described(token: "3", updated: 5),
        ]
        service.on(WorkflowService.describeSchedule, answers: answers)
        service.on(WorkflowService.updateSchedule) { _, count in
            if count == 0 { throw RPCError(.failedPrecondition, "mismatched conflict token") }
            return .init()
        }
        try await handle.update { $0.note = ($0.note ?? "") + " and mine" }
        let requests = service.requests(WorkflowService.updateSchedule)
        #expect(requests.map(\.schedule.state.notes) == [" and mine", "theirs and mine"])
        #expect(requests.map(\.conflictToken) == [Data("1".utf8), Data("2".utf8)])
    }

    @Test func anUpdateThatIsDroppedWithoutAWordBeginsAnew() async throws {
        let answers = [
            try await described(token: "1", updated: 3),
            // Somebody paused it: the token has moved, the time of the last update has not.
            try await described(token: "2", updated: 3), try await described(token: "2", updated: 3),
            try await described(token: "3", updated: 4),
        ]
        service.on(WorkflowService.describeSchedule, answers: answers)
        service.on(WorkflowService.updateSchedule, answer: .init())
        try await handle.update { $0.note = "mine" }
        #expect(service.requests(WorkflowService.updateSchedule).count == 2)
    }

    @Test func anUpdateGivesUpInTheEnd() async throws {
        let before = try await described(token: "1")
        service.on(WorkflowService.describeSchedule, answer: before)
        service.on(WorkflowService.updateSchedule) { _, _ in
            throw RPCError(.failedPrecondition, "mismatched conflict token")
        }
        let error = try await #require(throws: ServiceError.self) { try await handle.update { _ in } }
        #expect(error.code == .aborted)
        service.on(WorkflowService.updateSchedule) { _, _ in throw RPCError(.failedPrecondition, "memo no") }
        let other = try await #require(throws: ServiceError.self) { try await handle.update(memo: [:]) { _ in } }
        #expect(other.message == "memo no")
        let sent = service.requests(WorkflowService.updateSchedule).count
        #expect(sent == ScheduleHandle.updateAttempts + 1)
        await #expect(throws: ApplicationFailure.self) {
            try await handle.update { _ in throw ApplicationFailure("thought better of it") }
        }
        await #expect(throws: InvalidOptions.self) { try await handle.update { $0.spec = .every(.zero) } }
        #expect(service.requests(WorkflowService.updateSchedule).count == sent)
    }

    @Test func listsGoFromPageToPage() async throws {
        func entry(_ id: String) -> APIScheduleListEntry {
            .with {
                $0.scheduleID = id
                $0.info.workflowType.name = "W"
                $0.info.paused = true
                $0.info.notes = "n"
                $0.info.spec = ScheduleSpec.every(.hours(1)).wire
                $0.info.futureActionTimes = [.with { $0.seconds = 5 }]
            }
        }
        let pages: [APIListSchedulesResponse] = [
            .with {
                $0.schedules = [entry("a")]
                $0.nextPageToken = Data([1])
            },
            .with { $0.nextPageToken = Data([2]) },
            .with { $0.schedules = [entry("b")] },
        ]
        service.on(WorkflowService.listSchedules, answers: pages)
        var found: [ScheduleSummary] = []
        for try await schedule in client.schedules.list("Team = 'data'", pageSize: 7) { found.append(schedule) }
        #expect(found.map(\.id) == ["a", "b"])
        #expect(found.allSatisfy { $0.isPaused && $0.note == "n" && $0.workflowType == "W" })
        #expect(found[0].spec == .every(.hours(1)))
        #expect(found[0].upcoming == [Date(timeIntervalSince1970: 5)])
        let requests = service.requests(WorkflowService.listSchedules)
        #expect(requests.map(\.nextPageToken) == [Data(), Data([1]), Data([2])])
        #expect(requests.allSatisfy { $0.query == "Team = 'data'" && $0.maximumPageSize == 7 })

        service.on(WorkflowService.countSchedules, answer: .with { $0.count = 3 })
        #expect(try await client.schedules.count("q").count == 3)
    }
}
