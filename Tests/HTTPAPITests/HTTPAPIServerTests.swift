import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import HTTPAPI

@Suite struct HTTPAPIServerTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func start(_ connection: any ServiceConnection, port: Int = 0) async throws -> HTTPAPIServer {
        try await HTTPAPIServer.start(port: port, connection: connection, logger: Self.logger)
    }

    @Test func serves() async throws {
        let server = try await start(Recorder())
        let client = TestClient(host: "127.0.0.1", port: server.port)
        client.connect()
        // Twice on one connection, then the path that only a server of its own has.
        for path in ["/api/v1/system-info", "/api/v1/system-info", "/system-info"] {
            let response = try await client.execute(.init(path, method: .get, authority: "127.0.0.1"))
            #expect(response.status == .ok)
            #expect(response.body.map { String(buffer: $0) } == "{}")
        }
        let head = try await client.execute(.init("/system-info", method: .head, authority: "127.0.0.1"))
        #expect(head.status == .notImplemented)
        try await client.shutdown()
        await server.stop()
    }

    @Test func aTakenPortIsSaid() async throws {
        let server = try await start(Recorder())
        await #expect(throws: RPCServer.StartError.addressInUse(host: "127.0.0.1", port: server.port)) {
            _ = try await start(Recorder(), port: server.port)
        }
        await server.stop()
        // Free again.
        let next = try await start(Recorder(), port: server.port)
        await next.stop()
    }

    /// Answers nothing, and says when calls begin and how they end.
    private struct Silent: ServiceConnection {
        let events: AsyncStream<String>.Continuation

        func call<Request: Message, Response: Message>(
            _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
        ) async throws -> Response {
            events.yield("began")
            do {
                try await Task.sleep(for: .seconds(600))
                return Response()
            } catch {
                events.yield("cancelled")
                throw RPCError(.cancelled, "the call was cancelled")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatHangsUpCancelsItsCall() async throws {
        let (events, continuation) = AsyncStream<String>.makeStream()
        let server = try await start(Silent(events: continuation))
        let client = TestClient(host: "127.0.0.1", port: server.port)
        client.connect()
        try await client.executeAndDontWaitForResponse(.init("/system-info", method: .get, authority: "127.0.0.1"))
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "began")
        try await client.getChannel().close().get()
        #expect(await iterator.next() == "cancelled")
        await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func stoppingDoesNotWaitForever() async throws {
        let (events, continuation) = AsyncStream<String>.makeStream()
        let server = try await start(Silent(events: continuation))
        let client = TestClient(host: "127.0.0.1", port: server.port)
        client.connect()
        try await client.executeAndDontWaitForResponse(.init("/system-info", method: .get, authority: "127.0.0.1"))
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "began")
        await server.stop(grace: .milliseconds(50))
        #expect(await iterator.next() == "cancelled")
        try await client.shutdown()
    }
}
