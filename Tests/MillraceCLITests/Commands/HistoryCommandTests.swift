import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import MillraceCLI

@Suite struct HistoryCommandTests {
    private func completed(_ id: Int64, _ result: String, next: String = "") -> APIHistoryEvent {
        var attributes = APIWorkflowExecutionCompletedEventAttributes()
        attributes.result.payloads = [.json(result)]
        attributes.newExecutionRunID = next
        return event(id, .workflowExecutionCompleted, at: 60, .workflowExecutionCompletedEventAttributes(attributes))
    }

    private func continued(_ id: Int64, next: String) -> APIHistoryEvent {
        var attributes = APIWorkflowExecutionContinuedAsNewEventAttributes()
        attributes.newExecutionRunID = next
        return event(
            id, .workflowExecutionContinuedAsNew, .workflowExecutionContinuedAsNewEventAttributes(attributes))
    }

    private func failed(_ id: Int64) -> APIHistoryEvent {
        var attributes = APIWorkflowExecutionFailedEventAttributes()
        attributes.failure.message = "it failed"
        attributes.failure.cause.message = "because"
        attributes.failure.cause.applicationFailureInfo.type = "Reason"
        return event(id, .workflowExecutionFailed, .workflowExecutionFailedEventAttributes(attributes))
    }

    /// A server with these runs; each is answered in two pages, the second with the last event.
    private func world(_ runs: [String: [APIHistoryEvent]], first: String = "r1") -> TestWorld {
        var world = TestWorld()
        world.services.register(WorkflowService.getWorkflowExecutionHistory) { request, _ in
            let run = request.execution.runID.isEmpty ? first : request.execution.runID
            guard let events = runs[run], let last = events.last else { throw RPCError(.notFound, "no such run") }
            var response = APIGetWorkflowExecutionHistoryResponse()
            if request.historyEventFilterType == .closeEvent || !request.nextPageToken.isEmpty {
                response.history.events = [last]
            } else {
                response.history.events = Array(events.dropLast())
                response.nextPageToken = .init([1])
            }
            return response
        }
        world.services.register(WorkflowService.startWorkflowExecution) { _, _ in
            var response = APIStartWorkflowExecutionResponse()
            response.runID = first
            return response
        }
        world.services.register(WorkflowService.describeWorkflowExecution) { _, _ in
            var response = APIDescribeWorkflowExecutionResponse()
            response.workflowExecutionInfo.execution.runID = first
            return response
        }
        return world
    }

    private let started = event(1, .workflowExecutionStarted)

    @Test func executeShowsEventsAndResult() async {
        let world = world(["r1": [started, continued(2, next: "r2")], "r2": [started, completed(2, #"{"n":1}"#)]])
        let outcome = await world.run("workflow", "execute", "-t", "q", "--type", "T", "-w", "id")
        #expect(outcome.code == 0)
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            Array(lines[6...12]) == [
                "", "Progress:", "  ID           Time                     Type",
                "    1  1970-01-01T00:00:00Z  WorkflowExecutionStarted",
                "    2  1970-01-01T00:00:00Z  WorkflowExecutionContinuedAsNew",
                "    1  1970-01-01T00:00:00Z  WorkflowExecutionStarted",
                "    2  1970-01-01T00:01:00Z  WorkflowExecutionCompleted",
            ])
        #expect(lines[13...14] == ["", "Results:"])
        #expect(
            lines[16...] == [
                "  Status          COMPLETED", "  Result          {\"n\":1}", "  ResultEncoding  json/plain", "",
            ])
    }

    @Test func executeOfAFailureExitsWith1() async throws {
        let outcome = await world(["r1": [started, failed(2)]])
            .run("workflow", "execute", "-t", "q", "--type", "T", "-w", "id", "-o", "json")
        #expect(outcome.code == 1)
        #expect(outcome.errors == "Error: workflow failed\n")
        let json = try JSONParser.parse(outcome.output)
        guard case .object(let members) = json else {
            Issue.record("not an object")
            return
        }
        #expect(
            members.map(\.key) == [
                "workflowId", "runId", "type", "namespace", "taskQueue", "durationMillis", "status", "closeEvent",
            ])
        #expect(json["status"] == "FAILED")
    }

    @Test func resultFollowsTheChain() async {
        let world = world(["r1": [started, continued(2, next: "r2")], "r2": [started, completed(2, "7")]])
        let outcome = await world.run("workflow", "result", "-w", "id", "-o", "jsonl")
        #expect(outcome.code == 0)
        #expect(
            outcome.output.hasPrefix(#"{"workflowId":"id","runId":"r1","namespace":"default","status":"COMPLETED""#))
        #expect(outcome.output.hasSuffix("\"result\":7}\n"))
    }

    @Test func failuresAreShownWithTheirCauses() async {
        let outcome = await world(["r1": [started, failed(2)]]).run("workflow", "result", "-w", "id")
        #expect(
            outcome.output == """
                Results:
                  Status   FAILED
                  Failure
                    Message: it failed
                    Cause:
                        Message: because
                        Type: Reason

                """)
        #expect(outcome.code == 1)
    }

    @Test func showInDetailSortsProperties() async {
        var attributes = APIWorkflowExecutionStartedEventAttributes()
        attributes.workflowType.name = "T"
        attributes.input.payloads = [.json(#"{"b":[1,null],"a":"x"}"#)]
        attributes.header = .init()
        let start = event(1, .workflowExecutionStarted, .workflowExecutionStartedEventAttributes(attributes))
        let outcome = await world(["r1": [start, started]]).run("workflow", "show", "-w", "id", "--detailed")
        #expect(
            outcome.output.hasPrefix(
                """
                Progress:
                --------------- [1] WorkflowExecutionStarted ---------------
                eventTime: 1970-01-01T00:00:00Z
                input[0].a: x
                input[0].b[0]: 1
                input[0].b[1]: null
                workflowType.name: T

                """))
    }

    @Test func showAsJSONKeepsPayloadsForReplay() async {
        let outcome = await world(["r1": [started, completed(2, "1")]]).run(
            "workflow", "show", "-w", "id", "-o", "jsonl")
        #expect(outcome.output.hasPrefix(#"{"events":[{"eventId":"1""#))
        #expect(
            outcome.output.contains(
                #""result":{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}]}"#))
    }

    @Test func showOfAnUnknownOneFails() async {
        let outcome = await world([:]).run("workflow", "show", "-w", "id")
        #expect(outcome.code == 1)
        #expect(outcome.errors == "Error: displaying history failed: no such run\n")
    }

    @Test func stepsAreRedrawnOnATerminal() async {
        var attributes = APIActivityTaskScheduledEventAttributes()
        attributes.activityType.name = "fetch"
        let activity = event(2, .activityTaskScheduled, .activityTaskScheduledEventAttributes(attributes))
        var world = world(["r1": [started, activity, completed(3, "1")]])
        world.terminal = Terminal(isInteractive: true, width: 60)
        world.environment["NO_COLOR"] = "1"
        let outcome = await world.run("workflow", "execute", "-t", "q", "--type", "T", "-w", "id")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("  · fetch"))
        #expect(outcome.output.contains("\u{1B}[J"))
        #expect(!outcome.output.contains("WorkflowExecutionStarted"))
    }
}
