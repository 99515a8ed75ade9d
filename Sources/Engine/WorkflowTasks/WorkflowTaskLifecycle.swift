import Foundation
import SwiftProtobuf
import WireAPI

/// The life of a workflow task: scheduled → started → completed, failed or timed out.
///
/// From the second attempt on a task is *transient*: its events are shown to the worker but written only when it
/// completes, so that a worker that keeps failing does not fill the history.
extension Engine {
    /// Schedules a workflow task unless one is there or the run is not to have one now.
    func scheduleTaskIfNeeded(_ run: Run) {
        guard run.isOpen, run.task == nil, run.header.firstTaskAt == 0 else { return }
        scheduleTask(run)
    }

    /// - Parameters:
    ///   - originalTime: a heartbeat: when the first task of the row was scheduled.
    ///   - handsOut: false if the caller starts the task itself.
    ///   - isWritten: the task's events go into the history even if it is not the first attempt.
    func scheduleTask(
        _ run: Run, originalTime: Nanoseconds? = nil, handsOut: Bool = true, isWritten: Bool = false
    ) {
        touch(run)
        let hadBuffered = !run.buffered.isEmpty
        flushBuffered(run)
        if hadBuffered { run.update { $0.taskAttempt = 1 } }
        var task = WorkflowTaskRecord()
        task.attempt = max(1, run.header.taskAttempt)
        task.scheduledTime = now
        task.originalScheduledTime = originalTime ?? now
        task.timeout = ProtoTime.after(run.fixed.taskTimeout, taskBackoff(attempt: task.attempt))
        task.sticky = !run.header.stickyQueue.isEmpty
        task.transient = task.attempt > 1 && !isWritten
        if !task.transient {
            task.scheduledEventID = run.append(scheduledEvent(task, of: run))
        } else {
            task.scheduledEventID = run.header.nextEventID
        }
        task.taskID = handsOut ? newTaskID() : 0
        run.setTask(task)
        if handsOut { enqueueTask(task, of: run) }
    }

    private func enqueueTask(_ task: WorkflowTaskRecord, of run: Run) {
        var key = QueueKey(namespace: run.namespace, kind: .workflow, name: run.fixed.taskQueue)
        var isSticky = false
        if task.sticky {
            let sticky = QueueKey(namespace: run.namespace, kind: .workflow, name: run.header.stickyQueue)
            // A worker that has gone need not be waited for: any other may take the task.
            isSticky = isAttended(sticky)
            if isSticky { key = sticky }
        }
        addStickyDeadline(run, task)
        let queued = QueuedTask(
            id: task.taskID, run: run.key, eventID: task.scheduledEventID, attempt: task.attempt, scheduledAt: now)
        enqueue(queued, to: key, normalQueue: run.fixed.taskQueue, isSticky: isSticky)
    }

    /// A task does not wait in a sticky queue for ever: its worker may be gone.
    func addStickyDeadline(_ run: Run, _ task: WorkflowTaskRecord) {
        guard task.sticky else { return }
        addDeadline(
            run, .workflowTask(scheduledEventID: task.scheduledEventID, attempt: task.attempt),
            at: ProtoTime.after(task.scheduledTime, run.header.stickyTimeout))
    }

    /// From the fourth attempt on a task may take longer, so that one that always fails is retried more slowly:
    /// 5 s, doubling, at most 10 minutes, up to a fifth less by chance.
    private func taskBackoff(attempt: Int32) -> Nanoseconds {
        guard attempt > 3 else { return 0 }
        let grown = min(Double(600), 5 * pow(2, Double(min(attempt, 30) - 4)))
        let chance = Double(random() % 1_000) / 1_000
        return Nanoseconds(grown * (0.8 + 0.2 * chance) * Double(Nanoseconds.second))
    }

    private func scheduledEvent(_ task: WorkflowTaskRecord, of run: Run) -> APIHistoryEvent {
        var event = newEvent(.workflowTaskScheduled, at: task.scheduledTime)
        var attributes = APIWorkflowTaskScheduledEventAttributes()
        attributes.taskQueue = taskQueue(of: run, sticky: task.sticky)
        attributes.startToCloseTimeout = Google_Protobuf_Duration(task.timeout)
        attributes.attempt = task.attempt
        event.workflowTaskScheduledEventAttributes = attributes
        return event
    }

    private func startedEvent(_ task: WorkflowTaskRecord, scheduledEventID: Int64) -> APIHistoryEvent {
        var event = newEvent(.workflowTaskStarted, at: task.startedTime)
        var attributes = APIWorkflowTaskStartedEventAttributes()
        attributes.scheduledEventID = scheduledEventID
        attributes.identity = task.identity
        attributes.requestID = task.requestID
        attributes.historySizeBytes = task.historySize
        attributes.suggestContinueAsNew = task.suggestContinueAsNew
        attributes.suggestContinueAsNewReasons = task.suggestReasons.compactMap {
            APISuggestContinueAsNewReason(rawValue: Int($0))
        }
        if !task.workerVersion.isEmpty, let stamp = try? APIWorkerVersionStamp(serializedBytes: task.workerVersion) {
            attributes.workerVersion = stamp
        }
        event.workflowTaskStartedEventAttributes = attributes
        return event
    }

    func taskQueue(of run: Run, sticky: Bool) -> APITaskQueue {
        var queue = APITaskQueue()
        if sticky {
            queue.name = run.header.stickyQueue
            queue.kind = .sticky
            queue.normalName = run.fixed.taskQueue
        } else {
            queue.name = run.fixed.taskQueue
            queue.kind = .normal
        }
        return queue
    }

    /// The events of a transient task that are shown but not written.
    /// - Parameter showsIdentity: only the worker itself is told who it is; who reads the history is not.
    func transientEvents(of run: Run, showsIdentity: Bool) -> [APIHistoryEvent] {
        guard run.isOpen, let task = run.task, task.transient else { return [] }
        // Something was written since it was scheduled: it will become a normal task when it is started.
        guard task.startedEventID > 0 || task.scheduledEventID == run.header.nextEventID else { return [] }
        var scheduled = scheduledEvent(task, of: run)
        scheduled.eventID = run.header.nextEventID
        guard task.startedEventID > 0 else { return [scheduled] }
        var started = startedEvent(task, scheduledEventID: scheduled.eventID)
        started.eventID = scheduled.eventID + 1
        if !showsIdentity { started.workflowTaskStartedEventAttributes.identity = "" }
        return [scheduled, started]
    }

    // MARK: Started

    /// Notes that a worker begins the task: its started event, its nonce, its timeout.
    func begin(_ run: Run, identity: String, requestID: String, version: APIWorkerVersionStamp?) {
        guard var task = run.task else { return }
        touch(run)
        task.startedTime = now
        task.identity = identity
        task.requestID = requestID
        task.workerVersion = version.flatMap { try? $0.serializedData() } ?? Data()
        task.nonce = random()
        task.historySize = run.header.historySize > 0 ? run.header.historySize : run.unwrittenSize
        setSuggestion(&task, run)
        if task.transient, task.scheduledEventID != run.header.nextEventID {
            // Something was written since this transient task was scheduled: it becomes a normal one.
            task.attempt = 1
            task.transient = false
            task.timeout = run.fixed.taskTimeout
            task.scheduledTime = now
            run.update { $0.taskAttempt = 1 }
            task.scheduledEventID = run.append(scheduledEvent(task, of: run))
        }
        if !task.transient {
            task.startedEventID = run.append(startedEvent(task, scheduledEventID: task.scheduledEventID))
        } else {
            task.startedEventID = task.scheduledEventID + 1
        }
        task.taskID = 0
        run.setTask(task)
        addTaskDeadline(run, task)
    }

    private func setSuggestion(_ task: inout WorkflowTaskRecord, _ run: Run) {
        var reasons: [APISuggestContinueAsNewReason] = []
        if run.header.historySize >= limits.suggestContinueAsNewSize { reasons.append(.historySizeTooLarge) }
        if run.header.nextEventID - 1 >= limits.suggestContinueAsNewCount { reasons.append(.tooManyHistoryEvents) }
        task.suggestContinueAsNew = !reasons.isEmpty
        task.suggestReasons = reasons.map { Int32($0.rawValue) }
    }

    func addTaskDeadline(_ run: Run, _ task: WorkflowTaskRecord) {
        addDeadline(
            run, .workflowTask(scheduledEventID: task.scheduledEventID, attempt: task.attempt),
            at: ProtoTime.after(task.startedTime, task.timeout))
    }

    /// Writes the scheduled and started events of a transient task that is about to complete.
    func materialize(_ run: Run, _ task: WorkflowTaskRecord) -> WorkflowTaskRecord {
        guard task.transient else { return task }
        var task = task
        task.scheduledEventID = run.append(scheduledEvent(task, of: run))
        task.startedEventID = run.append(startedEvent(task, scheduledEventID: task.scheduledEventID))
        return task
    }

    // MARK: Failed and timed out

    /// Ends the task as failed. The caller schedules the next one.
    func failTask(
        _ run: Run, _ task: WorkflowTaskRecord, cause: APIWorkflowTaskFailedCause, failure: APIFailureFailure?,
        identity: String
    ) {
        touch(run)
        if !task.transient {
            var event = newEvent(.workflowTaskFailed)
            var attributes = APIWorkflowTaskFailedEventAttributes()
            attributes.scheduledEventID = task.scheduledEventID
            attributes.startedEventID = task.startedEventID
            attributes.cause = cause
            if let failure { attributes.failure = failure }
            attributes.identity = identity
            event.workflowTaskFailedEventAttributes = attributes
            run.append(event)
            noteTaskProblem(.failed(cause), of: run)
        }
        leaveTask(run, task)
        if cause == .unhandledCommand { run.update { $0.closeAttempted = true } }
    }

    /// The task is over without having completed: the next one is another attempt, except that a failure on the
    /// sticky queue only ends the stickiness.
    private func leaveTask(_ run: Run, _ task: WorkflowTaskRecord) {
        let wasSticky = !run.header.stickyQueue.isEmpty
        run.setTask(nil)
        run.update { header in
            header.taskAttempt = wasSticky ? 1 : task.attempt + 1
            header.stickyQueue = ""
            header.stickyTimeout = 0
            header.closeAttempted = false
            if !wasSticky { header.taskFailures += 1 }
        }
        reportProblems(of: run)
    }

    func workflowTaskDeadline(_ run: Run, scheduledEventID: Int64, attempt: Int32) {
        guard let task = run.task, task.scheduledEventID == scheduledEventID, task.attempt == attempt else { return }
        if task.startedEventID > 0 {
            guard ProtoTime.after(task.startedTime, task.timeout) <= now else { return }
            timeOutStartedTask(run, task)
        } else if task.sticky, ProtoTime.after(task.scheduledTime, run.header.stickyTimeout) <= now {
            timeOutStickyTask(run, task)
        }
    }

    func timeOutStartedTask(_ run: Run, _ task: WorkflowTaskRecord) {
        if !task.transient {
            run.append(timedOutEvent(task, .startToClose))
            noteTaskProblem(.timedOut, of: run)
        }
        leaveTask(run, task)
        scheduleTaskIfNeeded(run)
    }

    /// Nobody took the task from the sticky queue: it goes to the normal one, and that is not another attempt.
    func timeOutStickyTask(_ run: Run, _ task: WorkflowTaskRecord) {
        if !task.transient {
            run.append(timedOutEvent(task, .scheduleToStart))
        }
        if task.taskID > 0 { write(.deleteTask(id: task.taskID)) }
        leaveTask(run, task)
        scheduleTaskIfNeeded(run)
    }

    func timedOutEvent(_ task: WorkflowTaskRecord, _ type: APITimeoutType) -> APIHistoryEvent {
        var event = newEvent(.workflowTaskTimedOut)
        var attributes = APIWorkflowTaskTimedOutEventAttributes()
        attributes.scheduledEventID = task.scheduledEventID
        attributes.startedEventID = task.startedEventID
        attributes.timeoutType = type
        event.workflowTaskTimedOutEventAttributes = attributes
        return event
    }
}
