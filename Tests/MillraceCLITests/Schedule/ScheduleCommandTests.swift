import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import MillraceCLI

@Suite struct ScheduleCommandTests {
    private func creatable(_ recorder: Recorder<APICreateScheduleRequest>) -> TestWorld {
        var world = TestWorld()
        world.services.register(WorkflowService.createSchedule) { request, _ in
            recorder.record(request)
            return .init()
        }
        return world
    }

    @Test func createSendsWhatWasAsked() async throws {
        let recorder = Recorder<APICreateScheduleRequest>()
        let outcome = await creatable(recorder).run(
            "schedule", "create", "-s", "id", "-n", "ns", "-t", "q", "--type", "T", "-w", "wid", "-i", "1",
            "--interval", "1h/5m", "--interval", "2d", "--cron", "0 12 * * *", "--calendar", "{\"hour\":\"3\"}",
            "--start-time", "2026-01-01T00:00:00Z", "--end-time", "2026-01-01T01:00:00+01:00", "--jitter", "5s",
            "--time-zone", "Europe/Rome", "--overlap-policy", "BufferOne", "--catchup-window", "2h",
            "--pause-on-failure", "--notes", "why", "--paused", "--remaining-actions", "5",
            "--schedule-memo", "m=1", "--schedule-memo", "n=null", "--schedule-search-attribute", "A=\"x\"",
            "--memo", "w=2", "--search-attribute", "B=3", "--headers", "h=4", "--static-summary", "s",
            "--execution-timeout", "3h", "--priority-key", "2")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output == "")
        let request = try #require(recorder.requests.first)
        #expect(request.namespace == "ns")
        #expect(request.scheduleID == "id")
        #expect(request.identity.hasPrefix("millrace-cli:ada@"))
        #expect(!request.requestID.isEmpty)
        #expect(request.memo.fields == ["m": .json("1"), "n": .null])
        #expect(request.searchAttributes.indexedFields == ["A": .json("\"x\"")])
        let spec = request.schedule.spec
        #expect(spec.interval.map(\.interval.seconds) == [3600, 172_800])
        #expect(spec.interval.map(\.phase.seconds) == [300, 0])
        #expect(spec.cronString == ["0 12 * * *", "0 0 3 * * * *"])
        #expect(spec.startTime.seconds == 1_767_225_600)
        #expect(spec.endTime == spec.startTime)
        #expect(spec.jitter.seconds == 5)
        #expect(spec.timezoneName == "Europe/Rome")
        let policies = request.schedule.policies
        #expect(policies.overlapPolicy == .bufferOne)
        #expect(policies.catchupWindow.seconds == 7200)
        #expect(policies.pauseOnFailure)
        let state = request.schedule.state
        #expect(state.notes == "why")
        #expect(state.paused)
        #expect(state.limitedActions)
        #expect(state.remainingActions == 5)
        let action = request.schedule.action.startWorkflow
        #expect(action.workflowID == "wid")
        #expect(action.workflowType.name == "T")
        #expect(action.taskQueue.name == "q")
        #expect(action.taskQueue.kind == .normal)
        #expect(action.input.payloads == [.json("1")])
        #expect(action.memo.fields == ["w": .json("2")])
        #expect(action.searchAttributes.indexedFields == ["B": .json("3")])
        #expect(action.header.fields == ["h": .json("4")])
        #expect(action.userMetadata.summary == .json("\"s\""))
        #expect(action.workflowExecutionTimeout.seconds == 10_800)
        #expect(action.workflowTaskTimeout.seconds == 10)
        #expect(action.priority.priorityKey == 2)
    }

    @Test func createLeavesOutWhatWasNotAsked() async throws {
        let recorder = Recorder<APICreateScheduleRequest>()
        let outcome = await creatable(recorder).run("schedule", "create", "-s", "id", "-t", "q", "--name", "T")
        #expect(outcome.code == 0)
        let request = try #require(recorder.requests.first)
        #expect(!request.hasMemo && !request.hasSearchAttributes)
        var expected = APISchedule()
        expected.spec.jitter = .init()
        expected.policies.overlapPolicy = .skip
        expected.state = .init()
        expected.action.startWorkflow.workflowID = request.schedule.action.startWorkflow.workflowID
        expected.action.startWorkflow.workflowType.name = "T"
        expected.action.startWorkflow.taskQueue.name = "q"
        expected.action.startWorkflow.taskQueue.kind = .normal
        expected.action.startWorkflow.input = .init()
        expected.action.startWorkflow.workflowExecutionTimeout = .init()
        expected.action.startWorkflow.workflowRunTimeout = .init()
        expected.action.startWorkflow.workflowTaskTimeout = .init(seconds: 10, nanos: 0)
        expected.action.startWorkflow.header = .init()
        #expect(request.schedule == expected)
        #expect(request.schedule.action.startWorkflow.workflowID.utf8.count == 36)
    }

    @Test(
        arguments: [
            ["--interval", "1x"], ["--calendar", "x"], ["--overlap-policy", "bufferone"], ["--jitter", "x"],
            ["--catchup-window", "x"], ["--start-time", "2026-01-01"], ["--remaining-actions", "-1"],
            ["--remaining-actions", "x"], ["--schedule-memo", "x"], ["--schedule-search-attribute", "a=x"],
            ["--memo", "x"], ["--input", "{"], ["--start-delay", "1s"], ["--id-reuse-policy", "RejectDuplicate"],
            ["more"], ["-s", ""],
        ] as [[String]])
    func badOptionsAreWrongUsage(_ more: [String]) async {
        let recorder = Recorder<APICreateScheduleRequest>()
        let outcome = await creatable(recorder).run(
            ["schedule", "create", "-s", "id", "-t", "q", "--type", "T"] + more)
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(recorder.requests.isEmpty)
    }

    @Test func aScheduleIsCreatedOnce() async {
        var world = TestWorld()
        world.services.register(WorkflowService.createSchedule) { _, _ in
            throw RPCError(.alreadyExists, "schedule \"id\" is already registered")
        }
        let outcome = await world.run("schedule", "create", "-s", "id", "-t", "q", "--type", "T", "--interval", "1h")
        #expect(outcome.code == 1)
        #expect(outcome.errors == "Error: schedule with this ID is already registered\n")
    }

    @Test func updateReplacesWhatIsThere() async throws {
        let recorder = Recorder<APIUpdateScheduleRequest>()
        var world = TestWorld()
        world.services.register(WorkflowService.describeSchedule) { request, _ in
            guard request.scheduleID == "id" else { throw RPCError(.notFound, "schedule not found") }
            return .init()
        }
        world.services.register(WorkflowService.updateSchedule) { request, _ in
            recorder.record(request)
            return .init()
        }
        let options = ["-t", "q", "--type", "T", "--cron", "@daily", "--notes", "new"]
        let missing = await world.run(["schedule", "update", "-s", "nope"] + options)
        #expect(missing.code == 1)
        #expect(missing.errors == "Error: schedule not found\n")
        #expect(recorder.requests.isEmpty)
        #expect(await world.run(["schedule", "update", "-s", "id"] + options).code == 0)
        let request = try #require(recorder.requests.first)
        #expect(request.schedule.spec.cronString == ["@daily"])
        #expect(request.schedule.state.notes == "new")
        #expect(!request.schedule.state.limitedActions)
        #expect(request.conflictToken.isEmpty)
        #expect(await world.run(["schedule", "update", "-s", "id", "--schedule-memo", "a=1"] + options).code == 2)
    }

    @Test func patches() async throws {
        let recorder = Recorder<APIPatchScheduleRequest>()
        var world = TestWorld()
        world.services.register(WorkflowService.patchSchedule) { request, _ in
            recorder.record(request)
            return .init()
        }
        #expect(await world.run("schedule", "toggle", "-s", "id", "--pause").output == "")
        #expect(await world.run("schedule", "toggle", "-s", "id", "--unpause", "--reason", "go on").code == 0)
        #expect(await world.run("schedule", "toggle", "-s", "id", "--pause", "--reason", "").code == 0)
        #expect(await world.run("schedule", "trigger", "-s", "id").output == "Trigger request sent\n")
        let silent = await world.run("schedule", "trigger", "-s", "id", "--overlap-policy", "AllowAll", "-o", "json")
        #expect(silent.output == "")
        let backfill = await world.run(
            "schedule", "backfill", "-s", "id", "--start-time", "2026-01-01T00:00:00Z", "--end-time",
            "2026-01-02T00:00:00Z", "--overlap-policy", "BufferAll")
        #expect(backfill.output == "Backfill request sent\n")
        let patches = recorder.requests.map(\.patch)
        try #require(patches.count == 6)
        #expect(patches[0].pause == "(no reason provided)")
        #expect(patches[1].unpause == "go on")
        #expect(patches[2].pause == "(no reason provided)")
        #expect(patches[3].triggerImmediately.overlapPolicy == .skip)
        #expect(patches[4].triggerImmediately.overlapPolicy == .allowAll)
        #expect(patches[5].backfillRequest.map(\.startTime.seconds) == [1_767_225_600])
        #expect(patches[5].backfillRequest.map(\.endTime.seconds) == [1_767_312_000])
        #expect(patches[5].backfillRequest.map(\.overlapPolicy) == [.bufferAll])
        #expect(recorder.requests.allSatisfy { $0.scheduleID == "id" && !$0.requestID.isEmpty })
    }

    @Test(arguments: [["--pause", "--unpause"], []] as [[String]])
    func togglingNeedsOneDirection(_ flags: [String]) async {
        let outcome = await TestWorld().run(["schedule", "toggle", "-s", "id"] + flags)
        #expect(outcome.code == 2)
        #expect(outcome.errors == "Error: exactly one of --pause or --unpause is required\n")
    }

    @Test func deleteNamesTheSchedule() async {
        let recorder = Recorder<APIDeleteScheduleRequest>()
        var world = TestWorld()
        world.services.register(WorkflowService.deleteSchedule) { request, _ in
            recorder.record(request)
            guard request.scheduleID == "id" else { throw RPCError(.notFound, "no such schedule") }
            return .init()
        }
        #expect(await world.run("schedule", "delete", "-s", "id").output == "Schedule deleted\n")
        let missing = await world.run("schedule", "delete", "-s", "nope")
        #expect(missing.code == 1)
        #expect(missing.errors == "Error: no such schedule\n")
        #expect(recorder.requests.first?.identity.hasPrefix("millrace-cli:ada@") == true)
    }

    @Test func matchingTimesAreShown() async {
        var world = TestWorld()
        world.services.register(WorkflowService.listScheduleMatchingTimes) { request, _ in
            var response = APIListScheduleMatchingTimesResponse()
            response.startTime = [request.startTime, request.endTime]
            return response
        }
        let command = [
            "schedule", "list-matching-times", "-s", "id", "--start-time", "2026-01-01T00:00:00Z", "--end-time",
            "2026-01-02T00:00:00Z",
        ]
        #expect(
            await world.run(command).output == """
                          Time
                  2026-01-01T00:00:00Z
                  2026-01-02T00:00:00Z

                """)
        #expect(
            await world.run(command + ["-o", "jsonl"]).output
                == "{\"startTime\":[\"2026-01-01T00:00:00Z\",\"2026-01-02T00:00:00Z\"]}\n")
        #expect(await world.run(Array(command.dropLast(2))).code == 2)
    }
}
