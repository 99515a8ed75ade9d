import Logging
import Synchronization
import WireAPI
import WireRPC

/// A worker that is running: its pollers, and the order in which it starts and stops.
final class WorkerRuntime: Sendable {
    private let context: WorkerContext
    private let host: WorkflowHost?
    private let workflowTasks: WorkflowTasks?
    private let workflowSlots: Slots
    private let activityTasks: ActivityTasks?
    private let stopping = Latch()
    private let fatal = Mutex<(any Error)?>(nil)

    /// How long the server may take to end our polls once it was told that we stop.
    private static let pollEndAllowance = Duration.seconds(2)
    private static let announcementTimeout = Duration.seconds(5)

    init(context: WorkerContext, workflows: [any WorkflowDefinition.Type], activities: ActivityRegistry) throws {
        self.context = context
        workflowSlots = Slots(context.options.maximumWorkflowTasks)
        activityTasks = activities.isEmpty ? nil : ActivityTasks(context: context, registry: activities)
        guard !workflows.isEmpty else {
            host = nil
            workflowTasks = nil
            return
        }
        let services = WorkflowServices(
            payloadConverter: context.converter.payloadConverter, failureConverter: context.converter.failureConverter,
            namespace: context.namespace, taskQueue: context.taskQueue, logger: context.logger)
        let host = try WorkflowHost(
            types: workflows, services: services, threads: context.options.workflowThreads,
            deadlockTimeout: context.options.deadlockTimeout)
        self.host = host
        workflowTasks = WorkflowTasks(context: context, host: host, eagerActivities: activityTasks)
    }

    /// Asks the worker to stop; ``run()`` returns once it has.
    func requestStop() { stopping.open() }

    private func stop(because error: any Error) {
        fatal.withLock { if $0 == nil { $0 = error } }
        stopping.open()
    }

    func run() async throws {
        defer { host?.close() }
        let endsPolls = try await checkNamespace()
        context.logger.info(
            "worker started",
            metadata: ["namespace": "\(context.namespace)", "identity": "\(context.identity)"])
        let pollers = startPolling()
        let ticker = startTicker()
        await stopping.wait()
        await stopPolling(pollers, serverEndsPolls: endsPolls)
        await workflowSlots.waitUntilIdle()
        await activityTasks?.stop()
        ticker.cancel()
        await workflowTasks?.evictAll()
        context.logger.info("worker stopped")
        if let fatal = fatal.withLock({ $0 }) { throw fatal }
    }

    /// Finds out early what would otherwise make every poll fail.
    /// - Returns: whether the server ends a worker's polls when the worker says that it stops.
    private func checkNamespace() async throws -> Bool {
        var request = APIDescribeNamespaceRequest()
        request.namespace = context.namespace
        // Whoever stops the worker while it starts must not wait for a server that does not answer.
        let client = context.client
        let call = Task { try await client.call(WorkflowService.describeNamespace, request) }
        let watch = Task {
            await stopping.wait()
            if stopping.isOpen { call.cancel() }
        }
        defer { watch.cancel() }
        do {
            return try await call.value.namespaceInfo.capabilities.workerPollCompleteOnShutdown
        } catch let error as ServiceError where error.code == .permissionDenied || error.code == .unimplemented {
            // Polling needs other rights than describing, and may be allowed.
            return false
        } catch is CancellationError {
            return false
        }
    }

    private func startPolling() -> [Task<Void, Never>] {
        let polling = Polling(context: context, stopping: stopping) { [self] error in stop(because: error) }
        var pollers: [Task<Void, Never>] = []
        // Unstructured on purpose: cancelling the caller of `run` must not cut off the tasks that are being worked on.
        if let workflowTasks {
            let (count, slots) = (context.options.workflowPollers, workflowSlots)
            let balance = SharedBalance(pollers: count, usesSticky: context.options.maximumCachedRuns > 0)
            for _ in 0..<count {
                pollers.append(
                    Task { await polling.pollWorkflowTasks(workflowTasks, slots: slots, balance: balance) })
            }
        }
        if let activityTasks {
            for _ in 0..<context.options.activityPollers {
                pollers.append(Task { await polling.pollActivities(activityTasks) })
            }
        }
        return pollers
    }

    private func startTicker() -> Task<Void, Never> {
        Task { [activityTasks] in
            while let activityTasks, !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                activityTasks.cancelOverdue()
            }
        }
    }

    /// A poll that is cut off may have been answered at that very moment, and the task in it would be lost until it
    /// times out. So the server is asked to end the polls, and only what is left is cut off.
    private func stopPolling(_ pollers: [Task<Void, Never>], serverEndsPolls: Bool) async {
        var request = APIShutdownWorkerRequest()
        request.namespace = context.namespace
        request.identity = context.identity
        request.stickyTaskQueue = workflowTasks == nil ? "" : context.stickyQueue
        request.taskQueue = context.taskQueue
        request.workerInstanceKey = context.instanceKey
        request.reason = "graceful shutdown"
        var types: [APITaskQueueType] = []
        if workflowTasks != nil { types.append(.workflow) }
        if activityTasks != nil { types.append(.activity) }
        request.taskQueueTypes = types
        workflowSlots.close()
        activityTasks?.slots.close()
        if await announceStop(request), serverEndsPolls {
            let ended = Latch()
            Task {
                for poller in pollers { await poller.value }
                ended.open()
            }
            _ = await finishes(within: Self.pollEndAllowance) { await ended.wait() }
        }
        for poller in pollers { poller.cancel() }
        for poller in pollers { await poller.value }
    }

    /// Tells the server that this worker stops. A server that is gone, or does not know the call, need not be told, and
    /// is not waited for: its own timeouts find out.
    private func announceStop(_ request: APIShutdownWorkerRequest) async -> Bool {
        do {
            _ = try await context.service.call(
                WorkflowService.shutdownWorker, request, timeout: Self.announcementTimeout, retry: .none)
            return true
        } catch {
            context.logger.debug("the server was not told that the worker stops", metadata: ["error": "\(error)"])
            return false
        }
    }
}
