import WireAPI
import WireRPC

extension Client {
    /// Starts a workflow.
    ///
    /// The call is repeated when the server does not answer; it starts one run all the same.
    /// - Returns: a handle with the workflow's signals, queries and updates as methods.
    /// - Throws: ``WorkflowAlreadyStarted``, ``InvalidOptions``, ``ConversionError``, ``NamespaceNotFound``,
    ///   ``ServiceError``.
    public func start<Definition: WorkflowDefinition>(
        _ call: WorkflowCall<Definition>, id: String, taskQueue: String, options: WorkflowOptions = WorkflowOptions()
    ) async throws -> Definition.Handle {
        Definition.Handle(
            try await start(
                type: call.workflowType, arguments: call.arguments, id: id, taskQueue: taskQueue, options: options))
    }

    /// Starts a workflow and waits for its result.
    /// - Throws: ``WorkflowFailure`` if the workflow does not end well, and what ``start(_:id:taskQueue:options:)``
    ///   throws.
    public func execute<Definition: WorkflowDefinition>(
        _ call: WorkflowCall<Definition>, id: String, taskQueue: String, options: WorkflowOptions = WorkflowOptions()
    ) async throws -> Definition.Output {
        try await start(call, id: id, taskQueue: taskQueue, options: options).result
    }

    /// Starts a workflow that is known by its name only.
    public func start<each Argument: Encodable & Sendable>(
        workflow type: String, _ arguments: repeat each Argument, id: String, taskQueue: String,
        options: WorkflowOptions = WorkflowOptions()
    ) async throws -> UntypedWorkflowHandle {
        try await start(
            type: type, arguments: boundaryValues(repeat each arguments), id: id, taskQueue: taskQueue,
            options: options)
    }

    /// Starts a workflow that is known by its name only, and waits for its result.
    public func execute<Result: Decodable & Sendable, each Argument: Encodable & Sendable>(
        workflow type: String, _ arguments: repeat each Argument, returning result: Result.Type = Result.self,
        id: String, taskQueue: String, options: WorkflowOptions = WorkflowOptions()
    ) async throws -> Result {
        let run = try await start(
            type: type, arguments: boundaryValues(repeat each arguments), id: id, taskQueue: taskQueue,
            options: options)
        return try await run.result(as: result)
    }

    /// Sends a signal to a workflow, starting the workflow first if no run of it is open.
    ///
    /// A worker never sees the run without the signal.
    public func signalWithStart<Definition: WorkflowDefinition>(
        _ signal: SignalCall<Definition>, _ call: WorkflowCall<Definition>, id: String, taskQueue: String,
        options: WorkflowOptions = WorkflowOptions()
    ) async throws -> Definition.Handle {
        Definition.Handle(
            try await signalWithStart(
                signal: signal.name, signalArguments: signal.arguments, type: call.workflowType,
                arguments: call.arguments, id: id, taskQueue: taskQueue, options: options))
    }

    /// The same for a workflow that is known by its name only.
    public func signalWithStart(
        signal: String, signalArguments: [BoundaryValue] = [], workflow type: String,
        arguments: [BoundaryValue] = [], id: String, taskQueue: String, options: WorkflowOptions = WorkflowOptions()
    ) async throws -> UntypedWorkflowHandle {
        try await signalWithStart(
            signal: signal, signalArguments: signalArguments, type: type, arguments: arguments, id: id,
            taskQueue: taskQueue, options: options)
    }

    /// A handle for a workflow that was started elsewhere. Nothing is sent.
    /// - Parameter runID: one run of the workflow; `nil` means its newest.
    public func handle<Definition: WorkflowDefinition>(
        _ definition: Definition.Type, id: String, runID: String? = nil
    ) -> Definition.Handle {
        Definition.Handle(handle(id: id, runID: runID))
    }

    /// A handle for a workflow that is known by its id only. Nothing is sent.
    public func handle(id: String, runID: String? = nil) -> UntypedWorkflowHandle {
        UntypedWorkflowHandle(client: self, workflowID: id, runID: runID, resultRunID: runID)
    }
}

extension Client {
    func start(
        type: String, arguments: [BoundaryValue], id: String, taskQueue: String, options: WorkflowOptions
    ) async throws -> UntypedWorkflowHandle {
        let request = try await startRequest(type, arguments, id: id, taskQueue: taskQueue, options: options)
        let response = try await call(
            WorkflowService.startWorkflowExecution, request,
            about: ErrorSubject(workflowID: id, workflowType: type))
        return UntypedWorkflowHandle(
            client: self, workflowID: id, runID: nil, resultRunID: response.runID,
            firstExecutionRunID: response.runID)
    }

    func startRequest(
        _ type: String, _ arguments: [BoundaryValue], id: String, taskQueue: String, options: WorkflowOptions
    ) async throws -> APIStartWorkflowExecutionRequest {
        try options.validate()
        try checkNames(id: id, taskQueue: taskQueue, type: type)
        var request = APIStartWorkflowExecutionRequest()
        request.namespace = namespace
        request.workflowID = id
        request.workflowType.name = type
        request.taskQueue.name = taskQueue
        request.input = try await dataConverter.encode(arguments)
        request.identity = identity
        request.requestID = Identity.requestID()
        request.workflowIDReusePolicy = options.idReusePolicy.wire
        request.workflowIDConflictPolicy = options.idConflictPolicy.wire
        if let timeout = options.executionTimeout { request.workflowExecutionTimeout = .init(timeout) }
        if let timeout = options.runTimeout { request.workflowRunTimeout = .init(timeout) }
        if let timeout = options.taskTimeout { request.workflowTaskTimeout = .init(timeout) }
        if let retry = options.retry { request.retryPolicy = retry.wire }
        if let delay = options.startDelay { request.workflowStartDelay = .init(delay) }
        request.cronSchedule = options.cronSchedule ?? ""
        if !options.memo.isEmpty { request.memo = try await options.memo.encoded(with: dataConverter) }
        if !options.searchAttributes.isEmpty { request.searchAttributes = options.searchAttributes.wire }
        if let metadata = try await metadata(options) { request.userMetadata = metadata }
        if let priority = options.priority { request.priority = priority.wire }
        return request
    }

    private func checkNames(id: String, taskQueue: String, type: String) throws(InvalidOptions) {
        if id.isEmpty { throw InvalidOptions("id", "of the workflow must not be empty") }
        if taskQueue.isEmpty {
            throw InvalidOptions("taskQueue", "must not be empty: it names the queue that the workers poll")
        }
        if type.isEmpty { throw InvalidOptions("workflow", "type must not be empty") }
    }

    private func metadata(_ options: WorkflowOptions) async throws -> APIUserMetadata? {
        guard options.summary != nil || options.details != nil else { return nil }
        var metadata = APIUserMetadata()
        if let summary = options.summary { metadata.summary = try await dataConverter.encode(BoundaryValue(summary)) }
        if let details = options.details { metadata.details = try await dataConverter.encode(BoundaryValue(details)) }
        return metadata
    }

    private func signalWithStart(
        signal: String, signalArguments: [BoundaryValue], type: String, arguments: [BoundaryValue], id: String,
        taskQueue: String, options: WorkflowOptions
    ) async throws -> UntypedWorkflowHandle {
        let start = try await startRequest(type, arguments, id: id, taskQueue: taskQueue, options: options)
        var request = APISignalWithStartWorkflowExecutionRequest()
        request.namespace = start.namespace
        request.workflowID = start.workflowID
        request.workflowType = start.workflowType
        request.taskQueue = start.taskQueue
        request.input = start.input
        request.identity = start.identity
        request.requestID = start.requestID
        request.workflowIDReusePolicy = start.workflowIDReusePolicy
        // A signal is meant for the open run, so "fail" cannot be what is wanted here.
        request.workflowIDConflictPolicy =
            options.idConflictPolicy == .fail ? .unspecified : start.workflowIDConflictPolicy
        if start.hasWorkflowExecutionTimeout { request.workflowExecutionTimeout = start.workflowExecutionTimeout }
        if start.hasWorkflowRunTimeout { request.workflowRunTimeout = start.workflowRunTimeout }
        if start.hasWorkflowTaskTimeout { request.workflowTaskTimeout = start.workflowTaskTimeout }
        if start.hasRetryPolicy { request.retryPolicy = start.retryPolicy }
        if start.hasWorkflowStartDelay { request.workflowStartDelay = start.workflowStartDelay }
        request.cronSchedule = start.cronSchedule
        if start.hasMemo { request.memo = start.memo }
        if start.hasSearchAttributes { request.searchAttributes = start.searchAttributes }
        if start.hasUserMetadata { request.userMetadata = start.userMetadata }
        if start.hasPriority { request.priority = start.priority }
        request.signalName = signal
        request.signalInput = try await dataConverter.encode(signalArguments)
        let response = try await call(
            WorkflowService.signalWithStartWorkflowExecution, request,
            about: ErrorSubject(workflowID: id, workflowType: type))
        return UntypedWorkflowHandle(client: self, workflowID: id, runID: nil, resultRunID: response.runID)
    }
}

/// Values that came as a parameter pack, as a list.
func boundaryValues<each Argument: Encodable & Sendable>(_ arguments: repeat each Argument) -> [BoundaryValue] {
    var values: [BoundaryValue] = []
    for argument in repeat each arguments { values.append(BoundaryValue(argument)) }
    return values
}
