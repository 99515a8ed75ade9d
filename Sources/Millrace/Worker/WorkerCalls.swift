import Logging
import SwiftProtobuf
import WireAPI
import WireRPC

/// What all parts of a worker share: who it is, and how it talks to the server.
struct WorkerContext: Sendable {
    let client: Client
    let taskQueue: String
    let options: WorkerOptions
    let identity: String
    let buildID: String
    /// Names this worker among others of the same program.
    let instanceKey: String
    /// The queue that only this worker polls.
    let stickyQueue: String
    let logger: Logger

    init(client: Client, taskQueue: String, options: WorkerOptions) {
        self.client = client
        self.taskQueue = taskQueue
        self.options = options
        identity = options.identity ?? client.identity
        buildID = options.buildID ?? Fingerprint.ofProgram
        instanceKey = Identity.requestID()
        stickyQueue = "\(identity)-\(instanceKey)"
        var logger = options.logger
        logger[metadataKey: "taskQueue"] = "\(taskQueue)"
        self.logger = logger
    }

    var namespace: String { client.namespace }
    var service: ServiceCaller { client.service }
    var converter: DataConverter { client.dataConverter }

    func report(_ event: WorkerEvent) { options.onEvent?(event) }

    /// Sends an answer to a task. The server may well refuse it, because it came too late; that is no error of ours.
    /// - Returns: the response, or the refusal.
    func answer<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request
    ) async -> Result<Response, RPCError> {
        do {
            return .success(try await service.call(method, request))
        } catch {
            let refusal = error as? RPCError ?? RPCError(.unknown, "\(error)")
            let level: Logger.Level = refusal.code == .notFound ? .debug : .warning
            logger.log(
                level: level, "the server did not take an answer",
                metadata: ["method": "\(method.name)", "error": "\(refusal)"])
            report(.answerRefused(method: method.name, message: refusal.description))
            return .failure(refusal)
        }
    }
}
