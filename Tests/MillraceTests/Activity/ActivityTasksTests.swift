import Foundation
import SwiftProtobuf
import Synchronization
import Testing
import WireAPI
import WireRPC

@testable import Millrace

/// Activities on a worker whose server is scripted.
@Suite struct ActivityTasksTests {
    @Activities(startToClose: .seconds(10))
    struct Work {
        let entered = Latch()
        let leave = Latch()

        func double(_ number: Int) async throws -> Int { number * 2 }
        func nothing() async throws {}
        func fails() async throws { throw ApplicationFailure("no", type: "Refused", nonRetryable: true) }

        func waits() async throws -> String {
            entered.open()
            Activity.heartbeat(1)
            try await Task.sleep(for: .seconds(3600))
            return "never"
        }

        func reason() async throws -> String {
            Activity.heartbeat("working")
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                return "\(Activity.cancellationReason.map { "\($0)" } ?? "none")"
            }
            return "never"
        }

        func resumes() async throws -> Int { (try Activity.heartbeatDetails(as: Int.self) ?? 0) + 1 }
        func elsewhere() async throws { throw Activity.completesElsewhere }
        func attempt() async throws -> Int { Activity.info.attempt }
    }

    let service = FakeService()

    private func worker(_ work: Work = Work(), _ options: WorkerOptions = WorkerOptions()) -> Worker {
        service.on(WorkflowService.describeNamespace, answer: .init())
        service.on(WorkflowService.shutdownWorker, answer: .init())
        service.on(WorkflowService.respondActivityTaskCompleted, answer: .init())
        service.on(WorkflowService.respondActivityTaskFailed, answer: .init())
        service.on(WorkflowService.respondActivityTaskCanceled, answer: .init())
        return Worker(Client(connection: service, namespace: "n", identity: "me"), taskQueue: "q", options: options) {
            work
        }
    }

    private func task(
        _ type: String, _ arguments: any Sendable..., body: (inout APIPollActivityTaskQueueResponse) -> Void = { _ in }
    ) throws -> APIPollActivityTaskQueueResponse {
        var task = APIPollActivityTaskQueueResponse()
        task.taskToken = Data(type.utf8)
        task.activityType.name = type
        task.activityID = "1"
        task.attempt = 3
        task.heartbeatTimeout = .init(.seconds(5))
        task.startToCloseTimeout = .init(.seconds(10))
        for argument in arguments {
            task.input.payloads.append(try DefaultPayloadConverter().payload(from: argument).wire)
        }
        body(&task)
        return task
    }

    /// Runs one activity until the server has its answer.
    private func run<Request: Message, Response: Message>(
        _ task: APIPollActivityTaskQueueResponse, until method: RPCMethod<Request, Response>, work: Work = Work()
    ) async throws -> Request {
        service.on(WorkflowService.pollActivityTaskQueue, answers: [task])
        return try await worker(work).running {
            await service.calls(of: method)
            return try #require(service.requests(method).first)
        }
    }

    private func completed(_ task: APIPollActivityTaskQueueResponse, work: Work = Work()) async throws -> String {
        let request = try await run(task, until: WorkflowService.respondActivityTaskCompleted, work: work)
        return String(decoding: try #require(request.result.payloads.first).data, as: UTF8.self)
    }

    @Test func resultsAreSent() async throws {
        #expect(try await completed(task("double", 21)) == "42")
    }

    @Test func nothingIsSentAsNull() async throws {
        let request = try await run(task("nothing"), until: WorkflowService.respondActivityTaskCompleted)
        #expect(request.result.payloads.map { Payload(wire: $0).encoding } == ["binary/null"])
        #expect(request.identity == "me")
        #expect(request.namespace == "n")
        #expect(request.taskToken == Data("nothing".utf8))
    }

    @Test func theAttemptIsKnown() async throws {
        #expect(try await completed(task("attempt")) == "3")
    }

    @Test func anAttemptGoesOnWhereTheLastOneStopped() async throws {
        let task = try task("resumes") {
            $0.heartbeatDetails.payloads = [Payload(encoding: "json/plain", data: Data("41".utf8)).wire]
        }
        #expect(try await completed(task) == "42")
    }

    @Test func failuresAreSent() async throws {
        let request = try await run(task("fails"), until: WorkflowService.respondActivityTaskFailed)
        #expect(request.failure.message == "no")
        #expect(request.failure.applicationFailureInfo.type == "Refused")
        #expect(request.failure.applicationFailureInfo.nonRetryable)
    }

    @Test func wrongArgumentsAreAClearFailure() async throws {
        let request = try await run(task("double", "ten"), until: WorkflowService.respondActivityTaskFailed)
        #expect(request.failure.message.contains("argument 1 is not a Int"))
        #expect(request.failure.applicationFailureInfo.type == "ArgumentError")
        #expect(!request.failure.applicationFailureInfo.nonRetryable)
    }

    @Test func anUnknownActivityIsARetryableFailureThatListsWhatIsKnown() async throws {
        let request = try await run(task("unknown"), until: WorkflowService.respondActivityTaskFailed)
        #expect(request.failure.message.contains("'unknown' is not registered"))
        #expect(request.failure.message.contains("'double'"))
        #expect(request.failure.applicationFailureInfo.type == "NotFoundError")
        #expect(!request.failure.applicationFailureInfo.nonRetryable)
    }

    @Test func cancellationComesWithTheAnswerToAHeartbeat() async throws {
        service.on(WorkflowService.recordActivityTaskHeartbeat, answer: .with { $0.cancelRequested = true })
        let request = try await run(task("waits"), until: WorkflowService.respondActivityTaskCanceled)
        #expect(request.taskToken == Data("waits".utf8))
    }

    @Test(arguments: [
        (APIRecordActivityTaskHeartbeatResponse.with { $0.cancelRequested = true }, "requested"),
        (.with { $0.activityPaused = true }, "paused"), (.with { $0.activityReset = true }, "reset"),
    ])
    func theReasonIsKnown(_ answer: APIRecordActivityTaskHeartbeatResponse, _ reason: String) async throws {
        service.on(WorkflowService.recordActivityTaskHeartbeat, answer: answer)
        #expect(try await completed(task("reason")) == "\"\(reason)\"")
    }

    @Test func anActivityThatTheServerForgotIsStopped() async throws {
        service.on(WorkflowService.recordActivityTaskHeartbeat) { _, _ in throw RPCError(.notFound, "gone") }
        #expect(try await completed(task("reason")) == "\"gone\"")
    }

    @Test func aStoppingWorkerCancelsAfterTheGracePeriod() async throws {
        service.on(WorkflowService.recordActivityTaskHeartbeat, answer: .init())
        service.on(WorkflowService.pollActivityTaskQueue, answers: [try task("waits")])
        let work = Work()
        try await worker(work).running { await work.entered.wait() }
        let request = try #require(service.requests(WorkflowService.respondActivityTaskFailed).first)
        #expect(request.failure.applicationFailureInfo.type == "WorkerShutdown")
        #expect(!request.failure.applicationFailureInfo.nonRetryable)
        let shutdown = try #require(service.requests(WorkflowService.shutdownWorker).first)
        #expect(shutdown.taskQueue == "q")
        #expect(shutdown.taskQueueTypes == [.activity])
    }

    @Test func anActivityCanBeLeftOpen() async throws {
        let ended = Latch()
        service.on(WorkflowService.pollActivityTaskQueue) { _, count in
            switch count {
            case 0: return try task("elsewhere")
            case 1...5: return .init()
            default:
                ended.open()
                return try task("double", 1)
            }
        }
        var options = WorkerOptions()
        options.activityPollers = 1
        options.maximumActivities = 1
        try await worker(Work(), options).running {
            await service.calls(of: WorkflowService.respondActivityTaskCompleted)
        }
        // With one place, the second activity ran after the first; by then an answer to that would have been sent.
        let tokens = service.requests(WorkflowService.respondActivityTaskCompleted).map(\.taskToken)
        #expect(Set(tokens) == [Data("double".utf8)])
        #expect(service.requests(WorkflowService.respondActivityTaskFailed).isEmpty)
    }

    @Test func pollsGoOnAfterFailures() async throws {
        service.on(WorkflowService.pollActivityTaskQueue) { _, count in
            if count == 0 { throw RPCError(.unavailable, "restarting") }
            return try task("double", 4)
        }
        var options = WorkerOptions()
        options.activityPollers = 1
        try await worker(Work(), options).running {
            await service.calls(of: WorkflowService.respondActivityTaskCompleted)
        }
    }

    @Test func aRefusedPollEndsTheWorker() async throws {
        service.on(WorkflowService.pollActivityTaskQueue) { _, _ in throw RPCError(.invalidArgument, "bad queue") }
        let error = try await #require(throws: ServiceError.self) { try await worker().run() }
        #expect(error.message == "bad queue")
    }

    @Test func aMissingNamespaceIsFoundBeforePolling() async throws {
        let worker = worker()
        service.on(WorkflowService.describeNamespace) { _, _ in
            throw RPCError(.notFound, "x", detail: APINamespaceNotFoundFailure.with { $0.namespace = "n" })
        }
        await #expect(throws: NamespaceNotFound.self) { try await worker.run() }
        #expect(service.requests(WorkflowService.pollActivityTaskQueue).isEmpty)
    }

    @Test func aWorkerNeedsSomethingToDo() async throws {
        let empty = Worker(Client(connection: service), taskQueue: "q") {}
        await #expect(throws: InvalidOptions.self) { try await empty.run() }
        let twice = Worker(Client(connection: service), taskQueue: "q") {
            Work()
            Work()
        }
        await #expect(throws: InvalidOptions.self) { try await twice.run() }
    }
}
