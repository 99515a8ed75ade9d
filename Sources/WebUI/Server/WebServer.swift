import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import SwiftProtobuf
import WireRPC

/// Serves the pages that show what a server does.
///
///     let web = try await WebServer.start(.init(port: 8233), connection: server.connection)
///     print(web.address)
///     await web.stop()
///
/// It asks the server like any client, so it shows one in this process as well as one far away.
public final class WebServer: Sendable {
    /// The port it listens on.
    public let port: Int
    private let configuration: Configuration
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    private init(
        _ configuration: Configuration, port: Int, group: ServiceGroup, running: Task<Void, any Error>
    ) {
        self.port = port
        self.configuration = configuration
        self.group = group
        self.running = running
    }

    /// Where a browser finds it.
    public var address: String { configuration.address(port) }

    /// Listens and answers from then on.
    /// - Throws: ``WebServerError`` if the port is taken or the address is not one of this machine.
    public static func start(
        _ configuration: Configuration = Configuration(), connection: any ServiceConnection
    ) async throws -> WebServer {
        try await start(configuration, connection: connection, routes: Sections.routes)
    }

    static func start(
        _ configuration: Configuration, connection: any ServiceConnection, routes: RouteTable
    ) async throws -> WebServer {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let app = application(configuration, connection: connection, routes: routes) { port in
            continuation.yield(port)
            continuation.finish()
        }
        let group = ServiceGroup(
            configuration: .init(services: [app], logger: configuration.quietLogger))
        let running = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        // Ends without a port if the server could not listen.
        if let port = await ports.first(where: { _ in true }) {
            return WebServer(configuration, port: port, group: group, running: running)
        }
        do {
            try await running.value
        } catch {
            throw WebServerError(configuration, error)
        }
        throw CancellationError()
    }

    /// Serves until SIGINT or SIGTERM.
    /// - Parameter announce: Called once, when it listens, with the address for a browser.
    /// - Throws: ``WebServerError`` if the port is taken or the address is not one of this machine.
    public static func run(
        _ configuration: Configuration, connection: any ServiceConnection,
        announce: @escaping @Sendable (_ address: String) -> Void
    ) async throws {
        let app = application(configuration, connection: connection) { port in
            announce(configuration.address(port))
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [app], gracefulShutdownSignals: [.sigint, .sigterm], logger: configuration.quietLogger))
        do {
            try await group.run()
        } catch {
            throw WebServerError(configuration, error)
        }
    }

    /// Ends live updates, lets requests in flight finish, and closes. May be called more than once.
    public func stop() async {
        await group.triggerGracefulShutdown()
        _ = await running.result
    }

    /// The application by itself, for tests.
    static func application(
        _ configuration: Configuration, connection: any ServiceConnection, routes: RouteTable = Sections.routes,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> Application<PageResponder> {
        let responder = PageResponder(
            configuration: configuration,
            service: Service(
                connection: connection, metadata: configuration.metadata, identity: configuration.identity),
            routes: routes)
        return Application(
            responder: responder,
            server: .http1(configuration: .init(idleTimeout: .seconds(75))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.listenHost, port: configuration.port)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? configuration.port) },
            logger: configuration.quietLogger)
    }
}

extension WebServer.Configuration {
    /// A name could resolve to an IPv6 address alone, and most clients dial 127.0.0.1.
    fileprivate var listenHost: String { host == "localhost" ? "127.0.0.1" : host }

    fileprivate func address(_ port: Int) -> String {
        let name = host == "0.0.0.0" || host == "::" ? "localhost" : host.contains(":") ? "[\(host)]" : host
        return "http://\(name):\(port)\(publicPath)"
    }

    /// Hummingbird says at `info` what we say ourselves.
    fileprivate var quietLogger: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}

/// Why the web UI cannot be served.
public struct WebServerError: Error, CustomStringConvertible {
    public var description: String

    init(_ configuration: WebServer.Configuration, _ error: any Error) {
        let place = "\(configuration.host):\(configuration.port)"
        if let error = error as? IOError, error.errnoCode == 98 || error.errnoCode == 48 {
            description = "the web UI cannot listen on \(place): the port is in use"
        } else {
            description = "the web UI cannot listen on \(place): \(error)"
        }
    }
}
