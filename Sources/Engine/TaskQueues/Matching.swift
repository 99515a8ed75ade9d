import Foundation
import WireAPI

/// Bringing tasks and pollers together.
extension Engine {
    func queue(_ key: QueueKey, isSticky: Bool = false) -> TaskQueue {
        if let queue = queues[key] {
            queue.lastUse = now
            return queue
        }
        let queue = TaskQueue(isSticky: isSticky, now: now)
        queues[key] = queue
        return queue
    }

    /// Puts a task read back at start into its queue.
    func restore(_ row: TaskRow) {
        let key = QueueKey(namespace: row.namespace, kind: row.kind, name: row.queue)
        // The attempt is not stored: attempt 0 means "whatever attempt the run is at".
        let task = QueuedTask(
            id: row.id, run: row.run, eventID: row.eventID, attempt: 0, scheduledAt: row.scheduledAt)
        queue(key).backlog.append(task)
    }

    /// Queues a task; if a poller waits it is handed out in this very step, so that one batch holds both.
    func enqueue(_ task: QueuedTask, to key: QueueKey, normalQueue: String, isSticky: Bool) {
        let queue = queue(key, isSticky: isSticky)
        if queue.backlog.isEmpty, let call = nextPoller(of: queue) {
            if handOut(task, from: key, to: call) { return }
            queue.pollers.prepend(call)
        }
        queue.backlog.append(task)
        guard task.queryID == nil else { return }
        write(
            .putTask(
                TaskRow(
                    id: task.id, kind: key.kind, namespace: key.namespace, queue: normalQueue, run: task.run,
                    eventID: task.eventID, scheduledAt: task.scheduledAt)))
    }

    /// Whether somebody polls the queue, or has done so a moment ago.
    func isAttended(_ key: QueueKey, within memory: Nanoseconds? = nil) -> Bool {
        guard let queue = queues[key] else { return false }
        let limit = now - (memory ?? limits.stickyPollerMemory)
        return queue.pollers.contains { waiting[$0] != nil }
            || queue.seen.values.contains { $0.lastAccess >= limit }
    }

    private func nextPoller(of queue: TaskQueue) -> CallID? {
        while let call = queue.pollers.popFirst() {
            if waiting[call] != nil { return call }
        }
        return nil
    }

    /// Answers a poll with the oldest task that still wants doing. Returns false if there is none.
    func serveFromBacklog(_ key: QueueKey, to call: CallID) -> Bool {
        guard let queue = queues[key] else { return false }
        while let task = queue.backlog.popFirst() {
            if handOut(task, from: key, to: call) {
                if task.queryID == nil { write(.deleteTask(id: task.id)) }
                return true
            }
            if storeFailed {
                queue.backlog.prepend(task)
                storeFailed = false
                return false
            }
            // The run has moved on without this task.
            if task.queryID == nil { write(.deleteTask(id: task.id)) }
        }
        return false
    }

    /// Starts a task for a waiting poller. False if the task is no longer wanted.
    private func handOut(_ task: QueuedTask, from key: QueueKey, to call: CallID) -> Bool {
        do {
            switch waiting[call] {
            case .workflowPoll(let queue, let request):
                guard let answer = try startWorkflowTask(task, for: request) else { return false }
                waiting[call] = nil
                noteHandOut(task.queryID.map { .query(task.run, id: $0) } ?? .workflowTask(task.run), to: call)
                queues[queue]?.seen[request.identity]?.lastAccess = now
                reply(call, answer)
            case .activityPoll(_, let request):
                guard let answer = try startActivity(task, for: request) else { return false }
                waiting[call] = nil
                noteHandOut(.activity(task.run, scheduledEventID: task.eventID), to: call)
                reply(call, answer)
            default: return false
            }
            return true
        } catch {
            storeFailed = true
            return false
        }
    }

    // MARK: Polls

    func pollWorkflowTask(_ call: EngineCall, _ request: APIPollWorkflowTaskQueueRequest) throws {
        let namespace = try namespaces.named(request.namespace).key
        try checkLength("Identity", request.identity)
        try checkQueue(request.hasTaskQueue, request.taskQueue)
        let isSticky = request.taskQueue.kind == .sticky
        let key = QueueKey(namespace: namespace, kind: .workflow, name: request.taskQueue.name)
        let queue = queue(key, isSticky: isSticky)
        var poller = TaskQueue.Poller(lastAccess: now)
        if request.hasWorkerVersionCapabilities { poller.capabilities = request.workerVersionCapabilities }
        if request.hasDeploymentOptions { poller.deployment = request.deploymentOptions }
        note(poller, identity: request.identity, in: queue)
        waiting[call.id] = .workflowPoll(key, request)
        park(call, in: queue, key)
    }

    func pollActivityTask(_ call: EngineCall, _ request: APIPollActivityTaskQueueRequest) throws {
        let namespace = try namespaces.named(request.namespace).key
        try checkQueue(request.hasTaskQueue, request.taskQueue)
        try checkLength("Identity", request.identity)
        let key = QueueKey(namespace: namespace, kind: .activity, name: request.taskQueue.name)
        let queue = queue(key)
        var poller = TaskQueue.Poller(lastAccess: now)
        if request.hasWorkerVersionCapabilities { poller.capabilities = request.workerVersionCapabilities }
        if request.hasDeploymentOptions { poller.deployment = request.deploymentOptions }
        note(poller, identity: request.identity, in: queue)
        waiting[call.id] = .activityPoll(key, request)
        park(call, in: queue, key)
    }

    private func note(_ poller: TaskQueue.Poller, identity: String, in queue: TaskQueue) {
        queue.seen[identity] = poller
        queue.seen.removeAll { $0.value.lastAccess < now - limits.pollerMemory }
    }

    private func park(_ call: EngineCall, in queue: TaskQueue, _ key: QueueKey) {
        if serveFromBacklog(key, to: call.id) { return }
        queue.pollers.append(call.id)
        let longest = ProtoTime.after(now, limits.longPoll)
        let end = call.deadline.map { min(longest, $0 - .second) } ?? longest
        callDeadlines.insert(CallDeadline(at: end, call: call.id))
    }

    // MARK: Ends of waits

    func endDueCalls() {
        while let next = callDeadlines.min, next.at <= now {
            callDeadlines.removeMin()
            endWait(next.call)
        }
    }

    /// Answers a waiting call as one that saw nothing.
    private func endWait(_ call: CallID) {
        guard let waited = waiting[call] else { return }
        if case .query(let key, let id) = waited { return queryDeadline(call, key, id) }
        waiting[call] = nil
        switch waited {
        case .workflowPoll(let key, let request):
            queues[key]?.seen[request.identity]?.lastAccess = now
            reply(call, APIPollWorkflowTaskQueueResponse())
        case .activityPoll(let key, let request):
            queues[key]?.seen[request.identity]?.lastAccess = now
            reply(call, APIPollActivityTaskQueueResponse())
        case .history(let key): endHistoryWait(call, run: key)
        case .query: break
        }
    }

    /// Drops a waiting call whose caller has gone.
    func abandon(_ call: CallID) {
        guard let waited = waiting.removeValue(forKey: call) else { return takeBack(call) }
        switch waited {
        case .workflowPoll(let key, _), .activityPoll(let key, _): queues[key]?.pollers.removeAll { $0 == call }
        case .history(let key): runs[key]?.historyWaiters.removeAll { $0.call == call }
        case .query(let key, let id): runs[key]?.queries[id] = nil
        }
    }

    /// Ends the parked polls of a worker that stops, so that it need not wait for them.
    func shutdownWorker(_ request: APIShutdownWorkerRequest) throws -> APIShutdownWorkerResponse {
        let namespace = try namespaces.named(request.namespace).key
        for (call, waited) in waiting.sorted(by: { $0.key < $1.key }) {
            let belongs: Bool
            switch waited {
            case .workflowPoll(let key, let poll):
                belongs = key.namespace == namespace && Self.belongs(poll.workerInstanceKey, key.name, to: request)
            case .activityPoll(let key, let poll):
                belongs = key.namespace == namespace && Self.belongs(poll.workerInstanceKey, "", to: request)
            case .history, .query: belongs = false
            }
            if belongs { endWait(call) }
        }
        if !request.stickyTaskQueue.isEmpty {
            leaveStickyQueue(QueueKey(namespace: namespace, kind: .workflow, name: request.stickyTaskQueue))
        }
        return APIShutdownWorkerResponse()
    }

    private static func belongs(_ instance: String, _ queue: String, to request: APIShutdownWorkerRequest) -> Bool {
        if !request.workerInstanceKey.isEmpty { return instance == request.workerInstanceKey }
        return !request.stickyTaskQueue.isEmpty && queue == request.stickyTaskQueue
    }

    /// Nobody will poll this sticky queue again: what waits in it goes to the normal queues now instead of after its
    /// schedule-to-start timeout.
    private func leaveStickyQueue(_ key: QueueKey) {
        guard let queue = queues.removeValue(forKey: key) else { return }
        for task in queue.backlog {
            if let query = task.queryID, let run = runs[task.run] {
                if run.queries[query]?.place == .queued(key) { sendAlone(query, of: run, mayBeSticky: false) }
                continue
            }
            guard let run = runs[task.run], run.isOpen, let pending = run.task, pending.sticky,
                pending.startedEventID == 0, pending.scheduledEventID == task.eventID
            else { continue }
            touch(run)
            timeOutStickyTask(run, pending)
        }
    }

    func forgetIdleQueues() {
        let limit = now - limits.pollerMemory
        let idle = queues.filter { $0.value.backlog.isEmpty && $0.value.pollers.isEmpty && $0.value.lastUse < limit }
        for key in idle.keys { queues[key] = nil }
    }
}
