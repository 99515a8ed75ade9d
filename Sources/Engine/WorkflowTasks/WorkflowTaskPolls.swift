import Foundation
import SwiftProtobuf
import WireAPI

/// Handing workflow tasks to workers.
extension Engine {
    /// Starts the task for a poller and builds its answer; `nil` if the run no longer wants it.
    func startWorkflowTask(
        _ queued: QueuedTask, for poll: APIPollWorkflowTaskQueueRequest
    ) throws -> APIPollWorkflowTaskQueueResponse? {
        guard let run = try loadRun(queued.run), namespaces[run.namespace] != nil else { return nil }
        if let queryID = queued.queryID {
            return try queryTask(
                queryID, sends: queued.attempt, of: run, isSticky: poll.taskQueue.kind == .sticky)
        }
        guard run.isOpen, let task = run.task, task.startedEventID == 0 else { return nil }
        guard task.scheduledEventID == queued.eventID, queued.attempt == 0 || queued.attempt == task.attempt else {
            return nil
        }
        let version = Self.versionStamp(of: poll)
        begin(run, identity: poll.identity, requestID: Identifiers.random(random), version: version)
        return try taskAnswer(for: run, isSticky: poll.taskQueue.kind == .sticky)
    }

    static func versionStamp(of poll: some WorkerPoll) -> APIWorkerVersionStamp? {
        var stamp = APIWorkerVersionStamp()
        if poll.hasWorkerVersionCapabilities {
            stamp.buildID = poll.workerVersionCapabilities.buildID
            stamp.useVersioning = poll.workerVersionCapabilities.useVersioning
        } else if poll.hasDeploymentOptions {
            stamp.buildID = poll.deploymentOptions.buildID
        } else {
            return nil
        }
        return stamp
    }

    /// The answer that carries the started task of a run.
    func taskAnswer(for run: Run, isSticky: Bool) throws -> APIPollWorkflowTaskQueueResponse {
        guard let task = run.task, task.startedEventID > 0 else { return APIPollWorkflowTaskQueueResponse() }
        var answer = APIPollWorkflowTaskQueueResponse()
        var token = TaskToken()
        token.run = run.key
        token.namespace = run.namespace
        token.scheduledEventID = task.scheduledEventID
        token.startedEventID = task.startedEventID
        token.attempt = task.attempt
        token.nonce = task.nonce
        answer.taskToken = try token.serializedBytes()
        answer.workflowExecution = run.execution
        answer.workflowType = run.workflowType
        answer.previousStartedEventID = run.header.previousStartedEventID
        answer.startedEventID = task.startedEventID
        answer.attempt = task.attempt
        answer.workflowExecutionTaskQueue = taskQueue(of: run, sticky: false)
        answer.scheduledTime = Google_Protobuf_Timestamp(task.scheduledTime)
        answer.startedTime = Google_Protobuf_Timestamp(task.startedTime)
        let first = isSticky ? run.header.previousStartedEventID + 1 : 1
        try addHistory(from: first, of: run, to: &answer)
        answer.queries = ridingQueries(of: run)
        answer.history.events += answer.nextPageToken.isEmpty ? transientEvents(of: run, showsIdentity: true) : []
        return answer
    }

    /// The first page of the history; further ones are fetched with `GetWorkflowExecutionHistory`.
    func addHistory(
        from first: Int64, of run: Run, to answer: inout APIPollWorkflowTaskQueueResponse
    ) throws {
        let end = run.header.nextEventID
        let pageEnd = min(end, first + Int64(limits.historyPage))
        answer.history.events = first < pageEnd ? try events(of: run, first..<pageEnd) : []
        guard pageEnd < end else { return }
        var token = HistoryToken()
        token.run = run.key
        token.runID = run.fixed.runID
        token.nextEventID = pageEnd
        token.endEventID = end
        answer.nextPageToken = try token.serializedBytes()
    }

    // MARK: Failures and stickiness

    func respondTaskFailed(_ request: APIRespondWorkflowTaskFailedRequest) throws
        -> APIRespondWorkflowTaskFailedResponse
    {
        let (run, task) = try startedTask(token: request.taskToken)
        touch(run)
        failTask(
            run, task, cause: request.cause, failure: request.hasFailure ? request.failure : nil,
            identity: request.identity)
        scheduleTaskIfNeeded(run)
        return APIRespondWorkflowTaskFailedResponse()
    }

    /// The run and the started task a token stands for.
    func startedTask(token bytes: Data) throws -> (Run, WorkflowTaskRecord) {
        guard let token = try? TaskToken(serializedBytes: bytes), token.run > 0 else {
            throw EngineError.badToken(bytes)
        }
        guard deletedRuns[token.run] == nil, let run = try loadRun(token.run) else {
            throw EngineError.workflowTaskNotFound
        }
        guard run.isOpen, let task = run.task, task.startedEventID > 0, task.nonce == token.nonce,
            task.attempt == token.attempt, task.scheduledEventID == token.scheduledEventID
        else { throw EngineError.workflowTaskNotFound }
        return (run, task)
    }

    func resetSticky(_ request: APIResetStickyTaskQueueRequest) throws -> APIResetStickyTaskQueueResponse {
        let namespace = try namespaces.named(request.namespace).key
        let run = try findRun(namespace, request.hasExecution ? request.execution : nil)
        guard run.isOpen else { throw EngineError.workflowCompleted }
        touch(run)
        run.update { header in
            header.stickyQueue = ""
            header.stickyTimeout = 0
        }
        return APIResetStickyTaskQueueResponse()
    }
}

/// A poll that says which build of a worker asks.
protocol WorkerPoll {
    var hasWorkerVersionCapabilities: Bool { get }
    var workerVersionCapabilities: APIWorkerVersionCapabilities { get }
    var hasDeploymentOptions: Bool { get }
    var deploymentOptions: APIWorkerDeploymentOptions { get }
}

extension APIPollWorkflowTaskQueueRequest: WorkerPoll {}
extension APIPollActivityTaskQueueRequest: WorkerPoll {}
