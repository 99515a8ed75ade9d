import Foundation
import ScheduleSpec
import WireAPI

/// Time passes for a schedule: which times of its spec have come, and which runs are started for them.
extension Engine {
    /// Most starts that one step takes from the spec, and from backfills; the rest follows in the next steps.
    private static var startsPerStep: Int { 200 }
    /// Most times that one step looks at: those that were missed cost little.
    private static var timesPerStep: Int { 5_000 }

    /// Does what is due: takes the times that have come, goes on with backfills, starts what can be started.
    func advance(_ schedule: Schedule) {
        touch(schedule)
        schedule.retryAt = nil
        takeTimes(schedule)
        takeBackfills(schedule)
        startWaiting(schedule)
    }

    /// Turns the times up to now into waiting starts. Each time is taken once: the last one is stored with what it
    /// caused.
    ///
    /// While the schedule cannot start anything by itself time passes without effect.
    func takeTimes(_ schedule: Schedule) {
        guard schedule.canStartByItself else {
            if schedule.state.lastProcessed < now { schedule.update { $0.lastProcessed = now } }
            return
        }
        var (times, starts) = (0, 0)
        while times < Self.timesPerStep, starts < Self.startsPerStep,
            let next = schedule.nextTime(after: schedule.state.lastProcessed), next.due <= now
        {
            times += 1
            schedule.update { $0.lastProcessed = next.due }
            if next.due < schedule.state.discardBefore { continue }
            if now - next.due > schedule.policies.catchupWindow {
                schedule.update { $0.missedCatchupWindow += 1 }
                continue
            }
            var start = BufferedStartRecord()
            start.nominal = next.nominal
            start.due = next.due
            buffer(start, in: schedule)
            starts += 1
        }
    }

    private func buffer(_ start: BufferedStartRecord, in schedule: Schedule) {
        if schedule.buffer.count >= limits.scheduleBuffer {
            schedule.update { $0.bufferDropped += 1 }
        } else {
            schedule.bufferStart(start)
        }
    }

    func trigger(_ schedule: Schedule, _ request: APITriggerImmediatelyRequest) {
        var start = BufferedStartRecord()
        start.nominal = request.hasScheduledTime ? request.scheduledTime.nanoseconds : now
        start.due = start.nominal
        start.overlapPolicy = Int32(request.overlapPolicy.rawValue)
        start.manual = true
        start.trigger = true
        touch(schedule)
        buffer(start, in: schedule)
    }

    func backfill(_ schedule: Schedule, _ request: APIBackfillRequest) {
        var backfill = BackfillRecord()
        // Both ends belong to it; times are whole seconds.
        backfill.cursor = request.startTime.nanoseconds - .millisecond
        backfill.end = request.endTime.nanoseconds
        backfill.overlapPolicy = Int32(request.overlapPolicy.rawValue)
        touch(schedule)
        schedule.update { $0.backfills.append(backfill) }
    }

    /// Goes on with backfills, one after the other, as far as there is room among the waiting starts.
    private func takeBackfills(_ schedule: Schedule) {
        var count = 0
        while schedule.canBackfill(limits), count < Self.startsPerStep, var backfill = schedule.state.backfills.first {
            guard let next = schedule.nextTime(after: backfill.cursor), next.due <= backfill.end else {
                schedule.update { _ = $0.backfills.removeFirst() }
                continue
            }
            count += 1
            backfill.cursor = next.due
            schedule.update { $0.backfills[0] = backfill }
            var start = BufferedStartRecord()
            start.nominal = next.nominal
            start.due = next.due
            start.overlapPolicy = backfill.overlapPolicy
            start.manual = true
            schedule.bufferStart(start)
        }
    }

    // MARK: Starting

    /// Starts what can be started of what waits, and ends what is in its way if the policy says so.
    func startWaiting(_ schedule: Schedule) {
        var goesOn = true
        while goesOn, !schedule.buffer.isEmpty {
            let waiting = schedule.buffer.map { number, start in
                OverlapPlan.Start(
                    number: number, policy: APIScheduleOverlapPolicy(rawValue: Int(start.overlapPolicy)) ?? .unspecified
                )
            }
            let plan = OverlapPlan(
                waiting, isRunning: !schedule.state.running.isEmpty, default: schedule.policies.overlap)
            goesOn = carryOut(plan, schedule)
        }
    }

    /// - Returns: true if what is left should be looked at again: something that was to be started was not.
    private func carryOut(_ plan: OverlapPlan, _ schedule: Schedule) -> Bool {
        touch(schedule)
        let overlaps = plan.skipped.count + plan.replaced.count
        if overlaps > 0 { schedule.update { $0.overlapSkipped += Int64(overlaps) } }
        for number in plan.skipped + plan.replaced { schedule.removeStart(number) }
        var goesOn = false
        for number in plan.starts {
            guard let start = schedule.buffer[number] else { continue }
            do {
                let isStarted = try take(start, for: schedule, isExclusive: number == plan.exclusive)
                if !isStarted && number == plan.exclusive { goesOn = true }
                schedule.removeStart(number)
            } catch {
                // The store cannot be read now: look again soon, the start must not be lost.
                schedule.retryAt = ProtoTime.after(now, .second)
                return false
            }
        }
        let running = schedule.state.running
        do {
            if plan.terminates {
                for run in running { try terminateOther(run, schedule) }
            } else if plan.cancels {
                for run in running { try cancelOther(run, schedule) }
            }
        } catch {
            schedule.retryAt = ProtoTime.after(now, .second)
        }
        return goesOn && schedule.retryAt == nil
    }

    /// - Returns: whether a run was started. It is not if the schedule may not start any more (paused meanwhile, or no
    ///   actions left), or if its workflow id is taken.
    private func take(_ start: BufferedStartRecord, for schedule: Schedule, isExclusive: Bool) throws -> Bool {
        if !start.manual && !schedule.canStartByItself { return false }
        guard let workflowID = try freeWorkflowID(start, schedule) else {
            schedule.update { $0.overlapSkipped += 1 }
            return false
        }
        let run = try startRun(of: schedule, start, workflowID: workflowID)
        if !start.manual && schedule.state.limitedActions {
            schedule.update { state in
                state.remainingActions -= 1
                // Somebody may be about to change this very number.
                state.conflictToken += 1
            }
        }
        schedule.note(run, due: start.due, isExclusive: isExclusive)
        return true
    }
}

extension Schedule {
    /// Whether times of the spec lead to starts now.
    var canStartByItself: Bool {
        !state.paused && (!state.limitedActions || state.remainingActions > 0)
    }

    /// Whether there is a backfill to go on with, and room for it. Half of the room is left to what is due.
    func canBackfill(_ limits: Limits) -> Bool {
        !state.backfills.isEmpty && buffer.count < limits.scheduleBuffer / 2
    }

    var hasTimes: Bool { canStartByItself && nextTime(after: state.lastProcessed) != nil }

    func nextTime(after time: Nanoseconds) -> ScheduledTime? { times?.next(after: time, seed: definition.seed) }

    /// Notes a run that was started.
    fileprivate func note(_ run: Run, due: Nanoseconds, isExclusive: Bool) {
        var action = ScheduleActionRecord()
        action.due = due
        action.actual = run.fixed.startTime
        action.workflowID = run.fixed.workflowID
        action.runID = run.fixed.runID
        action.status = run.header.status
        update { state in
            state.actionCount += 1
            state.lastEvent = action.actual
            state.recentActions.append(action)
            if state.recentActions.count > ScheduleView.recentActions { state.recentActions.removeFirst() }
            guard isExclusive else { return }
            var running = ScheduledRunRecord()
            running.workflowID = run.fixed.workflowID
            running.runID = run.fixed.runID
            state.running.append(running)
        }
    }
}
