import NIOCore
import SwiftProtobuf
import WireAPI

/// The methods a server offers and their handlers: served over HTTP/2 by ``RPCServer``, or called directly through
/// ``InProcessConnection``.
///
/// A handler throws ``RPCError`` for an error the caller should see; anything else becomes `.internal`. Its task is
/// cancelled when the caller goes away, its deadline passes, or the server stops. It starts on the thread of the
/// caller's connection and must not block that before it first suspends.
public struct ServiceTable: Sendable {
    /// One method with its types erased.
    public struct Entry: Sendable {
        /// Decodes the request, runs the handler and encodes the answer.
        ///
        /// An answer with at least five bytes in front of its `readerIndex` is sent without being copied; those bytes
        /// are overwritten.
        public var callBytes: @Sendable (ByteBuffer, RPCContext) async throws -> ByteBuffer
        /// Runs the handler on messages; fails with `.internal` if the types are not the method's.
        public var callMessage: @Sendable (any Message, RPCContext) async throws -> any Message

        public init(
            callBytes: @escaping @Sendable (ByteBuffer, RPCContext) async throws -> ByteBuffer,
            callMessage: @escaping @Sendable (any Message, RPCContext) async throws -> any Message
        ) {
            self.callBytes = callBytes
            self.callMessage = callMessage
        }
    }

    /// What is served, by `:path` (`/package.Service/Method`).
    public private(set) var entries: [String: Entry] = [:]
    /// Called for a path that no entry serves; the answer is its error.
    public var unknownMethod: @Sendable (_ path: String) -> RPCError = { path in
        RPCError(.unimplemented, "unknown method \(path)")
    }

    public init() {}

    /// Serves a method with a handler; one that was there before is replaced.
    public mutating func register<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>,
        _ handler: @escaping @Sendable (Request, RPCContext) async throws -> Response
    ) {
        entries[method.path] = Entry(
            callBytes: { bytes, context in
                try await handler(Self.decode(bytes), context).encodedBuffer()
            },
            callMessage: { message, context in
                try await handler(Self.cast(message, method.path), context)
            })
    }

    /// Serves a method whose handler answers with the encoded message, such as bytes that were stored like that.
    ///
    /// A caller in this process gets them decoded.
    public mutating func registerRaw<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>,
        _ handler: @escaping @Sendable (Request, RPCContext) async throws -> ByteBuffer
    ) {
        entries[method.path] = Entry(
            callBytes: { bytes, context in
                try await handler(Self.decode(bytes), context)
            },
            callMessage: { message, context in
                try await Response(decoding: handler(Self.cast(message, method.path), context))
            })
    }

    /// Replaces every entry by what `wrap` makes of it: for what all calls share, such as authorization and metrics.
    public mutating func wrapEntries(_ wrap: (_ path: String, Entry) -> Entry) {
        for (path, entry) in entries { entries[path] = wrap(path, entry) }
    }

    private static func decode<Request: Message>(_ bytes: ByteBuffer) throws -> Request {
        do {
            return try Request(decoding: bytes)
        } catch {
            throw RPCError(.internal, "the request is not a valid \(Request.protoMessageName): \(error)")
        }
    }

    private static func cast<Request: Message>(_ message: any Message, _ path: String) throws -> Request {
        guard let request = message as? Request else {
            throw RPCError(.internal, "\(path) was called with a \(type(of: message))")
        }
        return request
    }
}
