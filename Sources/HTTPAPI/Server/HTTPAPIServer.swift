import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import WireRPC

/// Serves the HTTP API, and nothing else, on a port of its own.
public struct HTTPAPIServer: Sendable {
    /// The port it listens on.
    public let port: Int
    private let group: ServiceGroup
    private let run: Task<Void, Never>

    /// - Parameters:
    ///   - host: An address or a name of this machine.
    ///   - port: 0 for any that is free.
    ///   - tls: The same as of the gRPC port; plain text if `nil`.
    /// - Throws: `RPCServer.StartError` if it cannot listen there, `RPCTLSError` for unusable certificates.
    public static func start(
        host: String = "127.0.0.1", port: Int, tls: RPCServer.TLS? = nil, connection: any ServiceConnection,
        logger: Logger
    ) async throws -> HTTPAPIServer {
        let (started, starting) = AsyncThrowingStream<Int, any Error>.makeStream()
        var logger = logger
        // A line for each request, and for its start, is not what a server's log is for.
        logger.logLevel = max(logger.logLevel, .warning)
        let responder = HTTPAPIResponder<HTTPAPIContext>(
            connection: connection, pathPrefix: "", requestGuard: RequestGuard(listeningOn: host))
        let application = Application(
            responder: responder,
            server: try tls.map { try .tls(tlsConfiguration: $0.configuration(["http/1.1"])) } ?? .http1(),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in starting.yield(channel.localAddress?.port ?? port) }, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        let run = Task {
            do {
                try await group.run()
                starting.finish()
            } catch {
                starting.finish(throwing: error)
            }
        }
        do {
            for try await port in started { return HTTPAPIServer(port: port, group: group, run: run) }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw RPCServer.StartError.addressInUse(host: host, port: port)
        } catch {
            throw RPCServer.StartError.cannotBind(host: host, port: port, reason: "\(error)")
        }
        throw RPCServer.StartError.cannotBind(host: host, port: port, reason: "it ended at once")
    }

    /// Takes no more requests, lets those under way finish for a moment, and closes the port.
    public func stop(grace: Duration = .seconds(5)) async {
        await group.triggerGracefulShutdown()
        let deadline = Task {
            try await Task.sleep(for: grace)
            run.cancel()
        }
        await run.value
        deadline.cancel()
    }
}
