import Logging
import WireAPI

/// What the worker gives to every run.
package struct WorkflowServices: Sendable {
    package var payloadConverter: any PayloadConverter
    package var failureConverter: any FailureConverter
    package var namespace: String
    package var taskQueue: String
    package var logger: Logger
    /// Error types that fail the run when they leave `run`, besides the ``DurableFailure``s.
    package var failsRun: @Sendable (any Error) -> Bool

    package init(
        payloadConverter: any PayloadConverter = DefaultPayloadConverter(),
        failureConverter: any FailureConverter = DefaultFailureConverter(), namespace: String = "default",
        taskQueue: String = "", logger: Logger = Logger(label: "millrace.workflow"),
        failsRun: @escaping @Sendable (any Error) -> Bool = { _ in false }
    ) {
        self.payloadConverter = payloadConverter
        self.failureConverter = failureConverter
        self.namespace = namespace
        self.taskQueue = taskQueue
        self.logger = logger
        self.failsRun = failsRun
    }

    func failure(from error: any Error) -> APIFailureFailure {
        failureConverter.failure(from: error, payloadConverter: payloadConverter).wire
    }

    func error(from failure: APIFailureFailure) -> any Error {
        failureConverter.error(from: FailureMessage(wire: failure), payloadConverter: payloadConverter)
    }

    func payloads(_ value: BoundaryValue) throws -> APIPayloads {
        try payloadConverter.payloads(from: [value])
    }

    func arguments(_ payloads: [APIPayload]) -> Arguments {
        Arguments(.with { $0.payloads = payloads }, converter: payloadConverter)
    }
}
