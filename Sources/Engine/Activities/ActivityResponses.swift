import Foundation
import SwiftProtobuf
import WireAPI

/// What workers say of their activities, by task token or by id.
extension Engine {
    /// Names one attempt, or (by id) whatever attempt runs.
    enum ActivityReference {
        case token(Data)
        case id(namespace: String, workflowID: String, runID: String, activityID: String)
    }

    private func resolve(_ reference: ActivityReference) throws -> (Run, ActivityRecord) {
        switch reference {
        case .token(let bytes):
            guard let token = try? TaskToken(serializedBytes: bytes), token.run > 0 else {
                throw EngineError.badToken(bytes)
            }
            guard deletedRuns[token.run] == nil, let run = try loadRun(token.run) else {
                throw EngineError.activityNotFound
            }
            guard run.isOpen else { throw EngineError.workflowCompleted }
            guard let activity = run.activities[token.scheduledEventID], activity.startedTime > 0,
                activity.nonce == token.nonce, activity.attempt == token.attempt
            else { throw EngineError.activityNotFound }
            return (run, activity)
        case .id(let namespaceName, let workflowID, let runID, let activityID):
            let namespace = try namespaces.named(namespaceName).key
            var execution = APIWorkflowExecution()
            execution.workflowID = workflowID
            execution.runID = runID
            if activityID.isEmpty { throw EngineError.invalid("ActivityId is not set on request.") }
            // Without a workflow it would be an activity that stands alone, and there are none.
            if workflowID.isEmpty { throw EngineError.notFound("activity not found for ID: \(activityID)") }
            if !runID.isEmpty && !Identifiers.isUUID(runID) { throw EngineError.invalid("RunId is not valid UUID.") }
            let run = try findRun(namespace, execution)
            guard run.isOpen else { throw EngineError.workflowCompleted }
            guard let id = run.activityIDs[activityID], let activity = run.activities[id] else {
                throw EngineError.notFound(
                    "cannot find pending activity with ActivityID \(activityID), "
                        + "check workflow execution history for more details")
            }
            return (run, activity)
        }
    }

    /// By id an activity can be completed between two attempts: then that attempt counts as started now.
    private func resolveStarted(_ reference: ActivityReference, identity: String) throws -> (Run, ActivityRecord) {
        var (run, activity) = try resolve(reference)
        if activity.startedTime == 0 {
            activity.startedTime = now
            activity.identity = identity
            activity.requestID = Identifiers.random(random)
        }
        return (run, activity)
    }

    func heartbeat(
        _ reference: ActivityReference, details: APIPayloads?
    ) throws -> APIRecordActivityTaskHeartbeatResponse {
        var (run, activity) = try resolve(reference)
        guard activity.startedTime > 0 else { throw EngineError.activityNotFound }
        try checkSize(details)
        touch(run)
        activity.heartbeatTime = now
        if let details {
            activity.heartbeatDetails = try details.serializedBytes()
            activity.hasHeartbeat_p = true
        }
        run.setActivity(activity)
        var answer = APIRecordActivityTaskHeartbeatResponse()
        answer.cancelRequested = activity.cancelRequested
        return answer
    }

    func completeActivity(
        _ reference: ActivityReference, result: APIPayloads?, identity: String, version: APIWorkerVersionStamp?
    ) throws {
        let (run, found) = try resolveStarted(reference, identity: identity)
        do { try checkSize(result) } catch {
            // A result that will never fit fails the activity for good, so that its workflow hears of it.
            var failure = APIFailureFailure()
            failure.message = "Complete result exceeds size limit."
            failure.serverFailureInfo.nonRetryable = true
            return try failActivity(
                reference, failure: failure, lastHeartbeat: nil, identity: identity, version: version)
        }
        let activity = stamped(found, version)
        end(activity, of: run) { startedEventID in
            var event = self.newEvent(.activityTaskCompleted)
            var attributes = APIActivityTaskCompletedEventAttributes()
            if let result { attributes.result = result }
            attributes.scheduledEventID = activity.scheduledEventID
            attributes.startedEventID = startedEventID
            attributes.identity = identity
            event.activityTaskCompletedEventAttributes = attributes
            return event
        }
    }

    func failActivity(
        _ reference: ActivityReference, failure given: APIFailureFailure?, lastHeartbeat: APIPayloads?,
        identity: String,
        version: APIWorkerVersionStamp?
    ) throws {
        var (run, activity) = try resolveStarted(reference, identity: identity)
        activity = stamped(activity, version)
        if let lastHeartbeat {
            activity.heartbeatDetails = try lastHeartbeat.serializedBytes()
            activity.hasHeartbeat_p = true
        }
        let failure = given ?? APIFailureFailure()
        guard case .no(let state) = retryActivity(activity, of: run, after: failure) else { return }
        let ended = activity
        end(ended, of: run) { startedEventID in
            var event = self.newEvent(.activityTaskFailed)
            var attributes = APIActivityTaskFailedEventAttributes()
            if given != nil { attributes.failure = failure }
            attributes.scheduledEventID = ended.scheduledEventID
            attributes.startedEventID = startedEventID
            attributes.identity = identity
            attributes.retryState = state
            event.activityTaskFailedEventAttributes = attributes
            return event
        }
    }

    func cancelActivity(
        _ reference: ActivityReference, details: APIPayloads?, identity: String, version: APIWorkerVersionStamp?
    ) throws {
        let (run, found) = try resolveStarted(reference, identity: identity)
        try checkSize(details)
        guard found.cancelRequested else {
            throw EngineError.invalid(
                "unable to mark activity as canceled without activity being request canceled first")
        }
        // Of a cancelled attempt the reference does not tell the build.
        let activity = found
        end(activity, of: run) { startedEventID in
            var event = self.newEvent(.activityTaskCanceled)
            var attributes = APIActivityTaskCanceledEventAttributes()
            if let details { attributes.details = details }
            attributes.latestCancelRequestedEventID = activity.cancelRequestedEventID
            attributes.scheduledEventID = activity.scheduledEventID
            attributes.startedEventID = startedEventID
            attributes.identity = identity
            event.activityTaskCanceledEventAttributes = attributes
            return event
        }
    }

    private func stamped(_ activity: ActivityRecord, _ version: APIWorkerVersionStamp?) -> ActivityRecord {
        guard let version, let bytes = try? version.serializedData() else { return activity }
        var activity = activity
        activity.workerVersion = bytes
        return activity
    }

    func checkSize(_ payloads: APIPayloads?) throws {
        let size = payloads?.payloads.reduce(0) { $0 + $1.data.count } ?? 0
        if size > limits.blobSize { throw EngineError.invalid("Blob data size exceeds limit.") }
    }
}
