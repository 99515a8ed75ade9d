import Logging
import Synchronization
import WireAPI
import WorkerCore

/// Runs workflow code for a worker, on threads of its own.
///
///     let host = try WorkflowHost(types: [TopStories.self], services: services)
///     let instance = host.makeInstance(runID: runID)
///     let result = await host.activate(instance, with: activation)       // for WorkflowRunState.complete(with:)
///     …
///     _ = await host.activate(instance, with: state.evictionActivation(.runClosed))
///     host.close()                                                       // after every instance was evicted
///
/// One activation of an instance at a time; activations of different instances run side by side.
package final class WorkflowHost: Sendable {
    package let types: WorkflowTypes
    private let services: WorkflowServices
    private let threads: WorkflowThreads

    /// - Parameters:
    ///   - threads: how many threads run workflow code.
    ///   - deadlockTimeout: how long one activation may take before its thread is given up.
    /// - Throws: ``InvalidOptions`` if two types have the same name.
    package init(
        types: [any WorkflowDefinition.Type], services: WorkflowServices = WorkflowServices(), threads: Int = 2,
        deadlockTimeout: Duration = .seconds(2)
    ) throws(InvalidOptions) {
        self.types = try WorkflowTypes(types)
        self.services = services
        self.threads = WorkflowThreads(count: threads, limit: deadlockTimeout)
    }

    package func makeInstance(runID: String) -> WorkflowInstance {
        WorkflowInstance(runID: runID, types: types, services: services)
    }

    /// Lets the instance work on the activation.
    ///
    /// If that takes longer than the deadlock timeout, the answer is a failure and the instance is lost together with
    /// its thread: further activations of it do nothing, evictions included.
    package func activate(_ instance: WorkflowInstance, with activation: Activation) async -> ActivationResult {
        if instance.isLost { return activation.isEviction ? .success([]) : .failure(deadlock(of: instance)) }
        return await threads.run {
            instance.activate(activation)
        } orAfterLimit: { [self] in
            instance.markLost()
            return .failure(deadlock(of: instance))
        } late: {
            _ = instance.activate(Activation(runID: instance.runID, jobs: [.evict(.requested)]))
        }
    }

    /// How many threads are lost to workflow code that blocks or computes for too long; each holds what its run holds
    /// until the code comes back.
    package var lostThreads: Int { threads.lost }

    /// Ends the threads once they have nothing to do. Does not wait for lost ones.
    package func close() { threads.close() }

    private func deadlock(of instance: WorkflowInstance) -> APIFailureFailure {
        services.failure(
            from: WorkflowMisuse(
                """
                the workflow's code did not come back within \(threads.limit.forPeople). It blocks its thread (a lock, \
                a semaphore, synchronous I/O, sleep) or computes for too long. Do such work in an activity.
                """))
    }
}

extension Activation {
    var isEviction: Bool {
        jobs.contains { if case .evict = $0 { true } else { false } }
    }
}
