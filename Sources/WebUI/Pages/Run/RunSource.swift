import SwiftProtobuf
import WireAPI
import WireRPC

/// A run, and where its pages are.
struct RunKey: Sendable {
    var namespace: String
    var workflowID: String
    var runID: String
    /// Set if the history comes from a file: the id it is found by.
    var imported: String?
    var links: Links

    init(_ request: PageRequest) {
        namespace = request.namespace
        workflowID = request["workflow"]
        runID = request["run"]
        links = request.links
    }

    /// A run whose history comes from a file.
    init(imported id: String, workflowID: String, runID: String, _ request: PageRequest) {
        namespace = request.namespace
        self.workflowID = workflowID
        self.runID = runID
        imported = id
        links = request.links
    }

    var execution: APIWorkflowExecution {
        var execution = APIWorkflowExecution()
        execution.workflowID = workflowID
        execution.runID = runID
        return execution
    }

    func address(_ tab: RunTab = .history, query: Fields = Fields()) -> String {
        if let imported { return links.path("import", "events", imported, tab.rawValue, query: query) }
        return links.path("namespaces", namespace, "workflows", workflowID, runID, tab.rawValue, query: query)
    }

    /// The row of an event in the history, on the page that has it.
    func address(event: Int64) -> String {
        address(query: Fields([("event", String(event))])) + "#event-\(event)"
    }

    func action(_ name: String) -> String { links.runAction(namespace, workflowID, runID, name) }

    func address(of other: RunReference) -> String {
        let namespace = other.namespace.isEmpty ? namespace : other.namespace
        return other.runID.isEmpty
            ? links.latestRun(namespace, other.workflowID) : links.run(namespace, other.workflowID, other.runID)
    }
}

/// All that is known of a run when a page is made.
struct RunSnapshot: Sendable {
    var key: RunKey
    var description: APIDescribeWorkflowExecutionResponse
    var history: RunHistory
    /// Who asks for work on the run's task queue; `nil` if that is not known.
    var pollers: Pollers?
    var now: Google_Protobuf_Timestamp

    struct Pollers: Sendable {
        var workflows: [APIPollerInfo]
        var activities: [APIPollerInfo]
    }

    var info: APIWorkflowExecutionInfo { description.workflowExecutionInfo }
    var isOpen: Bool { info.status.isOpen }
    var outcome: RunOutcome? { history.close.map { RunOutcome($0) } }
}

/// Asks the server for a run.
struct RunSource: Sendable {
    var service: Service
    var key: RunKey

    /// Histories cannot be longer; what is longer still is cut.
    static let maximumEvents = 60_000

    init(_ request: PageRequest) {
        service = request.service
        key = RunKey(request)
    }

    /// - Throws: ``RPCError``, such as `notFound`
    func snapshot() async throws -> RunSnapshot {
        async let history = history()
        let description = try await describe()
        // Only an open run waits for workers.
        let pollers = description.workflowExecutionInfo.status.isOpen ? await pollers(description) : nil
        return RunSnapshot(
            key: key, description: description,
            history: RunHistory(try await history, pending: description.pendingActivities), pollers: pollers,
            now: .wallClock())
    }

    func describe() async throws -> APIDescribeWorkflowExecutionResponse {
        var request = APIDescribeWorkflowExecutionRequest()
        request.namespace = key.namespace
        request.execution = key.execution
        return try await service.call(WorkflowService.describeWorkflowExecution, request)
    }

    func history() async throws -> [APIHistoryEvent] {
        var events: [APIHistoryEvent] = []
        var request = historyRequest()
        repeat {
            let answer = try await service.call(WorkflowService.getWorkflowExecutionHistory, request)
            events += answer.history.events
            request.nextPageToken = answer.nextPageToken
        } while !request.nextPageToken.isEmpty && events.count < Self.maximumEvents
        return events
    }

    func historyRequest() -> APIGetWorkflowExecutionHistoryRequest {
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = key.namespace
        request.execution = key.execution
        request.maximumPageSize = 1_000
        return request
    }

    /// Who polls the run's task queue; `nil` if the server does not say.
    func pollers(_ description: APIDescribeWorkflowExecutionResponse) async -> RunSnapshot.Pollers? {
        let queue = description.executionConfig.taskQueue.name
        async let workflows = pollers(queue, .workflow)
        async let activities = pollers(queue, .activity)
        guard let workflows = await workflows, let activities = await activities else { return nil }
        return RunSnapshot.Pollers(workflows: workflows, activities: activities)
    }

    private func pollers(_ queue: String, _ type: APITaskQueueType) async -> [APIPollerInfo]? {
        var request = APIDescribeTaskQueueRequest()
        request.namespace = key.namespace
        request.taskQueue.name = queue
        request.taskQueueType = type
        return try? await service.call(WorkflowService.describeTaskQueue, request, timeout: .seconds(3)).pollers
    }
}
