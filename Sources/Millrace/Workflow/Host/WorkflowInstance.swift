import Synchronization
import WireAPI
import WorkerCore

/// The code side of one run: takes activations, answers with commands.
///
/// Activations must be given one at a time, on any thread. The last one is an eviction, without which the run's tasks
/// and what they hold are never freed.
///
/// Safe to share: everything below `executor` is used only inside `activate`, and callers take turns.
package final class WorkflowInstance: @unchecked Sendable {
    package let runID: String
    private let executor = RunExecutor()
    private let context: RunContext
    private let types: WorkflowTypes
    private var code: (any RunningCode)?
    private var isEvicted = false
    private var hasFailed = false
    private let lost = Atomic(false)

    package init(runID: String, types: WorkflowTypes, services: WorkflowServices) {
        self.runID = runID
        self.types = types
        context = RunContext(executor: executor, services: services, runID: runID)
    }

    /// Whether an activation did not come back in time; nobody but its thread may use the instance from then on.
    package var isLost: Bool { lost.load(ordering: .acquiring) }

    func markLost() { lost.store(true, ordering: .releasing) }

    /// The workflow type, once the run has started.
    package var workflowType: String? { context.start?.workflowType }

    /// Applies what happened, lets the code run until it has to wait, and answers what it wants.
    ///
    /// Runs the workflow's code on the calling thread and returns when nothing in it can go on. That takes as long as
    /// the code takes; ``WorkflowHost`` sets a limit.
    package func activate(_ activation: Activation) -> ActivationResult {
        DrainThread.occupied(by: executor) {
            executor.context = context
            defer { executor.context = nil }
            return apply(activation)
        }
    }

    private func apply(_ activation: Activation) -> ActivationResult {
        if activation.isEviction {
            evict()
            return .success([])
        }
        guard !isEvicted, !hasFailed else {
            return .failure(context.services.failure(from: WorkflowEvicted()))
        }
        context.begin(activation)
        if context.taskFailure == nil, let violation = executor.violation { context.taskFailure = violation }
        if context.taskFailure == nil { applyJobs(activation.jobs) }
        return result(of: activation)
    }

    private func applyJobs(_ jobs: [ActivationJob]) {
        for job in jobs {
            do {
                try apply(job)
            } catch {
                context.fail(error)
            }
            guard context.taskFailure == nil else { return }
        }
        // Signals that came with the start were handled first; only now the code begins, if it has not yet.
        code?.begin()
        context.runUntilQuiet()
    }

    private func apply(_ job: ActivationJob) throws {
        switch job {
        case .start(let start): try makeInstance(start)
        case .notifyHasPatch(let id): context.announcedPatches.insert(id)
        case .updateRandomSeed(let seed): context.random = SeededGenerator(seed: seed)
        case .signal(let signal): try running().handle(signal)
        case .update(let update): try running().handle(update)
        case .query(let query): try running().answer(query)
        case .cancelWorkflow(let reason): try running().cancel(reason: reason)
        case .fireTimer, .resolveActivity, .resolveChildStart, .resolveChild, .resolveSignalExternal,
            .resolveCancelExternal:
            try running().begin()
            context.resolve(job)
        case .evict: break
        }
        switch job {
        case .start, .notifyHasPatch, .updateRandomSeed, .query, .evict: break
        default: context.runUntilQuiet()
        }
    }

    private func running() throws -> any RunningCode {
        guard let code else { throw WorkflowMisuse("the workflow was activated before it was started") }
        return code
    }

    private func makeInstance(_ start: WorkflowStart) throws {
        guard code == nil else { throw WorkflowMisuse("the workflow was started twice") }
        context.begin(start)
        guard let type = types.type(named: start.workflowType) else {
            throw UnknownWorkflowType(name: start.workflowType, known: types.names)
        }
        code = try make(type, start)
    }

    private func make<Definition: WorkflowDefinition>(
        _ type: Definition.Type, _ start: WorkflowStart
    ) throws -> any RunningCode {
        let arguments = context.services.arguments(start.attributes.input.payloads)
        let instance = try type.workflowDefinition.make(arguments)
        return DefinedCode(instance: instance, arguments: arguments, context: context)
    }

    private func result(of activation: Activation) -> ActivationResult {
        defer { context.commands = [] }
        if context.taskFailure == nil { context.taskFailure = executor.violation }
        if context.taskFailure == nil, !context.isFinished, !activation.isOnlyQueries, let code, code.isStuck {
            context.taskFailure = WorkflowMisuse.stuck
        }
        guard let failure = context.taskFailure else { return .success(context.commands) }
        hasFailed = true
        return .failure(context.services.failure(from: failure))
    }

    private func evict() {
        guard !isEvicted else { return }
        isEvicted = true
        context.mode = .evicting
        executor.markEvicted()
        code?.cancelAll()
        context.resolveAll(throwing: WorkflowEvicted())
        context.runUntilQuiet()
        code = nil
    }
}

extension Activation {
    fileprivate var isOnlyQueries: Bool {
        jobs.allSatisfy { if case .query = $0 { true } else { false } }
    }
}

/// No type of the worker has the name that the run asks for.
struct UnknownWorkflowType: Error, CustomStringConvertible {
    let name: String
    let known: [String]

    var description: String {
        let list = known.isEmpty ? "none" : known.map { "'\($0)'" }.joined(separator: ", ")
        return "workflow type '\(name)' is not registered on this worker, which knows \(list)"
    }
}
