import Foundation
import HummingbirdTesting
import MillraceTesting
import Server
import SwiftProtobuf
import Synchronization
import WireAPI
import WireRPC

@testable import WebUI

/// The list of a server of the test's own, as a browser asks for it.
struct WorkflowPages {
    static let token = "00112233445566778899aabbccddeeff"
    static let root = "/namespaces/default/workflows"

    let pages: TestPages
    let connection: any ServiceConnection

    static func run(
        _ wrap: @Sendable (any ServiceConnection) -> any ServiceConnection = { $0 },
        _ body: @Sendable (WorkflowPages) async throws -> Void
    ) async throws {
        var configuration = MillraceServer.Configuration()
        configuration.searchAttributes = ["Team": .keyword, "Rows": .int]
        let server = try await TestServer.start(configuration)
        let connection = wrap(server.server.connection)
        do {
            try await TestPages.run(Sections.routes, connection: connection) { pages in
                try await body(WorkflowPages(pages: pages, connection: connection))
            }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    func get(_ path: String, cookies: String = "") async throws -> TestResponse {
        try await pages.get(path, headers: [.cookie: cookies])
    }

    func list(_ query: String, since: String? = nil, cookies: String = "") async throws -> TestResponse {
        let fields = Fields([("query", query)] + (since.map { [("since", $0)] } ?? []))
        return try await get("\(Self.root)?\(fields.encoded)", cookies: cookies)
    }

    func post(_ path: String, _ fields: [(String, String)], cookies: String = "") async throws -> TestResponse {
        try await pages.post(
            path, Fields(fields + [("token", Self.token)]).encoded,
            headers: [.cookie: "millrace_token=\(Self.token); \(cookies)"])
    }

    func bulk(_ fields: [(String, String)]) async throws -> TestResponse {
        try await post("/namespaces/default/workflow-list/bulk", fields)
    }

    @discardableResult
    func start(
        _ id: String, type: String = "Import", queue: String = "q", team: String? = nil, input: APIPayloads? = nil
    ) async throws -> BulkTarget {
        var request = APIStartWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowID = id
        request.workflowType.name = type
        request.taskQueue.name = queue
        request.requestID = UUID().uuidString
        if let input { request.input = input }
        if let team { request.searchAttributes.indexedFields["Team"] = .json("\"\(team)\"") }
        let response = try await connection.call(WorkflowService.startWorkflowExecution, request, options: .init())
        return BulkTarget(workflowID: id, runID: response.runID)
    }

    func describe(_ target: BulkTarget) async throws -> APIWorkflowExecutionInfo {
        var request = APIDescribeWorkflowExecutionRequest()
        request.namespace = "default"
        request.execution = target.execution
        return try await connection.call(WorkflowService.describeWorkflowExecution, request, options: .init())
            .workflowExecutionInfo
    }

    func history(_ target: BulkTarget) async throws -> [APIHistoryEvent] {
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = "default"
        request.execution = target.execution
        return try await connection.call(WorkflowService.getWorkflowExecutionHistory, request, options: .init())
            .history.events
    }
}

extension TestResponse {
    /// The text with the entities of markup read.
    var shown: String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(text) {
            $0.replacingOccurrences(of: $1.0, with: $1.1)
        }
    }

    /// How many rows of runs there are.
    var rowCount: Int { text.components(separatedBy: "<tr id=\"run-").count - 1 }

    var location: String { headers[.location] ?? "" }

    func cookie(_ name: String) -> String? {
        headers[values: .setCookie].first { $0.hasPrefix(name + "=") }?
            .split(separator: ";").first.map { String($0.dropFirst(name.count + 1)) }
    }
}

/// A server that takes operations on all runs that match, and says which it was asked for.
final class BatchConnection: ServiceConnection {
    let started = Mutex<[APIStartBatchOperationRequest]>([])
    private let other: any ServiceConnection

    init(_ other: any ServiceConnection) {
        self.other = other
    }

    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response {
        if let batch = request as? APIStartBatchOperationRequest {
            started.withLock { $0.append(batch) }
            return Response()
        }
        if request is APIDescribeBatchOperationRequest { throw RPCError(.notFound, "no such job") }
        return try await other.call(method, request, options: options)
    }
}
