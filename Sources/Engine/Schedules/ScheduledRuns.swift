import Foundation
import SwiftProtobuf
import WireAPI

/// The runs of schedules: how they start, how one makes way for another, and what their schedule learns at their end.
extension Engine {
    /// The workflow id for a start; `nil` if it is taken by a run that is open.
    ///
    /// It is made of the nominal time in whole seconds. A trigger that comes in a second that has its run already gets
    /// a number behind it.
    func freeWorkflowID(_ start: BufferedStartRecord, _ schedule: Schedule) throws -> String? {
        let base = schedule.action.startWorkflow.workflowID
        let keeps = schedule.policies.keepsWorkflowID
        let id = keeps ? base : "\(base)-\(TimeText.rfc3339(start.nominal))"
        guard let former = try currentRun(schedule.namespace, id) else { return id }
        if keeps || (start.manual && !start.trigger) { return former.isOpen ? nil : id }
        if !start.trigger {
            if !former.isOpen { return id }
            // Only a trigger of the same second may be there already.
            guard former.fixed.schedule == schedule.key else { return nil }
        }
        var number = 2
        while try currentRun(schedule.namespace, "\(id)-\(number)") != nil { number += 1 }
        return "\(id)-\(number)"
    }

    func startRun(of schedule: Schedule, _ start: BufferedStartRecord, workflowID: String) throws -> Run {
        let action = schedule.action.startWorkflow
        var request = APIStartWorkflowExecutionRequest()
        request.workflowID = workflowID
        request.workflowType = action.workflowType
        request.taskQueue = action.taskQueue
        if action.hasInput { request.input = action.input }
        if action.hasWorkflowExecutionTimeout { request.workflowExecutionTimeout = action.workflowExecutionTimeout }
        if action.hasWorkflowRunTimeout { request.workflowRunTimeout = action.workflowRunTimeout }
        if action.hasWorkflowTaskTimeout { request.workflowTaskTimeout = action.workflowTaskTimeout }
        if action.hasRetryPolicy { request.retryPolicy = action.retryPolicy }
        if action.hasMemo { request.memo = action.memo }
        if action.hasHeader { request.header = action.header }
        if action.hasUserMetadata { request.userMetadata = action.userMetadata }
        if action.hasPriority { request.priority = action.priority }
        if let failure = schedule.lastFailure { request.continuedFailure = try .init(serializedBytes: failure) }
        if let result = schedule.lastResult { request.lastCompletionResult = try .init(serializedBytes: result) }
        request.identity = scheduleIdentity(schedule)
        request.requestID = Identifiers.random(random)
        var attributes = typed(action.searchAttributes, namespace: schedule.namespace)
        attributes.indexedFields["TemporalScheduledStartTime"] = .attribute(
            "\"\(TimeText.rfc3339(start.nominal))\"", .datetime)
        attributes.indexedFields["TemporalScheduledById"] = .attribute(
            JSONScalar.quoted(schedule.scheduleID), .keyword)
        request.searchAttributes = attributes
        let runID = Identifiers.timeOrdered(now: now, random: random)
        var seed = try seed(request, schedule.namespace, runID: runID)
        seed.schedule = schedule.key
        let run = createRun(seed)
        scheduleTaskIfNeeded(run)
        return run
    }

    private func scheduleIdentity(_ schedule: Schedule) -> String {
        "temporal-scheduler-\(namespaces[schedule.namespace]?.name ?? "")-\(schedule.scheduleID)"
    }

    // MARK: Making way

    func terminateOther(_ record: ScheduledRunRecord, _ schedule: Schedule) throws {
        guard let run = try openRun(record, schedule) else { return }
        terminate(
            run, reason: "terminated by schedule overlap policy", details: nil, identity: scheduleIdentity(schedule))
    }

    func cancelOther(_ record: ScheduledRunRecord, _ schedule: Schedule) throws {
        guard let run = try openRun(record, schedule) else { return }
        cancel(
            run, reason: "cancelled by schedule overlap policy", identity: scheduleIdentity(schedule),
            requestID: Identifiers.random(random))
    }

    /// The newest run of a chain, if it is open.
    private func openRun(_ record: ScheduledRunRecord, _ schedule: Schedule) throws -> Run? {
        guard let run = try currentRun(schedule.namespace, record.workflowID), run.isOpen,
            run.fixed.firstRunID == record.runID
        else { return nil }
        return run
    }

    // MARK: Ends

    /// The end of a chain of runs that a schedule has started.
    struct EndedChain {
        var schedule: RunKey
        var firstRunID: String
        var workflowID: String
        var status: APIWorkflowExecutionStatus
        var result: APIPayloads?
        var failure: APIFailureFailure?
    }

    /// Notes the end of a run, unless its chain goes on.
    func noteEnd(of run: Run, _ status: APIWorkflowExecutionStatus, _ event: APIHistoryEvent) {
        if let end = endedChain(run, status, event) { endedChains.append(end) }
    }

    /// The end of a schedule's chain that a run's closing event is; `nil` if the chain goes on.
    private func endedChain(
        _ run: Run, _ status: APIWorkflowExecutionStatus, _ event: APIHistoryEvent
    ) -> EndedChain? {
        guard run.fixed.schedule != 0, status != .continuedAsNew else { return nil }
        var end = EndedChain(
            schedule: run.fixed.schedule, firstRunID: run.fixed.firstRunID, workflowID: run.fixed.workflowID,
            status: status)
        switch event.attributes {
        case .workflowExecutionCompletedEventAttributes(let it):
            guard it.newExecutionRunID.isEmpty else { return nil }
            if it.hasResult { end.result = it.result }
        case .workflowExecutionFailedEventAttributes(let it):
            guard it.newExecutionRunID.isEmpty else { return nil }
            end.failure = it.failure
        case .workflowExecutionTimedOutEventAttributes(let it):
            guard it.newExecutionRunID.isEmpty else { return nil }
        default: break
        }
        return end
    }

    /// Lets a schedule that was just read hear of ends that it missed: it could not be read when they came, and the
    /// server died before it could. Otherwise it would wait for a run that is long over.
    func catchUpOnEnds(_ schedule: Schedule) throws {
        let ends = try schedule.state.running.compactMap { try missedEnd($0, schedule) }
        for end in ends { hear(end, schedule) }
    }

    private func missedEnd(_ record: ScheduledRunRecord, _ schedule: Schedule) throws -> EndedChain? {
        guard try openRun(record, schedule) == nil else { return nil }
        if let last = try currentRun(schedule.namespace, record.workflowID), last.fixed.firstRunID == record.runID,
            let event = try event(last.header.nextEventID - 1, of: last), let end = endedChain(last, last.status, event)
        {
            return end
        }
        // The run was deleted, or its id taken by another: how it ended is not known any more.
        return EndedChain(
            schedule: schedule.key, firstRunID: record.runID, workflowID: record.workflowID, status: .unspecified)
    }

    /// Tells schedules of the ends of their runs: in the same step, but after whatever ended them is done.
    func tellSchedules() {
        while let end = endedChains.popFirst() {
            do {
                guard let schedule = try loadSchedule(end.schedule) else { continue }
                hear(end, schedule)
            } catch {
                // The store cannot be read now.
                unheardEnds.append(end)
                nextHearing = min(nextHearing ?? .max, ProtoTime.after(now, .second))
            }
        }
    }

    /// Tries again what ``tellSchedules()`` could not.
    func repeatUnheardEnds() {
        guard let at = nextHearing, at <= now else { return }
        nextHearing = nil
        endedChains.append(contentsOf: unheardEnds)
        unheardEnds = []
    }

    private func hear(_ end: EndedChain, _ schedule: Schedule) {
        let isRunning = schedule.state.running.contains { $0.runID == end.firstRunID }
        let recent = schedule.state.recentActions.lastIndex { $0.runID == end.firstRunID }
        let pauses =
            schedule.policies.pausesOnFailure && !schedule.state.paused
            && (end.status == .failed || end.status == .timedOut)
        guard isRunning || recent != nil || pauses else { return }
        touch(schedule)
        if let recent, end.status != .unspecified {
            schedule.update { $0.recentActions[recent].status = Int32(end.status.rawValue) }
        }
        if isRunning {
            schedule.update { $0.running.removeAll { $0.runID == end.firstRunID } }
            if let result = end.result, let bytes = try? result.serializedData() {
                schedule.setResult(bytes)
            } else if let failure = end.failure, let bytes = try? failure.serializedData() {
                schedule.setFailure(bytes)
            }
        }
        if pauses { pause(schedule, after: end) }
        guard isRunning, !schedule.buffer.isEmpty || !schedule.state.backfills.isEmpty else { return }
        advance(schedule)
    }

    private func pause(_ schedule: Schedule, after end: EndedChain) {
        // What was due before counts as it was.
        takeTimes(schedule)
        let note =
            end.status == .failed
            ? "paused due to workflow failure: \(end.workflowID): \(end.failure?.message ?? "")"
            : "paused due to workflow timeout: \(end.workflowID)"
        schedule.update { state in
            state.paused = true
            state.notes = note
            state.conflictToken += 1
        }
    }
}
