import DequeModule
import HeapModule
import OrderedCollections
import Foundation
import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// The durable-execution engine: every run, task queue, timer and namespace of one server.
///
/// A pure, synchronous state machine. Its host calls it from one thread at a time, passes the time in, and takes the
/// effects out after each call:
///
///     engine.step(call, now: now)          // or tick / cancel
///     let effects = engine.takeEffects()
///     // effects.writes → open batch; effects.replies → after the batch is durable
///     // engine.noteBatches(open:durable:)  when either number changes
///     // engine.nextTick                    when to call tick next
///
/// After a failed commit the engine is dropped and a new one made from `Store.recover()`.
public final class Engine {
    let reader: any StoreReader
    let random: () -> UInt64
    let limits: Limits
    let zones: any TimeZoneSource
    /// Drawn anew at every start: what was sticky before belongs to a former life.
    let epoch: UInt64

    /// The time of the current step.
    private(set) var now: Nanoseconds
    var effects = Effects()

    var namespaces = NamespaceTable()
    var runs: [RunKey: Run] = [:]
    var runIDs: [String: RunKey] = [:]
    /// The current run of each workflow id that has a run in memory.
    var current: [WorkflowName: RunKey] = [:]
    /// Runs in memory in order of use, oldest first; stale entries are skipped.
    var recency: Deque<RunKey> = []
    /// Runs that have closed, in that order.
    private var closed: Deque<RunKey> = []
    private var touched: [Run] = []
    var schedules = ScheduleTable()
    var touchedSchedules: [Schedule] = []
    /// Runs of schedules that have ended in this step; their schedules are told at its end.
    var endedChains: Deque<EndedChain> = []
    /// Ends whose schedules could not be read, and when to try again.
    var unheardEnds: [EndedChain] = []
    var nextHearing: Nanoseconds?
    /// Runs and schedules deleted in batches that are not durable yet: the store still shows them.
    var deletedRuns: [RunKey: UInt64] = [:]
    /// The batch of history that was read last. What is stored of a history never changes.
    var lastHistoryRead: (run: RunKey, history: StoredHistoryBatch)?
    /// A read failed while a task was being handed out: the task stays queued.
    var storeFailed = false

    var queues: [QueueKey: TaskQueue] = [:]
    var waiting: [CallID: WaitingCall] = [:]
    var callDeadlines = Heap<CallDeadline>()
    /// Tasks handed out lately: one whose poller turns out to be gone is taken back.
    var handedOut: OrderedDictionary<CallID, HandOut> = [:]
    private var wakes = Heap<RunWake>()
    private var sequence: UInt64 = 0

    var lastRunKey: RunKey
    var lastTaskID: Int64
    private var openBatch: UInt64 = 1
    private var durableBatch: UInt64 = 0
    var nextRetentionSweep: Nanoseconds

    struct WorkflowName: Hashable {
        var namespace: NamespaceKey
        var workflowID: String
    }

    struct RunWake: Comparable {
        var at: Nanoseconds
        var run: RunKey

        static func < (left: RunWake, right: RunWake) -> Bool { (left.at, left.run) < (right.at, right.run) }
    }

    /// - Throws: when what was read from the store does not decode.
    public init(environment: EngineEnvironment, recovered: RecoveredState, now: Nanoseconds) throws {
        reader = environment.reader
        random = environment.random
        limits = environment.limits
        zones = environment.zones
        epoch = environment.random()
        self.now = now
        lastRunKey = recovered.lastRunKey
        lastTaskID = recovered.tasks.last?.id ?? 0
        nextRetentionSweep = ProtoTime.after(now, Engine.retentionSweepInterval)
        try namespaces.restore(recovered.namespaces)
        for task in recovered.tasks { restore(task) }
        wakes = Heap(recovered.wakes.map { RunWake(at: $0.at, run: $0.run) })
    }

    // MARK: What the host calls

    /// Performs one call. It is answered by exactly one reply: in this step's effects or, for a long poll, in those of
    /// a later step.
    public func step(_ call: EngineCall, now: Nanoseconds) {
        self.now = max(now, self.now)
        do {
            if let answer = try handle(call) { reply(call.id, .message(answer)) }
        } catch let error as EngineError {
            reply(call.id, .failure(error))
        } catch {
            reply(call.id, .failure(EngineError(.unavailable, "The store cannot be read: \(error)")))
        }
        finishStep()
    }

    /// Gives up a call: its caller is gone. If it was waiting no reply follows; if its answer was a task that could not be
    /// delivered, the task goes to somebody else. Unknown ids are ignored.
    public func cancel(_ call: CallID, now: Nanoseconds) {
        self.now = max(now, self.now)
        abandon(call)
        finishStep()
    }

    /// Does what is due: timers, timeouts, retries, ends of long polls, retention. If much is due it does a part, and
    /// ``nextTick`` stays in the past.
    public func tick(now: Nanoseconds) {
        self.now = max(now, self.now)
        endDueCalls()
        repeatUnheardEnds()
        var due: OrderedSet<RunKey> = []
        while due.count < limits.wakesPerTick, let wake = wakes.min, wake.at <= self.now {
            wakes.removeMin()
            due.append(wake.run)
        }
        for key in due { wake(key) }
        if self.now >= nextRetentionSweep { sweepRetention() }
        finishStep()
    }

    /// When ``tick(now:)`` has something to do next; `nil` if nothing is planned.
    public var nextTick: Nanoseconds? {
        [wakes.min?.at, callDeadlines.min?.at, nextRetentionSweep, nextHearing].compactMap { $0 }.min()
    }

    /// Hands over what has been decided since the last call.
    public func takeEffects() -> Effects {
        let taken = effects
        effects = Effects()
        return taken
    }

    /// Says which batch the effects taken next will be written in, and which batch was the last to become durable;
    /// a run stays in memory until its last write is durable. Batches are numbered 1, 2, 3 … by the host.
    public func noteBatches(open: UInt64, durable: UInt64) {
        openBatch = open
        durableBatch = durable
        if !deletedRuns.isEmpty { deletedRuns = deletedRuns.filter { $0.value > durable } }
    }

    // MARK: Inside a step

    func reply(_ call: CallID, _ outcome: ReplyOutcome) {
        effects.replies.append(.init(call: call, outcome: outcome))
    }

    func reply(_ call: CallID, _ message: any Message) { reply(call, .message(message)) }

    func write(_ write: StoreWrite) { effects.writes.append(write) }

    func noteDeleted(_ run: RunKey) { deletedRuns[run] = openBatch }

    func nextSequence() -> UInt64 {
        sequence += 1
        return sequence
    }

    func newTaskID() -> Int64 {
        lastTaskID += 1
        return lastTaskID
    }

    /// Notes that the step changes a run, so that its changes are written at the end of the step.
    func touch(_ run: Run) {
        guard !run.isTouched else { return }
        run.isTouched = true
        touched.append(run)
    }

    private func finishStep() {
        repeat {
            tellSchedules()
            var index = 0
            // Writing out may touch further runs (never the same one twice), so the list can grow under way.
            while index < touched.count {
                writeOut(touched[index])
                index += 1
            }
            touched.removeAll(keepingCapacity: true)
        } while !endedChains.isEmpty
        writeOutSchedules()
        evictRuns()
        evictSchedules()
    }

    private func writeOut(_ run: Run) {
        run.isTouched = false
        let hadEvents = !run.unwritten.isEmpty
        // Only what is durable can be read back, so only that is forgotten.
        if run.lastBatch <= durableBatch { run.trimRecent(keeping: limits.historyPage) }
        enforceHistoryLimit(run)
        let wakeWrite = planWake(run)
        do {
            effects.writes += try run.takeWrites()
            if let wakeWrite { effects.writes.append(wakeWrite) }
        } catch {
            rejectStep(error)
        }
        run.lastBatch = openBatch
        if !run.isOpen { closed.append(run.key) }
        if hadEvents { answerHistoryWaiters(run) }
    }

    /// Encoding fails only for what could not have been decoded, and all of it was. Should it happen all the same, the
    /// batch must not become durable.
    func rejectStep(_ error: any Error) {
        effects.writes = []
        for reply in effects.replies.indices {
            effects.replies[reply].outcome = .failure(EngineError(.internal, "a record cannot be encoded: \(error)"))
        }
    }

    func noteWritten(_ schedule: Schedule) {
        schedule.lastBatch = openBatch
        schedules.account(for: schedule)
    }

    func isDurable(_ batch: UInt64) -> Bool { batch <= durableBatch }

    // MARK: Wake-ups

    func addWake(_ key: RunKey, at time: Nanoseconds) { wakes.insert(RunWake(at: time, run: key)) }

    func addDeadline(_ run: Run, _ kind: RunDeadline.Kind, at: Nanoseconds) {
        run.deadlines.insert(RunDeadline(at: at, sequence: nextSequence(), kind: kind))
    }

    /// Keeps the stored and the planned wake-up no later than the run's earliest deadline. A wake-up that comes too
    /// early (its deadline is gone) costs a look; a row for each change would cost a write.
    private func planWake(_ run: Run) -> StoreWrite? {
        guard run.isOpen, let next = run.deadlines.min?.at else {
            guard run.header.wakeAt != 0 else { return nil }
            run.update { $0.wakeAt = 0 }
            return .clearWake(run: run.key)
        }
        guard run.header.wakeAt == 0 || next < run.header.wakeAt else { return nil }
        run.update { $0.wakeAt = next }
        wakes.insert(RunWake(at: next, run: run.key))
        return .setWake(run: run.key, at: next)
    }

    private func wake(_ key: RunKey) {
        do {
            if let schedule = schedules[key] {
                wake(schedule)
            } else if let run = try loadRun(key) {
                wake(run)
            } else if let schedule = try loadSchedule(key) {
                wake(schedule)
            }
        } catch {
            // The store cannot be read now: look again soon, what is due must not be lost.
            addWake(key, at: ProtoTime.after(now, .second))
        }
    }

    private func wake(_ run: Run) {
        guard run.isOpen, run.header.wakeAt <= now else { return }
        touch(run)
        let planned = run.header.wakeAt
        run.update { $0.wakeAt = 0 }
        while run.isOpen, let next = run.deadlines.min, next.at <= now {
            run.deadlines.removeMin()
            fire(next.kind, of: run)
        }
        // With no deadline left the stored wake-up goes; otherwise writing the run out replaces it.
        if run.isOpen, run.deadlines.isEmpty, planned != 0 { write(.clearWake(run: run.key)) }
    }

    // MARK: Cache

    /// Lets runs go that were not used since they were last looked at (the clock algorithm). A step looks at a few
    /// only, so that a cache full of runs that cannot leave costs next to nothing.
    private func evictRuns() {
        forgetClosedRuns()
        var looks = 64
        while runs.count > limits.cachedRuns, looks > 0, let key = recency.popFirst() {
            looks -= 1
            guard let run = runs[key] else { continue }
            if canLeave(run) && !run.wasUsed { forget(run) } else { recency.append(key) }
            run.wasUsed = false
        }
    }

    /// Runs that have closed are seldom asked for again: a few are kept, for those who wait for their ends.
    private func forgetClosedRuns() {
        var looks = 8
        while closed.count > limits.cachedClosedRuns, looks > 0, let key = closed.popFirst() {
            looks -= 1
            guard let run = runs[key], !run.isOpen else { continue }
            if canLeave(run) { forget(run) } else { closed.append(key) }
        }
    }

    func remember(_ run: Run) {
        runs[run.key] = run
        runIDs[run.fixed.runID] = run.key
        recency.append(run.key)
    }

    private func canLeave(_ run: Run) -> Bool {
        !run.isTouched && run.lastBatch <= durableBatch && run.historyWaiters.isEmpty && run.queries.isEmpty
    }

    /// Drops a run that is being deleted, with whatever it would still have written.
    func discard(_ run: Run) {
        if run.isTouched { touched.removeAll { $0 === run } }
        forget(run)
    }

    private func forget(_ run: Run) {
        runs[run.key] = nil
        runIDs[run.fixed.runID] = nil
        let name = WorkflowName(namespace: run.namespace, workflowID: run.fixed.workflowID)
        if current[name] == run.key { current[name] = nil }
    }
}
