import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

@Suite struct ScheduleCallTests {
    private static let minute = 60 * Nanoseconds.second

    // MARK: Create

    @Test func createIsRepeatable() throws {
        let bench = try Bench()
        let first = try bench.create()
        #expect(first.conflictToken == Data([0, 0, 0, 0, 0, 0, 0, 1]))
        #expect(try bench.create().conflictToken == first.conflictToken)
        let other = Bench.createRequest("s", Bench.schedule()) { $0.requestID = "another" }
        let error = try #require(bench.error(.createSchedule(other)))
        #expect(error.code == .alreadyExists && error.message == "schedule \"s\" is already registered")
        #expect(error.detail is APIWorkflowExecutionAlreadyStartedFailure)
    }

    @Test func createWithAPatch() throws {
        let bench = try Bench()
        let request = Bench.createRequest("s", Bench.schedule()) {
            $0.initialPatch.triggerImmediately = .init()
            $0.initialPatch.pause = "not yet"
        }
        _ = try bench.answer(.createSchedule(request), as: APICreateScheduleResponse.self)
        #expect(bench.startedAt == ["22:13:20"])
        let description = try bench.described()
        #expect(description.schedule.state.paused && description.schedule.state.notes == "not yet")
        bench.pass(5 * Self.minute)
        #expect(bench.startedAt.count == 1)
    }

    @Test func defaultsAreShown() throws {
        let bench = try Bench()
        try bench.create { $0.policies.catchupWindow.seconds = 1 }
        try bench.create("t")
        let policies = try bench.described().schedule.policies
        #expect(policies.overlapPolicy == .skip && policies.catchupWindow.seconds == 10)
        #expect(try bench.described("t").schedule.policies.catchupWindow.seconds == 365 * 86_400)
        #expect(try bench.described().schedule.action.startWorkflow.taskQueue.kind == .normal)
    }

    @Test func badRequests() throws {
        let bench = try Bench()
        func message(_ change: (inout APICreateScheduleRequest) -> Void) -> String? {
            bench.error(.createSchedule(Bench.createRequest("bad", Bench.schedule(), change)))?.message
        }
        #expect(message { $0.requestID = "" } == "RequestId is not set on request.")
        #expect(message { $0.scheduleID = "" } == "Can't load workflow execution.  WorkflowId not set.")
        #expect(
            message { $0.scheduleID = String(repeating: "a", count: 1_001) }
                == "WorkflowId exceeds maximum allowed length (1024/1000)")
        #expect(
            message { $0.schedule.clearAction() } == "Only StartWorkflow action is supported for schedules")
        #expect(
            message { $0.schedule.action.startWorkflow.workflowIDReusePolicy = .rejectDuplicate }
                == "Scheduled workflow must not contain WorkflowIDReusePolicy")
        #expect(
            message { $0.schedule.action.startWorkflow.cronSchedule = "* * * * *" }
                == "Scheduled workflow must not contain CronSchedule")
        #expect(
            message { $0.schedule.action.startWorkflow.workflowID = String(repeating: "w", count: 980) }
                == "WorkflowId exceeds maximum allowed length (1001/1000)")
        #expect(message { $0.schedule.action.startWorkflow.clearTaskQueue() } == "taskQueue is not set")
        #expect(
            message { $0.schedule.action.startWorkflow.workflowType.name = "" }
                == "WorkflowType is not set on request.")
        #expect(
            message { $0.searchAttributes.indexedFields["Foo"] = APIPayload() }
                == "Namespace default has no mapping defined for search attribute Foo")
        #expect(
            message { $0.schedule.spec.interval[0].interval.seconds = 0 }?.hasPrefix("Invalid schedule spec: ") == true)
        #expect(message { $0.schedule.policies.overlapPolicy = .UNRECOGNIZED(77) } != nil)
        #expect(message { $0.schedule.state.remainingActions = -1 } != nil)
        #expect(bench.store.schedules.isEmpty)
    }

    /// What calls about a schedule that is not there answer: described, updated, patched, deleted.
    private func refusals(_ bench: Bench) -> [String] {
        var describe = APIDescribeScheduleRequest()
        describe.namespace = "default"
        describe.scheduleID = "s"
        var patch = APIPatchScheduleRequest()
        patch.namespace = "default"
        patch.scheduleID = "s"
        patch.patch.pause = "x"
        var delete = APIDeleteScheduleRequest()
        delete.namespace = "default"
        delete.scheduleID = "s"
        let calls: [EngineRequest] = [
            .describeSchedule(describe), .updateSchedule(Bench.updateRequest("s", Bench.schedule())),
            .patchSchedule(patch), .deleteSchedule(delete),
        ]
        return calls.map { call in
            guard let error = bench.error(call), error.code == .notFound, error.detail is APINotFoundFailure else {
                return "not refused"
            }
            return error.message
        }
    }

    @Test func unknownSchedules() throws {
        let bench = try Bench()
        let unknown = "workflow not found for ID: temporal-sys-scheduler:s"
        #expect(refusals(bench) == [unknown, unknown, unknown, unknown])
        try bench.create()
        try bench.delete()
        let deleted = "workflow execution already completed"
        #expect(refusals(bench) == ["schedule not found", deleted, deleted, deleted])
        try bench.restart()
        #expect(refusals(bench) == [unknown, unknown, unknown, unknown])
    }

    @Test func aPatchThatIsMissing() throws {
        let bench = try Bench()
        var patch = APIPatchScheduleRequest()
        patch.namespace = "default"
        patch.scheduleID = "s"
        #expect(bench.error(.patchSchedule(patch))?.message == "Patch is not set on request.")
    }

    // MARK: Trigger and backfill

    @Test func triggerIgnoresPauseAndLimits() throws {
        let bench = try Bench()
        try bench.create {
            $0.state.paused = true
            $0.state.limitedActions = true
        }
        try bench.trigger()
        #expect(bench.startedAt == ["22:13:20"])
        #expect(try bench.described().schedule.state.remainingActions == 0)
    }

    @Test func twoTriggersInOneSecondGiveTwoRuns() throws {
        let bench = try Bench()
        try bench.create()
        try bench.trigger(policy: .allowAll)
        try bench.trigger(policy: .allowAll)
        try bench.trigger(policy: .allowAll)
        #expect(bench.startedAt == ["22:13:20", "22:13:20-2", "22:13:20-3"])
        #expect(try bench.described().info.actionCount == 3)
    }

    @Test func aTriggerInTheSecondOfATimeHarmsNeither() throws {
        let bench = try Bench()
        try bench.create(policy: .allowAll)
        bench.now += 40 * .second
        // The call comes before the tick that the time is due for.
        try bench.trigger()
        bench.pass(.second)
        #expect(Set(bench.startedAt) == ["22:14:00", "22:14:00-2"])
    }

    @Test func triggerWaitsByItsPolicy() throws {
        let bench = try Bench()
        try bench.create { $0.state.paused = true }
        try bench.trigger()
        bench.pass(.second)
        try bench.trigger(policy: .bufferAll)
        bench.pass(.second)
        try bench.trigger()
        #expect(try bench.described().info.bufferSize == 1)
        #expect(try bench.described().info.overlapSkipped == 1)
        // It starts although the schedule is paused.
        try bench.finish()
        #expect(bench.startedAt == ["22:13:20", "22:13:21"])
    }

    @Test func aRequestIsAppliedOnce() throws {
        let bench = try Bench()
        try bench.create()
        try bench.trigger(policy: .allowAll, requestID: "one")
        try bench.trigger(policy: .allowAll, requestID: "one")
        try bench.trigger(policy: .allowAll, requestID: "two")
        #expect(bench.startedRuns.count == 2)
        try bench.restart()
        try bench.trigger(policy: .allowAll, requestID: "one")
        #expect(bench.startedRuns.count == 2)
    }

    private static let backfilled: [(APIScheduleOverlapPolicy, [String])] = [
        (.skip, ["20:00:00"]), (.bufferOne, ["20:00:00", "20:01:00"]),
        (.bufferAll, ["20:00:00", "20:01:00", "20:02:00"]), (.cancelOther, ["20:02:00"]),
        (.terminateOther, ["20:02:00"]), (.allowAll, ["20:00:00", "20:01:00", "20:02:00"]),
    ]

    @Test(arguments: backfilled)
    func backfill(policy: APIScheduleOverlapPolicy, expected: [String]) throws {
        let bench = try Bench()
        try bench.create {
            $0.state.paused = true
            $0.state.limitedActions = true
        }
        try bench.backfill(minutes: 3, policy: policy)
        while bench.startedRuns.contains(where: { $0.closeTime == nil }) { try bench.finish() }
        #expect(bench.startedAt == expected)
        let info = try bench.described().info
        #expect(info.actionCount == expected.count)
        #expect(info.overlapSkipped == Int64(3 - expected.count))
    }

    @Test func aLongBackfillWaitsForRoom() throws {
        var limits = Limits()
        limits.scheduleBuffer = 10
        let bench = try Bench(limits: limits)
        try bench.create { $0.state.paused = true }
        try bench.backfill(minutes: 30, policy: .bufferAll)
        #expect(try bench.described().info.bufferSize <= 5)
        try bench.restart()
        for _ in 0..<30 {
            bench.pass(.second)
            try bench.finish()
        }
        #expect(bench.startedAt.count == 30 && Set(bench.startedAt).count == 30)
        #expect(try bench.described().info.bufferDropped == 0)
    }

    @Test func aLargeBackfillIsTakenInSteps() throws {
        let bench = try Bench()
        try bench.create { $0.state.paused = true }
        try bench.backfill(minutes: 450, policy: .allowAll)
        #expect(bench.startedRuns.count == 200)
        bench.pass(.second)
        #expect(bench.startedRuns.count == 450)
        #expect(Set(bench.startedRuns.map(\.workflowID)).count == 450)
    }

    // MARK: Pause and update

    @Test func pauseAndUnpause() throws {
        let bench = try Bench()
        try bench.create()
        try bench.patch { $0.pause = "wait" }
        var description = try bench.described()
        #expect(description.schedule.state.paused && description.schedule.state.notes == "wait")
        #expect(description.conflictToken.last == 2 && description.info.futureActionTimes.count == 10)
        #expect(bench.store.shown.values.contains { $0.showsPaused })
        bench.pass(3 * Self.minute)
        try bench.patch { $0.unpause = "go" }
        description = try bench.described()
        #expect(!description.schedule.state.paused && description.schedule.state.notes == "go")
        #expect(!bench.store.shown.values.contains { $0.showsPaused })
        bench.pass(Self.minute)
        #expect(bench.startedAt == ["22:17:00"])
        #expect(try bench.described().info.missedCatchupWindow == 0)
    }

    @Test func whatWasDueBeforeAPauseStarts() throws {
        let bench = try Bench()
        try bench.create()
        // The call comes before the tick that the time is due for.
        bench.now += Self.minute
        try bench.patch { $0.pause = "wait" }
        #expect(bench.startedAt == ["22:14:00"])
    }

    @Test func anUpdateIsThereWhenTheCallReturns() throws {
        let bench = try Bench()
        try bench.create(every: 3_600)
        try bench.update { schedule in
            schedule.spec.interval[0].interval.seconds = 30
            schedule.action.startWorkflow.workflowID = "other"
            schedule.state.notes = "faster"
        }
        let description = try bench.described()
        #expect(description.schedule.spec.interval[0].interval.seconds == 30)
        #expect(description.schedule.state.notes == "faster" && description.conflictToken.last == 2)
        #expect(description.info.updateTime.seconds == 1_700_000_000)
        bench.pass(Self.minute)
        #expect(bench.startedRuns.map(\.workflowID) == ["other-2023-11-14T22:13:30Z"])
        try bench.update { $0.spec.interval[0].interval.seconds = 3_600 }
        bench.pass(10 * Self.minute)
        #expect(bench.startedRuns.count == 1)
    }

    @Test func anUpdateDoesNotReachBack() throws {
        let bench = try Bench()
        try bench.create(every: 86_400, policy: .allowAll)
        bench.pass(3_600 * .second)
        try bench.update { $0.spec.interval[0].interval.seconds = 60 }
        #expect(bench.startedRuns.isEmpty)
        bench.pass(Self.minute)
        #expect(bench.startedAt == ["23:14:00"])
    }

    @Test func aNewPolicyHoldsForWhatWaits() throws {
        let bench = try Bench()
        try bench.create(policy: .bufferAll)
        bench.pass(3 * Self.minute)
        #expect(try bench.described().info.bufferSize == 2)
        try bench.update { $0.policies.overlapPolicy = .skip }
        #expect(try bench.described().info.bufferSize == 0)
        #expect(try bench.described().info.overlapSkipped == 2)
    }

    @Test func aStaleTokenIsAnError() throws {
        let bench = try Bench()
        let token = try bench.create().conflictToken
        try bench.patch { $0.pause = "changed meanwhile" }
        let stale = Bench.updateRequest("s", Bench.schedule()) { $0.conflictToken = token }
        let error = try #require(bench.error(.updateSchedule(stale)))
        #expect(error.code == .failedPrecondition && error.message == "mismatched conflict token")
        #expect(try bench.described().schedule.state.paused)
        let now = try bench.described().conflictToken
        let fresh = Bench.updateRequest("s", Bench.schedule()) {
            $0.conflictToken = now
            $0.requestID = "update"
        }
        _ = try bench.answer(.updateSchedule(fresh), as: APIUpdateScheduleResponse.self)
        // The same request again is the one that was applied, though its token is stale by now.
        _ = try bench.answer(.updateSchedule(fresh), as: APIUpdateScheduleResponse.self)
        #expect(try bench.described().conflictToken.last == 3)
    }

    @Test func memoAndAttributesChangeIfTheyAreGiven() throws {
        let bench = try Bench()
        var add = APIAddSearchAttributesRequest()
        add.namespace = "default"
        add.searchAttributes = ["Team": .keyword]
        _ = try bench.answer(.addSearchAttributes(add), as: APIAddSearchAttributesResponse.self)
        let create = Bench.createRequest("s", Bench.schedule()) {
            $0.memo.fields["a"] = APIPayload()
            $0.searchAttributes.indexedFields["Team"] = .attribute("\"x\"", .keyword)
            $0.searchAttributes.indexedFields["BuildIds"] = .attribute("[\"x\"]", .keywordList)
        }
        _ = try bench.answer(.createSchedule(create), as: APICreateScheduleResponse.self)
        try bench.update { $0.state.notes = "n" }
        #expect(try bench.described().memo.fields.keys.elementsEqual(["a"]))
        #expect(try bench.described().searchAttributes.indexedFields.keys.elementsEqual(["Team"]))
        let update = Bench.updateRequest("s", Bench.schedule()) {
            $0.memo.fields["b"] = APIPayload()
            $0.searchAttributes = .init()
        }
        _ = try bench.answer(.updateSchedule(update), as: APIUpdateScheduleResponse.self)
        #expect(try bench.described().memo.fields.keys.elementsEqual(["b"]))
        #expect(try !bench.described().hasSearchAttributes)
    }

    @Test func deletionLeavesRunsAlone() throws {
        let bench = try Bench()
        try bench.create()
        bench.pass(Self.minute)
        try bench.delete()
        bench.pass(5 * Self.minute)
        #expect(bench.startedRuns.count == 1 && bench.store.wakes.isEmpty && bench.store.schedules.isEmpty)
        try bench.finish()
        #expect(bench.startedRuns[0].status == APIWorkflowExecutionStatus.completed.rawValue)
        // The id is free again.
        try bench.create()
        bench.pass(Self.minute)
        #expect(bench.startedRuns.count == 2)
    }

    @Test func aNamespaceTakesItsSchedulesWithIt() throws {
        var limits = Limits()
        limits.cachedSchedules = 1
        let bench = try Bench(limits: limits)
        for id in ["a", "b", "c"] { try bench.create(id) }
        var request = APIDeleteNamespaceRequest()
        request.namespace = "default"
        _ = try bench.answer(.deleteNamespace(request), as: APIDeleteNamespaceResponse.self)
        #expect(bench.store.schedules.isEmpty && bench.store.wakes.isEmpty && bench.store.shown.isEmpty)
    }

    @Test func aScheduleWithNothingLeftToDoGoes() throws {
        let bench = try Bench()
        try bench.create { $0.spec.endTime.seconds = 1_700_000_050 }
        try bench.create("paused") {
            $0.spec.endTime.seconds = 1_700_000_050
            $0.state.paused = true
        }
        bench.pass(Self.minute)
        try bench.finish()
        bench.pass(6 * 86_400 * .second)
        #expect(bench.store.schedules.count == 2)
        bench.pass(2 * 86_400 * .second)
        #expect(bench.store.schedules.values.map(\.scheduleID) == ["paused"])
    }

    @Test func matchingTimes() throws {
        let bench = try Bench()
        try bench.create()
        var request = APIListScheduleMatchingTimesRequest()
        request.namespace = "default"
        request.scheduleID = "s"
        request.startTime.seconds = 600
        request.endTime.seconds = 720
        let answer: APIListScheduleMatchingTimesResponse = try bench.answer(.listScheduleMatchingTimes(request))
        #expect(answer.startTime.map(\.seconds) == [660, 720])
        request.endTime.seconds = 600_000
        let many: APIListScheduleMatchingTimesResponse = try bench.answer(.listScheduleMatchingTimes(request))
        #expect(many.startTime.count == 1_000)
    }
}

extension VisibilityRow {
    /// A schedule's row that says it is paused.
    fileprivate var showsPaused: Bool {
        let attributes = searchAttributes.flatMap { try? APISearchAttributes(serializedBytes: $0) }
        return attributes?.indexedFields["TemporalSchedulePaused"]?.data == Data("true".utf8)
    }
}
