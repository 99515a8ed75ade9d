import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import MillraceCLI

@Suite struct WorkflowCommandTests {
    private func startable(_ recorder: Recorder<APIStartWorkflowExecutionRequest>) -> TestWorld {
        var world = TestWorld()
        world.services.register(WorkflowService.startWorkflowExecution) { request, _ in
            recorder.record(request)
            var response = APIStartWorkflowExecutionResponse()
            response.runID = "run-1"
            return response
        }
        return world
    }

    @Test func startSendsWhatWasAsked() async throws {
        let recorder = Recorder<APIStartWorkflowExecutionRequest>()
        let outcome = await startable(recorder).run(
            "workflow", "start", "-t", "q", "--type", "T", "-w", "id", "-i", "1", "--memo", "m=[1]",
            "--search-attribute", "A=\"x\"", "--run-timeout", "1h", "--start-delay", "1s", "--static-summary", "s",
            "--priority-key", "2", "--id-conflict-policy", "UseExisting", "--headers", "h=1", "-n", "ns")
        #expect(outcome.code == 0)
        #expect(
            outcome.output == """
                Running execution:
                  WorkflowId  id
                  RunId       run-1
                  Type        T
                  Namespace   ns
                  TaskQueue   q

                """)
        let request = try #require(recorder.requests.first)
        #expect(request.namespace == "ns")
        #expect(request.input.payloads == [.json("1")])
        #expect(request.memo.fields == ["m": .json("[1]")])
        #expect(request.searchAttributes.indexedFields == ["A": .json("\"x\"")])
        #expect(request.workflowRunTimeout.seconds == 3600)
        #expect(request.workflowTaskTimeout.seconds == 10)
        #expect(request.hasWorkflowExecutionTimeout)
        #expect(request.workflowStartDelay.seconds == 1)
        #expect(request.userMetadata.summary == .json("\"s\""))
        #expect(request.priority.priorityKey == 2)
        #expect(request.workflowIDConflictPolicy == .useExisting)
        #expect(request.header.fields == ["h": .json("1")])
        #expect(request.identity.hasPrefix("millrace-cli:ada@"))
        #expect(!request.requestID.isEmpty)
    }

    @Test func startMakesAnIDAndPrintsJSON() async throws {
        let recorder = Recorder<APIStartWorkflowExecutionRequest>()
        let outcome = await startable(recorder).run("workflow", "start", "-t", "q", "--type", "T", "-o", "jsonl")
        let id = try #require(recorder.requests.first).workflowID
        #expect(id.utf8.count == 36)
        #expect(
            outcome.output
                == #"{"workflowId":"\#(id)","runId":"run-1","type":"T","namespace":"default","taskQueue":"q"}"# + "\n")
    }

    @Test func theExistingExecutionIsShownUnlessItMustNotExist() async {
        var world = TestWorld()
        world.services.register(WorkflowService.startWorkflowExecution) { _, _ in
            var detail = APIWorkflowExecutionAlreadyStartedFailure()
            detail.runID = "old-run"
            throw RPCError(.alreadyExists, "it runs", detail: detail)
        }
        let shown = await world.run("workflow", "start", "-t", "q", "--type", "T")
        #expect(shown.code == 0)
        #expect(shown.output.contains("RunId       old-run"))
        let failed = await world.run("workflow", "start", "-t", "q", "--type", "T", "--fail-existing")
        #expect(failed.code == 1)
        #expect(failed.errors == "Error: failed starting workflow: it runs\n")
    }

    @Test func outputNoneIsSilent() async {
        let outcome = await startable(Recorder()).run("workflow", "start", "-t", "q", "--type", "T", "-o", "none")
        #expect(outcome.code == 0)
        #expect(outcome.output.isEmpty)
    }

    private func listing(pages: [[String]]) -> TestWorld {
        var world = TestWorld()
        world.services.register(WorkflowService.listWorkflowExecutions) { request, _ in
            let index = request.nextPageToken.first.map { Int($0) } ?? 0
            var response = APIListWorkflowExecutionsResponse()
            response.executions = pages[index].map { id in
                var info = APIWorkflowExecutionInfo()
                info.execution.workflowID = id
                info.type.name = "T"
                info.status = .timedOut
                info.startTime = .init(seconds: 999_940, nanos: 0)
                return info
            }
            if index + 1 < pages.count { response.nextPageToken = .init([UInt8(index + 1)]) }
            return response
        }
        return world
    }

    @Test func listReadsAllPages() async {
        let outcome = await listing(pages: [["a", "bb"], ["c"]]).run("workflow", "list")
        #expect(
            outcome.output == """
                   Status   WorkflowId  Type   StartTime
                  TimedOut  a           T     1 minute ago
                  TimedOut  bb          T     1 minute ago
                  TimedOut  c           T     1 minute ago

                """)
    }

    @Test func listStopsAtTheLimit() async {
        let outcome = await listing(pages: [["a", "b"], ["c"]]).run("workflow", "list", "--limit", "1", "-o", "jsonl")
        #expect(outcome.output.split(separator: "\n").count == 1)
        #expect(outcome.output.contains(#""workflowId":"a""#))
    }

    @Test func listsOfJSONAreArrays() async throws {
        let full = await listing(pages: [["a"], ["b"]]).run("workflow", "list", "-o", "json")
        #expect(full.output.hasPrefix("[\n{\n"))
        #expect(full.output.hasSuffix("}\n]\n"))
        guard case .array(let elements) = try JSONParser.parse(full.output) else {
            Issue.record("not an array")
            return
        }
        #expect(elements.count == 2)
        #expect(await listing(pages: [[]]).run("workflow", "list", "-o", "json").output == "[\n]\n")
        #expect(await listing(pages: [[]]).run("workflow", "list").output.isEmpty)
    }

    @Test func errorsOfTheServerAreFailures() async {
        var world = TestWorld()
        world.services.register(WorkflowService.listWorkflowExecutions) { _, _ in
            throw RPCError(.invalidArgument, "bad query")
        }
        let outcome = await world.run("workflow", "list", "-o", "json")
        #expect(outcome.code == 1)
        #expect(outcome.errors == "Error: failed listing workflows: bad query\n")
        #expect(outcome.output.isEmpty)
    }

    @Test func anUnreachableServerIsExplained() async {
        var world = TestWorld()
        world.services.register(WorkflowService.countWorkflowExecutions) { _, _ in
            throw RPCError(.unavailable, "connect: Connection refused (errno: 111)")
        }
        let outcome = await world.run("workflow", "count", "--address", "h:1")
        #expect(outcome.code == 1)
        #expect(outcome.errors.hasPrefix("Error: failed connecting to the server at h:1: connection refused\n"))
        #expect(outcome.errors.contains("millrace server start-dev"))
    }

    @Test(
        arguments: [
            ("x: CERTIFICATE_VERIFY_FAILED at tls.cc", true, "--tls-ca-path"),
            ("TLSV1_ALERT_CERTIFICATE_REQUIRED", true, "--tls-cert-path"),
            ("the connection was closed", false, "--tls"), ("connect: Connection refused", false, "start-dev"),
        ] as [(String, Bool, String)])
    func troubleComesWithAdvice(_ message: String, _ usesTLS: Bool, _ advice: String) {
        #expect(ConnectionTrouble(message, usesTLS: usesTLS).advice?.contains(advice) == true)
    }

    @Test func otherTroubleIsShownAsItIs() {
        let trouble = ConnectionTrouble("no route", usesTLS: true)
        #expect(trouble.reason == "no route")
        #expect(trouble.advice == nil)
    }

    @Test func aCommandEndsAtItsTimeout() async {
        var world = TestWorld()
        world.services.register(WorkflowService.countWorkflowExecutions) { _, _ in
            try await Task.sleep(for: .seconds(3600))
            return .init()
        }
        let outcome = await world.run("workflow", "count", "--command-timeout", "5ms")
        #expect(outcome.code == 1)
        #expect(outcome.errors == "Error: the command took longer than --command-timeout 5ms\n")
    }

    @Test func deletingAsks() async {
        let recorder = Recorder<APIDeleteWorkflowExecutionRequest>()
        var world = TestWorld()
        world.services.register(WorkflowService.deleteWorkflowExecution) { request, _ in
            recorder.record(request)
            return .init()
        }
        world.answers = ["n"]
        #expect(await world.run("workflow", "delete", "-w", "a").code == 1)
        world.answers = []
        #expect(await world.run("workflow", "delete", "-w", "a").code == 1)
        #expect(recorder.requests.isEmpty)
        world.answers = ["Y"]
        #expect(await world.run("workflow", "delete", "-w", "a").code == 0)
        #expect(await world.run("workflow", "delete", "-w", "b", "-y", "-o", "json").code == 0)
        #expect(recorder.requests.map(\.workflowExecution.workflowID) == ["a", "b"])
    }

    @Test func batchesAskWithTheCount() async throws {
        let recorder = Recorder<APIStartBatchOperationRequest>()
        var world = TestWorld()
        world.services.register(WorkflowService.countWorkflowExecutions) { _, _ in
            var response = APICountWorkflowExecutionsResponse()
            response.count = 3
            return response
        }
        world.services.register(WorkflowService.startBatchOperation) { request, _ in
            recorder.record(request)
            return .init()
        }
        world.answers = ["y"]
        let outcome = await world.run("workflow", "terminate", "-q", "A=1", "--reason", "r", "--rps", "2")
        #expect(outcome.output.hasPrefix("Start batch against approximately 3 workflow(s)? y/N "))
        let request = try #require(recorder.requests.first)
        #expect(request.visibilityQuery == "A=1")
        #expect(request.reason == "r")
        #expect(request.maxOperationsPerSecond == 2)
        let json = await world.run("workflow", "cancel", "-q", "A=1", "-y", "-o", "jsonl")
        #expect(json.output == #"{"batchJobId":"\#(recorder.requests[1].jobID)"}"# + "\n")
    }

    @Test func aServerWithoutBatchesIsExplained() async {
        var world = TestWorld()
        world.services.register(WorkflowService.startBatchOperation) { _, _ in throw RPCError(.unimplemented, "no") }
        let outcome = await world.run("workflow", "cancel", "-q", "A=1", "-y")
        #expect(outcome.code == 1)
        #expect(outcome.errors == "Error: this server has no batch operations; give a --workflow-id\n")
    }

    @Test func terminatingGivesAReason() async {
        let recorder = Recorder<APITerminateWorkflowExecutionRequest>()
        var world = TestWorld()
        world.services.register(WorkflowService.terminateWorkflowExecution) { request, _ in
            recorder.record(request)
            return .init()
        }
        #expect(await world.run("workflow", "terminate", "-w", "a", "-r", "b").output == "Workflow terminated\n")
        #expect(await world.run("workflow", "terminate", "-w", "a", "--reason", "x", "-o", "json").output.isEmpty)
        #expect(recorder.requests.map(\.reason) == ["Requested from CLI by ada", "x"])
        #expect(recorder.requests[0].workflowExecution.runID == "b")
    }
}
