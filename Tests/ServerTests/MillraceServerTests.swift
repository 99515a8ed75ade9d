import Engine
import Foundation
import Store
import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import Server

/// How a test reaches its server: the same tests run on both.
enum Way: CaseIterable, Sendable {
    case inProcess, socket

    func withServer<Value>(
        _ configuration: MillraceServer.Configuration = .init(),
        _ body: (MillraceServer, TestClient) async throws -> Value
    ) async throws -> Value {
        var configuration = configuration
        configuration.stopGrace = .milliseconds(500)
        if self == .socket { configuration.port = 0 }
        let server = try await MillraceServer.start(configuration)
        var remote: RPCClient?
        if let port = server.port { remote = try RPCClient(target: "127.0.0.1:\(port)") }
        let connection: any ServiceConnection = if let remote { remote } else { server.connection }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(server, TestClient(connection: connection)))
        } catch {
            result = .failure(error)
        }
        remote?.close()
        await server.stop()
        return try result.get()
    }
}

@Suite struct MillraceServerTests {
    @Test(arguments: Way.allCases) func runsAWorkflowWithAnActivity(way: Way) async throws {
        try await way.withServer { _, client in
            let runID = try await client.start("w")
            let first = try await client.pollWorkflowTask()
            #expect(first.workflowExecution.runID == runID)
            #expect(
                first.history.events.map(\.eventType) == [
                    .workflowExecutionStarted, .workflowTaskScheduled, .workflowTaskStarted,
                ])
            try await client.complete(first, .activity("1"))
            let activity = try await client.pollActivityTask()
            #expect(activity.activityID == "1")
            try await client.complete(activity, result: "42")
            let second = try await client.pollWorkflowTask()
            async let closing = client.closingEvent("w")
            try await client.complete(second, .complete("\"done\""))
            let event = try await closing
            #expect(event?.workflowExecutionCompletedEventAttributes.result.payloads.first == .json("\"done\""))
            let events = try await client.history("w")
            #expect(events.map(\.eventID) == Array(1...Int64(events.count)))
            #expect(events.last?.eventType == .workflowExecutionCompleted)
            let reverse: APIGetWorkflowExecutionHistoryReverseResponse = try await client.call(
                WorkflowService.getWorkflowExecutionHistoryReverse
            ) {
                $0.namespace = "default"
                $0.execution.workflowID = "w"
            }
            #expect(reverse.history.events == events.reversed())
        }
    }

    @Test(arguments: Way.allCases) func aParkedPollGetsTheTask(way: Way) async throws {
        try await way.withServer { server, client in
            let calls = server.counters.calls
            async let task = client.pollWorkflowTask()
            while server.counters.calls == calls { await Task.yield() }
            try await client.start("w")
            #expect(try await task.workflowExecution.workflowID == "w")
        }
    }

    @Test(arguments: Way.allCases) func listsAndCountsWhatWasStarted(way: Way) async throws {
        var configuration = MillraceServer.Configuration()
        configuration.searchAttributes = ["Color": .keyword]
        try await way.withServer(configuration) { _, client in
            for number in 1...3 {
                let _: APIStartWorkflowExecutionResponse = try await client.call(
                    WorkflowService.startWorkflowExecution
                ) {
                    $0.namespace = "default"
                    $0.workflowID = "w\(number)"
                    $0.workflowType.name = "Test"
                    $0.taskQueue.name = number == 3 ? "elsewhere" : "queue"
                    $0.requestID = "r\(number)"
                    $0.searchAttributes.indexedFields = ["Color": .json(number == 1 ? "\"red\"" : "\"blue\"")]
                }
                // Read your writes: at once.
                #expect(try await client.list().count == number)
            }
            let done = try await client.pollWorkflowTask(queue: "elsewhere")
            try await client.complete(done, .complete("1"))
            #expect(try await client.list("Color = 'red'").map(\.execution.workflowID) == ["w1"])
            let closed = try #require(try await client.list("ExecutionStatus = 'Completed'").first)
            #expect(closed.execution.workflowID == "w3")
            #expect(closed.historyLength == 5)
            #expect(closed.hasCloseTime && closed.hasExecutionDuration)
            #expect(closed.rootExecution == closed.execution)
            let count = try await client.count("GROUP BY ExecutionStatus")
            #expect(count.count == 3)
            #expect(
                count.groups.map { String(decoding: $0.groupValues[0].data, as: UTF8.self) } == [
                    "\"Running\"", "\"Completed\"",
                ])
            let open: APIListOpenWorkflowExecutionsResponse = try await client.call(
                WorkflowService.listOpenWorkflowExecutions
            ) {
                $0.namespace = "default"
                $0.executionFilter.workflowID = "w2"
            }
            #expect(open.executions.map(\.execution.workflowID) == ["w2"])
            let ended: APIListClosedWorkflowExecutionsResponse = try await client.call(
                WorkflowService.listClosedWorkflowExecutions
            ) {
                $0.namespace = "default"
                $0.statusFilter.status = .completed
                $0.startTimeFilter.earliestTime.seconds = 1
            }
            #expect(ended.executions.map(\.execution.workflowID) == ["w3"])
        }
    }

    @Test(arguments: Way.allCases) func answersErrorsAsTheReferenceDoes(way: Way) async throws {
        try await way.withServer { _, client in
            var elsewhere = client
            elsewhere.namespace = "nope"
            let unknown = try #require(try await failure { try await elsewhere.list() })
            #expect(unknown.code == .notFound)
            #expect(unknown.message == "Namespace nope is not found.")
            #expect(unknown.detail(APINamespaceNotFoundFailure.self)?.namespace == "nope")
            elsewhere.namespace = ""
            #expect(try await failure { try await elsewhere.count() }?.message == "Namespace is empty.")
            #expect(try await failure { try await client.list("abc") }?.code == .invalidArgument)

            try await client.start("w", requestID: "a")
            let twice = try #require(try await failure { try await client.start("w", requestID: "b") })
            #expect(twice.code == .alreadyExists)
            #expect(twice.detail(APIWorkflowExecutionAlreadyStartedFailure.self)?.startRequestID == "a")

            let missing = try #require(try await failure { try await client.history("missing") })
            #expect(missing.code == .notFound)
            #expect(missing.message == "workflow not found for ID: missing")

            let short = try #require(
                try await failure {
                    try await client.pollWorkflowTask(timeout: .milliseconds(1_500))
                })
            #expect(short.code == .failedPrecondition)
            #expect(short.message == "Context timeout is too short.")
        }
    }

    @Test(arguments: Way.allCases) func aPollEndsEmptyBeforeItsCallerGivesUp(way: Way) async throws {
        try await way.withServer { _, client in
            let task = try await client.pollWorkflowTask(timeout: .milliseconds(2_100))
            #expect(task.taskToken.isEmpty)
        }
    }

    @Test(arguments: Way.allCases) func saysWhatItIs(way: Way) async throws {
        try await way.withServer { server, client in
            let info: APIGetSystemInfoResponse = try await client.call(WorkflowService.getSystemInfo)
            #expect(info.serverVersion == "1.32.0")
            let promised = APIGetSystemInfoResponse.Capabilities.with {
                $0.signalAndQueryHeader = true
                $0.internalErrorDifferentiation = true
                $0.supportsSchedules = true
                $0.activityFailureIncludeHeartbeat = true
                $0.encodedFailureAttributes = true
                $0.sdkMetadata = true
                $0.buildIDBasedVersioning = true
                $0.upsertMemo = true
                $0.eagerWorkflowStart = true
                $0.countGroupByExecutionStatus = true
            }
            #expect(info.capabilities == promised)
            let cluster: APIGetClusterInfoResponse = try await client.call(WorkflowService.getClusterInfo)
            #expect(cluster.supportedClients["temporal-ui"] == "<3.0.0")
            #expect(UUID(uuidString: cluster.clusterID) != nil)
            let clusters: APIListClustersResponse = try await client.call(OperatorService.listClusters)
            #expect(clusters.clusters.map(\.clusterID) == [cluster.clusterID])
            #expect(clusters.clusters[0].address == (server.port.map { "127.0.0.1:\($0)" } ?? ""))
            let health: HealthCheckResponse = try await client.call(HealthService.check) {
                $0.service = WorkflowService.name
            }
            #expect(health.status == .serving)
            let attributes: APIGetSearchAttributesResponse = try await client.call(WorkflowService.getSearchAttributes)
            #expect(attributes.keys["WorkflowType"] == .keyword)
        }
    }

    @Test(arguments: Way.allCases) func namesTheMethodItDoesNotHave(way: Way) async throws {
        try await way.withServer { _, client in
            let error = try #require(
                try await failure {
                    let _: APIPauseActivityResponse = try await client.call(WorkflowService.pauseActivity)
                })
            #expect(error.code == .unimplemented)
            #expect(error.message == "unknown method PauseActivity for service \(WorkflowService.name)")
        }
    }

    @Test(arguments: Way.allCases) func refusesClientsThatAreTooNew(way: Way) async throws {
        try await way.withServer { _, client in
            func ask(_ name: String, _ version: String) async throws -> RPCError? {
                try await failure {
                    try await client.connection.call(
                        WorkflowService.getSystemInfo, APIGetSystemInfoRequest(),
                        options: CallOptions(metadata: [("client-name", name), ("client-version", version)]))
                }
            }
            #expect(try await ask("temporal-go", "1.40.0") == nil)
            #expect(try await ask("temporal-python", "99.0.0") == nil, "not limited")
            let error = try #require(try await ask("temporal-ui", "99.0.0"))
            #expect(error.code == .failedPrecondition)
            #expect(
                error.message
                    == "Client version 99.0.0 is not supported. Server supports temporal-ui versions: <3.0.0")
            #expect(error.detail(APIClientVersionNotSupportedFailure.self)?.clientName == "temporal-ui")
            #expect(try await ask("temporal-cli", "garbage")?.code == .invalidArgument)
        }
    }

    @Test(arguments: Way.allCases) func onlyViewersAreSparedTransientEvents(way: Way) async throws {
        try await way.withServer { _, client in
            try await client.start("w")
            let first = try await client.pollWorkflowTask()
            let _: APIRespondWorkflowTaskFailedResponse = try await client.call(
                WorkflowService.respondWorkflowTaskFailed
            ) {
                $0.namespace = "default"
                $0.taskToken = first.taskToken
            }
            let second = try await client.pollWorkflowTask()
            #expect(second.attempt == 2)
            for (name, count) in [(nil, 6), ("temporal-python", 6), ("temporal-cli", 4), ("temporal-ui", 4)] {
                let page: APIGetWorkflowExecutionHistoryResponse = try await client.call(
                    WorkflowService.getWorkflowExecutionHistory, clientName: name
                ) {
                    $0.namespace = "default"
                    $0.execution.workflowID = "w"
                }
                #expect(page.history.events.count == count, "\(name ?? "nameless")")
            }
        }
    }

    @Test(arguments: Way.allCases) func aCancelledPollLosesNothing(way: Way) async throws {
        try await way.withServer { server, client in
            for round in 0..<20 {
                let calls = server.counters.calls
                let poll = Task { try await client.pollWorkflowTask() }
                while server.counters.calls == calls { await Task.yield() }
                poll.cancel()
                _ = await poll.result
                // Over a socket the news takes its time.
                while server.counters.waitingCalls > 0 { await Task.yield() }
                try await client.start("w\(round)")
                let task = try await client.pollWorkflowTask(timeout: .seconds(5))
                #expect(task.workflowExecution.workflowID == "w\(round)")
                try await client.complete(task, .complete("1"))
            }
        }
    }

    @Test func stoppingEndsPollsAtOnce() async throws {
        let server = try await MillraceServer.start(.init(port: 0))
        let remote = try RPCClient(target: "127.0.0.1:\(try #require(server.port))")
        let client = TestClient(connection: remote)
        let calls = server.counters.calls
        async let task = client.pollWorkflowTask()
        while server.counters.calls == calls { await Task.yield() }
        let start = ContinuousClock.now
        await server.stop()
        #expect(try await task.taskToken.isEmpty)
        #expect(ContinuousClock.now - start < .seconds(4))
        remote.close()
        await server.stop()
    }
}
