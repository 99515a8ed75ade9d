import WireAPI
import WorkerCore

/// Lets workflow code run against a history that exists, to see whether the two fit.
package struct HistoryReplay: Sendable {
    private let types: [any WorkflowDefinition.Type]
    private let converter: DataConverter
    private let namespace: String

    package init(types: [any WorkflowDefinition.Type], converter: DataConverter, namespace: String) {
        self.types = types
        self.converter = converter
        self.namespace = namespace
    }

    /// - Returns: why the code does not fit the history, or `nil` if it does.
    /// - Throws: ``InvalidOptions`` for types that cannot be registered together.
    package func run(_ history: APIHistory, workflowID: String) async throws -> APIFailureFailure? {
        let services = WorkflowServices(
            payloadConverter: converter.payloadConverter, failureConverter: converter.failureConverter,
            namespace: namespace, taskQueue: "replay")
        let host = try WorkflowHost(types: types, services: services, threads: 1)
        defer { host.close() }
        var state = WorkflowRunState.replay(
            history: history, workflowID: workflowID, options: WorkerCoreOptions(namespace: namespace))
        let instance = host.makeInstance(runID: state.runID)
        var step = state.begin()
        var failure: APIFailureFailure?
        loop: while true {
            switch step {
            case .activate(let activation):
                step = state.complete(with: try await activate(host, instance, activation))
            case .failTask(let task):
                failure = task.failure
                break loop
            case .restart(let reason):
                failure = .with { $0.message = "the history cannot be replayed: \(reason)" }
                break loop
            case .fetchHistory:
                failure = .with { $0.message = "the history is not complete" }
                break loop
            case .completeTask, .answerQuery, .replayed: break loop
            }
        }
        _ = await host.activate(instance, with: state.evictionActivation(.requested))
        return failure
    }

    private func activate(
        _ host: WorkflowHost, _ instance: WorkflowInstance, _ activation: Activation
    ) async throws -> ActivationResult {
        let input = converter.codec == nil ? activation : try await PayloadWalk.decoding(converter).map(activation)
        // What comes out is compared with the history by kind and id, not by content, so it need not be encoded.
        return await host.activate(instance, with: input)
    }
}
