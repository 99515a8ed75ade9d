import Engine
import Foundation
import SwiftProtobuf
import WireAPI

/// A workflow's program: what it does, as a function of its id, and what it answers to a history.
struct Script {
    enum Step: Equatable {
        case activities(count: Int, maximumAttempts: Int32, heartbeat: Bool)
        case timer(seconds: Int64)
        /// A timer and an activity race; the loser is cancelled.
        case race(seconds: Int64)
        case signal
    }

    enum End { case complete, fail, continueAsNew }

    var steps: [Step]
    var end: End

    /// - Parameter generation: how many runs of the chain came before.
    init(seed: UInt64, workflowID: String, generation: Int) {
        var hash = seed &+ UInt64(generation) &* 7_919
        for byte in workflowID.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        var random = SeededRandom(seed: hash)
        steps = (0..<Int(1 + random.next() % 4)).map { _ in
            switch random.next() % 6 {
            case 0: .timer(seconds: Int64(1 + random.next() % 8))
            case 1: .race(seconds: Int64(1 + random.next() % 3))
            case 2: .signal
            default:
                .activities(
                    count: Int(1 + random.next() % 3), maximumAttempts: [0, 1, 3][Int(random.next() % 3)],
                    heartbeat: random.oneIn(3))
            }
        }
        switch random.next() % 8 {
        case 0: end = .fail
        case 1, 2: end = generation < 2 ? .continueAsNew : .complete
        default: end = .complete
        }
    }

    /// What the program wants done after these events; the same events always give the same commands.
    /// - Returns: `nil` if the history does not belong to this program.
    func commands(after events: [APIHistoryEvent]) -> [APICommand]? {
        let seen = Seen(events)
        if seen.isCancelRequested { return [Self.command(.cancelWorkflowExecution)] }
        var commands: [APICommand] = []
        var signals = 0
        for (index, step) in steps.enumerated() {
            switch step {
            case .activities(let count, let attempts, let heartbeat):
                let ids = (0..<count).map { "a\(index)-\($0)" }
                let missing = ids.filter { seen.activities[$0] == nil }
                guard missing.isEmpty || missing.count == count else { return nil }
                if !missing.isEmpty {
                    return commands + ids.map { Self.activity($0, attempts: attempts, heartbeat: heartbeat) }
                }
                guard ids.allSatisfy({ seen.hasEnded($0) }) else { return commands }
            case .timer(let seconds):
                guard seen.timers["t\(index)"] != nil else { return commands + [Self.timer("t\(index)", seconds)] }
                guard seen.fired.contains("t\(index)") else { return commands }
            case .race(let seconds):
                let (timer, activity) = ("t\(index)", "a\(index)")
                guard seen.timers[timer] != nil else {
                    return commands + [
                        Self.timer(timer, seconds), Self.activity(activity, attempts: 0, heartbeat: true),
                    ]
                }
                guard let lost = raceCommands(timer, activity, seen) else { return commands }
                commands += lost
            case .signal:
                signals += 1
                guard seen.signals >= signals else { return commands }
            }
        }
        return commands + [closing(seen)]
    }

    /// What cancels the loser; empty if that is done, `nil` while the race is on.
    private func raceCommands(_ timer: String, _ activity: String, _ seen: Seen) -> [APICommand]? {
        let timerDone = seen.fired.contains(timer)
        let activityDone = seen.hasEnded(activity)
        guard timerDone || activityDone else { return nil }
        if activityDone && !timerDone {
            if seen.cancelledTimers.contains(timer) { return [] }
            var command = Self.command(.cancelTimer)
            command.cancelTimerCommandAttributes.timerID = timer
            return [command]
        }
        guard !activityDone, let scheduled = seen.activities[activity], !seen.cancelledActivities.contains(scheduled)
        else {
            return []
        }
        var command = Self.command(.requestCancelActivityTask)
        command.requestCancelActivityTaskCommandAttributes.scheduledEventID = scheduled
        return [command]
    }

    private func closing(_ seen: Seen) -> APICommand {
        switch end {
        case .complete: return Self.command(.completeWorkflowExecution)
        case .fail:
            var command = Self.command(.failWorkflowExecution)
            command.failWorkflowExecutionCommandAttributes.failure.message = "as scripted"
            return command
        case .continueAsNew:
            var command = Self.command(.continueAsNewWorkflowExecution)
            command.continueAsNewWorkflowExecutionCommandAttributes.workflowType.name = "Script"
            command.continueAsNewWorkflowExecutionCommandAttributes.taskQueue.name = "queue"
            command.continueAsNewWorkflowExecutionCommandAttributes.input = Self.input(generation: seen.generation + 1)
            return command
        }
    }

    // MARK: Payloads and commands

    static func input(generation: Int) -> APIPayloads {
        var payload = APIPayload()
        payload.data = Data(String(generation).utf8)
        var payloads = APIPayloads()
        payloads.payloads = [payload]
        return payloads
    }

    static func generation(_ payloads: APIPayloads) -> Int {
        payloads.payloads.first.flatMap { Int(String(decoding: $0.data, as: UTF8.self)) } ?? 0
    }

    static func signals(in events: [APIHistoryEvent]) -> Int { Seen(events).signals }

    private static func command(_ type: APICommandType) -> APICommand {
        var command = APICommand()
        command.commandType = type
        switch type {
        case .completeWorkflowExecution: command.completeWorkflowExecutionCommandAttributes = .init()
        case .cancelWorkflowExecution: command.cancelWorkflowExecutionCommandAttributes = .init()
        default: break
        }
        return command
    }

    private static func timer(_ id: String, _ seconds: Int64) -> APICommand {
        var command = command(.startTimer)
        command.startTimerCommandAttributes.timerID = id
        command.startTimerCommandAttributes.startToFireTimeout.seconds = seconds
        return command
    }

    private static func activity(_ id: String, attempts: Int32, heartbeat: Bool) -> APICommand {
        var it = APIScheduleActivityTaskCommandAttributes()
        it.activityID = id
        it.activityType.name = "work"
        it.taskQueue.name = "queue"
        it.startToCloseTimeout.seconds = 6
        if heartbeat { it.heartbeatTimeout.seconds = 3 }
        it.retryPolicy.maximumAttempts = attempts
        it.retryPolicy.initialInterval.nanos = 500_000_000
        it.retryPolicy.maximumInterval.seconds = 4
        var command = command(.scheduleActivityTask)
        command.scheduleActivityTaskCommandAttributes = it
        return command
    }
}

/// What a history says of the steps.
private struct Seen {
    /// Scheduled event id by activity id.
    var activities: [String: Int64] = [:]
    var ended: Set<Int64> = []
    var cancelledActivities: Set<Int64> = []
    var timers: [String: Int64] = [:]
    var fired: Set<String> = []
    var cancelledTimers: Set<String> = []
    var signals = 0
    var isCancelRequested = false
    var generation = 0

    init(_ events: [APIHistoryEvent]) {
        for event in events { note(event) }
    }

    private mutating func note(_ event: APIHistoryEvent) {
        switch event.attributes {
        case .workflowExecutionStartedEventAttributes(let it): generation = Script.generation(it.input)
        case .activityTaskScheduledEventAttributes(let it): activities[it.activityID] = event.eventID
        case .activityTaskCompletedEventAttributes(let it): ended.insert(it.scheduledEventID)
        case .activityTaskFailedEventAttributes(let it): ended.insert(it.scheduledEventID)
        case .activityTaskTimedOutEventAttributes(let it): ended.insert(it.scheduledEventID)
        case .activityTaskCanceledEventAttributes(let it): ended.insert(it.scheduledEventID)
        case .activityTaskCancelRequestedEventAttributes(let it): cancelledActivities.insert(it.scheduledEventID)
        case .timerStartedEventAttributes(let it): timers[it.timerID] = event.eventID
        case .timerFiredEventAttributes(let it): fired.insert(it.timerID)
        case .timerCanceledEventAttributes(let it): cancelledTimers.insert(it.timerID)
        case .workflowExecutionSignaledEventAttributes: signals += 1
        case .workflowExecutionCancelRequestedEventAttributes: isCancelRequested = true
        default: break
        }
    }

    func hasEnded(_ activity: String) -> Bool { activities[activity].map { ended.contains($0) } ?? false }
}
