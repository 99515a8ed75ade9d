import Logging
import ServiceLifecycle

/// A server for one machine and its developer: runs until it is told to stop by Ctrl-C or `kill`.
///
///     try await DevServer.run(.init(port: 7233, storage: .file(path))) { print($0) }
public struct DevServer: Service {
    private let configuration: MillraceServer.Configuration
    private let announce: @Sendable (MillraceServer) -> Void

    /// - Parameter announce: Called once, when the server listens.
    public init(
        _ configuration: MillraceServer.Configuration, announce: @escaping @Sendable (MillraceServer) -> Void
    ) {
        self.configuration = configuration
        self.announce = announce
    }

    /// Runs until the surrounding task, or its service group, is told to stop; then stops the server gracefully.
    /// - Throws: What ``MillraceServer/start(_:)`` throws.
    public func run() async throws {
        let server = try await MillraceServer.start(configuration)
        announce(server)
        // Throws when cancelled: then it is time to stop as well.
        try? await gracefulShutdown()
        await server.stop()
    }

    /// Runs a server until SIGINT or SIGTERM.
    ///
    /// - Parameter announce: Called once, when the server listens, with lines to show to the user.
    /// - Throws: What ``MillraceServer/start(_:)`` throws: a port or file in use as ``ServerError``.
    public static func run(
        _ configuration: MillraceServer.Configuration, announce: @escaping @Sendable (String) -> Void
    ) async throws {
        let service = DevServer(configuration) { server in announce(server.summary) }
        var logger = configuration.logger
        logger.logLevel = max(logger.logLevel, .warning)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
        try await group.run()
    }
}

extension MillraceServer {
    /// Where it is reached and where it keeps everything, for people.
    public var summary: String {
        let place =
            switch configuration.storage {
            case .file(let path): path
            case .memory: "memory, gone when the server stops"
            }
        let address = port.map { "\(configuration.host):\($0)" } ?? "none"
        return """
            gRPC:       \(address)
            Storage:    \(place)
            Namespaces: \(configuration.namespaces.joined(separator: ", "))
            """
    }
}
