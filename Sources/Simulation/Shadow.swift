import Engine
import Foundation
import Store
import WireAPI

/// What became durable, kept a second time in the simplest way, and checked write by write against the invariants.
final class Shadow {
    private let world: World
    private(set) var runs: [RunKey: ShadowRun] = [:]
    private var current: [String: RunKey] = [:]
    /// Workflow ids that schedules have started.
    private(set) var scheduledWorkflows: Set<String> = []

    struct ShadowRun {
        var workflowID: String
        var runID: String
        var events: [APIHistoryEvent] = []
        var isClosed = false
        /// Scheduled activities by scheduled id, and timers by started id: ended or not.
        var activities: [Int64: Bool] = [:]
        var timers: [Int64: (due: Nanoseconds, ended: Bool)] = [:]
    }

    init(world: World) { self.world = world }

    func apply(_ writes: [StoreWrite], now: Nanoseconds) {
        for write in writes {
            switch write {
            case .insertRun(let row):
                runs[row.key] = ShadowRun(workflowID: row.workflowID, runID: row.runID)
            case .setCurrent(_, let id, let run): current[id] = run
            case .appendHistory(let run, let first, let count, let bytes):
                append(run, first, count, bytes)
            case .deleteRun(let run): runs[run] = nil
            default: break
            }
        }
        checkOpenRuns()
    }

    /// After a commit that failed nobody knows what the store holds, so it is looked up.
    func reconcile(_ writes: [StoreWrite], with store: MemoryStore, now: Nanoseconds) {
        for case .appendHistory(let run, let first, let count, _) in writes {
            let stored = (try? store.reader.history(run: run, eventIDs: first..<(first + Int64(count)))) ?? []
            if !stored.isEmpty { return apply(writes, now: now) }
            return
        }
        for case .insertRun(let row) in writes where (try? store.reader.load(run: row.key)) != nil {
            return apply(writes, now: now)
        }
    }

    private func append(_ key: RunKey, _ first: Int64, _ count: Int, _ bytes: Data) {
        guard var run = runs[key] else { return world.violation("history of an unknown run") }
        guard let events = try? APIHistory(serializedBytes: bytes).events, events.count == count else {
            return world.violation("history that does not decode")
        }
        for event in events {
            let expected = Int64(run.events.count) + 1
            if event.eventID != expected {
                world.violation("\(run.workflowID): event \(event.eventID) where \(expected) was due")
            }
            if run.isClosed { world.violation("\(run.workflowID): event \(event.eventType) after the close") }
            check(event, &run)
            run.events.append(event)
        }
        if first != events.first?.eventID { world.violation("a batch says it starts elsewhere than it does") }
        runs[key] = run
    }

    private func check(_ event: APIHistoryEvent, _ run: inout ShadowRun) {
        switch event.attributes {
        case .workflowExecutionStartedEventAttributes(let it): checkScheduled(it)
        case .activityTaskScheduledEventAttributes: run.activities[event.eventID] = false
        case .activityTaskCompletedEventAttributes(let it): endActivity(it.scheduledEventID, &run)
        case .activityTaskFailedEventAttributes(let it): endActivity(it.scheduledEventID, &run)
        case .activityTaskTimedOutEventAttributes(let it): endActivity(it.scheduledEventID, &run)
        case .activityTaskCanceledEventAttributes(let it): endActivity(it.scheduledEventID, &run)
        case .timerStartedEventAttributes(let it):
            let due = Self.time(event) + it.startToFireTimeout.seconds * .second
            run.timers[event.eventID] = (due, false)
        case .timerFiredEventAttributes(let it):
            if let timer = run.timers[it.startedEventID], Self.time(event) < timer.due {
                world.violation("\(run.workflowID): timer \(it.timerID) fired early")
            }
            endTimer(it.startedEventID, &run)
        case .timerCanceledEventAttributes(let it): endTimer(it.startedEventID, &run)
        case .workflowExecutionCompletedEventAttributes, .workflowExecutionFailedEventAttributes,
            .workflowExecutionCanceledEventAttributes, .workflowExecutionTerminatedEventAttributes,
            .workflowExecutionTimedOutEventAttributes, .workflowExecutionContinuedAsNewEventAttributes:
            run.isClosed = true
        default: break
        }
    }

    /// A schedule's time leads to one run; its chain may go on in others.
    private func checkScheduled(_ started: APIWorkflowExecutionStartedEventAttributes) {
        guard started.searchAttributes.indexedFields["TemporalScheduledById"] != nil,
            started.continuedExecutionRunID.isEmpty
        else { return }
        if !scheduledWorkflows.insert(started.workflowID).inserted {
            world.violation("\(started.workflowID) was started twice by its schedule")
        }
    }

    private func endActivity(_ id: Int64, _ run: inout ShadowRun) {
        if run.activities[id] != false {
            world.violation("\(run.workflowID): activity \(id) ended twice or never began")
        }
        run.activities[id] = true
    }

    private func endTimer(_ id: Int64, _ run: inout ShadowRun) {
        if run.timers[id]?.ended != false {
            world.violation("\(run.workflowID): timer \(id) ended twice or never began")
        }
        run.timers[id]?.ended = true
    }

    private func checkOpenRuns() {
        var open: Set<String> = []
        for run in runs.values where !run.isClosed {
            if !open.insert(run.workflowID).inserted { world.violation("\(run.workflowID) has two open runs") }
        }
    }

    private static func time(_ event: APIHistoryEvent) -> Nanoseconds {
        event.eventTime.seconds * .second + Int64(event.eventTime.nanos)
    }

    func runs(of workflowID: String) -> [ShadowRun] {
        runs.sorted { $0.key < $1.key }.map(\.value).filter { $0.workflowID == workflowID }
    }

    func run(withID runID: String) -> ShadowRun? { runs.values.first { $0.runID == runID } }

    var openRuns: Int { runs.values.count { !$0.isClosed } }
}
