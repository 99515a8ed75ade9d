import Foundation
import SwiftProtobuf
import WireAPI

/// As much of a server as it takes to give one run a life: it records commands, lets time pass, and sends tasks.
struct SimulatedServer {
    private(set) var history = TestHistory()
    private(set) var isClosed = false
    /// The started event of the last completed task.
    private(set) var previousStarted: Int64 = 0
    private var dice: Dice
    private var updates = 0

    /// What can still happen, by the event it goes back to.
    private struct Open {
        enum Kind { case timer, activity, child, signal, cancel }
        var kind: Kind
        var origin: Int64
        var id: String
        var isStarted = false
        var isCancelRequested = false
    }

    private var open: [Open] = []

    init(seed: UInt64) {
        dice = Dice(seed: seed)
        history.start()
    }

    // MARK: Time passes

    /// Something happens, or several things. Whatever it is, a task follows.
    mutating func letTimePass() {
        for _ in 0...dice.roll(3) { happen() }
    }

    private mutating func happen() {
        let openSignals = open.isEmpty ? 1 : 4
        guard !open.isEmpty, !dice.once(in: openSignals) else {
            if dice.once(in: 8) { history.cancelRequested() } else { history.signal("s\(history.lastID)") }
            return
        }
        let index = dice.roll(open.count)
        switch open[index].kind {
        case .timer:
            history.timerFired(open[index].id, from: open[index].origin)
            open.remove(at: index)
        case .activity: progressActivity(index)
        case .child: progressChild(index)
        case .signal:
            let origin = open.remove(at: index).origin
            if dice.once(in: 2) { history.signalDelivered(origin) } else { history.signalFailed(origin) }
        case .cancel:
            let origin = open.remove(at: index).origin
            if dice.once(in: 2) { history.cancelDelivered(origin) } else { history.cancelFailed(origin) }
        }
    }

    private mutating func progressActivity(_ index: Int) {
        let activity = open.remove(at: index)
        if dice.once(in: 5) {
            history.activityTimedOut(activity.origin)
            return
        }
        history.activityStarted(activity.origin)
        if activity.isCancelRequested, dice.once(in: 2) {
            history.activityCanceled(activity.origin)
        } else if dice.once(in: 3) {
            history.activityFailed(activity.origin)
        } else {
            history.activityCompleted(activity.origin)
        }
    }

    private mutating func progressChild(_ index: Int) {
        guard open[index].isStarted else {
            if dice.once(in: 4) {
                history.childStartFailed(open.remove(at: index).origin)
            } else {
                history.childStarted(open[index].origin)
                open[index].isStarted = true
            }
            return
        }
        let child = open.remove(at: index)
        switch dice.roll(5) {
        case 0: history.childFailed(child.origin)
        case 1: history.childTimedOut(child.origin)
        case 2: history.childTerminated(child.origin)
        case 3: history.childCanceled(child.origin)
        default: history.childCompleted(child.origin)
        }
    }

    // MARK: Tasks

    /// Starts a task; some fail before one goes to the worker. `sticky` tasks carry only what is new.
    mutating func task(sticky: Bool, page: Int?) throws -> APIPollWorkflowTaskQueueResponse {
        while dice.once(in: 6) {
            history.taskStarted()
            if dice.once(in: 2) { history.taskFailed() } else { history.taskTimedOut() }
            if dice.once(in: 2) { happen() }
        }
        history.taskStarted()
        var poll = history.poll(previous: previousStarted, from: sticky ? previousStarted + 1 : 1, page: page)
        for _ in 0..<dice.roll(3) where dice.once(in: 3) {
            updates += 1
            let name = dice.once(in: 3) ? "bad" : "change"
            var message = APIMessage()
            message.id = "u\(updates)/request"
            message.protocolInstanceID = "u\(updates)"
            message.eventID = history.lastID - 1
            message.body = try Google_Protobuf_Any(message: APIUpdateRequest.test("u\(updates)", name: name))
            poll.messages.append(message)
        }
        return poll
    }

    /// Records what the worker answered.
    mutating func complete(_ request: APIRespondWorkflowTaskCompletedRequest) {
        previousStarted = history.lastID
        history.taskCompleted()
        let messages = Dictionary(request.messages.map { ($0.id, $0) }) { first, _ in first }
        for command in request.commands { record(command, messages) }
    }

    private mutating func record(_ command: APICommand, _ messages: [String: APIMessage]) {
        switch command.attributes {
        case .startTimerCommandAttributes(let it)?:
            open.append(Open(kind: .timer, origin: history.timerStarted(it.timerID), id: it.timerID))
        case .cancelTimerCommandAttributes(let it)?:
            guard let index = open.firstIndex(where: { $0.kind == .timer && $0.id == it.timerID }) else { return }
            history.timerCanceled(it.timerID, from: open.remove(at: index).origin)
        case .scheduleActivityTaskCommandAttributes(let it)?:
            let origin = history.activityScheduled(it.activityID, it.activityType.name)
            open.append(Open(kind: .activity, origin: origin, id: it.activityID))
        case .requestCancelActivityTaskCommandAttributes(let it)?:
            history.activityCancelRequested(it.scheduledEventID)
            for index in open.indices where open[index].origin == it.scheduledEventID {
                open[index].isCancelRequested = true
            }
        case .startChildWorkflowExecutionCommandAttributes(let it)?:
            let origin = history.childInitiated(it.workflowID, it.workflowType.name)
            open.append(Open(kind: .child, origin: origin, id: it.workflowID))
        case .signalExternalWorkflowExecutionCommandAttributes(let it)?:
            let origin = history.signalInitiated(it.signalName, to: it.execution.workflowID)
            open.append(Open(kind: .signal, origin: origin, id: ""))
        case .requestCancelExternalWorkflowExecutionCommandAttributes(let it)?:
            open.append(Open(kind: .cancel, origin: history.cancelInitiated(it.workflowID), id: ""))
        case .recordMarkerCommandAttributes(let it)?:
            var event = APIMarkerRecordedEventAttributes()
            event.markerName = it.markerName
            event.details = it.details
            history.add(.markerRecorded, .markerRecordedEventAttributes(event))
        case .upsertWorkflowSearchAttributesCommandAttributes(let it)?:
            var event = APIUpsertWorkflowSearchAttributesEventAttributes()
            event.searchAttributes = it.searchAttributes
            history.add(.upsertWorkflowSearchAttributes, .upsertWorkflowSearchAttributesEventAttributes(event))
        case .modifyWorkflowPropertiesCommandAttributes?: history.propertiesModified()
        case .protocolMessageCommandAttributes(let it)?:
            guard let message = messages[it.messageID] else { return }
            if let acceptance = try? APIAcceptance(unpackingAny: message.body) {
                var event = APIWorkflowExecutionUpdateAcceptedEventAttributes()
                event.protocolInstanceID = message.protocolInstanceID
                event.acceptedRequest = acceptance.acceptedRequest
                event.acceptedRequestMessageID = acceptance.acceptedRequestMessageID
                history.add(.workflowExecutionUpdateAccepted, .workflowExecutionUpdateAcceptedEventAttributes(event))
            } else {
                history.updateCompleted(message.protocolInstanceID)
            }
        default:
            history.completed()
            isClosed = true
        }
    }
}
