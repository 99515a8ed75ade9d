import Engine
import Foundation
import SwiftProtobuf
import WireAPI
import WireRPC

/// Lists and counts of workflow executions: read from the store without passing the engine, so that a slow query holds
/// up nobody.
struct VisibilityHandlers: Sendable {
    let engine: EngineCaller

    func register(in table: inout ServiceTable) {
        table.register(WorkflowService.listWorkflowExecutions) { request, context in
            var response = APIListWorkflowExecutionsResponse()
            (response.executions, response.nextPageToken) = try await list(
                request.namespace, request.query, request.pageSize, request.nextPageToken, context)
            return response
        }
        table.register(WorkflowService.scanWorkflowExecutions) { request, context in
            var response = APIScanWorkflowExecutionsResponse()
            (response.executions, response.nextPageToken) = try await list(
                request.namespace, request.query, request.pageSize, request.nextPageToken, context)
            return response
        }
        table.register(WorkflowService.listOpenWorkflowExecutions) { request, context in
            var response = APIListOpenWorkflowExecutionsResponse()
            (response.executions, response.nextPageToken) = try await list(
                request.namespace, FilterQuery.open(request), request.maximumPageSize, request.nextPageToken, context)
            return response
        }
        table.register(WorkflowService.listClosedWorkflowExecutions) { request, context in
            var response = APIListClosedWorkflowExecutionsResponse()
            (response.executions, response.nextPageToken) = try await list(
                request.namespace, FilterQuery.closed(request), request.maximumPageSize, request.nextPageToken, context)
            return response
        }
        table.register(WorkflowService.listArchivedWorkflowExecutions) { request, _ in
            _ = try engine.namespace(request.namespace)
            throw RPCError(.invalidArgument, "Cluster is not configured for visibility archival.")
        }
        table.register(WorkflowService.countWorkflowExecutions) { request, context in
            try await count(request, context)
        }
    }

    private func list(
        _ namespace: String, _ text: String, _ pageSize: Int32, _ token: Data, _ context: RPCContext
    ) async throws -> (executions: [APIWorkflowExecutionInfo], nextPageToken: Data) {
        let (key, query) = try await parse(text, in: namespace, for: .list, context)
        let page = try await engine.read { store in
            try store.visibility.list(namespace: key, query: query, pageSize: Int(pageSize), pageToken: token)
        }
        return (page.rows.map(APIWorkflowExecutionInfo.init), page.nextPageToken ?? Data())
    }

    private func count(
        _ request: APICountWorkflowExecutionsRequest, _ context: RPCContext
    ) async throws -> APICountWorkflowExecutionsResponse {
        let (key, query) = try await parse(request.query, in: request.namespace, for: .count, context)
        let count = try await engine.read { try $0.visibility.count(namespace: key, query: query) }
        var response = APICountWorkflowExecutionsResponse()
        response.count = count.total
        response.groups = count.groups.map { group in
            var answer = APICountWorkflowExecutionsResponse.AggregationGroup()
            answer.groupValues = [Self.keyword(ExecutionStatusName.of(group.status))]
            answer.count = group.count
            return answer
        }
        return response
    }

    private func parse(
        _ text: String, in namespace: String, for purpose: VisibilityQuery.Purpose, _ context: RPCContext
    ) async throws -> (NamespaceKey, VisibilityQuery) {
        let entry = try engine.namespace(namespace)
        let attributes = try await attributes(of: namespace, entry, context)
        do {
            return (entry.key, try VisibilityQuery(text, custom: attributes, for: purpose))
        } catch {
            throw RPCError(.invalidArgument, error.message)
        }
    }

    /// The namespace's own search attributes: asked of the engine once, then kept until the namespace is written.
    func attributes(
        of namespace: String, _ entry: NamespaceDirectory.Entry, _ context: RPCContext
    ) async throws -> [String: SearchAttributeType] {
        if let known = entry.attributes { return known }
        var request = APIListSearchAttributesRequest()
        request.namespace = namespace
        let response: APIListSearchAttributesResponse = try await engine.call(.listSearchAttributes(request), context)
        let attributes = response.customAttributes.compactMapValues { SearchAttributeType(rawValue: $0.rawValue) }
        engine.host.core.namespaces.keep(attributes, of: namespace, version: entry.version)
        return attributes
    }

    private static func keyword(_ value: String) -> APIPayload {
        var payload = APIPayload()
        payload.metadata = ["encoding": Data("json/plain".utf8), "type": Data(SearchAttributeType.keyword.name.utf8)]
        payload.data = Data("\"\(value)\"".utf8)
        return payload
    }
}

/// The names of execution statuses in queries and counts.
enum ExecutionStatusName {
    private static let names: [APIWorkflowExecutionStatus: String] = [
        .running: "Running", .completed: "Completed", .failed: "Failed", .canceled: "Canceled",
        .terminated: "Terminated", .continuedAsNew: "ContinuedAsNew", .timedOut: "TimedOut", .paused: "Paused",
    ]

    static func of(_ rawValue: Int) -> String {
        APIWorkflowExecutionStatus(rawValue: rawValue).flatMap { names[$0] } ?? "Unspecified"
    }
}

/// The filters of the older list calls, as queries.
enum FilterQuery {
    static func open(_ request: APIListOpenWorkflowExecutionsRequest) throws(RPCError) -> String {
        var conditions = ["ExecutionStatus = 'Running'"]
        try add(request.startTimeFilter, on: "StartTime", to: &conditions)
        switch request.filters {
        case .executionFilter(let filter): add(filter, to: &conditions)
        case .typeFilter(let filter): add(filter, to: &conditions)
        case nil: break
        }
        return conditions.joined(separator: " AND ")
    }

    static func closed(_ request: APIListClosedWorkflowExecutionsRequest) throws(RPCError) -> String {
        var conditions = ["ExecutionStatus != 'Running'"]
        // By its name the filter is about the start; the reference holds it against the end of what is closed.
        try add(request.startTimeFilter, on: "CloseTime", to: &conditions)
        switch request.filters {
        case .executionFilter(let filter): add(filter, to: &conditions)
        case .typeFilter(let filter): add(filter, to: &conditions)
        case .statusFilter(let filter):
            guard filter.status != .unspecified, filter.status != .running else {
                throw RPCError(.invalidArgument, "StatusFilter must be specified and must be not Running.")
            }
            conditions = Array(conditions.dropFirst())
            conditions.append("ExecutionStatus = \(quoted(ExecutionStatusName.of(filter.status.rawValue)))")
        case nil: break
        }
        return conditions.joined(separator: " AND ")
    }

    private static func add(
        _ filter: APIStartTimeFilter, on attribute: String, to conditions: inout [String]
    ) throws(RPCError) {
        if filter.hasEarliestTime, filter.hasLatestTime, order(filter.latestTime) < order(filter.earliestTime) {
            throw RPCError(.invalidArgument, "EarliestTime in StartTimeFilter should not be larger than LatestTime.")
        }
        if filter.hasEarliestTime { conditions.append("\(attribute) >= \(nanoseconds(filter.earliestTime))") }
        if filter.hasLatestTime { conditions.append("\(attribute) <= \(nanoseconds(filter.latestTime))") }
    }

    private static func add(_ filter: APIWorkflowExecutionFilter, to conditions: inout [String]) {
        guard !filter.workflowID.isEmpty else { return }
        conditions.append("WorkflowId = \(quoted(filter.workflowID))")
    }

    private static func add(_ filter: APIWorkflowTypeFilter, to conditions: inout [String]) {
        guard !filter.name.isEmpty else { return }
        conditions.append("WorkflowType = \(quoted(filter.name))")
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
    }

    private static func order(_ time: Google_Protobuf_Timestamp) -> (Int64, Int32) { (time.seconds, time.nanos) }

    /// Queries take times as nanoseconds; what lies outside their range is as far as they go.
    private static func nanoseconds(_ time: Google_Protobuf_Timestamp) -> Nanoseconds {
        let (whole, overflow) = time.seconds.multipliedReportingOverflow(by: .second)
        let (sum, isTooLarge) = whole.addingReportingOverflow(Int64(time.nanos))
        guard !overflow, !isTooLarge else { return time.seconds < 0 ? 0 : .max }
        return max(0, sum)
    }
}
