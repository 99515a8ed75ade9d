import NIOCore
import NIOHPACK
import SwiftProtobuf
import Synchronization
import WireAPI

/// Calls a server over HTTP/2.
///
///     let client = try RPCClient(target: "127.0.0.1:7233")
///     let info = try await client.call(WorkflowService.getSystemInfo, .init(), options: CallOptions())
///
/// It connects with the first call, shares one connection between all calls while the server allows, and connects anew
/// when the connection is lost or the server asks it to go. It does not repeat calls, except those the server certainly
/// has not looked at.
public final class RPCClient: ServiceConnection {
    private let configuration: Configuration
    private let pool: ClientPool
    private let metadata: Mutex<[(key: String, value: String)]>

    /// Prepares a client; nothing is connected yet.
    ///
    /// - Parameter target: `host:port`, `host` (then the port is 7233) or `[IPv6]:port`.
    /// - Throws: ``RPCError`` `.invalidArgument` for a malformed target, ``RPCTLSError`` for unusable certificates.
    public init(target: String, configuration: Configuration = Configuration()) throws {
        let target = try RPCTarget(target)
        let connector = try ClientConnector(target: target, configuration: configuration)
        self.configuration = configuration
        pool = ClientPool(target: target, connector: connector, configuration: configuration)
        metadata = Mutex(configuration.metadata)
    }

    deinit {
        pool.close()
    }

    /// Replaces the metadata sent with every call from now on, such as an API key.
    public func setMetadata(_ metadata: [(key: String, value: String)]) {
        self.metadata.withLock { $0 = metadata }
    }

    /// Ends the calls in flight with `.cancelled` and closes the connections. Later calls fail the same way.
    public func close() {
        pool.close()
    }

    /// Connections that currently take calls.
    public var connectionCount: Int { pool.readyCount }

    public func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response {
        let deadline = options.timeout.map { ContinuousClock.now.advanced(by: $0) }
        let message: ByteBuffer
        do {
            message = try request.encodedBuffer()
        } catch {
            throw RPCError(.internal, "the request cannot be encoded: \(error)")
        }
        let answer = try await send(message, to: method.path, options: options, deadline: deadline)
        do {
            return try Response(decoding: answer)
        } catch {
            throw RPCError(.internal, "the answer is not a valid \(Response.protoMessageName): \(error)")
        }
    }

    private func send(
        _ message: ByteBuffer, to path: String, options: CallOptions, deadline: ContinuousClock.Instant?
    ) async throws -> ByteBuffer {
        var body = message
        var isCompressed = false
        if let threshold = configuration.compressionThreshold, message.readableBytes >= threshold,
            let compressed = Gzip.compress(message)
        {
            body = compressed
            isCompressed = true
        }
        let call = ClientCall(
            headers: headers(path, options, isCompressed: isCompressed),
            body: MessageFrame.wrap(body, compressed: isCompressed), pool: pool)
        return try await call.run(deadline: deadline)
    }

    private func headers(_ path: String, _ options: CallOptions, isCompressed: Bool) -> HPACKHeaders {
        let shared = metadata.withLock { $0 }
        var list: [(String, String)] = []
        list.reserveCapacity(10 + shared.count + options.metadata.count)
        list.append((":method", "POST"))
        list.append((":scheme", configuration.tls == nil ? "http" : "https"))
        list.append((":path", path))
        list.append((":authority", pool.target.authority))
        list.append(("te", "trailers"))
        list.append((HeaderNames.contentType, HeaderNames.grpcContentType))
        list.append((HeaderNames.acceptEncoding, HeaderNames.acceptedEncodings))
        list.append(("user-agent", configuration.userAgent))
        if isCompressed { list.append((HeaderNames.encoding, HeaderNames.gzip)) }
        if let timeout = options.timeout { list.append((HeaderNames.timeout, GRPCTimeout.encode(timeout))) }
        for (key, value) in shared where !options.metadata.contains(where: { $0.key == key }) {
            list.append((key, value))
        }
        for (key, value) in options.metadata where !HeaderNames.isReserved(key) { list.append((key, value)) }
        return HPACKHeaders(list)
    }
}
