import Foundation
import SwiftProtobuf
import WireAPI

/// Queries. They live in memory only: a caller whose server dies asks again.
extension Engine {
    func queryWorkflow(_ call: EngineCall, _ request: APIQueryWorkflowRequest) throws {
        let namespace = try namespaces.named(request.namespace).key
        let execution = try checkedExecution(request.hasExecution ? request.execution : nil)
        if !request.hasQuery { throw EngineError.invalid("WorkflowQuery is not set on request.") }
        if request.query.queryType.isEmpty { throw EngineError.invalid("QueryType is not set on request.") }
        let run = try findRun(namespace, execution)
        if isRejected(request.queryRejectCondition, run.status) {
            var answer = APIQueryWorkflowResponse()
            answer.queryRejected.status = run.status
            return reply(call.id, answer)
        }
        if !run.isOpen && run.header.completedTasks == 0 {
            throw EngineError(
                .failedPrecondition, "Cannot query workflow due to Workflow Task in failed state.",
                detail: APIWorkflowNotReadyFailure())
        }
        let id = Identifiers.random(random)
        run.queries[id] = PendingQuery(call: call.id, query: request.query)
        waiting[call.id] = .query(run.key, id: id)
        let longest = ProtoTime.after(now, 30 * .second)
        callDeadlines.insert(
            CallDeadline(at: call.deadline.map { min(longest, $0 - .second / 2) } ?? longest, call: call.id))
        dispatchQueries(of: run)
    }

    private func isRejected(_ condition: APIQueryRejectCondition, _ status: APIWorkflowExecutionStatus) -> Bool {
        switch condition {
        case .notOpen: status != .running
        case .notCompletedCleanly: status != .running && status != .completed
        default: false
        }
    }

    /// Sends what is waiting to a worker, once nothing is pending that the worker has not seen.
    func dispatchQueries(of run: Run) {
        guard !run.queries.isEmpty, run.header.completedTasks > 0, run.task == nil else { return }
        for (id, query) in run.queries where !query.isDispatched {
            run.queries[id]?.isDispatched = true
            let sticky = QueueKey(namespace: run.namespace, kind: .workflow, name: run.header.stickyQueue)
            let isSticky = !run.header.stickyQueue.isEmpty && queues[sticky]?.pollers.isEmpty == false
            let key =
                isSticky
                ? sticky : QueueKey(namespace: run.namespace, kind: .workflow, name: run.fixed.taskQueue)
            let task = QueuedTask(id: 0, run: run.key, eventID: 0, attempt: 0, scheduledAt: now, queryID: id)
            enqueue(task, to: key, normalQueue: run.fixed.taskQueue, isSticky: isSticky)
        }
    }

    /// A task was lost: queries that went to that worker directly go out again.
    func dropDispatchedQueries(_ run: Run) {
        for id in run.queries.keys { run.queries[id]?.isDispatched = false }
    }

    func queryTask(
        _ id: String, of run: Run, _ namespace: NamespaceTable.Namespace
    ) throws -> APIPollWorkflowTaskQueueResponse? {
        guard let pending = run.queries[id] else { return nil }
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
        let end = run.header.nextEventID
        let pageEnd = min(end, 1 + Int64(limits.historyPage))
        answer.history.events = try events(of: run, 1..<pageEnd)
        if pageEnd < end {
            var page = HistoryToken()
            page.run = run.key
            page.runID = run.fixed.runID
            page.nextEventID = pageEnd
            page.endEventID = end
            answer.nextPageToken = try page.serializedBytes()
        }
        return answer
    }

    func completeQuery(_ request: APIRespondQueryTaskCompletedRequest) throws -> APIRespondQueryTaskCompletedResponse {
        guard let token = try? TaskToken(serializedBytes: request.taskToken), !token.queryID.isEmpty else {
            throw EngineError.badToken(request.taskToken)
        }
        guard let run = runs[token.run], let query = run.queries.removeValue(forKey: token.queryID) else {
            throw EngineError.notFound("query task not found, or already expired")
        }
        waiting[query.call] = nil
        if request.completedType == .answered {
            var answer = APIQueryWorkflowResponse()
            answer.queryResult = request.queryResult
            reply(query.call, answer)
        } else {
            reply(
                query.call, .failure(Self.queryFailed(request.errorMessage, request.hasFailure ? request.failure : nil))
            )
        }
        return APIRespondQueryTaskCompletedResponse()
    }

    /// Answers that came together with a completed task.
    func answerQueries(of run: Run, _ results: [String: APIWorkflowQueryResult]) {
        for (id, result) in results.sorted(by: { $0.key < $1.key }) {
            guard let query = run.queries.removeValue(forKey: id) else { continue }
            waiting[query.call] = nil
            if result.resultType == .answered {
                var answer = APIQueryWorkflowResponse()
                answer.queryResult = result.answer
                reply(query.call, answer)
            } else {
                let failure = result.hasFailure ? result.failure : nil
                reply(query.call, .failure(Self.queryFailed(result.errorMessage, failure)))
            }
        }
    }

    private static func queryFailed(_ message: String, _ failure: APIFailureFailure?) -> EngineError {
        var detail = APIQueryFailedFailure()
        if let failure { detail.failure = failure }
        return EngineError(.invalidArgument, message, detail: detail)
    }
}
