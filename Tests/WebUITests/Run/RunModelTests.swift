import SwiftProtobuf
import Testing
import WireAPI

@testable import WebUI

/// Writes histories as servers do: workflow tasks around what happens.
struct HistoryWriter {
    var events: [APIHistoryEvent] = []
    private var seconds: Int64 = 1_000

    @discardableResult
    mutating func add(_ type: APIEventType, after delay: Int64 = 0, _ body: (inout APIHistoryEvent) -> Void) -> Int64 {
        seconds += delay
        var event = APIHistoryEvent()
        event.eventID = Int64(events.count + 1)
        event.eventTime = Google_Protobuf_Timestamp(seconds: seconds)
        event.eventType = type
        body(&event)
        events.append(event)
        return event.eventID
    }

    mutating func start() {
        add(.workflowExecutionStarted) { $0.workflowExecutionStartedEventAttributes.workflowType.name = "Import" }
    }

    /// - Returns: The completion of a workflow task.
    mutating func task() -> Int64 {
        let scheduled = add(.workflowTaskScheduled) { $0.workflowTaskScheduledEventAttributes = .init() }
        add(.workflowTaskStarted) { $0.workflowTaskStartedEventAttributes.scheduledEventID = scheduled }
        return add(.workflowTaskCompleted) { $0.workflowTaskCompletedEventAttributes.scheduledEventID = scheduled }
    }

    mutating func schedule(_ name: String, id: String, task: Int64) -> Int64 {
        add(.activityTaskScheduled) {
            $0.activityTaskScheduledEventAttributes.activityType.name = name
            $0.activityTaskScheduledEventAttributes.activityID = id
            $0.activityTaskScheduledEventAttributes.workflowTaskCompletedEventID = task
        }
    }

    mutating func complete(_ scheduled: Int64, attempt: Int32 = 1, wait: Int64 = 1, work: Int64 = 2) {
        add(.activityTaskStarted, after: wait) {
            $0.activityTaskStartedEventAttributes.scheduledEventID = scheduled
            $0.activityTaskStartedEventAttributes.attempt = attempt
        }
        add(.activityTaskCompleted, after: work) {
            $0.activityTaskCompletedEventAttributes.scheduledEventID = scheduled
            $0.activityTaskCompletedEventAttributes.result.payloads = [.json("1")]
        }
    }

    mutating func close(_ task: Int64) {
        add(.workflowExecutionCompleted) {
            $0.workflowExecutionCompletedEventAttributes.workflowTaskCompletedEventID = task
        }
    }

    /// Two activities side by side, then one that follows on both.
    static func fork() -> HistoryWriter {
        var writer = HistoryWriter()
        writer.start()
        let first = writer.task()
        let left = writer.schedule("left", id: "1", task: first)
        let right = writer.schedule("right", id: "2", task: first)
        writer.complete(left)
        _ = writer.task()
        writer.complete(right, attempt: 3, wait: 4)
        let second = writer.task()
        let join = writer.schedule("join", id: "3", task: second)
        writer.complete(join)
        writer.close(writer.task())
        return writer
    }
}

@Suite struct RunModelTests {
    private static let later = Google_Protobuf_Timestamp(seconds: 2_000)

    @Test func stepsHoldAllEventsOfAnActivity() throws {
        let history = RunHistory(HistoryWriter.fork().events)
        #expect(history.steps.map(\.name) == ["left", "right", "join"])
        #expect(history.steps.map(\.state) == [.completed, .completed, .completed])
        #expect(history.steps.map(\.attempt) == [1, 3, 1])
        #expect(history.steps[0].events == [5, 7, 8])
        #expect(history.steps[0].endID == 8)
        #expect(history.tasks.count == 4)
        #expect(history.close?.eventID == 23)
    }

    @Test func pendingActivitiesTellOfAttempts() throws {
        var writer = HistoryWriter()
        writer.start()
        _ = writer.schedule("fetch", id: "a", task: writer.task())
        var info = APIPendingActivityInfo()
        info.activityID = "a"
        info.attempt = 4
        info.state = .scheduled
        info.lastFailure.message = "503"
        info.nextAttemptScheduleTime = Google_Protobuf_Timestamp(seconds: 2_010)
        let step = try #require(RunHistory(writer.events, pending: [info]).steps.first)
        #expect(step.state == .backingOff)
        #expect(step.attempt == 4)
        #expect(step.failure?.message == "503")
        #expect(step.due?.seconds == 2_010)
    }

    @Test func whatIsOpenEndsWithTheRun() {
        var writer = HistoryWriter()
        writer.start()
        let task = writer.task()
        _ = writer.schedule("fetch", id: "a", task: task)
        writer.close(task)
        let step = RunHistory(writer.events).steps.first
        #expect(step?.state == .canceled)
        #expect(step?.ended != nil)
    }

    // MARK: Step graph

    @Test func graphJoinsWhatRanSideBySide() throws {
        let graph = StepGraph(RunHistory(HistoryWriter.fork().events), limit: 100)
        #expect(graph.nodes.map(\.name) == ["Start", "left", "right", "join", "Completed"])
        #expect(graph.nodes.map(\.column) == [0, 1, 1, 2, 3])
        #expect(graph.nodes.map(\.row) == [0, 0, 1, 0, 0])
        // The task between the two began nothing, so that the join follows on both.
        #expect(graph.edges.map(\.from) == [[0], [1, 2], [3]])
        #expect(graph.edges.map(\.to) == [[1, 2], [3], [4]])
    }

    @Test func graphStacksManyOfOneName() {
        var writer = HistoryWriter()
        writer.start()
        let task = writer.task()
        let ids = (0..<30).map { writer.schedule("fetch", id: "\($0)", task: task) }
        for id in ids.dropLast() { writer.complete(id) }
        let graph = StepGraph(RunHistory(writer.events), limit: 100)
        #expect(graph.nodes.count == 2)
        #expect(graph.nodes.last?.steps.count == 30)
        // One of them is not done.
        #expect(graph.nodes.last?.state == .waiting)
    }

    @Test func graphHasALimit() {
        var writer = HistoryWriter()
        writer.start()
        for index in 0..<50 {
            let id = writer.schedule("step", id: "\(index)", task: writer.task())
            writer.complete(id)
        }
        let graph = StepGraph(RunHistory(writer.events), limit: 20)
        #expect(graph.nodes.count == 20)
        #expect(graph.omitted == 31)
    }

    // MARK: Timeline

    @Test func timelineTellsWaitingFromWork() throws {
        let history = RunHistory(HistoryWriter.fork().events)
        let model = TimelineModel(history, now: Self.later, limit: 10)
        #expect(!model.isOpen)
        // The end is that of the run, whatever the time is now.
        #expect(model.length == 12)
        let left = try #require(model.rows.first)
        #expect(left.segments.map(\.kind) == [.queued, .work])
        #expect(left.segments.map(\.from) == [0, 1])
        #expect(left.segments.map(\.to) == [1, 3])
        // Its third attempt began late.
        #expect(model.rows[1].segments.map(\.kind) == [.retried, .work])
    }

    @Test func openStepsLastUntilNow() throws {
        var writer = HistoryWriter()
        writer.start()
        _ = writer.schedule("fetch", id: "a", task: writer.task())
        let model = TimelineModel(RunHistory(writer.events), now: Self.later, limit: 10)
        #expect(model.isOpen)
        #expect(model.rows.first?.segments == [.init(kind: .queued, from: 0, to: 1_000)])
        #expect(model.length > 1_000)
    }

    @Test(arguments: [0.001, 0.5, 7, 59, 61, 3_600, 86_400, 1_000_000])
    func ticksAreFew(length: Double) {
        let ticks = TimelineModel.ticks(length)
        #expect((2...10).contains(ticks.count))
        #expect(ticks.allSatisfy { $0.at <= length })
        #expect(Set(ticks.map(\.text)).count == ticks.count)
    }

    // MARK: Pages of the history

    @Test func slicesHaveThePageOfAnEvent() {
        let oldest = HistorySlice(count: 450, HistoryOptions(Fields([("event", "401")])), found: 400)
        #expect(oldest.page == 3)
        #expect(oldest.indices.first == 400)
        #expect(oldest.bounds == 401...450)
        let newest = HistorySlice(
            count: 450, HistoryOptions(Fields([("event", "401"), ("order", "newest")])), found: 400)
        #expect(newest.page == 1)
        #expect(newest.indices.first == 449)
        let beyond = HistorySlice(count: 450, HistoryOptions(Fields([("page", "99")])), found: nil)
        #expect(beyond.page == 3)
        #expect(HistorySlice(count: 0, HistoryOptions(Fields()), found: nil).indices.isEmpty)
    }

    // MARK: Input

    @Test func inputsAreValuesOneBelowTheOther() throws {
        func values(_ text: String) throws -> [String] {
            try ActionInput.payloads(text).map { String(decoding: $0.data, as: UTF8.self) }
        }
        #expect(try values("  ") == [])
        #expect(try values("7") == ["7"])
        #expect(try values("{\n  \"a\": 1\n}\n\"x\"") == ["{\n  \"a\": 1\n}", "\"x\""])
        #expect(throws: ActionInput.Problem.self) { try values("hello") }
    }

    @Test func progressIsReadFromHeartbeats() {
        #expect(ProgressBar([.json("[3, 12]")]).fraction == 0.25)
        #expect(ProgressBar([.json("1"), .json("2")]).fraction == 0.5)
        #expect(ProgressBar([.json(#"{"done": 1, "total": 4}"#)]).fraction == 0.25)
        #expect(ProgressBar([.json("17")]).fraction == nil)
        #expect(ProgressBar([.json(#""half""#)]).fraction == nil)
    }

    @Test func namesOfQueriesAreReadFromRefusals() {
        let message = "unknown queryType x. KnownQueryTypes=[progress __stack_trace top]"
        #expect(WorkflowAsker.known(in: message) == ["progress", "__stack_trace", "top"])
        #expect(WorkflowAsker.known(in: "no names here").isEmpty)
    }
}
