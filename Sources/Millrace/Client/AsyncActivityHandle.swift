import WireAPI
import WireRPC

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An activity that is completed from outside the worker that took it (see ``Activity/completesElsewhere()``).
public struct AsyncActivityHandle: Sendable {
    enum Reference: Sendable {
        case token(Data)
        case id(workflowID: String, runID: String?, activityID: String)
    }

    let client: Client
    let reference: Reference

    private var subject: ErrorSubject { ErrorSubject(isActivity: true) }

    /// The activity has succeeded.
    /// - Throws: ``ActivityNotFound`` if it is not waited for any more.
    public func complete(_ result: BoundaryValue) async throws {
        var payloads = APIPayloads()
        payloads.payloads = [try await client.dataConverter.encode(result)]
        switch reference {
        case .token(let token):
            var request = APIRespondActivityTaskCompletedRequest()
            request.taskToken = token
            request.result = payloads
            request.identity = client.identity
            request.namespace = client.namespace
            _ = try await client.call(WorkflowService.respondActivityTaskCompleted, request, about: subject)
        case .id(let workflowID, let runID, let activityID):
            var request = APIRespondActivityTaskCompletedByIdRequest()
            (request.workflowID, request.runID, request.activityID) = (workflowID, runID ?? "", activityID)
            request.result = payloads
            request.identity = client.identity
            request.namespace = client.namespace
            _ = try await client.call(WorkflowService.respondActivityTaskCompletedById, request, about: subject)
        }
    }

    /// The activity has succeeded with this value.
    public func complete(_ result: some Encodable & Sendable) async throws {
        try await complete(BoundaryValue(result))
    }

    /// The activity has succeeded and returns nothing.
    public func complete() async throws {
        try await complete(BoundaryValue(()))
    }

    /// The attempt has failed; the retry policy decides what follows.
    /// - Throws: ``ActivityNotFound`` if it is not waited for any more.
    public func fail(_ error: any Error) async throws {
        let failure = try await client.dataConverter.failure(from: error)
        switch reference {
        case .token(let token):
            var request = APIRespondActivityTaskFailedRequest()
            request.taskToken = token
            request.failure = failure
            request.identity = client.identity
            request.namespace = client.namespace
            _ = try await client.call(WorkflowService.respondActivityTaskFailed, request, about: subject)
        case .id(let workflowID, let runID, let activityID):
            var request = APIRespondActivityTaskFailedByIdRequest()
            (request.workflowID, request.runID, request.activityID) = (workflowID, runID ?? "", activityID)
            request.failure = failure
            request.identity = client.identity
            request.namespace = client.namespace
            _ = try await client.call(WorkflowService.respondActivityTaskFailedById, request, about: subject)
        }
    }

    /// The activity has stopped because it was asked to.
    /// - Throws: ``ActivityNotFound`` if it is not waited for any more.
    public func reportCancellation(details: [BoundaryValue] = []) async throws {
        let payloads = try await client.dataConverter.encode(details)
        switch reference {
        case .token(let token):
            var request = APIRespondActivityTaskCanceledRequest()
            request.taskToken = token
            if !details.isEmpty { request.details = payloads }
            request.identity = client.identity
            request.namespace = client.namespace
            _ = try await client.call(WorkflowService.respondActivityTaskCanceled, request, about: subject)
        case .id(let workflowID, let runID, let activityID):
            var request = APIRespondActivityTaskCanceledByIdRequest()
            (request.workflowID, request.runID, request.activityID) = (workflowID, runID ?? "", activityID)
            if !details.isEmpty { request.details = payloads }
            request.identity = client.identity
            request.namespace = client.namespace
            _ = try await client.call(WorkflowService.respondActivityTaskCanceledById, request, about: subject)
        }
    }

    /// Says that the activity is being worked on. Sent at once, not throttled.
    /// - Returns: whether the activity has been asked to stop.
    /// - Throws: ``ActivityNotFound`` if it is not waited for any more.
    @discardableResult
    public func heartbeat(_ details: BoundaryValue...) async throws -> Bool {
        let payloads = try await client.dataConverter.encode(details)
        switch reference {
        case .token(let token):
            var request = APIRecordActivityTaskHeartbeatRequest()
            request.taskToken = token
            if !details.isEmpty { request.details = payloads }
            request.identity = client.identity
            request.namespace = client.namespace
            return try await client.call(WorkflowService.recordActivityTaskHeartbeat, request, about: subject)
                .cancelRequested
        case .id(let workflowID, let runID, let activityID):
            var request = APIRecordActivityTaskHeartbeatByIdRequest()
            (request.workflowID, request.runID, request.activityID) = (workflowID, runID ?? "", activityID)
            if !details.isEmpty { request.details = payloads }
            request.identity = client.identity
            request.namespace = client.namespace
            return try await client.call(WorkflowService.recordActivityTaskHeartbeatById, request, about: subject)
                .cancelRequested
        }
    }
}

extension Client {
    /// An activity by the token that its worker got (``ActivityInfo/taskToken``).
    public func activity(taskToken: Data) -> AsyncActivityHandle {
        AsyncActivityHandle(client: self, reference: .token(taskToken))
    }

    /// An activity by its ids.
    /// - Parameter runID: one run of the workflow; `nil` means its newest.
    public func activity(workflowID: String, runID: String? = nil, activityID: String) -> AsyncActivityHandle {
        AsyncActivityHandle(
            client: self, reference: .id(workflowID: workflowID, runID: runID, activityID: activityID))
    }
}
