import Synchronization
import SwiftProtobuf
import WireAPI
import WireRPC

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How many runs there are of each status.
struct StatusCounts: Sendable, Equatable {
    var byStatus: [APIWorkflowExecutionStatus: Int64] = [:]

    var total: Int64 { byStatus.values.reduce(0, +) }

    /// The runs of some statuses; of all if none is given.
    func total(of statuses: [APIWorkflowExecutionStatus]) -> Int64 {
        statuses.isEmpty ? total : statuses.reduce(0) { $0 + (byStatus[$1] ?? 0) }
    }

    init(_ response: APICountWorkflowExecutionsResponse) {
        for group in response.groups {
            guard let name = group.groupValues.first?.string, let status = APIWorkflowExecutionStatus(queryName: name)
            else { continue }
            byStatus[status, default: 0] += group.count
        }
    }
}

/// What a list is made of.
struct ListContent: Sendable {
    var runs: [APIWorkflowExecutionInfo] = []
    /// Empty if there is no further page.
    var nextToken = ""
    /// Why the query could not be run, in the server's words.
    var queryError: String?
    /// `nil` as long as they are not known.
    var counts: StatusCounts?
    var attributes: [String: APIIndexedValueType] = [:]
    var features = ServerFeatures()
}

/// Asks the server for lists.
struct ListLoader: Sendable {
    /// How long a page waits for what can be shown later.
    static let patience = Duration.milliseconds(25)

    let service: Service
    let namespace: String

    init(_ request: PageRequest) {
        service = request.service
        namespace = request.namespace
    }

    /// The whole page. Only the list itself is waited for.
    func content(_ state: ListState, size: Int, now: Google_Protobuf_Timestamp) async throws -> ListContent {
        let counts = Later { try await self.counts(state, now: now) }
        let attributes = Later { try await self.attributes() }
        let features = Later { await ServerFeatures.of(service, namespace) }
        defer {
            counts.cancel()
            attributes.cancel()
            features.cancel()
        }
        var content = ListContent()
        do {
            (content.runs, content.nextToken) = try await list(state, size: size, now: now)
        } catch let error as RPCError where error.code == .invalidArgument {
            content.queryError = error.message
        }
        content.counts = await counts.value(within: Self.patience) ?? nil
        content.attributes = await attributes.value(within: Self.patience) ?? [:]
        content.features = await features.value(within: Self.patience) ?? ServerFeatures()
        return content
    }

    func list(
        _ state: ListState, size: Int, now: Google_Protobuf_Timestamp
    ) async throws -> (runs: [APIWorkflowExecutionInfo], nextToken: String) {
        var request = APIListWorkflowExecutionsRequest()
        request.namespace = namespace
        request.query = state.effectiveQuery(now: now)
        request.pageSize = Int32(size)
        if !state.token.isEmpty {
            guard let token = Data(base64Encoded: state.token) else {
                throw PageError.badRequest("The address of this page is not complete.")
            }
            request.nextPageToken = token
        }
        let response = try await service.call(WorkflowService.listWorkflowExecutions, request)
        return (response.executions, response.nextPageToken.base64EncodedString())
    }

    /// - Returns: `nil` if the query cannot be counted by status.
    func counts(_ state: ListState, now: Google_Protobuf_Timestamp) async throws -> StatusCounts? {
        guard let query = state.countQuery(now: now) else { return nil }
        var request = APICountWorkflowExecutionsRequest()
        request.namespace = namespace
        request.query = query
        return StatusCounts(try await service.call(WorkflowService.countWorkflowExecutions, request))
    }

    /// The namespace's own search attributes.
    func attributes() async throws -> [String: APIIndexedValueType] {
        var request = APIListSearchAttributesRequest()
        request.namespace = namespace
        return try await service.call(OperatorService.listSearchAttributes, request).customAttributes
    }
}

/// Something that is being fetched and need not be there in time.
final class Later<Value: Sendable>: Sendable {
    private let task: Task<Value, any Error>

    init(_ body: @escaping @Sendable () async throws -> Value) {
        task = Task { try await body() }
    }

    /// - Returns: `nil` if it takes longer or has failed.
    func value(within patience: Duration) async -> Value? {
        let (results, continuation) = AsyncStream.makeStream(of: Value?.self, bufferingPolicy: .bufferingOldest(1))
        let waiting = Task { [task] in continuation.yield(try? await task.value) }
        let clock = Task {
            try? await Task.sleep(for: patience)
            continuation.yield(nil)
        }
        defer {
            waiting.cancel()
            clock.cancel()
            continuation.finish()
        }
        return await results.first { _ in true } ?? nil
    }

    func cancel() { task.cancel() }
}
