import Logging
import ServiceLifecycle

/// A server for one machine and its developer: runs until it is told to stop by Ctrl-C or `kill`.
///
///     try await DevServer.run(.init(port: 7233, storage: .file(path))) { print($0) }
public struct DevServer: Service {
    /// Something that is reached on a port of its own and works through the server, such as the HTTP API.
    public struct Companion: Sendable {
        /// What it is, for people.
        public var title: String
        /// Where it is reached.
        public var address: String
        public var stop: @Sendable () async -> Void

        public init(title: String, address: String, stop: @escaping @Sendable () async -> Void) {
            self.title = title
            self.address = address
            self.stop = stop
        }
    }

    private let configuration: MillraceServer.Configuration
    private let startCompanions: [@Sendable (MillraceServer) async throws -> Companion]
    private let announce: @Sendable (MillraceServer, [Companion]) -> Void

    /// - Parameters:
    ///   - companions: Each starts one, once the server is up.
    ///   - announce: Called once, when the server and its companions listen.
    public init(
        _ configuration: MillraceServer.Configuration,
        companions: [@Sendable (MillraceServer) async throws -> Companion] = [],
        announce: @escaping @Sendable (MillraceServer, [Companion]) -> Void
    ) {
        self.configuration = configuration
        self.startCompanions = companions
        self.announce = announce
    }

    /// Runs until the surrounding task, or its service group, is told to stop; then stops the server gracefully.
    /// - Throws: What ``MillraceServer/start(_:)`` and the companions throw.
    public func run() async throws {
        let server = try await MillraceServer.start(configuration)
        var companions: [Companion] = []
        do {
            for start in startCompanions { companions.append(try await start(server)) }
        } catch {
            await Self.stop(server, companions)
            throw error
        }
        announce(server, companions)
        // Throws when cancelled: then it is time to stop as well.
        try? await gracefulShutdown()
        await Self.stop(server, companions)
    }

    /// All at once: the server ends the long polls that a companion waits for.
    private static func stop(_ server: MillraceServer, _ companions: [Companion]) async {
        await withTaskGroup(of: Void.self) { group in
            for companion in companions { group.addTask { await companion.stop() } }
            group.addTask { await server.stop() }
        }
    }

    /// Runs a server until SIGINT or SIGTERM.
    ///
    /// - Parameters:
    ///   - companions: Each starts one, once the server is up.
    ///   - announce: Called once, when the server and its companions listen, with lines to show to the user.
    /// - Throws: What ``MillraceServer/start(_:)`` and the companions throw: a port or file in use as ``ServerError``.
    public static func run(
        _ configuration: MillraceServer.Configuration,
        companions: [@Sendable (MillraceServer) async throws -> Companion] = [],
        announce: @escaping @Sendable (String) -> Void
    ) async throws {
        let service = DevServer(configuration, companions: companions) { server, companions in
            announce(([server.summary] + companions.map(\.line)).joined(separator: "\n"))
        }
        var logger = configuration.logger
        logger.logLevel = max(logger.logLevel, .warning)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
        try await group.run()
    }
}

extension DevServer.Companion {
    /// One line of the summary.
    var line: String {
        let label = title + ":"
        return label + String(repeating: " ", count: max(1, 12 - label.count)) + address
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
