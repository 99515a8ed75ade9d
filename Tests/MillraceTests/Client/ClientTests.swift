import APIJSON
import Foundation
import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import Millrace

@Suite struct ClientTests {
    let service = FakeService()
    var client: Client { Client(connection: service, namespace: "n", identity: "me") }

    @Test func aStartCarriesEverything() async throws {
        service.on(WorkflowService.startWorkflowExecution, answer: .with { $0.runID = "r" })
        let options = WorkflowOptions(
            executionTimeout: .hours(1), runTimeout: .minutes(10), taskTimeout: .seconds(5),
            idReusePolicy: .rejectDuplicate, idConflictPolicy: .useExisting, retry: .upTo(3), memo: ["note": "x"],
            searchAttributes: [.keyword("Stage", "one"), .int("N", 3)], startDelay: .seconds(2), summary: "sum",
            details: "det", priority: Priority(2, fairnessKey: "t"))
        _ = try await client.start(workflow: "W", "a", 2, id: "w", taskQueue: "q", options: options)
        let request = try #require(service.requests(WorkflowService.startWorkflowExecution).first)
        #expect(request.namespace == "n")
        #expect(request.identity == "me")
        #expect(request.workflowType.name == "W")
        #expect(request.taskQueue.name == "q")
        #expect(request.input.payloads.map { String(decoding: $0.data, as: UTF8.self) } == ["\"a\"", "2"])
        #expect(request.workflowExecutionTimeout.seconds == 3600)
        #expect(request.workflowRunTimeout.seconds == 600)
        #expect(request.workflowTaskTimeout.seconds == 5)
        #expect(request.workflowIDReusePolicy == .rejectDuplicate)
        #expect(request.workflowIDConflictPolicy == .useExisting)
        #expect(request.retryPolicy.maximumAttempts == 3)
        #expect(request.workflowStartDelay.seconds == 2)
        #expect(request.priority.priorityKey == 2)
        #expect(String(decoding: request.userMetadata.summary.data, as: UTF8.self) == "\"sum\"")
        #expect(request.memo.fields["note"]?.data == Data("\"x\"".utf8))
        let stage = request.searchAttributes.indexedFields["Stage"]
        #expect(stage?.metadata["type"] == Data("Keyword".utf8))
        #expect(stage?.metadata["encoding"] == Data("json/plain".utf8))
    }

    @Test func nothingIsSentWithoutIDOrQueue() async {
        await #expect(throws: InvalidOptions.self) { try await client.start(workflow: "W", id: "", taskQueue: "q") }
        await #expect(throws: InvalidOptions.self) { try await client.start(workflow: "W", id: "w", taskQueue: "") }
        #expect(service.requests(WorkflowService.startWorkflowExecution).isEmpty)
    }

    @Test func errorsSayWhatTheyMean() async throws {
        service.on(WorkflowService.startWorkflowExecution) { _, _ in
            throw RPCError(
                .alreadyExists, "already",
                detail: APIWorkflowExecutionAlreadyStartedFailure.with { $0.runID = "other" })
        }
        let started = try await #require(throws: WorkflowAlreadyStarted.self) {
            try await client.start(workflow: "W", id: "w", taskQueue: "q")
        }
        #expect(started.workflowID == "w")
        #expect(started.runID == "other")

        service.on(WorkflowService.signalWorkflowExecution) { _, _ in throw RPCError(.notFound, "no execution") }
        let missing = try await #require(throws: WorkflowNotFound.self) {
            try await client.handle(id: "w").signal("s")
        }
        #expect(missing.message == "no execution")

        service.on(WorkflowService.describeWorkflowExecution) { _, _ in
            throw RPCError(.notFound, "x", detail: APINamespaceNotFoundFailure.with { $0.namespace = "n" })
        }
        await #expect(throws: NamespaceNotFound.self) { try await client.handle(id: "w").describe() }

        service.on(WorkflowService.queryWorkflow) { _, _ in
            throw RPCError(.invalidArgument, "unknown query", detail: APIQueryFailedFailure())
        }
        await #expect(throws: QueryFailed.self) {
            try await client.handle(id: "w").query("q", returning: Int.self)
        }

        service.on(WorkflowService.terminateWorkflowExecution) { _, _ in throw RPCError(.permissionDenied, "no") }
        let refused = try await #require(throws: ServiceError.self) { try await client.handle(id: "w").terminate() }
        #expect(refused.code == .permissionDenied)
    }

    private func closing(_ body: (inout APIHistoryEvent) -> Void) -> APIGetWorkflowExecutionHistoryResponse {
        var event = APIHistoryEvent()
        body(&event)
        return .with { $0.history.events = [event] }
    }

    @Test func theResultIsFoundAtTheEndOfTheChain() async throws {
        let empty = APIGetWorkflowExecutionHistoryResponse.with { $0.nextPageToken = Data([1]) }
        let answers = [
            empty,
            closing { $0.workflowExecutionContinuedAsNewEventAttributes.newExecutionRunID = "r2" },
            closing {
                $0.workflowExecutionFailedEventAttributes.newExecutionRunID = "r3"
                $0.workflowExecutionFailedEventAttributes.failure.message = "first try"
            },
            closing {
                $0.workflowExecutionCompletedEventAttributes.result.payloads = [
                    Payload(encoding: "json/plain", data: Data("7".utf8)).wire
                ]
            },
        ]
        service.on(WorkflowService.getWorkflowExecutionHistory, answers: answers)
        #expect(try await client.handle(id: "w", runID: "r1").result(as: Int.self) == 7)
        let requests = service.requests(WorkflowService.getWorkflowExecutionHistory)
        #expect(requests.map(\.execution.runID) == ["r1", "r1", "r2", "r3"])
        #expect(requests.map(\.nextPageToken) == [Data(), Data([1]), Data(), Data()])
        #expect(requests.allSatisfy { $0.waitNewEvent && $0.historyEventFilterType == .closeEvent })
    }

    @Test func aRunThatContinuesIsSaidToIfItIsNotFollowed() async throws {
        service.on(
            WorkflowService.getWorkflowExecutionHistory,
            answer: closing { $0.workflowExecutionContinuedAsNewEventAttributes.newExecutionRunID = "r2" })
        let error = try await #require(throws: WorkflowContinuedAsNew.self) {
            try await client.handle(id: "w").result(as: Int.self, followsRuns: false)
        }
        #expect(error.newRunID == "r2")
    }

    @Test func badEndsAreWorkflowFailures() async throws {
        func cause(_ body: (inout APIHistoryEvent) -> Void) async throws -> any Error {
            let service = FakeService()
            service.on(WorkflowService.getWorkflowExecutionHistory, answer: closing(body))
            let client = Client(connection: service, namespace: "n")
            return try await #require(throws: WorkflowFailure.self) {
                try await client.handle(id: "w").result(as: Int.self)
            }.cause
        }
        let failed = try await cause {
            $0.workflowExecutionFailedEventAttributes.failure.applicationFailureInfo.type = "T"
        }
        #expect((failed as? ApplicationFailure)?.type == "T")
        #expect(try await cause { $0.workflowExecutionCanceledEventAttributes = .init() } is CanceledFailure)
        let terminated = try await cause { $0.workflowExecutionTerminatedEventAttributes.reason = "because" }
        #expect((terminated as? TerminatedFailure)?.message == "because")
        let timedOut = try await cause { $0.workflowExecutionTimedOutEventAttributes = .init() }
        #expect((timedOut as? TimeoutFailure)?.kind == .startToClose)
    }

    @Test func listsAreReadPageByPage() async throws {
        func page(_ ids: [String], next: [UInt8]) -> APIListWorkflowExecutionsResponse {
            .with { response in
                response.executions = ids.map { id in
                    .with {
                        $0.execution.workflowID = id
                        $0.status = .running
                    }
                }
                response.nextPageToken = Data(next)
            }
        }
        service.on(
            WorkflowService.listWorkflowExecutions,
            answers: [page(["a", "b"], next: [1]), page([], next: [2]), page(["c"], next: [])])
        var ids: [String] = []
        for try await run in client.list("x = 1", pageSize: 2) { ids.append(run.workflowID) }
        #expect(ids == ["a", "b", "c"])
        let requests = service.requests(WorkflowService.listWorkflowExecutions)
        #expect(requests.map(\.nextPageToken) == [Data(), Data([1]), Data([2])])
        #expect(requests.allSatisfy { $0.query == "x = 1" && $0.pageSize == 2 })
    }

    @Test func historiesAreReadPageByPage() async throws {
        func page(_ ids: ClosedRange<Int64>, next: [UInt8]) -> APIGetWorkflowExecutionHistoryResponse {
            .with { response in
                response.history.events = ids.map { id in
                    .with {
                        $0.eventID = id
                        $0.eventType = .activityTaskScheduled
                    }
                }
                response.nextPageToken = Data(next)
            }
        }
        service.on(
            WorkflowService.getWorkflowExecutionHistory, answers: [page(1...2, next: [1]), page(3...3, next: [])])
        var events: [HistoryEvent] = []
        for try await event in client.handle(id: "w").history() { events.append(event) }
        #expect(events.map(\.id) == [1, 2, 3])
        #expect(events[0].type == "ActivityTaskScheduled")
    }

    @Test func activitiesCanBeCompletedFromOutside() async throws {
        service.on(WorkflowService.respondActivityTaskCompleted, answer: .init())
        service.on(WorkflowService.respondActivityTaskFailedById, answer: .init())
        service.on(WorkflowService.recordActivityTaskHeartbeat, answer: .with { $0.cancelRequested = true })
        let handle = client.activity(taskToken: Data([1]))
        try await handle.complete(5)
        #expect(try await handle.heartbeat(.init("h")))
        try await client.activity(workflowID: "w", activityID: "a").fail(ApplicationFailure("f"))
        let completed = try #require(service.requests(WorkflowService.respondActivityTaskCompleted).first)
        #expect(completed.taskToken == Data([1]))
        #expect(completed.result.payloads.count == 1)
        let failed = try #require(service.requests(WorkflowService.respondActivityTaskFailedById).first)
        #expect(failed.activityID == "a")
        #expect(failed.failure.message == "f")
        service.on(WorkflowService.respondActivityTaskCompleted) { _, _ in throw RPCError(.notFound, "gone") }
        await #expect(throws: ActivityNotFound.self) { try await handle.complete() }
    }
}

@Suite struct HistoryJSONTests {
    private let history = APIHistory.with { history in
        history.events = [
            .with {
                $0.eventID = 1
                $0.eventType = .workflowExecutionStarted
                $0.workflowExecutionStartedEventAttributes.taskQueue.kind = .normal
                $0.workflowExecutionStartedEventAttributes.workflowType.name = "a \"b\" {c}"
            },
            .with {
                $0.eventID = 2
                $0.eventType = .workflowTaskFailed
                $0.workflowTaskFailedEventAttributes.cause = .nonDeterministicError
            },
        ]
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let text = try HistoryJSON.text(history)
        #expect(text.hasPrefix("{\n  \"events\": [\n    {\n      \"eventId\": \"1\",\n"))
        #expect(text.contains("\"eventType\": \"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED\""))
        #expect(try HistoryJSON.parse(text) == history)
    }

    @Test func arraysAndShortNamesAreRead() throws {
        let text = """
            [{"eventId": "1", "eventType": "WorkflowExecutionStarted", "workflowExecutionStartedEventAttributes":
              {"taskQueue": {"kind": "Normal"}, "workflowType": {"name": "a \\"b\\" {c}"}}, "newField": 3},
             {"eventId": "2", "eventType": "WorkflowTaskFailed",
              "workflowTaskFailedEventAttributes": {"cause": "NonDeterministicError"}}]
            """
        #expect(try HistoryJSON.parse(text) == history)
    }

    @Test func otherThingsAreRefused() {
        #expect(throws: (any Error).self) { try HistoryJSON.parse("{}") }
        #expect(throws: (any Error).self) { try HistoryJSON.parse("[{\"eventId\": \"1\", \"eventType\": \"New\"}]") }
        #expect(throws: (any Error).self) { try HistoryJSON.parse("nonsense") }
    }
}
