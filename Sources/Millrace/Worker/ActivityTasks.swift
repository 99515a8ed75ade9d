import Logging
import Synchronization
import WireAPI
import WireRPC

/// Works on activity tasks: runs the code, passes heartbeats and cancellation on, answers the server.
final class ActivityTasks: Sendable {
    let context: WorkerContext
    let registry: ActivityRegistry
    let slots: Slots

    private struct State {
        var running: [UInt64: RunningActivity] = [:]
        var nextNumber: UInt64 = 0
        var isStopping = false
    }

    private let state = Mutex(State())

    init(context: WorkerContext, registry: ActivityRegistry) {
        self.context = context
        self.registry = registry
        slots = Slots(context.options.maximumActivities)
    }

    // MARK: - Eager activities

    /// Takes a place for an activity that is being scheduled by one of our own workflows.
    func reserve(_ type: String) -> Bool {
        guard registry.activity(named: type) != nil, !state.withLock(\.isStopping) else { return false }
        return slots.takeIfFree()
    }

    /// Begins the activities that came with an answer and gives back the places that they do not need.
    func take(_ tasks: [APIPollActivityTaskQueueResponse], reserved: Int) {
        let taken = tasks.prefix(reserved)
        for task in taken { begin(task) }
        for _ in taken.count..<reserved { slots.giveBack() }
    }

    // MARK: - Running

    /// Begins an activity, for which a place must have been taken. The place is given back when it ends.
    func begin(_ task: APIPollActivityTaskQueueResponse) {
        let activity = RunningActivity(task, context: context)
        let number = state.withLock { state in
            state.nextNumber += 1
            state.running[state.nextNumber] = activity
            return state.nextNumber
        }
        // Not a child of the poll: it goes on when polling ends.
        Task { [self] in
            let handler = registry.activity(named: task.activityType.name)
            await activity.run(handler, known: registry.names)
            ended(number)
        }
    }

    private func ended(_ number: UInt64) {
        state.withLock { _ = $0.running.removeValue(forKey: number) }
        slots.giveBack()
    }

    var runningCount: Int { state.withLock(\.running.count) }

    /// Cancels the activities whose timeouts have passed. Called now and then, instead of one timer for each.
    func cancelOverdue(now: ContinuousClock.Instant = .now) {
        let running = state.withLock { Array($0.running.values) }
        for activity in running where activity.isOverdue(now) { activity.cancel(.timedOut) }
    }

    // MARK: - Stopping

    /// Waits for the running activities to end, at most for the grace period; then cancels them and waits for them to
    /// notice, at most for the cancellation period.
    func stop() async {
        state.withLock { $0.isStopping = true }
        if await waitUntilIdle(atMost: context.options.gracePeriod) { return }
        let running = state.withLock { Array($0.running.values) }
        for activity in running { activity.cancel(.workerShutdown) }
        if await waitUntilIdle(atMost: context.options.cancellationPeriod) { return }
        context.logger.warning(
            "activities go on although they were cancelled; the worker does not wait for them",
            metadata: ["activities": "\(runningCount)"])
    }

    private func waitUntilIdle(atMost limit: Duration) async -> Bool {
        if runningCount == 0 { return true }
        guard limit > .zero else { return false }
        return await finishes(within: limit) { [slots] in await slots.waitUntilIdle() }
    }
}
