import Engine
import Foundation
import ScheduleSpec
import WireAPI
import WireRPC

/// Schedules: single ones are the engine's, lists and counts are read from the store beside it.
struct ScheduleHandlers: Sendable {
    let visibility: VisibilityHandlers

    private var engine: EngineCaller { visibility.engine }

    func register(in table: inout ServiceTable) {
        table.serve(WorkflowService.createSchedule, by: engine) { .createSchedule($0) }
        table.serve(WorkflowService.describeSchedule, by: engine) { .describeSchedule($0) }
        table.serve(WorkflowService.updateSchedule, by: engine) { .updateSchedule($0) }
        table.serve(WorkflowService.patchSchedule, by: engine) { .patchSchedule($0) }
        table.serve(WorkflowService.deleteSchedule, by: engine) { .deleteSchedule($0) }
        table.serve(WorkflowService.listScheduleMatchingTimes, by: engine) { .listScheduleMatchingTimes($0) }
        table.register(WorkflowService.listSchedules) { request, context in try await list(request, context) }
        table.register(WorkflowService.countSchedules) { request, context in try await count(request, context) }
    }

    private func list(
        _ request: APIListSchedulesRequest, _ context: RPCContext
    ) async throws -> APIListSchedulesResponse {
        let (key, query) = try await parse(request.query, in: request.namespace, for: .list, context)
        let now = engine.host.core.clock.now
        return try await engine.read { store in
            let page = try store.visibility.list(
                namespace: key, query: query, pageSize: Int(request.maximumPageSize), pageToken: request.nextPageToken)
            var response = APIListSchedulesResponse()
            // One that was deleted while the page was read is left out.
            response.schedules = try page.rows.compactMap { row in
                try store.reader.load(schedule: row.run).map {
                    try ScheduleView.listed($0, zones: SystemTimeZones(), now: now)
                }
            }
            response.nextPageToken = page.nextPageToken ?? Data()
            return response
        }
    }

    private func count(
        _ request: APICountSchedulesRequest, _ context: RPCContext
    ) async throws -> APICountSchedulesResponse {
        let (key, query) = try await parse(request.query, in: request.namespace, for: .count, context)
        var response = APICountSchedulesResponse()
        response.count = try await engine.read { try $0.visibility.count(namespace: key, query: query).total }
        return response
    }

    private func parse(
        _ text: String, in namespace: String, for purpose: VisibilityQuery.Purpose, _ context: RPCContext
    ) async throws -> (NamespaceKey, VisibilityQuery) {
        let entry = try engine.namespace(namespace)
        let attributes = try await visibility.attributes(of: namespace, entry, context)
        do {
            return (entry.key, try VisibilityQuery.schedules(text, custom: attributes, for: purpose))
        } catch {
            throw RPCError(.invalidArgument, error.message)
        }
    }
}
