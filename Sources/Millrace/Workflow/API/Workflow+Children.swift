import WireAPI
import WorkerCore

extension Workflow {
    /// Starts a child workflow and waits until it has begun.
    ///
    /// - Parameter id: the child's workflow id; a random one if left out.
    /// - Throws: ``ChildWorkflowFailure`` if it could not be started, such as when its id is in use;
    ///   `CancellationError` if the task was cancelled before.
    public nonisolated(nonsending) static func startChild<Definition: WorkflowDefinition>(
        _ call: WorkflowCall<Definition>, id: String? = nil, options: ChildOptions = ChildOptions()
    ) async throws -> ChildHandle<Definition> {
        ChildHandle(
            untyped: try await startChild(
                workflow: call.workflowType, arguments: call.arguments, id: id, options: options))
    }

    /// Starts a child workflow and waits for what it returns.
    ///
    /// - Throws: ``ChildWorkflowFailure`` if it does not succeed.
    public nonisolated(nonsending) static func executeChild<Definition: WorkflowDefinition>(
        _ call: WorkflowCall<Definition>, id: String? = nil, options: ChildOptions = ChildOptions()
    ) async throws -> Definition.Output {
        try await startChild(call, id: id, options: options).result
    }

    /// Starts a child workflow that is known by its name.
    public nonisolated(nonsending) static func startChild(
        workflow: String, arguments: [BoundaryValue], id: String? = nil, options: ChildOptions = ChildOptions()
    ) async throws -> UntypedChildHandle {
        let context = try await RunContext.entered(waitingIn: "child workflow '\(workflow)'")
        let id = id ?? "\(uuid())".lowercased()
        let converter = context.services.payloadConverter
        let attributes = try options.attributes(
            type: workflow, id: id, input: converter.payloads(from: arguments), converter: converter)
        let seq = context.number(.child)
        context.emit(
            .startChild(
                StartChild(
                    seq: seq, attributes: attributes, cancellation: options.cancellation.core,
                    metadata: context.userMetadata(summary: options.summary))))
        let outcome = try await RunContext.wait(.childStart(seq)) { $0.cancelChild(seq) }
        guard case .childStart(let resolution) = outcome, let context = DrainThread.context else {
            throw WorkflowEvicted()
        }
        switch resolution {
        case .started(let runID): return UntypedChildHandle(seq: seq, workflowID: id, runID: runID)
        case .canceled(let failure): throw context.services.error(from: failure)
        case .failed(let cause, let workflowID, let workflowType):
            throw ChildWorkflowFailure(
                cause == .workflowAlreadyExists
                    ? "a workflow with the id is running or may not be started again"
                    : "the child could not be started",
                namespace: context.services.namespace, workflowID: workflowID, workflowType: workflowType,
                retryState: .nonRetryableFailure)
        }
    }
}

/// A child workflow that has begun.
public struct ChildHandle<Definition: WorkflowDefinition>: Sendable {
    /// The same child without the types.
    public let untyped: UntypedChildHandle

    public var workflowID: String { untyped.workflowID }
    public var runID: String { untyped.runID }

    /// What the child returns, once it has. Cancelling the task that waits cancels the child, as its options say.
    ///
    /// - Throws: ``ChildWorkflowFailure`` if it does not succeed.
    public nonisolated(nonsending) var result: Definition.Output {
        get async throws { try await untyped.result(as: Definition.Output.self) }
    }

    /// Sends the child a signal and waits until it has been delivered.
    public nonisolated(nonsending) func signal(_ call: SignalCall<Definition>) async throws {
        try await untyped.signal(call.name, arguments: call.arguments)
    }

    /// Asks the child to cancel.
    public func cancel(reason: String = "") throws { try untyped.cancel(reason: reason) }
}

/// A child workflow that has begun, of any type.
public struct UntypedChildHandle: Sendable {
    let seq: Int
    public let workflowID: String
    public let runID: String

    /// What the child returns, once it has.
    public nonisolated(nonsending) func result<Output: Sendable>(as type: Output.Type) async throws -> Output {
        let context = try await RunContext.entered(waitingIn: "the result of child workflow '\(workflowID)'")
        let seq = seq
        if context.childResolutions[seq] == nil {
            let number = context.number(.childWait)
            context.childWaits[seq, default: []].append(number)
            _ = try await RunContext.wait(.childWait(number)) { $0.cancelChild(seq) }
        }
        guard let context = DrainThread.context, let resolution = context.childResolutions[seq] else {
            throw WorkflowEvicted()
        }
        switch resolution {
        case .completed(let payloads):
            return try context.services.payloadConverter.result(from: payloads, as: Output.self)
        case .failed(let failure), .canceled(let failure): throw context.services.error(from: failure)
        }
    }

    /// Sends the child a signal and waits until it has been delivered.
    public nonisolated(nonsending) func signal(_ name: String, arguments: [BoundaryValue]) async throws {
        try await Workflow.signal(
            name, arguments: arguments, workflowID: workflowID, runID: nil, isChild: true)
    }

    /// Asks the child to cancel.
    public func cancel(reason: String = "") throws {
        let context = try RunContext.entered("cancel of child workflow '\(workflowID)'")
        context.cancelChild(seq, reason: reason)
    }
}

extension RunContext {
    /// Asks a child to cancel, once.
    func cancelChild(_ seq: Int, reason: String? = nil) {
        guard childResolutions[seq] == nil, cancelledChildren.insert(seq).inserted else { return }
        emit(.cancelChild(seq: seq, reason: reason ?? cancelReason))
    }

    /// A child has ended: everyone who waits for it goes on.
    func childEnded(_ seq: Int, _ resolution: ChildResolution) {
        childResolutions[seq] = resolution
        for number in childWaits.removeValue(forKey: seq) ?? [] { resolve(.childWait(number), .success(.done)) }
    }
}
