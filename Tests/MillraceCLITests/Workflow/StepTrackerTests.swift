import SwiftProtobuf
import Testing
import WireAPI

@testable import MillraceCLI

@Suite struct StepTrackerTests {
    private func scheduled(_ id: Int64, _ name: String, at seconds: Int64) -> APIHistoryEvent {
        var attributes = APIActivityTaskScheduledEventAttributes()
        attributes.activityType.name = name
        attributes.activityID = "\(id)"
        return event(id, .activityTaskScheduled, at: seconds, .activityTaskScheduledEventAttributes(attributes))
    }

    private func completed(_ id: Int64, _ scheduled: Int64, at seconds: Int64) -> APIHistoryEvent {
        var attributes = APIActivityTaskCompletedEventAttributes()
        attributes.scheduledEventID = scheduled
        return event(id, .activityTaskCompleted, at: seconds, .activityTaskCompletedEventAttributes(attributes))
    }

    private func failed(_ id: Int64, _ scheduled: Int64, _ message: String) -> APIHistoryEvent {
        var attributes = APIActivityTaskFailedEventAttributes()
        attributes.scheduledEventID = scheduled
        attributes.failure.message = "Activity failed"
        attributes.failure.cause.message = message
        return event(id, .activityTaskFailed, .activityTaskFailedEventAttributes(attributes))
    }

    @Test func groupsActivitiesOfOneType() {
        var tracker = StepTracker()
        tracker.add([scheduled(5, "ids", at: 1), completed(7, 5, at: 2)])
        tracker.add([scheduled(8, "item", at: 3), scheduled(9, "item", at: 3), completed(11, 9, at: 5)])
        #expect(tracker.steps.map(\.name) == ["ids", "item"])
        #expect(tracker.steps[0].open == 0)
        #expect(tracker.steps[1].total == 2)
        #expect(tracker.steps[1].open == 1)
        #expect(tracker.steps[1].lastEnd?.seconds == 5)
    }

    @Test func countsFailures() {
        var tracker = StepTracker()
        tracker.add([scheduled(5, "ids", at: 1), failed(7, 5, "no network")])
        #expect(tracker.steps[0].failed == 1)
        #expect(tracker.steps[0].lastFailure == "Activity failed: no network")
    }

    @Test func anEndOfAnotherRunIsNotMixedUp() {
        var tracker = StepTracker()
        tracker.add([scheduled(5, "ids", at: 1)])
        tracker.beginRun()
        tracker.add([completed(7, 5, at: 2)])
        #expect(tracker.steps[0].open == 1)
    }

    @Test func retriesComeFromPendingActivities() {
        var tracker = StepTracker()
        tracker.add([scheduled(5, "ids", at: 1)])
        var pending = APIPendingActivityInfo()
        pending.activityType.name = "ids"
        pending.attempt = 3
        pending.state = .scheduled
        pending.lastFailure.message = "busy"
        pending.nextAttemptScheduleTime = .init(seconds: 20, nanos: 0)
        tracker.update(pending: [pending])
        let lines = StepLines(style: .plain, width: 80, frame: 0, isFinal: false)
            .lines(tracker, now: .init(seconds: 16, nanos: 0))
        #expect(lines == ["  ⠋ ids  15s", "      attempt 3 in 4s: busy"])
        tracker.update(pending: [])
        #expect(tracker.steps[0].retries.isEmpty)
    }

    @Test func linesFitTheTerminal() {
        var tracker = StepTracker()
        tracker.add([
            scheduled(5, String(repeating: "n", count: 90), at: 1), failed(7, 5, String(repeating: "f", count: 90)),
        ])
        let lines = StepLines(style: .plain, width: 40, frame: 0, isFinal: true).lines(tracker, now: .init())
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { TextWidth.of($0) <= 40 })
        #expect(lines[0].hasPrefix("  ✗ "))
    }
}
