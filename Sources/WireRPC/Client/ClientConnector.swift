import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL

/// Opens the TCP (and TLS) connections of a client.
final class ClientConnector: Sendable {
    private let target: RPCTarget
    private let configuration: RPCClient.Configuration
    private let group: any EventLoopGroup
    private let sslContext: NIOSSLContext?
    /// The name to verify; `nil` for an address, which is verified as such.
    private let serverName: String?

    init(target: RPCTarget, configuration: RPCClient.Configuration) throws {
        self.target = target
        self.configuration = configuration
        group = configuration.eventLoopGroup ?? MultiThreadedEventLoopGroup.singleton
        sslContext = try configuration.tls.map { try $0.makeContext() }
        let name = configuration.tls?.serverName ?? target.host
        serverName = (try? SocketAddress(ipAddress: name, port: 0)) == nil ? name : nil
    }

    func nextLoop() -> any EventLoop { group.next() }

    /// Connects after a pause, and reports to the pool whatever comes of it.
    func connect(_ connection: ClientConnection, pool: ClientPool, after delay: Duration) {
        guard delay > .zero else { return connect(connection, pool) }
        connection.eventLoop.scheduleTask(in: TimeAmount(delay)) { self.connect(connection, pool) }
    }

    private func connect(_ connection: ClientConnection, _ pool: ClientPool) {
        // Withdrawn while it waited for its turn.
        guard pool.isConnecting(connection) else { return }
        let timeout = TimeAmount(configuration.connectTimeout)
        ClientBootstrap(group: connection.eventLoop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.configure(channel, connection, pool) }
            }
            .connect(host: target.host, port: target.port)
            .whenComplete { result in
                switch result {
                case .success(let channel):
                    if pool.isClosed { return channel.close(promise: nil) }
                    // A peer that accepts but never speaks HTTP/2 must not hold the calls up.
                    channel.eventLoop.scheduleTask(in: timeout) {
                        if pool.isConnecting(connection) { channel.close(promise: nil) }
                    }
                case .failure(let error):
                    let reason = Self.describe(error)
                    pool.connectFailed(
                        connection, RPCError(.unavailable, "cannot connect to \(self.target.authority): \(reason)"))
                }
            }
    }

    private func configure(_ channel: any Channel, _ connection: ClientConnection, _ pool: ClientPool) throws {
        let handler = ClientConnectionHandler(connection: connection, pool: pool, configuration: configuration)
        var settings = NIOHTTP2Handler.ConnectionConfiguration()
        settings.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 256 << 10),
            HTTP2Setting(parameter: .initialWindowSize, value: ClientConnectionHandler.streamWindow),
        ]
        settings.maximumRecentlyResetStreams = 256
        let http2 = NIOHTTP2Handler(mode: .client, frameDelegate: handler, connectionConfiguration: settings)
        let pipeline = channel.pipeline.syncOperations
        if let sslContext {
            try pipeline.addHandler(NIOSSLClientHandler(context: sslContext, serverHostname: serverName))
        }
        try pipeline.addHandlers([http2, handler])
    }

    private static func describe(_ error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        if let failure = error.connectionErrors.first { return "\(failure.error)" }
        if let dns = error.dnsAError ?? error.dnsAAAAError { return "\(dns)" }
        return "\(error)"
    }
}
