import Engine
import Store
import SwiftProtobuf
import WireAPI
import WireRPC

/// Passes calls on to the engine and turns its answers into what the RPC layer sends.
struct EngineCaller: Sendable {
    let host: EngineHost

    /// Performs a call whose answer is a message.
    func call<Response: Message>(_ request: EngineRequest, _ context: RPCContext) async throws -> Response {
        switch try await outcome(request, context) {
        case .message(let message as Response): return message
        case .message(let message):
            throw RPCError(.internal, "the engine answered with a \(type(of: message)).")
        case .history: throw RPCError(.internal, "the engine answered with a page of history.")
        case .failure(let error): throw RPCError(error)
        }
    }

    func outcome(_ request: EngineRequest, _ context: RPCContext) async throws -> ReplyOutcome {
        try await host.perform(
            request, deadline: context.deadline.map(wallClock), isSDK: ClientKind(context).seesTransientEvents)
    }

    private func wallClock(_ deadline: ContinuousClock.Instant) -> Nanoseconds {
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: deadline).components
        let (remaining, isTooMuch) = seconds.multipliedReportingOverflow(by: .second)
        guard !isTooMuch else { return .max }
        let (moment, isTooLate) = host.core.clock.now.addingReportingOverflow(remaining + attoseconds / 1_000_000_000)
        return isTooLate ? .max : moment
    }

    /// Reads what is durable, with the errors of the store turned into a caller's.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any Store) throws -> Value) async throws -> Value {
        do {
            return try await host.read(body)
        } catch let error as VisibilityQueryError {
            throw RPCError(.invalidArgument, error.message)
        } catch let error as StoreError {
            throw RPCError(error.code == .readCutOff ? .resourceExhausted : .unavailable, error.description)
        } catch let error as EngineError {
            throw RPCError(error)
        }
    }

    /// The namespace a call names.
    /// - Throws: The reference's errors for a missing and for an unknown name.
    func namespace(_ name: String) throws(RPCError) -> NamespaceDirectory.Entry {
        guard !name.isEmpty else { throw RPCError(.invalidArgument, "Namespace is empty.") }
        guard let entry = host.core.namespaces[name] else {
            var detail = APINamespaceNotFoundFailure()
            detail.namespace = name
            throw RPCError(.notFound, "Namespace \(name) is not found.", detail: detail)
        }
        return entry
    }
}

extension RPCError {
    /// An engine's error as it is sent; its codes have gRPC's numbers.
    init(_ error: EngineError) {
        let code = Code(rawValue: error.code.rawValue) ?? .unknown
        if let detail = error.detail {
            self.init(code, error.message, detail: detail)
        } else {
            self.init(code, error.message)
        }
    }
}

/// What a client says it is, in its `client-name` header.
struct ClientKind: Sendable, Equatable {
    private static let header = "client-name"
    /// The ones that show histories to people: they see only what is written. Everybody else, nameless clients
    /// included, also sees the events of a transient workflow task.
    private static let viewers: Set<String> = ["temporal-cli", "temporal-ui"]

    let name: String

    init(_ context: RPCContext) {
        name = context.metadata(Self.header) ?? ""
    }

    var seesTransientEvents: Bool { !Self.viewers.contains(name) }
}

extension ServiceTable {
    /// Serves a method by asking the engine.
    mutating func serve<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, by engine: EngineCaller,
        as request: @escaping @Sendable (Request) -> EngineRequest
    ) {
        register(method) { message, context in
            try await engine.call(request(message), context)
        }
    }
}
