import Foundation
import SwiftProtobuf
import WireAPI

@testable import Engine

/// What clients of schedules do, in one line each. The bench's time begins 20 seconds past a minute.
extension Bench {
    static func schedule(
        every seconds: Int64 = 60, _ change: (inout APISchedule) -> Void = { _ in }
    ) -> APISchedule {
        var schedule = APISchedule()
        schedule.spec.interval = [.with { $0.interval.seconds = seconds }]
        schedule.action.startWorkflow.workflowID = "flow"
        schedule.action.startWorkflow.workflowType.name = "Flow"
        schedule.action.startWorkflow.taskQueue.name = "queue"
        change(&schedule)
        return schedule
    }

    static func createRequest(
        _ id: String, _ schedule: APISchedule, _ change: (inout APICreateScheduleRequest) -> Void = { _ in }
    ) -> APICreateScheduleRequest {
        var request = APICreateScheduleRequest()
        request.namespace = "default"
        request.scheduleID = id
        request.schedule = schedule
        request.requestID = "create-\(id)"
        change(&request)
        return request
    }

    @discardableResult
    func create(
        _ id: String = "s", every seconds: Int64 = 60, policy: APIScheduleOverlapPolicy = .unspecified,
        _ change: (inout APISchedule) -> Void = { _ in }
    ) throws -> APICreateScheduleResponse {
        let schedule = Self.schedule(every: seconds) { schedule in
            schedule.policies.overlapPolicy = policy
            change(&schedule)
        }
        return try answer(.createSchedule(Self.createRequest(id, schedule)))
    }

    func described(_ id: String = "s") throws -> APIDescribeScheduleResponse {
        var request = APIDescribeScheduleRequest()
        request.namespace = "default"
        request.scheduleID = id
        return try answer(.describeSchedule(request))
    }

    static func updateRequest(
        _ id: String, _ schedule: APISchedule, _ change: (inout APIUpdateScheduleRequest) -> Void = { _ in }
    ) -> APIUpdateScheduleRequest {
        var request = APIUpdateScheduleRequest()
        request.namespace = "default"
        request.scheduleID = id
        request.schedule = schedule
        change(&request)
        return request
    }

    func update(_ id: String = "s", _ change: (inout APISchedule) -> Void) throws {
        var schedule = try described(id).schedule
        change(&schedule)
        _ = try answer(.updateSchedule(Self.updateRequest(id, schedule)), as: APIUpdateScheduleResponse.self)
    }

    func patch(
        _ id: String = "s", requestID: String = "", _ change: (inout APISchedulePatch) -> Void
    ) throws {
        var request = APIPatchScheduleRequest()
        request.namespace = "default"
        request.scheduleID = id
        request.requestID = requestID
        request.patch = APISchedulePatch()
        change(&request.patch)
        _ = try answer(.patchSchedule(request), as: APIPatchScheduleResponse.self)
    }

    func trigger(_ id: String = "s", policy: APIScheduleOverlapPolicy = .unspecified, requestID: String = "") throws {
        try patch(id, requestID: requestID) { $0.triggerImmediately.overlapPolicy = policy }
    }

    /// Backfills the given number of minutes from 2023-11-14T20:00:00Z on.
    func backfill(_ id: String = "s", minutes: Int64, policy: APIScheduleOverlapPolicy = .unspecified) throws {
        try patch(id) { patch in
            var backfill = APIBackfillRequest()
            backfill.startTime.seconds = 1_699_992_000
            backfill.endTime.seconds = 1_699_992_000 + (minutes - 1) * 60
            backfill.overlapPolicy = policy
            patch.backfillRequest = [backfill]
        }
    }

    func delete(schedule id: String = "s") throws {
        var request = APIDeleteScheduleRequest()
        request.namespace = "default"
        request.scheduleID = id
        _ = try answer(.deleteSchedule(request), as: APIDeleteScheduleResponse.self)
    }

    /// The rows of runs that were started, in the order of their starts.
    var startedRuns: [VisibilityRow] {
        store.shown.values.filter { store.runs[$0.run] != nil }.sorted { $0.run < $1.run }
    }

    /// The clock parts of the ids of all runs, in the order of their starts: `22:14:00`.
    var startedAt: [String] { startedRuns.map { Self.clock($0.workflowID) } }

    static func clock(_ workflowID: String) -> String {
        String(workflowID.drop { $0 != "T" }.dropFirst().filter { $0 != "Z" })
    }

    /// Ends the run whose task is the oldest.
    func finish(_ command: APICommand = Commands.complete("result")) throws { try complete(try task(), [command]) }
}
