import Synchronization

/// Where all code of one workflow run executes: the serial executor of its actor and the preferred executor of its
/// tasks.
///
/// Jobs do not run by themselves. They wait here until `drain()` is called, on the thread that works on the run's
/// activation, and what comes out is the same at every replay:
///
/// - A task that goes on (after an `await`, or after a hop from one isolation to another) goes on before anything
///   else, newest first. A hop therefore changes nothing: the task that hopped is the newest. That matters because the
///   optimiser removes hops, and a history written by a debug build has to replay in a release build.
/// - Tasks that have not run yet start when no other task can go on, in the order in which the program made them.
///
/// Priorities are ignored, since escalation depends on timing.
///
/// ## Threads
/// `ready`, `fresh`, `started` and `context` belong to the thread that drains, as recorded in `DrainThread`; `shared`
/// is under a lock. That is what makes the class safe to share although the compiler cannot see it.
package final class RunExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    /// Tasks that can go on; the last goes first.
    private var ready: [UnownedJob] = []
    /// Tasks that have not run yet; the first goes first.
    private var fresh: [UnownedJob] = []
    private var freshStart = 0
    /// The ids of the tasks that were ever given to this executor.
    private var started: Set<UInt64> = []
    /// The run whose code is draining; nil between activations.
    var context: RunContext?
    /// How often code of the evicted run has asked for something since, and how often it may; see `parkRunaway()`.
    var evictionNotices = 0
    var evictionAllowance = EvictionLimit.notices
    /// For messages.
    var workflowType: String?

    private struct Shared {
        /// Jobs that arrived while nobody was draining: somebody outside resumed a task of the run.
        var foreign: [UnownedJob] = []
        var violation: WorkflowMisuse?
        var isEvicted = false
        var isReaping = false
    }

    private let shared = Mutex(Shared())

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if DrainThread.executor === self {
            sort(job)
            return
        }
        let needsReaper = shared.withLock { shared in
            shared.foreign.append(job)
            guard shared.isEvicted else {
                if shared.violation == nil { shared.violation = .resumedFromOutside }
                return false
            }
            defer { shared.isReaping = true }
            return !shared.isReaping
        }
        if needsReaper { Reaper.shared.take(self) }
    }

    private func sort(_ job: UnownedJob) {
        // Jobs that are not tasks (an actor without an executor of its own that has work) have the id 0. They stand
        // for a task that hops.
        let task = taskID(of: job)
        if task != 0, started.insert(task).inserted {
            fresh.append(job)
        } else {
            ready.append(job)
        }
    }

    /// Runs jobs until none is left. Must be called inside `DrainThread.occupied(by:)`.
    func drain() {
        while let job = next() {
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
    }

    private func next() -> UnownedJob? {
        if let job = ready.popLast() { return job }
        guard freshStart < fresh.count else {
            fresh.removeAll(keepingCapacity: true)
            freshStart = 0
            return nil
        }
        defer { freshStart += 1 }
        return fresh[freshStart]
    }

    /// What broke the rules since the run began, if anything did.
    var violation: WorkflowMisuse? { shared.withLock { $0.violation } }

    /// Notes that the rules were broken; the first time counts. May be called on any thread.
    func report(_ misuse: WorkflowMisuse) {
        shared.withLock { if $0.violation == nil { $0.violation = misuse } }
    }

    /// Takes the jobs that came from outside, so that the tasks of an evicted run can end.
    ///
    /// From now on such jobs go to the reaper.
    func markEvicted() {
        let foreign = shared.withLock { shared in
            shared.isEvicted = true
            defer { shared.foreign = [] }
            return shared.foreign
        }
        foreign.forEach(sort)
    }

    /// Runs what arrived after the eviction; called by the reaper.
    func reap() {
        while true {
            let foreign = shared.withLock { shared in
                defer { shared.foreign = [] }
                if shared.foreign.isEmpty { shared.isReaping = false }
                return shared.foreign
            }
            guard !foreign.isEmpty else { return }
            DrainThread.occupied(by: self) {
                foreign.forEach(sort)
                drain()
            }
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    package func isIsolatingCurrentContext() -> Bool? { DrainThread.executor === self }

    package func checkIsolated() {
        // Reached only through `assumeIsolated` and the like, by code that claims to run in the workflow.
        precondition(DrainThread.executor === self, "this is not the thread that runs the workflow")
    }
}

/// The id of the task that a job belongs to, 0 if it is not a task's.
///
/// The runtime exports this for the description of jobs; there is no public spelling yet. A task keeps its id for as
/// long as it lives, and ids are not used again.
@_silgen_name("swift_task_getJobTaskId")
private func taskID(of job: UnownedJob) -> UInt64
