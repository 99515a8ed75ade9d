import WireAPI
import WireRPC

/// A workflow that was started, seen by a client that does not know its types.
public struct UntypedWorkflowHandle: Sendable {
    public let client: Client
    public let workflowID: String
    /// The one run that operations are meant for; `nil` means whichever is the newest.
    public let runID: String?
    /// The run whose result ``result(as:followsRuns:)`` waits for; `nil` means the newest at that moment.
    public let resultRunID: String?
    /// The first of the runs that follow each other; cancelling and terminating touch only that chain.
    public let firstExecutionRunID: String?

    init(
        client: Client, workflowID: String, runID: String?, resultRunID: String? = nil,
        firstExecutionRunID: String? = nil
    ) {
        self.client = client
        self.workflowID = workflowID
        self.runID = runID
        self.resultRunID = resultRunID
        self.firstExecutionRunID = firstExecutionRunID
    }

    var execution: APIWorkflowExecution {
        .with {
            $0.workflowID = workflowID
            $0.runID = runID ?? ""
        }
    }

    var subject: ErrorSubject { ErrorSubject(workflowID: workflowID, runID: runID) }
}

extension UntypedWorkflowHandle {
    /// Sends a signal. It counts as sent once the server has it; the workflow sees it later.
    /// - Throws: ``WorkflowNotFound`` if no run is open.
    public func signal(_ name: String, arguments: [BoundaryValue]) async throws {
        var request = APISignalWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.workflowExecution = execution
        request.signalName = name
        request.input = try await client.dataConverter.encode(arguments)
        request.identity = client.identity
        request.requestID = Identity.requestID()
        _ = try await client.call(WorkflowService.signalWorkflowExecution, request, about: subject)
    }

    /// Sends a signal by its name.
    public func signal<each Argument: Encodable & Sendable>(
        _ name: String, _ arguments: repeat each Argument
    ) async throws {
        try await signal(name, arguments: boundaryValues(repeat each arguments))
    }

    /// Sends a signal of a workflow whose type is known.
    public func signal<Definition: WorkflowDefinition>(_ call: SignalCall<Definition>) async throws {
        try await signal(call.name, arguments: call.arguments)
    }

    /// Asks the workflow to stop. Its code decides how; see ``terminate(reason:details:)`` for one that does not.
    /// - Throws: ``WorkflowNotFound`` if no run is open.
    public func cancel(reason: String = "") async throws {
        var request = APIRequestCancelWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.workflowExecution = execution
        request.identity = client.identity
        request.requestID = Identity.requestID()
        request.firstExecutionRunID = firstExecutionRunID ?? ""
        request.reason = reason
        _ = try await client.call(WorkflowService.requestCancelWorkflowExecution, request, about: subject)
    }

    /// Ends the workflow at once; its code is not asked.
    /// - Parameter details: values that are kept with the end of the history.
    /// - Throws: ``WorkflowNotFound`` if no run is open.
    public func terminate(reason: String = "", details: [BoundaryValue] = []) async throws {
        var request = APITerminateWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.workflowExecution = execution
        request.reason = reason
        if !details.isEmpty { request.details = try await client.dataConverter.encode(details) }
        request.identity = client.identity
        request.firstExecutionRunID = firstExecutionRunID ?? ""
        _ = try await client.call(WorkflowService.terminateWorkflowExecution, request, about: subject)
    }

    /// What the server knows of the run.
    public func describe() async throws -> RunDescription {
        var request = APIDescribeWorkflowExecutionRequest()
        request.namespace = client.namespace
        request.execution = execution
        let response = try await client.call(WorkflowService.describeWorkflowExecution, request, about: subject)
        return try await RunDescription(wire: response, converter: client.dataConverter)
    }
}

extension UntypedWorkflowHandle {
    /// When a query is not even asked.
    public enum QueryRejection: Sendable, Hashable {
        /// Always asked, also of a closed run. The default.
        case never
        /// Not asked of a run that has closed.
        case notOpen
        /// Not asked of a run that has closed in any other way than by completing.
        case notCompletedCleanly

        var wire: APIQueryRejectCondition {
            switch self {
            case .never: .none
            case .notOpen: .notOpen
            case .notCompletedCleanly: .notCompletedCleanly
            }
        }
    }

    /// Asks the workflow's code something.
    /// - Throws: ``QueryFailed`` if the code could not answer, ``QueryRejected`` as `rejecting` says,
    ///   ``WorkflowNotFound``, ``ConversionError`` if the answer is of another type.
    public func query<Answer: Sendable>(
        _ name: String, arguments: [BoundaryValue], returning type: Answer.Type,
        rejecting rejection: QueryRejection = .never
    ) async throws -> Answer {
        var request = APIQueryWorkflowRequest()
        request.namespace = client.namespace
        request.execution = execution
        request.query.queryType = name
        request.query.queryArgs = try await client.dataConverter.encode(arguments)
        request.queryRejectCondition = rejection.wire
        var about = subject
        about.query = name
        let response = try await client.call(WorkflowService.queryWorkflow, request, about: about)
        if response.hasQueryRejected {
            throw QueryRejected(query: name, status: RunStatus(wire: response.queryRejected.status))
        }
        let answer = try await client.dataConverter.decoded(response.queryResult)
        return try client.dataConverter.payloadConverter.result(from: answer, as: type)
    }

    /// Asks by the query's name.
    public func query<Answer: Decodable & Sendable, each Argument: Encodable & Sendable>(
        _ name: String, _ arguments: repeat each Argument, returning type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await query(name, arguments: boundaryValues(repeat each arguments), returning: type)
    }

    /// Asks a query of a workflow whose type is known.
    public func query<Definition: WorkflowDefinition, Answer: Sendable>(
        _ call: QueryCall<Definition, Answer>
    ) async throws -> Answer {
        try await query(call.name, arguments: call.arguments, returning: Answer.self)
    }
}

extension WorkflowHandle {
    public var workflowID: String { untyped.workflowID }
    /// The run that was started, or the one the handle was made for.
    public var runID: String? { untyped.runID ?? untyped.resultRunID }

    /// What the workflow returns, once it has; runs that continue it or retry it are followed.
    /// - Throws: ``WorkflowFailure`` if it does not end well.
    public var result: Definition.Output {
        get async throws { try await untyped.result(as: Definition.Output.self) }
    }

    /// Asks the workflow to stop. Its code decides how.
    public func cancel(reason: String = "") async throws { try await untyped.cancel(reason: reason) }

    /// Ends the workflow at once; its code is not asked.
    public func terminate(reason: String = "") async throws { try await untyped.terminate(reason: reason) }

    /// What the server knows of the run.
    public func describe() async throws -> RunDescription { try await untyped.describe() }

    /// What happened in the run, event by event.
    public func history() -> HistoryEvents { untyped.history() }

    public func signal(_ call: SignalCall<Definition>) async throws { try await untyped.signal(call) }

    public func query<Answer: Sendable>(_ call: QueryCall<Definition, Answer>) async throws -> Answer {
        try await untyped.query(call)
    }

    public func update<Result: Sendable>(_ call: UpdateCall<Definition, Result>) async throws -> Result {
        try await untyped.update(call)
    }
}
