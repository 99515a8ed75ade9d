import SwiftProtobuf
import WireAPI
import WireRPC

/// A connection to one namespace of a server: it starts workflows and talks to them.
///
///     let client = try await Client.connect()
///     let run = try await client.start(TopStories.run(limit: 10), id: "top", taskQueue: "hackernews")
///     let stories = try await run.result
///
/// A client is a value; copies share the connection.
public struct Client: Sendable {
    public let namespace: String
    /// How this program names itself in histories and lists, by default `process@host`.
    public let identity: String
    public let dataConverter: DataConverter
    let service: ServiceCaller

    /// A client on a connection that is there already: a server in the same process, or one that a test scripts.
    public init(
        connection: any ServiceConnection, namespace: String = "default", identity: String? = nil,
        dataConverter: DataConverter = .default
    ) {
        self.init(
            service: ServiceCaller(connection: connection), namespace: namespace, identity: identity,
            dataConverter: dataConverter)
    }

    init(
        service: ServiceCaller, namespace: String, identity: String? = nil, dataConverter: DataConverter = .default
    ) {
        self.service = service
        self.namespace = namespace
        self.identity = identity ?? Identity.ofProcess
        self.dataConverter = dataConverter
    }

    /// The connection itself, for calls that the SDK has no method for.
    public var connection: any ServiceConnection { service.connection }
}

extension Client {
    /// Makes a call and translates its error into one that says what it means for the caller.
    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, about subject: ErrorSubject = ErrorSubject()
    ) async throws -> Response {
        do {
            return try await service.call(method, request)
        } catch let error as RPCError {
            throw await translate(error, about: subject)
        }
    }

    func poll<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, about subject: ErrorSubject = ErrorSubject()
    ) async throws -> Response {
        do {
            return try await service.poll(method, request)
        } catch let error as RPCError {
            throw await translate(error, about: subject)
        }
    }

    func translate(_ error: RPCError, about subject: ErrorSubject) async -> any Error {
        if error.code == .cancelled, Task.isCancelled { return CancellationError() }
        if let failure = error.detail(APINamespaceNotFoundFailure.self) {
            return NamespaceNotFound(namespace: failure.namespace.isEmpty ? namespace : failure.namespace)
        }
        if let id = subject.scheduleID {
            // Servers whose schedules are workflows name the workflow in the detail; only the code means the same in all.
            if error.code == .alreadyExists { return ScheduleAlreadyRunning(scheduleID: id) }
            if error.code == .notFound { return ScheduleNotFound(scheduleID: id, message: error.message) }
        }
        if let failure = error.detail(APIWorkflowExecutionAlreadyStartedFailure.self) {
            return WorkflowAlreadyStarted(
                workflowID: subject.workflowID ?? "", runID: failure.runID.isEmpty ? nil : failure.runID,
                workflowType: subject.workflowType ?? "")
        }
        if let query = subject.query, let failure = error.detail(APIQueryFailedFailure.self) {
            let cause = failure.hasFailure ? try? await dataConverter.error(from: failure.failure) : nil
            return QueryFailed(query: query, message: error.message, cause: cause)
        }
        if error.code == .notFound {
            if subject.isActivity { return ActivityNotFound(message: error.message) }
            if let id = subject.workflowID {
                return WorkflowNotFound(workflowID: id, runID: subject.runID, message: error.message)
            }
        }
        return ServiceError(error)
    }
}

/// What a call was about, for the error it may end in.
struct ErrorSubject: Sendable {
    var workflowID: String?
    var runID: String?
    var workflowType: String?
    var query: String?
    var isActivity = false
    var scheduleID: String?
}
