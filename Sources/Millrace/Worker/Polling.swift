import Logging
import SwiftProtobuf
import Synchronization
import WireAPI
import WireRPC

/// Asks the server for tasks until it is told to stop.
struct Polling: Sendable {
    let context: WorkerContext
    /// Open once no further poll may begin.
    let stopping: Latch
    /// What ends the worker: a poll that the server will never answer.
    let onFatal: @Sendable (any Error) -> Void

    // MARK: - Workflow tasks

    func pollWorkflowTasks(_ tasks: WorkflowTasks, slots: Slots, balance: SharedBalance) async {
        while !stopping.isOpen {
            guard await slots.take() else { return }
            guard !stopping.isOpen else { return slots.giveBack() }
            let queue = balance.begin()
            let task = await poll(WorkflowService.pollWorkflowTaskQueue, workflowRequest(queue))
            let isTask = task.map { !$0.taskToken.isEmpty } ?? false
            balance.end(queue, backlog: task?.backlogCountHint)
            guard let task, isTask else {
                slots.giveBack()
                continue
            }
            // Not a child of the poll: it goes on when polling ends.
            Task {
                await tasks.work(on: task)
                slots.giveBack()
            }
        }
    }

    private func workflowRequest(_ queue: PollerBalance.Queue) -> APIPollWorkflowTaskQueueRequest {
        var request = APIPollWorkflowTaskQueueRequest()
        request.namespace = context.namespace
        switch queue {
        case .normal:
            request.taskQueue.name = context.taskQueue
            request.taskQueue.kind = .normal
        case .sticky:
            request.taskQueue.name = context.stickyQueue
            request.taskQueue.kind = .sticky
            request.taskQueue.normalName = context.taskQueue
        }
        request.identity = context.identity
        request.binaryChecksum = context.buildID
        request.workerVersionCapabilities.buildID = context.buildID
        request.workerInstanceKey = context.instanceKey
        return request
    }

    // MARK: - Activities

    func pollActivities(_ activities: ActivityTasks) async {
        var request = APIPollActivityTaskQueueRequest()
        request.namespace = context.namespace
        request.taskQueue.name = context.taskQueue
        request.taskQueue.kind = .normal
        request.identity = context.identity
        request.workerVersionCapabilities.buildID = context.buildID
        request.workerInstanceKey = context.instanceKey
        while !stopping.isOpen {
            guard await activities.slots.take() else { return }
            guard !stopping.isOpen else { return activities.slots.giveBack() }
            let task = await poll(WorkflowService.pollActivityTaskQueue, request)
            guard let task, !task.taskToken.isEmpty else {
                activities.slots.giveBack()
                continue
            }
            activities.begin(task)
        }
    }

    // MARK: - Both

    /// - Returns: `nil` when polling is over.
    private func poll<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request
    ) async -> Response? {
        do {
            return try await context.service.poll(method, request) { error, pause in
                // The end of an empty poll is no failure.
                guard error.code != .deadlineExceeded, error.code != .cancelled else { return }
                context.logger.warning(
                    "a poll failed and is repeated",
                    metadata: ["method": "\(method.name)", "error": "\(error)", "pause": "\(pause.forPeople)"])
                context.report(.pollFailed(message: error.description, pause: pause))
            }
        } catch {
            guard !stopping.isOpen else { return nil }
            context.logger.error(
                "a poll was refused; the worker stops", metadata: ["method": "\(method.name)", "error": "\(error)"])
            onFatal((error as? RPCError).map(ServiceError.init) ?? error)
            return nil
        }
    }
}

/// One ``PollerBalance`` for all pollers.
final class SharedBalance: Sendable {
    private let balance: Mutex<PollerBalance>

    init(pollers: Int, usesSticky: Bool) {
        balance = Mutex(PollerBalance(pollers: pollers, usesSticky: usesSticky))
    }

    func begin() -> PollerBalance.Queue { balance.withLock { $0.begin() } }

    func end(_ queue: PollerBalance.Queue, backlog: Int64?) {
        balance.withLock { $0.end(queue, backlog: backlog) }
    }
}
