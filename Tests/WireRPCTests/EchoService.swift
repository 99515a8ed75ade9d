import NIOCore
import SwiftProtobuf
import Synchronization
import Testing
import WireAPI

@testable import WireRPC

typealias Bytes = Google_Protobuf_BytesValue
typealias Text = Google_Protobuf_StringValue

/// The methods of the tests' own service.
enum Echo {
    static let service = "millrace.test.Echo"
    static let echo = RPCMethod<Bytes, Bytes>(service: service, name: "Echo")
    static let raw = RPCMethod<Bytes, Bytes>(service: service, name: "Raw")
    /// Answers with as many bytes as it is asked for.
    static let big = RPCMethod<Text, Bytes>(service: service, name: "Big")
    static let fail = RPCMethod<Text, Text>(service: service, name: "Fail")
    static let metadata = RPCMethod<Text, Text>(service: service, name: "Metadata")
    /// Answers with the address the call comes from, which tells connections apart.
    static let peer = RPCMethod<Text, Text>(service: service, name: "Peer")
    static let park = RPCMethod<Text, Text>(service: service, name: "Park")
    static let absent = RPCMethod<Text, Text>(service: service, name: "Absent")
}

/// Serves the echo methods, and notes what happens to parked calls.
final class EchoService: Sendable {
    enum Event: Equatable, Sendable {
        case parked(String)
        case cancelled(String)
    }

    let events: AsyncStream<Event>
    private let sink: AsyncStream<Event>.Continuation
    private let parked = Mutex<[String: AsyncStream<Void>.Continuation]>([:])

    init() {
        (events, sink) = AsyncStream.makeStream()
    }

    var table: ServiceTable {
        var table = ServiceTable()
        table.register(Echo.echo) { request, _ in request }
        table.registerRaw(Echo.raw) { request, _ in
            ByteBuffer(bytes: try request.serializedBytes() as [UInt8])
        }
        table.register(Echo.big) { request, _ in bytes(Int(request.value) ?? 0) }
        table.register(Echo.fail) { request, _ in
            let detail = Text.with { $0.value = "detail of \(request.value)" }
            switch request.value {
            case "plain": throw PlainError()
            case "cancellation": throw CancellationError()
            case "ok": throw RPCError(.ok, "not really")
            case let message: throw RPCError(.notFound, message, detail: detail)
            }
        }
        table.register(Echo.metadata) { request, context in
            .with { $0.value = context.metadata(request.value) ?? "absent" }
        }
        table.register(Echo.peer) { _, context in text(context.peer) }
        table.register(Echo.park) { [self] request, _ in
            try await park(request.value)
            return request
        }
        return table
    }

    struct PlainError: Error, CustomStringConvertible {
        var description: String { "a plain error" }
    }

    /// Waits until released or cancelled.
    private func park(_ name: String) async throws {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        parked.withLock { $0[name] = continuation }
        sink.yield(.parked(name))
        for await _ in stream { return }
        sink.yield(.cancelled(name))
        throw CancellationError()
    }

    func release(_ name: String) {
        parked.withLock { $0[name] }?.yield()
    }

    func hasParked(_ name: String) -> Bool {
        parked.withLock { $0[name] != nil }
    }

    /// Waits for an event of a parked call.
    func next(_ event: Event) async {
        for await found in events where found == event { return }
    }
}

/// Runs a body with a server and a client for it, and closes both.
func withEcho(
    server configureServer: (inout RPCServer.Configuration) -> Void = { _ in },
    client configureClient: (inout RPCClient.Configuration) -> Void = { _ in },
    _ body: (EchoService, RPCServer, RPCClient) async throws -> Void
) async throws {
    let service = EchoService()
    var serverConfiguration = RPCServer.Configuration()
    // On a machine that is busy with other builds a handshake may take its time.
    serverConfiguration.keepalive.handshakeTimeout = .seconds(300)
    configureServer(&serverConfiguration)
    let server = try await RPCServer.start(port: 0, table: service.table, configuration: serverConfiguration)
    var clientConfiguration = RPCClient.Configuration()
    configureClient(&clientConfiguration)
    let client = try RPCClient(target: "127.0.0.1:\(server.port)", configuration: clientConfiguration)
    do {
        try await body(service, server, client)
    } catch {
        client.close()
        await server.shutdownGracefully(grace: .zero)
        throw error
    }
    client.close()
    await server.shutdownGracefully(grace: .zero)
}

func text(_ value: String) -> Text { .with { $0.value = value } }

/// A pattern without a period that matters, made once: the tests' own loops are slow in debug builds.
private let pattern: [UInt8] = (0..<8_191).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

func bytes(_ count: Int) -> Bytes {
    .with { message in
        message.value.reserveCapacity(count)
        while message.value.count < count {
            message.value.append(contentsOf: pattern.prefix(count - message.value.count))
        }
    }
}

/// The error a call ends with; a test failure if it succeeds.
func rpcError(
    _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> some Any
) async -> RPCError {
    do {
        _ = try await body()
        Issue.record("the call succeeded", sourceLocation: location)
        return RPCError(.ok, "")
    } catch let error as RPCError {
        return error
    } catch {
        Issue.record("not an RPCError: \(error)", sourceLocation: location)
        return RPCError(.ok, "")
    }
}

extension ServiceConnection {
    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, timeout: Duration? = .seconds(120)
    ) async throws -> Response {
        try await call(method, request, options: CallOptions(timeout: timeout))
    }
}
