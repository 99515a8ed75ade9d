import DequeModule
import Synchronization
import WireAPI
import WorkerCore

/// A run that a worker has in memory.
///
/// Safe to share: `state` belongs to whoever processes the run's current task, and ``RunCache`` lets only one do so.
final class CachedRun: @unchecked Sendable {
    let runID: String
    let instance: WorkflowInstance
    var state: WorkflowRunState

    init(runID: String, instance: WorkflowInstance, state: WorkflowRunState) {
        self.runID = runID
        self.instance = instance
        self.state = state
    }
}

/// The runs that a worker has in memory, with the longest unused one going first when there are too many.
///
/// One task of a run is worked on at a time. A task that arrives meanwhile waits here, the newest taking the place of
/// an older one, which the server has given up in that case.
final class RunCache: Sendable {
    /// What to do with a task that has arrived.
    enum Admission {
        /// Work on it. The runs are to be evicted first: they made place.
        case process(CachedRun, evict: [CachedRun])
        /// It waits for the run's current task. `dropped` says whether another that waited was dropped for it.
        case wait(dropped: Bool)
    }

    private struct Entry {
        var run: CachedRun
        var isBusy = false
        var waiting: APIPollWorkflowTaskQueueResponse?
        /// When it was last used, as a running number.
        var lastUse: UInt64 = 0
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Idle runs in order of their last use. Entries that were used since are skipped when they are met.
        var idle: Deque<(use: UInt64, runID: String)> = []
        var uses: UInt64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { state.withLock(\.entries.count) }

    func admit(
        _ task: APIPollWorkflowTaskQueueResponse, make: (_ runID: String) -> CachedRun
    ) -> Admission {
        let runID = task.workflowExecution.runID
        return state.withLock { state in
            if var entry = state.entries[runID] {
                if entry.isBusy {
                    let dropped = entry.waiting != nil
                    entry.waiting = task
                    state.entries[runID] = entry
                    return .wait(dropped: dropped)
                }
                entry.isBusy = true
                state.entries[runID] = entry
                return .process(entry.run, evict: [])
            }
            let run = make(runID)
            state.entries[runID] = Entry(run: run, isBusy: true)
            return .process(run, evict: overflow(&state))
        }
    }

    /// Takes out what is too much. Busy runs stay, so there may be more than `capacity` for a moment.
    private func overflow(_ state: inout State) -> [CachedRun] {
        var evicted: [CachedRun] = []
        while state.entries.count > max(capacity, 1), let oldest = state.idle.popFirst() {
            guard let entry = state.entries[oldest.runID], !entry.isBusy, entry.lastUse == oldest.use else { continue }
            state.entries[oldest.runID] = nil
            evicted.append(entry.run)
        }
        return evicted
    }

    /// Replaces the state and instance of a busy run by new ones.
    func replace(_ run: CachedRun) {
        state.withLock { $0.entries[run.runID]?.run = run }
    }

    /// The run's task is done.
    /// - Parameter keep: whether the run stays in memory; if not, the caller has evicted it.
    /// - Returns: the task that waits for the run, if any; the run then stays busy (and, if it was not kept, the task
    ///   has to be admitted anew).
    func finish(_ run: CachedRun, keep: Bool) -> APIPollWorkflowTaskQueueResponse? {
        state.withLock { state in
            guard var entry = state.entries[run.runID] else { return nil }
            let waiting = entry.waiting
            entry.waiting = nil
            if !keep {
                state.entries[run.runID] = nil
                return waiting
            }
            if waiting == nil {
                state.uses += 1
                entry.isBusy = false
                entry.lastUse = state.uses
                state.idle.append((state.uses, run.runID))
                trimIdle(&state)
            }
            state.entries[run.runID] = entry
            return waiting
        }
    }

    /// Outdated places are cleared now and then, so that the list stays in proportion to the cache.
    private func trimIdle(_ state: inout State) {
        guard state.idle.count > 2 * state.entries.count + 16 else { return }
        state.idle.removeAll { place in
            guard let entry = state.entries[place.runID] else { return true }
            return entry.isBusy || entry.lastUse != place.use
        }
    }

    /// Takes out every run that is not being worked on.
    func removeAll() -> [CachedRun] {
        state.withLock { state in
            let idle = state.entries.values.filter { !$0.isBusy }.map(\.run)
            for run in idle { state.entries[run.runID] = nil }
            state.idle = []
            return idle
        }
    }
}
