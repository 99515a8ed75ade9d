import Engine
import Foundation
import SwiftProtobuf
import WireAPI
import WireRPC

@testable import Server

/// A client with short names for what the tests do.
struct TestClient: Sendable {
    let connection: any ServiceConnection
    var namespace = "default"

    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, timeout: Duration = .seconds(30), clientName: String? = nil,
        _ fill: (inout Request) -> Void = { _ in }
    ) async throws -> Response {
        var request = Request()
        fill(&request)
        let metadata = clientName.map { [(key: "client-name", value: $0)] } ?? []
        return try await connection.call(method, request, options: CallOptions(timeout: timeout, metadata: metadata))
    }

    @discardableResult
    func start(_ id: String, queue: String = "queue", requestID: String = UUID().uuidString) async throws -> String {
        try await call(WorkflowService.startWorkflowExecution) {
            $0.namespace = namespace
            $0.workflowID = id
            $0.workflowType.name = "Test"
            $0.taskQueue.name = queue
            $0.requestID = requestID
            $0.input.payloads = [.json("\"\(id)\"")]
        }.runID
    }

    func pollWorkflowTask(
        queue: String = "queue", timeout: Duration = .seconds(30)
    ) async throws -> APIPollWorkflowTaskQueueResponse {
        try await call(WorkflowService.pollWorkflowTaskQueue, timeout: timeout) {
            $0.namespace = namespace
            $0.taskQueue.name = queue
            $0.identity = "tests"
        }
    }

    func pollActivityTask(
        queue: String = "queue", timeout: Duration = .seconds(30)
    ) async throws -> APIPollActivityTaskQueueResponse {
        try await call(WorkflowService.pollActivityTaskQueue, timeout: timeout) {
            $0.namespace = namespace
            $0.taskQueue.name = queue
            $0.identity = "tests"
        }
    }

    func complete(_ task: APIPollWorkflowTaskQueueResponse, _ commands: APICommand...) async throws {
        let _: APIRespondWorkflowTaskCompletedResponse = try await call(
            WorkflowService.respondWorkflowTaskCompleted
        ) {
            $0.namespace = namespace
            $0.taskToken = task.taskToken
            $0.identity = "tests"
            $0.commands = commands
        }
    }

    func complete(_ task: APIPollActivityTaskQueueResponse, result: String) async throws {
        let _: APIRespondActivityTaskCompletedResponse = try await call(
            WorkflowService.respondActivityTaskCompleted
        ) {
            $0.namespace = namespace
            $0.taskToken = task.taskToken
            $0.result.payloads = [.json(result)]
        }
    }

    func history(_ id: String, runID: String = "") async throws -> [APIHistoryEvent] {
        var events: [APIHistoryEvent] = []
        var token = Data()
        repeat {
            let page: APIGetWorkflowExecutionHistoryResponse = try await call(
                WorkflowService.getWorkflowExecutionHistory
            ) {
                $0.namespace = namespace
                $0.execution.workflowID = id
                $0.execution.runID = runID
                $0.nextPageToken = token
            }
            events += page.history.events
            token = page.nextPageToken
        } while !token.isEmpty
        return events
    }

    /// Waits until the run is closed and returns its closing event.
    func closingEvent(_ id: String) async throws -> APIHistoryEvent? {
        var token = Data()
        while true {
            let page: APIGetWorkflowExecutionHistoryResponse = try await call(
                WorkflowService.getWorkflowExecutionHistory
            ) {
                $0.namespace = namespace
                $0.execution.workflowID = id
                $0.waitNewEvent = true
                $0.historyEventFilterType = .closeEvent
                $0.nextPageToken = token
            }
            if let event = page.history.events.last { return event }
            token = page.nextPageToken
            if token.isEmpty { return nil }
        }
    }

    func list(_ query: String = "") async throws -> [APIWorkflowExecutionInfo] {
        let response: APIListWorkflowExecutionsResponse = try await call(WorkflowService.listWorkflowExecutions) {
            $0.namespace = namespace
            $0.query = query
        }
        return response.executions
    }

    func count(_ query: String = "") async throws -> APICountWorkflowExecutionsResponse {
        try await call(WorkflowService.countWorkflowExecutions) {
            $0.namespace = namespace
            $0.query = query
        }
    }
}

extension APIPayload {
    static func json(_ text: String) -> APIPayload {
        .with {
            $0.metadata = ["encoding": Data("json/plain".utf8)]
            $0.data = Data(text.utf8)
        }
    }
}

extension APICommand {
    static func complete(_ result: String) -> APICommand {
        .with {
            $0.commandType = .completeWorkflowExecution
            $0.completeWorkflowExecutionCommandAttributes.result.payloads = [.json(result)]
        }
    }

    static func activity(_ id: String, queue: String = "queue") -> APICommand {
        .with {
            $0.commandType = .scheduleActivityTask
            $0.scheduleActivityTaskCommandAttributes.activityID = id
            $0.scheduleActivityTaskCommandAttributes.activityType.name = "Work"
            $0.scheduleActivityTaskCommandAttributes.taskQueue.name = queue
            $0.scheduleActivityTaskCommandAttributes.startToCloseTimeout.seconds = 60
        }
    }
}

/// The error a call ends with.
func failure<Value>(_ body: () async throws -> Value) async throws -> RPCError? {
    do {
        _ = try await body()
        return nil
    } catch let error as RPCError {
        return error
    }
}
