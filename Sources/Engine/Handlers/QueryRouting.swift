import WireAPI

/// A query that waits for a worker's answer.
struct PendingQuery {
    enum Place: Equatable {
        /// Goes to the worker with the run's pending workflow task.
        case riding
        /// Waits in a task queue, as a task of its own.
        case queued(QueueKey)
        /// A worker has it, as a task of its own.
        case taken
    }

    var call: CallID
    var query: APIWorkflowQuery
    /// When the caller is told that no answer came.
    var end: Nanoseconds
    var place = Place.riding
    /// How often it was queued: what was queued before is no longer wanted.
    var sends: Int32 = 0
    /// When it leaves a sticky queue for the normal one.
    var stickyEnd: Nanoseconds?
}

/// How queries reach workers.
///
///     ──query──▶ riding ──task completed with its answer──▶ answered
///        │          │ task completed without one, no further task pending; or the run closed
///        ▼          ▼
///      queued ──poll──▶ taken ──RespondQueryTaskCompleted──▶ answered
///        ▲  │ sticky timeout, worker shut down: to the normal queue
///        └──┘
///
/// A query keeps riding when its task fails or times out: the next attempt carries it too.
extension Engine {
    /// Whether the worker has seen all that a query asked now must see.
    func goesAlone(_ run: Run) -> Bool {
        !run.isOpen || (run.header.completedTasks > 0 && run.task == nil)
    }

    /// The queries that ride on the run's task.
    func ridingQueries(of run: Run) -> [String: APIWorkflowQuery] {
        guard !run.queries.isEmpty else { return [:] }
        var riding: [String: APIWorkflowQuery] = [:]
        for (id, query) in run.queries where query.place == .riding { riding[id] = query.query }
        return riding
    }

    /// Sends out alone what no task is going to carry.
    func releaseQueries(of run: Run) {
        guard !run.queries.isEmpty, goesAlone(run) else { return }
        for (id, query) in run.queries where query.place == .riding {
            if run.header.completedTasks > 0 {
                sendAlone(id, of: run)
            } else {
                run.queries[id] = nil
                waiting[query.call] = nil
                reply(query.call, .failure(.closedBeforeFirstTask))
            }
        }
    }

    /// Queues a query as a task of its own: for the worker that has the run cached, if it seems to be there.
    func sendAlone(_ id: String, of run: Run, mayBeSticky: Bool = true) {
        guard var query = run.queries[id] else { return }
        let normal = QueueKey(namespace: run.namespace, kind: .workflow, name: run.fixed.taskQueue)
        let sticky = QueueKey(namespace: run.namespace, kind: .workflow, name: run.header.stickyQueue)
        // A run that was ended from outside may have had events since that its worker was never shown.
        let isSeen = run.status != .terminated && run.status != .timedOut
        let isSticky = mayBeSticky && isSeen && !run.header.stickyQueue.isEmpty && isAttended(sticky)
        let key = isSticky ? sticky : normal
        if !isSticky { endStickiness(of: run) }
        query.place = .queued(key)
        query.sends += 1
        query.stickyEnd = isSticky ? ProtoTime.after(now, run.header.stickyTimeout) : nil
        run.queries[id] = query
        if let stickyEnd = query.stickyEnd, stickyEnd < query.end {
            callDeadlines.insert(CallDeadline(at: stickyEnd, call: query.call))
        }
        let task = QueuedTask(
            id: 0, run: run.key, eventID: 0, attempt: query.sends, scheduledAt: now, queryID: id)
        enqueue(task, to: key, normalQueue: run.fixed.taskQueue, isSticky: isSticky)
    }

    /// The task that carries a query and nothing else; `nil` if the query no longer waits there.
    /// - Parameter isSticky: the worker has the run cached, so it needs no history.
    func queryTask(
        _ id: String, sends: Int32, of run: Run, isSticky: Bool
    ) throws -> APIPollWorkflowTaskQueueResponse? {
        guard var pending = run.queries[id], case .queued = pending.place, pending.sends == sends else { return nil }
        var answer = APIPollWorkflowTaskQueueResponse()
        var token = TaskToken()
        token.run = run.key
        token.namespace = run.namespace
        token.queryID = id
        answer.taskToken = try token.serializedBytes()
        answer.workflowExecution = run.execution
        answer.workflowType = run.workflowType
        answer.previousStartedEventID = run.header.previousStartedEventID
        answer.workflowExecutionTaskQueue = taskQueue(of: run, sticky: false)
        answer.query = pending.query
        answer.attempt = 1
        answer.history = APIHistory()
        if !isSticky { try addHistory(from: 1, of: run, to: &answer) }
        pending.place = .taken
        run.queries[id] = pending
        return answer
    }

    // MARK: Ends

    /// A query's time in the sticky queue is up, or its time altogether.
    func queryDeadline(_ call: CallID, _ run: RunKey, _ id: String) {
        guard let run = runs[run], let query = run.queries[id] else {
            waiting[call] = nil
            return reply(call, .failure(Self.queryTimedOut))
        }
        guard query.end <= now else {
            if case .queued = query.place, let end = query.stickyEnd, end <= now {
                sendAlone(id, of: run, mayBeSticky: false)
            }
            return
        }
        run.queries[id] = nil
        waiting[call] = nil
        if case .queued(let key) = query.place, !isAttended(key, within: limits.queryPollerMemory) {
            let message = "no poller seen for task queue recently, worker may be down"
            return reply(call, .failure(EngineError(.failedPrecondition, message)))
        }
        reply(call, .failure(Self.queryTimedOut))
    }

    private static var queryTimedOut: EngineError {
        EngineError(.deadlineExceeded, "query timed out before a worker could process it")
    }

    /// The worker that has the run cached is not to be had: its next task goes to any other, too.
    private func endStickiness(of run: Run) {
        guard run.isOpen, run.task == nil, !run.header.stickyQueue.isEmpty else { return }
        touch(run)
        run.update { header in
            header.stickyQueue = ""
            header.stickyTimeout = 0
        }
    }

    /// The poller that took the query is gone, and has not seen it.
    func takeBackQuery(_ id: String, sends: UInt64, of key: RunKey) {
        guard let run = runs[key], let query = run.queries[id], query.place == .taken,
            UInt64(query.sends) == sends
        else { return }
        sendAlone(id, of: run)
    }
}
