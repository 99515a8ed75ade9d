import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL

/// Serves a ``ServiceTable`` as unary gRPC over HTTP/2.
///
///     var table = ServiceTable()
///     table.register(WorkflowService.getSystemInfo) { request, context in ... }
///     let server = try await RPCServer.start(host: "127.0.0.1", port: 7233, table: table)
///     ...
///     await server.shutdownGracefully(grace: .seconds(5))
public final class RPCServer: Sendable {
    /// The port it listens on: the one that was asked for, or the one the system chose for port 0.
    public let port: Int
    private let channel: any Channel
    private let shared: ServerShared

    private init(port: Int, channel: any Channel, shared: ServerShared) {
        self.port = port
        self.channel = channel
        self.shared = shared
    }

    /// Listens and serves until ``shutdownGracefully(grace:)``.
    ///
    /// - Parameters:
    ///   - host: An address or name of this machine; `0.0.0.0` or `::` for all of its addresses.
    ///   - port: The port, or 0 for any that is free.
    /// - Throws: ``StartError`` if it cannot listen there, ``RPCTLSError`` for unusable certificates.
    public static func start(
        host: String = "127.0.0.1", port: Int, table: ServiceTable, configuration: Configuration = Configuration()
    ) async throws -> RPCServer {
        let shared = ServerShared(table: table, configuration: configuration)
        let sslContext = try configuration.tls.map { try $0.makeContext() }
        let group = configuration.eventLoopGroup ?? MultiThreadedEventLoopGroup.singleton
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.configure(channel, shared, sslContext)
                }
            }
        do {
            let channel = try await bootstrap.bind(host: host, port: port).get()
            return RPCServer(port: channel.localAddress?.port ?? port, channel: channel, shared: shared)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw StartError.addressInUse(host: host, port: port)
        } catch {
            throw StartError.cannotBind(host: host, port: port, reason: "\(error)")
        }
    }

    private static func configure(_ channel: any Channel, _ shared: ServerShared, _ ssl: NIOSSLContext?) throws {
        let outbox = ServerOutbox(eventLoop: channel.eventLoop)
        guard shared.register(outbox) else {
            shared.logger.warning("connection refused: too many, or stopping")
            return channel.close(promise: nil)
        }
        let handler = ServerConnectionHandler(shared: shared, outbox: outbox)
        let http2 = NIOHTTP2Handler(
            mode: .server, frameDelegate: handler, connectionConfiguration: shared.configuration.http2,
            streamConfiguration: shared.configuration.http2Streams)
        let pipeline = channel.pipeline.syncOperations
        if let ssl { try pipeline.addHandler(NIOSSLServerHandler(context: ssl)) }
        try pipeline.addHandlers([http2, handler])
    }

    /// Open connections.
    public var connectionCount: Int { shared.connectionCount }

    /// Stops listening, tells every client to go, waits until their calls have ended, and closes.
    ///
    /// - Parameter grace: How long calls may still take; then their handlers are cancelled and the connections closed.
    public func shutdownGracefully(grace: Duration) async {
        try? await channel.close().get()
        let empty = channel.eventLoop.makePromise(of: Void.self)
        let connections = shared.stop(whenEmpty: empty)
        for connection in connections { connection.post(.drain) }
        let cutOff = channel.eventLoop.scheduleTask(in: TimeAmount(grace)) {
            for connection in connections { connection.post(.closeNow) }
        }
        try? await empty.futureResult.get()
        cutOff.cancel()
    }
}
