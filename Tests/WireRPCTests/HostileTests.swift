import NIOCore
import Testing

@testable import WireRPC

/// Peers that are broken or mean: only their own connection may suffer.
@Suite struct HostileTests {
    /// Runs a body against a server, and checks before and after that an honest client on one and the same connection
    /// is served.
    private func withHonestClient(
        _ configure: (inout RPCServer.Configuration) -> Void = { _ in },
        _ body: (EchoService, RPCServer) async throws -> Void
    ) async throws {
        try await withEcho(server: configure) { service, server, client in
            let before = try await client.call(Echo.peer, text("")).value
            try await body(service, server)
            let after = try await client.call(Echo.peer, text("")).value
            #expect(before == after)
        }
    }

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\nhost: x\r\n\r\n".utf8),
        Array(repeating: 0xFF, count: 100_000),
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX".utf8),
        [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] + Array(repeating: 7, count: 40),
        RawPeer.preface + RawPeer.frame(type: 4, [1, 2, 3, 4, 5]),
        RawPeer.preface + [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1],
        RawPeer.preface + RawPeer.frame(type: 6, [1, 2, 3]),
        RawPeer.preface + RawPeer.frame(type: 0, stream: 1, [1, 2, 3]),
        RawPeer.preface + RawPeer.frame(type: 1, flags: 4, stream: 1, [0xFF, 0xFF, 0xFF, 0xFF]),
        RawPeer.preface + RawPeer.frame(type: 1, flags: 4, stream: 2, [0x82]),
        RawPeer.preface + RawPeer.frame(type: 8, [0, 0, 0, 0]),
        RawPeer.preface + RawPeer.frame(type: 9, stream: 1, [0x82]),
    ])
    func garbageClosesItsConnection(_ bytes: [UInt8]) async throws {
        try await withHonestClient { _, server in
            let peer = try await RawPeer(port: server.port)
            peer.send(bytes)
            _ = try await peer.untilClosed()
        }
    }

    @Test func continuationFlood() async throws {
        try await withHonestClient { _, server in
            let peer = try await RawPeer(port: server.port)
            peer.send(RawPeer.preface + RawPeer.frame(type: 1, stream: 1, [0x82]))
            for _ in 0..<200 { peer.send(RawPeer.frame(type: 9, stream: 1, Array(repeating: 0x82, count: 1000))) }
            _ = try await peer.untilClosed()
        }
    }

    @Test func pingFlood() async throws {
        try await withHonestClient { _, server in
            let peer = try await RawPeer(port: server.port)
            peer.send(RawPeer.preface)
            for _ in 0..<5 { peer.send(RawPeer.frame(type: 6, Array(repeating: 1, count: 8))) }
            let answer = try await peer.untilClosed()
            #expect(String(decoding: answer, as: UTF8.self).contains("too_many_pings"))
        }
    }

    @Test func silenceInsteadOfAHandshake() async throws {
        try await withHonestClient {
            $0.keepalive.handshakeTimeout = .milliseconds(100)
        } _: { _, server in
            let silent = try await RawPeer(port: server.port)
            let slow = try await RawPeer(port: server.port)
            slow.send(Array(RawPeer.preface.prefix(10)))
            _ = try await silent.untilClosed()
            _ = try await slow.untilClosed()
        }
    }

    @Test func halfOpenConnectionsAreFound() async throws {
        try await withEcho {
            $0.keepalive.interval = .milliseconds(50)
            $0.keepalive.timeout = .milliseconds(50)
        } _: { _, server, _ in
            let peer = try await RawPeer(port: server.port)
            peer.send(RawPeer.preface)
            _ = try await peer.untilClosed()
        }
    }

    @Test(arguments: [[], RawPeer.frame(type: 4), Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)] as [[UInt8]])
    func clientsDoNotWaitForeverForADeadServer(_ greeting: [UInt8]) async throws {
        let server = try await SilentServer(sending: greeting)
        defer { server.close() }
        var configuration = RPCClient.Configuration()
        configuration.connectTimeout = .milliseconds(100)
        configuration.keepaliveInterval = .milliseconds(50)
        configuration.keepaliveTimeout = .milliseconds(50)
        let client = try RPCClient(target: "127.0.0.1:\(server.port)", configuration: configuration)
        defer { client.close() }
        let error = await rpcError { try await client.call(Echo.echo, bytes(1)) }
        #expect(error.code == .unavailable)
    }

    @Test func bodiesThatAreNotOneMessage() async throws {
        try await withHonestClient {
            $0.maxRequestBytes = 1000
        } _: { _, server in
            let fine = FramePeer.message([10, 1, 65])
            let gzip = [("grpc-encoding", "gzip")]
            let bomb = Array(try #require(Gzip.compress(ByteBuffer(repeating: 0, count: 1 << 20))).readableBytesView)
            let cases: [([(String, String)], [[UInt8]], RPCError.Code)] = [
                ([], [fine], .ok),
                (gzip, [fine], .ok),
                ([], [Array(fine.prefix(3)), Array(fine.dropFirst(3))], .ok),
                ([], [], .internal),
                ([], [[]], .internal),
                ([], [[0, 0]], .internal),
                ([], [Array(fine.dropLast())], .internal),
                ([], [fine, fine], .internal),
                ([], [FramePeer.message([10, 1, 65], flag: 1)], .internal),
                ([], [FramePeer.message([10, 1, 65], flag: 9)], .internal),
                ([], [FramePeer.message([10, 99, 65])], .internal),
                (gzip, [FramePeer.message([10, 1, 65], flag: 1)], .internal),
                (gzip, [FramePeer.message(Array(bomb.prefix(900)), flag: 1)], .resourceExhausted),
                ([], [FramePeer.message([], length: 1001)], .resourceExhausted),
                ([], [FramePeer.message([], length: .max)], .resourceExhausted),
                ([("grpc-encoding", "snappy")], [fine], .unimplemented),
                ([("grpc-timeout", "soon")], [fine], .internal),
                ([("grpc-timeout", "0S")], [fine], .ok),
            ]
            for (index, (headers, bodies, code)) in cases.enumerated() {
                let answer = try await FramePeer.call(port: server.port, headers, bodies: bodies)
                #expect(answer.headers[":status"] == "200", "case \(index)")
                #expect(answer.code == code, "case \(index): \(answer.headers)")
            }
        }
    }

    @Test func requestsThatAreNotGRPC() async throws {
        try await withHonestClient { _, server in
            let json = try await FramePeer.call(port: server.port, contentType: "application/json", bodies: [[1]])
            #expect(json.headers[":status"] == "415")
            let other = try await FramePeer.call(port: server.port, contentType: "application/grpcx", bodies: [[1]])
            #expect(other.headers[":status"] == "415")
            let get = try await FramePeer.call(port: server.port, method: "GET")
            #expect(get.headers[":status"] == "405")
            let proto = try await FramePeer.call(
                port: server.port, contentType: "application/grpc+proto", bodies: [FramePeer.message([])])
            #expect(proto.code == .ok)
            let lost = try await FramePeer.call(port: server.port, path: "/x", bodies: [FramePeer.message([])])
            #expect(lost.code == .unimplemented)
        }
    }

    @Test func headerFlood() async throws {
        try await withHonestClient { _, server in
            let big = [("x-flood", String(repeating: "a", count: 90_000))]
            await #expect(throws: (any Error).self) {
                try await FramePeer.call(port: server.port, big, bodies: [FramePeer.message([])])
            }
        }
    }

    @Test func requestsInMemoryAreBounded() async throws {
        try await withHonestClient {
            $0.maxHeldBytesPerConnection = 10_000
        } _: { _, server in
            let much = FramePeer.message(Array(repeating: 0, count: 20_000))
            let answer = try await FramePeer.call(port: server.port, bodies: [much])
            #expect(answer.code == .resourceExhausted)
            // Everything was given back.
            let little = try await FramePeer.call(port: server.port, bodies: [FramePeer.message([10, 1, 65])])
            #expect(little.code == .ok)
        }
    }

    @Test func answersThatNobodyReadsAreBounded() async throws {
        try await withHonestClient {
            $0.maxWaitingAnswerBytesPerConnection = 1_000_000
        } _: { _, server in
            let request = FramePeer.message(try text("300000").serializedBytes())
            let answer = try await FramePeer.call(
                port: server.port, path: Echo.big.path, bodies: [request], streams: 4)
            #expect(answer.code == .resourceExhausted)
        }
    }

    @Test func openAndResetFlood() async throws {
        try await withHonestClient { _, server in
            let peer = try await RawPeer(port: server.port)
            // HEADERS for /millrace.test.Echo/Park are indexed by hand: method POST, scheme http, then literals.
            func literal(_ name: String, _ value: String) -> [UInt8] {
                [0x00, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
            }
            let block = [0x83, 0x86] + literal(":path", Echo.park.path) + literal("content-type", "application/grpc")
            var bytes = RawPeer.preface
            for index in 0..<20_000 {
                let id = 1 + 2 * index
                var headers = RawPeer.frame(type: 1, flags: 4, block)
                var data = RawPeer.frame(type: 0, flags: 1, FramePeer.message([]))
                var reset = RawPeer.frame(type: 3, [0, 0, 0, 8])
                for place in 0..<3 {
                    let byte = UInt8(truncatingIfNeeded: id >> (16 - 8 * place))
                    headers[6 + place] = byte
                    data[6 + place] = byte
                    reset[6 + place] = byte
                }
                bytes += headers + data + reset
            }
            // Whether or not it was too fast for the server's patience, the connection ends with a frame that is wrong.
            peer.send(bytes + RawPeer.frame(type: 4, [1, 2, 3, 4, 5]))
            _ = try await peer.untilClosed()
        }
    }
}
