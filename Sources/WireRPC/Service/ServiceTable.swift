import NIOCore
import SwiftProtobuf
import WireAPI

/// What a handler knows of the call it answers.
public struct RPCContext: Sendable {
    /// Metadata of the request (lower-case keys; `-bin` values still base64).
    public var metadata: [(key: String, value: String)]
    /// When the caller stops waiting, on the monotonic clock; `nil` means it set no limit.
    public var deadline: ContinuousClock.Instant?
    /// Where the call comes from, for logs; `in-process` for a call that never left the process.
    public var peer: String

    public init(
        metadata: [(key: String, value: String)] = [], deadline: ContinuousClock.Instant? = nil,
        peer: String = "in-process"
    ) {
        self.metadata = metadata
        self.deadline = deadline
        self.peer = peer
    }

    public func metadata(_ key: String) -> String? {
        metadata.first { $0.key == key }?.value
    }
}

/// The methods a server offers and their handlers: served over HTTP/2 by ``RPCServer``, or called directly through
/// ``InProcessConnection``.
///
/// A handler throws ``RPCError`` for an error the caller should see; anything else becomes `.internal`. Its task is
/// cancelled when the caller goes away, its deadline passes, or the server stops.
public struct ServiceTable: Sendable {
    /// One method with its types erased.
    public struct Entry: Sendable {
        /// Decodes the request, runs the handler and encodes the answer.
        public var callBytes: @Sendable (ByteBuffer, RPCContext) async throws -> ByteBuffer
        /// Runs the handler on messages; fails with `.internal` if the types are not the method's.
        public var callMessage: @Sendable (any Message, RPCContext) async throws -> any Message
    }

    public private(set) var entries: [String: Entry] = [:]
    /// Called for a path that no entry serves; the answer is its error.
    public var unknownMethod: @Sendable (_ path: String) -> RPCError = { path in
        RPCError(.unimplemented, "unknown method \(path)")
    }

    public init() {}

    public mutating func register<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>,
        _ handler: @escaping @Sendable (Request, RPCContext) async throws -> Response
    ) {
        entries[method.path] = Entry(
            callBytes: { bytes, context in
                let request: Request
                do {
                    request = try Request(serializedBytes: bytes.readableBytesView)
                } catch {
                    throw RPCError(.internal, "the request is not a valid \(Request.protoMessageName): \(error)")
                }
                let response: [UInt8] = try await handler(request, context).serializedBytes()
                return ByteBuffer(bytes: response)
            },
            callMessage: { message, context in
                guard let request = message as? Request else {
                    throw RPCError(.internal, "\(method.path) was called with a \(type(of: message))")
                }
                return try await handler(request, context)
            })
    }
}

/// Calls the handlers of a ``ServiceTable`` directly: no bytes, no sockets.
public struct InProcessConnection: ServiceConnection {
    private let table: ServiceTable

    public init(_ table: ServiceTable) {
        self.table = table
    }

    public func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response {
        guard let entry = table.entries[method.path] else { throw table.unknownMethod(method.path) }
        let deadline = options.timeout.map { ContinuousClock.now.advanced(by: $0) }
        let context = RPCContext(metadata: options.metadata, deadline: deadline)
        let answer = try await DeadlineScope.run(until: deadline) {
            try await entry.callMessage(request, context)
        }
        guard let response = answer as? Response else {
            throw RPCError(.internal, "\(method.path) answered with a \(type(of: answer))")
        }
        return response
    }
}
