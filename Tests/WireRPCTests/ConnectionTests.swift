import NIOCore
import Synchronization
import Testing
import WireAPI

@testable import WireRPC

/// Connections that come and go.
@Suite struct ConnectionTests {
    @Test func reconnectsAfterARestart() async throws {
        let service = EchoService()
        let first = try await RPCServer.start(port: 0, table: service.table)
        let client = try RPCClient(target: "127.0.0.1:\(first.port)")
        defer { client.close() }
        _ = try await client.call(Echo.echo, bytes(3))
        await first.shutdownGracefully(grace: .seconds(5))
        let error = await rpcError { try await client.call(Echo.echo, bytes(3)) }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("127.0.0.1:\(first.port)"))
        let second = try await RPCServer.start(port: first.port, table: service.table)
        // The client comes back by itself, within its backoff.
        let answer = try await client.call(Echo.echo, bytes(3))
        #expect(answer == bytes(3))
        await second.shutdownGracefully(grace: .zero)
    }

    @Test func portInUseHasItsOwnError() async throws {
        try await withEcho { service, server, _ in
            await #expect(throws: RPCServer.StartError.addressInUse(host: "127.0.0.1", port: server.port)) {
                try await RPCServer.start(port: server.port, table: service.table)
            }
            await #expect(throws: RPCServer.StartError.self) {
                try await RPCServer.start(host: "192.0.2.1", port: 0, table: service.table)
            }
        }
    }

    @Test func gracefulStopLetsCallsEnd() async throws {
        let service = EchoService()
        let server = try await RPCServer.start(port: 0, table: service.table)
        let client = try RPCClient(target: "127.0.0.1:\(server.port)")
        defer { client.close() }
        async let answer = client.call(Echo.park, text("last"))
        await service.next(.parked("last"))
        async let stop: Void = server.shutdownGracefully(grace: .seconds(60))
        // Refused from now on, one way or another, while the call in flight goes on.
        while (try? await client.call(Echo.echo, bytes(1))) != nil {}
        service.release("last")
        let value = try await answer.value
        #expect(value == "last")
        await stop
        #expect(server.connectionCount == 0)
    }

    @Test func gracefulStopEndsWithTheGracePeriod() async throws {
        let service = EchoService()
        let server = try await RPCServer.start(port: 0, table: service.table)
        let client = try RPCClient(target: "127.0.0.1:\(server.port)")
        defer { client.close() }
        let call = Task { await rpcError { try await client.call(Echo.park, text("stuck")) } }
        await service.next(.parked("stuck"))
        await server.shutdownGracefully(grace: .milliseconds(50))
        await service.next(.cancelled("stuck"))
        #expect(await call.value.code == .unavailable)
    }

    @Test func oldConnectionsAreReplacedWithoutLosingACall() async throws {
        try await withEcho { configuration in
            configuration.keepalive.maxAge = .milliseconds(60)
        } _: { _, _, client in
            final class Peers: Sendable {
                let names = Mutex<Set<String>>([])
            }
            let peers = Peers()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        while peers.names.withLock({ $0.count }) < 5 {
                            let peer = try await client.call(Echo.peer, text("")).value
                            _ = peers.names.withLock { $0.insert(peer) }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func idleConnectionsAreDropped() async throws {
        try await withEcho { configuration in
            configuration.keepalive.maxIdle = .milliseconds(50)
        } _: { _, server, client in
            let first = try await client.call(Echo.peer, text("")).value
            while server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
            let second = try await client.call(Echo.peer, text("")).value
            #expect(first != second)
        }
    }

    @Test func moreConnectionsWhenStreamsRunOut() async throws {
        try await withEcho { configuration in
            configuration.maxConcurrentStreams = 4
        } client: { configuration in
            configuration.maxConnections = 3
        } _: { service, server, client in
            let calls = (0..<14).map { index in
                Task { try await client.call(Echo.park, text("\(index)")) }
            }
            var waiting: [String] = []
            for await case .parked(let name) in service.events {
                waiting.append(name)
                if waiting.count == 12 { break }
            }
            #expect(server.connectionCount == 3)
            // The last two get the places of the first two that end.
            for name in waiting { service.release(name) }
            for await case .parked(let name) in service.events {
                service.release(name)
                waiting.append(name)
                if waiting.count == 14 { break }
            }
            var answers: Set<String> = []
            for call in calls { answers.insert(try await call.value.value) }
            #expect(answers.count == 14)
        }
    }

    @Test func aVanishedClientCancelsItsCalls() async throws {
        try await withEcho { service, server, _ in
            let other = try RPCClient(target: "127.0.0.1:\(server.port)")
            let call = Task { await rpcError { try await other.call(Echo.park, text("orphan")) } }
            await service.next(.parked("orphan"))
            other.close()
            await service.next(.cancelled("orphan"))
            #expect(await call.value.code == .cancelled)
            let late = await rpcError { try await other.call(Echo.echo, bytes(1)) }
            #expect(late.code == .cancelled)
        }
    }

    @Test func tooManyConnectionsAreTurnedAway() async throws {
        try await withEcho { configuration in
            configuration.maxConnections = 1
        } _: { _, server, client in
            _ = try await client.call(Echo.echo, bytes(1))
            let other = try RPCClient(target: "127.0.0.1:\(server.port)")
            defer { other.close() }
            let error = await rpcError { try await other.call(Echo.echo, bytes(1)) }
            #expect(error.code == .unavailable)
            _ = try await client.call(Echo.echo, bytes(1))
        }
    }

    @Test func nobodyListening() async throws {
        let service = EchoService()
        let server = try await RPCServer.start(port: 0, table: service.table)
        await server.shutdownGracefully(grace: .zero)
        let client = try RPCClient(target: "127.0.0.1:\(server.port)")
        defer { client.close() }
        for _ in 0..<3 {
            let error = await rpcError { try await client.call(Echo.echo, bytes(1)) }
            #expect(error.code == .unavailable)
            #expect(error.message.contains("refused"))
        }
    }

    @Test func metadataCanBeReplaced() async throws {
        try await withEcho { _ in
        } client: { configuration in
            configuration.metadata = [("authorization", "Bearer one")]
        } _: { _, _, client in
            let first = try await client.call(Echo.metadata, text("authorization")).value
            client.setMetadata([("authorization", "Bearer two")])
            let second = try await client.call(Echo.metadata, text("authorization")).value
            let own = CallOptions(metadata: [("authorization", "Bearer three")])
            let third = try await client.call(Echo.metadata, text("authorization"), options: own).value
            #expect([first, second, third] == ["Bearer one", "Bearer two", "Bearer three"])
        }
    }

    @Test func bigMessagesAndGzip() async throws {
        try await withEcho { configuration in
            configuration.maxRequestBytes = 24 << 20
        } client: { configuration in
            configuration.compressionThreshold = 100
        } _: { _, server, client in
            for count in [10, 100, 10_000, 20 << 20] {
                let answer = try await client.call(Echo.echo, bytes(count))
                #expect(answer == bytes(count))
            }
            let plain = try RPCClient(target: "127.0.0.1:\(server.port)")
            defer { plain.close() }
            let answer = try await plain.call(Echo.echo, bytes(20 << 20))
            #expect(answer == bytes(20 << 20))
        }
    }

    @Test(arguments: [nil, 100]) func limitsOnMessages(_ compressionThreshold: Int?) async throws {
        try await withEcho { configuration in
            configuration.maxRequestBytes = 1 << 20
        } client: { configuration in
            configuration.compressionThreshold = compressionThreshold
            configuration.maxResponseBytes = 1 << 18
        } _: { _, _, client in
            let request = await rpcError { try await client.call(Echo.echo, bytes(2 << 20)) }
            #expect(request.code == .resourceExhausted)
            #expect(request.message.contains("larger than max"))
            let answer = await rpcError { try await client.call(Echo.echo, bytes(1 << 19)) }
            #expect(answer.code == .resourceExhausted)
            let fine = try await client.call(Echo.echo, bytes(1 << 17))
            #expect(fine == bytes(1 << 17))
            #expect(client.connectionCount == 1)
        }
    }

    @Test func healthCheck() async throws {
        let health = HealthService(services: ["a.B"])
        var table = ServiceTable()
        health.register(in: &table)
        let connection = InProcessConnection(table)
        func status(_ service: String) async throws -> HealthService.Status {
            try await connection.call(HealthService.check, .with { $0.service = service }).status
        }
        #expect(try await status("") == .serving)
        #expect(try await status("a.B") == .serving)
        let error = await rpcError { try await status("c.D") }
        #expect(error.code == .notFound)
        health.set(.notServing, for: "a.B")
        #expect(try await status("a.B") == .notServing)
        #expect(try await status("") == .serving)
        health.setAll(.notServing)
        #expect(try await status("") == .notServing)
    }
}
