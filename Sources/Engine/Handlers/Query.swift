import Foundation
import SwiftProtobuf
import WireAPI

/// Queries. They live in memory only: a caller whose server dies asks again.
///
/// A query has to see everything that came before it. With no workflow task pending the worker has seen it all, and the
/// query goes out *alone*, as a task of its own. Otherwise it *rides* on the pending task, whose events the worker takes
/// in before it answers (see `QueryRouting.swift`).
extension Engine {
    func queryWorkflow(_ call: EngineCall, _ request: APIQueryWorkflowRequest) throws {
        let namespace = try namespaces.named(request.namespace).key
        let execution = try checkedExecution(request.hasExecution ? request.execution : nil)
        if !request.hasQuery { throw EngineError.invalid("WorkflowQuery is not set on request.") }
        if request.query.queryType.isEmpty { throw EngineError.invalid("QueryType is not set on request.") }
        if let size = try? request.query.queryArgs.serializedData().count, size > limits.blobSize {
            throw EngineError.invalid("Blob data size exceeds limit.")
        }
        let run = try findRun(namespace, execution)
        if isRejected(request.queryRejectCondition, run.status) {
            var answer = APIQueryWorkflowResponse()
            answer.queryRejected.status = run.status
            return reply(call.id, answer)
        }
        try checkReadiness(of: run)
        let id = Identifiers.random(random)
        let longest = ProtoTime.after(now, limits.queryTimeout)
        let end = call.deadline.map { min(longest, $0 - .second / 2) } ?? longest
        run.queries[id] = PendingQuery(call: call.id, query: request.query, end: end)
        waiting[call.id] = .query(run.key, id: id)
        callDeadlines.insert(CallDeadline(at: end, call: call.id))
        if goesAlone(run) { sendAlone(id, of: run) }
    }

    private func isRejected(_ condition: APIQueryRejectCondition, _ status: APIWorkflowExecutionStatus) -> Bool {
        switch condition {
        case .notOpen: status != .running
        case .notCompletedCleanly: status != .running && status != .completed
        default: false
        }
    }

    /// Refuses a query that nobody could answer.
    private func checkReadiness(of run: Run) throws {
        guard run.isOpen else {
            if run.header.completedTasks == 0 { throw EngineError.closedBeforeFirstTask }
            return
        }
        guard let task = run.task else {
            if run.header.completedTasks == 0 { throw EngineError.notReady("Workflow task is not scheduled yet.") }
            return
        }
        // A worker that cannot take in the history cannot answer either.
        if task.attempt >= Self.hopelessAttempt {
            throw EngineError.notReady("Unable to query workflow due to Workflow Task in failed state.")
        }
        if run.queries.values.count(where: { $0.place == .riding }) >= limits.ridingQueries {
            throw EngineError.queryBufferFull
        }
    }

    private static var hopelessAttempt: Int32 { 3 }

    // MARK: Answers

    /// `RespondQueryTaskCompleted`: the answer to a query that went out alone.
    func completeQuery(_ request: APIRespondQueryTaskCompletedRequest) throws -> APIRespondQueryTaskCompletedResponse {
        guard let token = try? TaskToken(serializedBytes: request.taskToken), !token.queryID.isEmpty else {
            throw EngineError.badToken(request.taskToken)
        }
        guard let run = runs[token.run], let query = run.queries.removeValue(forKey: token.queryID) else {
            throw EngineError.notFound("query task not found, or already expired")
        }
        waiting[query.call] = nil
        if isTooLarge(request.queryResult) {
            reply(query.call, .failure(Self.queryFailed("Blob data size exceeds limit.", nil)))
        } else if request.completedType == .answered {
            replyToQuery(query, request.queryResult)
        } else {
            let failure = request.hasFailure ? request.failure : nil
            reply(query.call, .failure(Self.queryFailed(request.errorMessage, failure)))
        }
        return APIRespondQueryTaskCompletedResponse()
    }

    /// Answers to riding queries that came with their completed task. Answers nobody waits for are ignored.
    func answerQueries(of run: Run, _ results: [String: APIWorkflowQueryResult]) {
        for (id, result) in results.sorted(by: { $0.key < $1.key }) {
            guard let query = run.queries[id], query.place == .riding else { continue }
            run.queries[id] = nil
            waiting[query.call] = nil
            if isTooLarge(result.answer) {
                reply(query.call, .failure(.invalid("Blob data size exceeds limit.")))
            } else if result.resultType == .answered {
                replyToQuery(query, result.answer)
            } else {
                let failure = result.hasFailure ? result.failure : nil
                reply(query.call, .failure(Self.queryFailed(result.errorMessage, failure)))
            }
        }
    }

    private func replyToQuery(_ query: PendingQuery, _ result: APIPayloads) {
        var answer = APIQueryWorkflowResponse()
        answer.queryResult = result
        reply(query.call, answer)
    }

    private func isTooLarge(_ payloads: APIPayloads) -> Bool {
        ((try? payloads.serializedData().count) ?? 0) > limits.blobSize
    }

    private static func queryFailed(_ message: String, _ failure: APIFailureFailure?) -> EngineError {
        var detail = APIQueryFailedFailure()
        if let failure { detail.failure = failure }
        return EngineError(.invalidArgument, message, detail: detail)
    }
}

extension EngineError {
    static func notReady(_ message: String) -> EngineError {
        EngineError(.failedPrecondition, message, detail: APIWorkflowNotReadyFailure())
    }

    static var closedBeforeFirstTask: EngineError {
        notReady("Workflow execution closed before WorkflowTaskStarted event")
    }

    static var queryBufferFull: EngineError {
        var detail = APIResourceExhaustedFailure()
        detail.cause = .busyWorkflow
        detail.scope = .namespace
        return EngineError(
            .resourceExhausted,
            "consistent query buffer is full, this may be caused by too many queries and workflow not able to process query fast enough",
            detail: detail)
    }
}
