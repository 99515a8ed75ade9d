import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import MillraceCLI

@Suite struct ScheduleOutputTests {
    private static func range(_ start: Int32, _ end: Int32? = nil, _ step: Int32 = 1) -> APIRange {
        var range = APIRange()
        range.start = start
        range.end = end ?? start
        range.step = step
        return range
    }

    private static func calendar(
        second: [APIRange] = [range(0)], minute: [APIRange] = [range(0)], hour: [APIRange] = [range(0)],
        dayOfMonth: [APIRange] = [range(1, 31)], month: [APIRange] = [range(1, 12)], year: [APIRange] = [],
        dayOfWeek: [APIRange] = [range(0, 6)], comment: String = ""
    ) -> APIStructuredCalendarSpec {
        var calendar = APIStructuredCalendarSpec()
        calendar.second = second
        calendar.minute = minute
        calendar.hour = hour
        calendar.dayOfMonth = dayOfMonth
        calendar.month = month
        calendar.year = year
        calendar.dayOfWeek = dayOfWeek
        calendar.comment = comment
        return calendar
    }

    private static func interval(_ seconds: Int64, _ phase: Int64 = 0) -> APIIntervalSpec {
        var interval = APIIntervalSpec()
        interval.interval = .init(seconds: seconds, nanos: 0)
        interval.phase = .init(seconds: phase, nanos: 0)
        return interval
    }

    private static func spec(_ calendars: [APIStructuredCalendarSpec], _ intervals: [APIIntervalSpec] = [])
        -> APIScheduleSpec
    {
        var spec = APIScheduleSpec()
        spec.structuredCalendar = calendars
        spec.interval = intervals
        return spec
    }

    private static let description: APIDescribeScheduleResponse = {
        var response = APIDescribeScheduleResponse()
        response.schedule.spec = spec(
            [calendar(minute: [range(30)], hour: [range(9, 17, 2)], dayOfWeek: [range(1, 5)])], [interval(3600, 900)])
        response.schedule.spec.timezoneName = "Europe/Rome"
        response.schedule.spec.jitter = .init()
        response.schedule.action.startWorkflow.workflowID = "wid"
        response.schedule.action.startWorkflow.workflowType.name = "T"
        response.schedule.action.startWorkflow.taskQueue.name = "q"
        response.schedule.action.startWorkflow.input.payloads = [.json("{\"n\":1}"), .null]
        response.schedule.action.startWorkflow.workflowTaskTimeout = .init(seconds: 10, nanos: 0)
        response.schedule.policies.overlapPolicy = .bufferAll
        response.schedule.policies.catchupWindow = .init(seconds: 31_536_000, nanos: 0)
        response.schedule.state.paused = true
        response.schedule.state.limitedActions = true
        response.schedule.state.remainingActions = 3
        response.info.actionCount = 2
        response.info.overlapSkipped = 1
        response.info.runningWorkflows = [APIWorkflowExecution("wid-1", "r1"), APIWorkflowExecution("wid-2", "r2")]
        response.info.futureActionTimes = [.init(seconds: 1_003_600, nanos: 0)]
        response.info.createTime = .init(seconds: 999_940, nanos: 0)
        response.memo.fields = ["m": .json("[1]")]
        return response
    }()

    private func describable() -> TestWorld {
        var world = TestWorld()
        world.services.register(WorkflowService.describeSchedule) { _, _ in Self.description }
        return world
    }

    @Test func descriptionIsACard() async {
        let outcome = await describable().run("schedule", "describe", "-s", "id")
        #expect(
            outcome.output == """
                  ScheduleId        id
                  Action            {"ID":"wid","Workflow":"T","Args":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},\
                "data":"eyJuIjoxfQ=="},{"metadata":{"encoding":"YmluYXJ5L251bGw="}}],"TaskQueue":"q",\
                "WorkflowExecutionTimeout":0,"WorkflowRunTimeout":0,"WorkflowTaskTimeout":10000000000,\
                "RetryPolicy":null,"Memo":{},"TypedSearchAttributes":{},"UntypedSearchAttributes":{},\
                "VersioningOverride":null,"StaticSummary":"","StaticDetails":"",\
                "Priority":{"PriorityKey":0,"FairnessKey":"","FairnessWeight":0}}
                  Workflow          T on task queue q as wid, input {"n":1}, null
                  Spec              [{"second":"0","minute":"30","hour":"9-17/2","dayOfMonth":"1-31","month":"1-12",\
                "dayOfWeek":"1-5"}, {"every":"1h 0m 0s","offset":"15m 0s"}]
                  When              at 09:30, 11:30, 13:30, 15:30, 17:30 on Mon-Fri; every hour, 15 minutes later \
                (Europe/Rome)
                  Jitter            0s
                  TimeZoneName      Europe/Rome
                  OverlapPolicy     BufferAll
                  CatchupWindow     365d 0h 0m 0s
                  PauseOnFailure    false
                  Paused            true
                  LimitedActions    true
                  RemainingActions  3
                  NextRunTime       1 hour from now
                  LastRunTime
                  RunningWorkflows  [wid-1, wid-2]
                  CreatedAt         1 minute ago
                  ActionCounts      {"Total":2,"MissedCatchupWindow":0,"SkippedOverlap":1}
                  Memo              {"fields":{"m":[1]}}

                """)
    }

    @Test func peopleSeeWords() async {
        var world = describable()
        world.terminal = Terminal(isInteractive: true, width: 80)
        let output = await world.run("schedule", "describe", "-s", "id", "--color", "never").output
        #expect(output.contains("\n  Workflow          T on task queue q as wid"))
        #expect(output.contains("\n  When              at 09:30"))
        #expect(!output.contains("Action  ") && !output.contains("Spec  "))
    }

    @Test func descriptionAsJSONKeepsPayloads() async throws {
        let outcome = await describable().run("schedule", "describe", "-s", "id", "-o", "json")
        let value = try JSONParser.parse(outcome.output)
        #expect(value["memo"]?["fields"]?["m"]?["data"] == "WzFd")
        guard case .object(let spec)? = value["schedule"]?["spec"], case .object(let info)? = value["info"] else {
            Issue.record("no spec: \(outcome.output)")
            return
        }
        #expect(spec.map(\.key) == ["structuredCalendar", "interval", "jitter", "timezoneName"])
        #expect(
            info.map(\.key)
                == ["actionCount", "overlapSkipped", "runningWorkflows", "futureActionTimes", "createTime"])
    }

    @Test func aFailedDescriptionIsAnError() async {
        var world = TestWorld()
        world.services.register(WorkflowService.describeSchedule) { _, _ in
            throw RPCError(.notFound, "schedule not found")
        }
        let outcome = await world.run("schedule", "describe", "-s", "id")
        #expect(outcome.code == 1)
        #expect(outcome.errors == "Error: schedule not found\n")
        #expect(await world.run("schedule", "describe").code == 2)
    }

    private func listable() -> TestWorld {
        var world = TestWorld()
        world.services.register(WorkflowService.listSchedules) { request, _ in
            guard request.query.isEmpty else { throw RPCError(.invalidArgument, "bad query") }
            var entry = APIScheduleListEntry()
            entry.info.workflowType.name = "T"
            var response = APIListSchedulesResponse()
            if request.nextPageToken.isEmpty {
                entry.scheduleID = "first"
                entry.info.spec = Self.spec([], [Self.interval(3600)])
                entry.info.futureActionTimes = [.init(seconds: 1_000_060, nanos: 0)]
                entry.info.notes = "why"
                entry.memo.fields = ["m": .json("1")]
                response.nextPageToken = .init([1])
            } else {
                entry.scheduleID = "second"
                entry.info.paused = true
            }
            response.schedules = [entry]
            return response
        }
        return world
    }

    @Test func listsAreTables() async {
        #expect(
            await listable().run("schedule", "list").output == """
                  ScheduleId       Action       Paused     NextRunTime     LastRunTime
                  first       {"Workflow":"T"}  false   1 minute from now
                  second      {"Workflow":"T"}  true

                """)
        #expect(
            await listable().run("schedule", "list", "-l").output == """
                  ScheduleId       Action                Spec           Notes  Paused     NextRunTime     LastRunTime
                  first       {"Workflow":"T"}  [{"every":"1h 0m 0s"}]  why    false   1 minute from now
                  second      {"Workflow":"T"}  []                             true

                """)
        var world = listable()
        world.terminal = Terminal(isInteractive: true, width: 80)
        #expect(
            await world.run("schedule", "list", "-l", "--color", "never").output == """
                  ScheduleId  Action     Spec     Notes  Paused     NextRunTime     LastRunTime
                  first       T       every hour  why    false   1 minute from now
                  second      T       only when …         true

                """)
        let all = await listable().run("schedule", "list", "--really-long").output
        #expect(all.contains("SkipSpec  StartAt  EndAt  Jitter  TimeZoneName  Notes  Paused"))
        #expect(all.contains("null              {\"fields\":{\"m\":1}}\n"))
    }

    @Test func listsAsJSONKeepPayloads() async {
        let outcome = await listable().run("schedule", "list", "-o", "jsonl")
        #expect(outcome.output.split(separator: "\n").count == 2)
        #expect(outcome.output.contains("\"memo\":{\"fields\":{\"m\":{\"metadata\""))
        let failed = await listable().run("schedule", "list", "-o", "json", "--query", "bad")
        #expect(failed.code == 1)
        #expect(failed.output == "")
        #expect(failed.errors == "Error: bad query\n")
    }

    @Test func emptyListsHaveTheirHeading() async {
        var world = TestWorld()
        world.services.register(WorkflowService.listSchedules) { _, _ in .init() }
        #expect(
            await world.run("schedule", "list").output
                == "  ScheduleId  Action  Paused  NextRunTime  LastRunTime\n")
        #expect(await world.run("schedule", "list", "-o", "json").output == "[\n]\n")
        #expect(await world.run("schedule", "list", "-o", "none").output == "")
    }

    @Test(
        arguments: [
            (spec([]), "only when triggered"),
            (spec([], [interval(3600)]), "every hour"), (spec([], [interval(1800)]), "every 30 minutes"),
            (spec([], [interval(172_800, 3600)]), "every 2 days, 1 hour later"),
            (spec([], [interval(5430)]), "every 1h 30m 30s"), (spec([], [interval(90)]), "every 90 seconds"),
            (spec([calendar()]), "at 00:00 daily (UTC)"),
            (spec([calendar(second: [range(5)], hour: [range(7)])]), "at 07:00:05 daily (UTC)"),
            (spec([calendar(hour: [range(0, 23)])]), "every hour (UTC)"),
            (
                spec([calendar(minute: [range(0, 59, 15)], hour: [range(0, 23)])]),
                "every hour at :00, :15, :30, :45 (UTC)"
            ),
            (
                spec([calendar(minute: [range(0, 59)], hour: [range(0, 23)], dayOfWeek: [range(6)])]),
                "every minute on Sat (UTC)"
            ),
            (
                spec([calendar(minute: [range(0, 59, 2)], hour: [range(8, 10)], month: [range(1), range(3)])]),
                "at minute 0-58/2, hour 8-10 in Jan, Mar (UTC)"
            ),
            (
                spec([calendar(dayOfMonth: [range(1), range(15)], year: [range(2026, 2028)], comment: "rent")]),
                "at 00:00 on day 1, 15 in 2026-2028 (rent) (UTC)"
            ),
            (
                spec([calendar(dayOfMonth: [range(13)], dayOfWeek: [range(5)])]),
                "at 00:00 on Fri if it is day 13 (UTC)"
            ),
            // What no server should send must not hurt.
            (spec([calendar(hour: [range(-5, .max, .max)])]), "at 00:00 daily (UTC)"),
        ] as [(APIScheduleSpec, String)])
    func words(_ spec: APIScheduleSpec, _ expected: String) {
        #expect(ScheduleWords.times(spec) == expected)
    }
}
