import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The sample front page behind HTTP on loopback. Can be told to fail its first requests, so that retries show.
final class SampleAPI: Sendable {
    let port: Int
    private let channel: any Channel

    var address: String { "http://127.0.0.1:\(port)" }

    private init(channel: any Channel) {
        self.channel = channel
        port = channel.localAddress?.port ?? 0
    }

    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - failures: how many requests are answered with 503 first.
    static func start(port: Int = 0, failures: Int = 0) async throws -> SampleAPI {
        let answers = SampleAnswers(failures: failures)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(SampleHandler(answers: answers))
                }
            }
        return SampleAPI(channel: try await bootstrap.bind(host: "127.0.0.1", port: port).get())
    }

    func stop() async throws { try await channel.close() }

    /// Waits until the server is stopped.
    func wait() async throws { try await channel.closeFuture.get() }
}

/// What the sample answers to a path.
final class SampleAnswers: Sendable {
    private let failuresLeft: Mutex<Int>

    init(failures: Int) { failuresLeft = Mutex(failures) }

    func answer(_ path: String) -> (status: HTTPResponseStatus, body: String) {
        let fails = failuresLeft.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if fails { return (.serviceUnavailable, "\"try again\"") }
        if path == "/v0/topstories.json" { return (.ok, Self.json(SampleStories.items.map(\.id))) }
        let prefix = "/v0/item/"
        let suffix = ".json"
        guard path.hasPrefix(prefix), path.hasSuffix(suffix),
            let id = Int(path.dropFirst(prefix.count).dropLast(suffix.count))
        else { return (.notFound, "null") }
        return (.ok, SampleStories.items.first { $0.id == id }.map(Self.json) ?? "null")
    }

    private static func json(_ value: some Encodable) -> String {
        (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

private final class SampleHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answers: SampleAnswers
    private var path = ""

    init(answers: SampleAnswers) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): path = head.uri
        case .body: break
        case .end: respond(context)
        }
    }

    private func respond(_ context: ChannelHandlerContext) {
        let (status, text) = answers.answer(path)
        let body = context.channel.allocator.buffer(string: text)
        let headers = HTTPHeaders([
            ("content-type", "application/json; charset=utf-8"), ("content-length", String(body.readableBytes)),
        ])
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
