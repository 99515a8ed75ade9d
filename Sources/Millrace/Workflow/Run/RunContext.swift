import DequeModule
import Logging
import WireAPI
import WorkerCore

/// What one run knows and wants: the state behind the `Workflow` functions.
///
/// Used only on the thread that drains the run, and therefore not `Sendable`; code gets it from `DrainThread.context`.
final class RunContext {
    /// What the code may do at the moment.
    enum Mode: Equatable {
        case running
        /// A query, a validator or a condition is being evaluated.
        case reading(String)
        /// The worker lets the run go: everything awaited throws and nothing leaves the run.
        case evicting
    }

    /// Everything that can be waited for. Numbers are those of the commands.
    enum Key: Hashable {
        case timer(Int)
        case activity(Int)
        case condition(Int)
        case childStart(Int)
        case childWait(Int)
        case signalExternal(Int)
        case cancelExternal(Int)
    }

    /// What a wait ended with.
    enum Outcome: Sendable {
        case done
        case timedOut
        case activity(ActivityResolution)
        case childStart(ChildStartResolution)
        case external(APIFailureFailure?)
    }

    typealias Awaiter = UnsafeContinuation<Outcome, any Error>

    struct Condition {
        let number: Int
        let isTrue: () -> Bool
    }

    let executor: RunExecutor
    let services: WorkflowServices
    let runID: String
    var mode = Mode.running

    // What the latest activation said.
    var time: Int64 = 0
    var isReplaying = false
    var historyLength: Int64 = 0
    var historySize: Int64 = 0
    var isContinueAsNewSuggested = false

    var start: WorkflowStart?
    var random = SeededGenerator(seed: 0)
    var logger: Logger

    var commands: [WorkflowCommand] = []
    /// Why the workflow task has to fail, if it has to.
    var taskFailure: (any Error)?
    /// Whether the run has come to its end.
    var isFinished = false
    var isCancelRequested = false
    var cancelReason = ""

    private var numbers: [NumberKind: Int] = [:]
    private var awaiters: [Key: (order: Int, awaiter: Awaiter)] = [:]
    private var awaiterCount = 0
    /// Awaits that have ended and wait for their turn to go on.
    private var resumptions: Deque<(Awaiter, Result<Outcome, any Error>)> = []
    private var conditions: [Condition] = []
    /// Timers that end another wait when they fire.
    var timerOwners: [Int: Key] = [:]

    /// How to cancel the tasks that end with the run, by the order in which they were made.
    var trackedTasks: [Int: () -> Void] = [:]
    var taskCount = 0
    /// Signal and update handlers that have not returned.
    var handlers: [Int: Handler] = [:]
    var handlerCount = 0

    /// How children ended, for those who ask later or again.
    var childResolutions: [Int: ChildResolution] = [:]
    /// The waits for each child, in order.
    var childWaits: [Int: [Int]] = [:]
    var cancelledChildren: Set<Int> = []

    var announcedPatches: Set<String> = []
    var answeredPatches: [String: Bool] = [:]
    var searchAttributes = SearchAttributes()
    var memo = Memo()

    init(executor: RunExecutor, services: WorkflowServices, runID: String) {
        self.executor = executor
        self.services = services
        self.runID = runID
        logger = Logger(label: "millrace.workflow", factory: { _ in SilentLogHandler() })
    }

    enum NumberKind: Hashable {
        case timer, activity, condition, child, childWait, signalExternal, cancelExternal
    }

    /// The next number for a kind of command.
    func number(_ kind: NumberKind) -> Int {
        numbers[kind, default: 0] += 1
        return numbers[kind, default: 0]
    }

    /// Asks for something; ignored once the run is let go.
    func emit(_ command: WorkflowCommand) {
        guard mode != .evicting else { return }
        commands.append(command)
    }

    /// Makes the workflow task fail; the first reason counts.
    func fail(_ error: any Error) {
        guard mode != .evicting, taskFailure == nil else { return }
        taskFailure = error
    }
}

// MARK: - Waiting

extension RunContext {
    /// Whether something is awaited that can end by itself.
    var isWaiting: Bool { !awaiters.isEmpty }

    /// What is awaited, in the order in which it was.
    var awaitedKeys: [Key] {
        awaiters.sorted { $0.value.order < $1.value.order }.map(\.key)
    }

    func isAwaited(_ key: Key) -> Bool { awaiters[key] != nil }

    /// Keeps a continuation until `resolve` is called with the same key.
    func park(_ key: Key, _ awaiter: Awaiter) {
        awaiterCount += 1
        awaiters[key] = (awaiterCount, awaiter)
    }

    /// Ends a wait. The code that waits goes on when its turn comes: one at a time, in the order of these calls.
    func resolve(_ key: Key, _ result: Result<Outcome, any Error>) {
        guard let (_, awaiter) = awaiters.removeValue(forKey: key) else { return }
        resumptions.append((awaiter, result))
    }

    /// Ends every wait with the same error, in the order in which they began.
    func resolveAll(throwing error: any Error) {
        executor.evictionAllowance += awaiters.count * EvictionLimit.noticesPerWait
        for key in awaitedKeys { resolve(key, .failure(error)) }
        conditions = []
    }

    func addCondition(_ number: Int, _ isTrue: @escaping () -> Bool) {
        conditions.append(Condition(number: number, isTrue: isTrue))
    }

    func removeCondition(_ number: Int) {
        conditions.removeAll { $0.number == number }
    }

    /// Lets the code run until nothing in it can go on: first what is ready, then ended waits one by one, then
    /// conditions that have come true one by one.
    func runUntilQuiet() {
        repeat {
            executor.drain()
            resumeInTurn()
        } while meetConditions()
    }

    private func resumeInTurn() {
        while let (awaiter, result) = resumptions.popFirst() {
            awaiter.resume(with: result)
            executor.drain()
        }
    }

    /// Ends the waits whose condition is true now. Answers whether there was any.
    private func meetConditions() -> Bool {
        guard mode == .running, taskFailure == nil else { return false }
        var anyMet = false
        for condition in conditions {
            // Code that went on since may have ended this wait, or changed what the condition reads.
            guard isAwaited(.condition(condition.number)) else { continue }
            guard reading("a condition of Workflow.wait", condition.isTrue) else { continue }
            anyMet = true
            removeCondition(condition.number)
            resolve(.condition(condition.number), .success(.done))
            resumeInTurn()
        }
        return anyMet
    }

    /// Runs code that must only read.
    func reading<Result>(_ what: String, _ body: () throws -> Result) rethrows -> Result {
        let before = mode
        mode = .reading(what)
        defer { mode = before }
        return try body()
    }
}
