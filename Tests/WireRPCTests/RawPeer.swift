import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import Synchronization

@testable import WireRPC

/// A client that sends whatever bytes a test wants and notes what comes back.
final class RawPeer: Sendable {
    private let channel: any Channel
    private let collector: Collector

    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let bytes = Mutex<[UInt8]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let piece = unwrapInboundIn(data)
            bytes.withLock { $0 += piece.readableBytesView }
        }
    }

    /// What opens every HTTP/2 connection: the preface and empty settings.
    static let preface: [UInt8] = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(type: 4)

    static func frame(type: UInt8, flags: UInt8 = 0, stream: UInt8 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        let length = payload.count
        return [
            UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8),
            UInt8(truncatingIfNeeded: length), type, flags, 0, 0, 0, stream,
        ] + payload
    }

    init(port: Int) async throws {
        let collector = Collector()
        self.collector = collector
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(collector) }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    func send(_ bytes: [UInt8]) {
        // A peer that has hung up is what some tests are about.
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Waits until the server hangs up, and returns everything it sent.
    func untilClosed() async throws -> [UInt8] {
        try await channel.closeFuture.get()
        return collector.bytes.withLock { $0 }
    }

    func close() {
        channel.close(promise: nil)
    }
}

/// A server that accepts a connection, sends the given bytes, and then says nothing more.
final class SilentServer: Sendable {
    private let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    init(sending greeting: [UInt8]) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                if !greeting.isEmpty { channel.writeAndFlush(ByteBuffer(bytes: greeting), promise: nil) }
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func close() {
        channel.close(promise: nil)
    }
}

/// A client that speaks proper HTTP/2 but sends any headers and bodies, one call a connection.
enum FramePeer {
    /// What came back: all headers and trailers, and whether the stream was reset.
    struct Answer: Sendable {
        var headers: [String: String] = [:]
        var wasReset = false

        var code: RPCError.Code? { headers["grpc-status"].flatMap { Int($0) }.flatMap { RPCError.Code(rawValue: $0) } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame
        typealias OutboundOut = HTTP2Frame
        private let headers: HPACKHeaders
        private let bodies: [[UInt8]]
        private let streams: Int
        private let promise: EventLoopPromise<Answer>
        private var answer = Answer()

        init(headers: HPACKHeaders, bodies: [[UInt8]], streams: Int, promise: EventLoopPromise<Answer>) {
            self.headers = headers
            self.streams = streams
            self.bodies = bodies
            self.promise = promise
        }

        func channelActive(context: ChannelHandlerContext) {
            for index in 0..<streams {
                let stream = HTTP2StreamID(1 + 2 * index)
                write(.headers(.init(headers: headers, endStream: bodies.isEmpty)), stream, context)
                for (index, body) in bodies.enumerated() {
                    let isLast = index == bodies.count - 1
                    write(.data(.init(data: .byteBuffer(ByteBuffer(bytes: body)), endStream: isLast)), stream, context)
                }
            }
            context.flush()
        }

        private func write(
            _ payload: HTTP2Frame.FramePayload, _ stream: HTTP2StreamID, _ context: ChannelHandlerContext
        ) {
            context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data).payload {
            case .headers(let frame):
                for (name, value, _) in frame.headers { answer.headers[name] = value }
                if frame.endStream { promise.succeed(answer) }
            case .rstStream:
                answer.wasReset = true
                promise.succeed(answer)
            default: break
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            promise.fail(ChannelError.eof)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            promise.fail(error)
        }
    }

    /// Performs calls on one connection and returns the first answer that ends; an answer of more than 64 KiB never
    /// does, because this peer gives no credit for more. Throws if the server closes the connection
    /// instead of answering.
    static func call(
        port: Int, _ extra: [(String, String)] = [], method: String = "POST", path: String = Echo.echo.path,
        contentType: String = "application/grpc", bodies: [[UInt8]] = [], streams: Int = 1
    ) async throws -> Answer {
        let headers = HPACKHeaders(
            [
                (":method", method), (":scheme", "http"), (":path", path), (":authority", "test"), ("te", "trailers"),
                ("content-type", contentType),
            ] + extra)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Answer.self)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = Handler(headers: headers, bodies: bodies, streams: streams, promise: promise)
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOHTTP2Handler(mode: .client, headerBlockValidation: .disabled), handler,
                    ])
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        defer { channel.close(promise: nil) }
        return try await promise.futureResult.get()
    }

    /// A gRPC frame.
    static func message(_ bytes: [UInt8], flag: UInt8 = 0, length: UInt32? = nil) -> [UInt8] {
        let length = length ?? UInt32(bytes.count)
        return [flag] + withUnsafeBytes(of: length.bigEndian) { Array($0) } + bytes
    }
}
