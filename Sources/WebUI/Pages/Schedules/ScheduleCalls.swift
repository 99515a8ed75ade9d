import SwiftProtobuf
import WireAPI
import WireRPC

/// What the pages of schedules ask of the server.
extension PageRequest {
    /// The schedule of the page's address.
    var scheduleID: String { self["schedule"] }

    /// - Throws: ``RPCError``, `notFound` if there is no such schedule.
    func describeSchedule() async throws -> APIDescribeScheduleResponse {
        var request = APIDescribeScheduleRequest()
        request.namespace = namespace
        request.scheduleID = scheduleID
        return try await service.call(WorkflowService.describeSchedule, request)
    }

    func patchSchedule(_ patch: APISchedulePatch) async throws {
        var request = APIPatchScheduleRequest()
        request.namespace = namespace
        request.scheduleID = scheduleID
        request.patch = patch
        request.identity = service.identity
        request.requestID = CrossSiteToken.make()
        _ = try await service.call(WorkflowService.patchSchedule, request)
    }

    /// The latest runs that the schedule has started; none if the server cannot look for them.
    func scheduledRuns(limit: Int32 = 20) async throws -> [APIWorkflowExecutionInfo] {
        var request = APIListWorkflowExecutionsRequest()
        request.namespace = namespace
        request.pageSize = limit
        request.query = ScheduleQuery.runs(of: scheduleID)
        do {
            return try await service.call(WorkflowService.listWorkflowExecutions, request).executions
        } catch let error as RPCError where [.invalidArgument, .unimplemented, .permissionDenied].contains(error.code) {
            return []
        }
    }

    /// What makes the jitter of a schedule its own; see `ScheduleTimes.next(after:seed:)`.
    func jitterSeed(_ scheduleID: String) async throws -> String {
        var request = APIDescribeNamespaceRequest()
        request.namespace = namespace
        let answer = try await service.call(WorkflowService.describeNamespace, request)
        return "\(answer.namespaceInfo.id)-\(scheduleID)"
    }
}
