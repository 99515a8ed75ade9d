import Engine
import Foundation
import Logging
import NIOPosix
import ScheduleSpec
import Store
import SwiftProtobuf
import Synchronization
import WireAPI
import WireRPC

/// A whole server: engine, store and services, in this process.
///
///     let server = try await MillraceServer.start(.init(port: 7233, storage: .file("millrace.db")))
///     let info = try await server.connection.call(
///         WorkflowService.getSystemInfo, APIGetSystemInfoRequest(), options: CallOptions())
///     await server.stop()
public final class MillraceServer: Sendable {
    /// The version of this server. Its API names the version of the reference that it behaves like.
    public static let version = "0.1.0"
    /// The header that gives ``version`` with every answer.
    public static let versionHeader = "millrace-version"

    /// Reaches the server without a socket.
    public let connection: any ServiceConnection
    /// The port it listens on; `nil` without a socket.
    public var port: Int? { rpc?.port }
    public let configuration: Configuration

    private let host: EngineHost
    private let rpc: RPCServer?

    private init(_ configuration: Configuration, _ host: EngineHost, _ rpc: RPCServer?, _ table: ServiceTable) {
        self.configuration = configuration
        self.host = host
        self.rpc = rpc
        connection = InProcessConnection(table)
    }

    /// Opens the store, recovers what is in it, and listens.
    ///
    /// - Throws: ``ServerError``; `EngineError` for a namespace or search attribute that cannot be made; `RPCTLSError`
    ///   for unusable certificates.
    public static func start(_ configuration: Configuration = Configuration()) async throws -> MillraceServer {
        let store = try await StoreOpening.open(configuration)
        return try await start(configuration, store: store)
    }

    /// The same on a store that is already open; it is closed with the server.
    static func start(
        _ configuration: Configuration, store: any Store, hostLimits: HostLimits = HostLimits()
    ) async throws -> MillraceServer {
        let limits = configuration.limits
        let host = try await EngineHost.start(
            store: store, clock: configuration.clock, limits: hostLimits,
            namespaces: configuration.namespaces.map { namespace($0, limits) }, logger: configuration.logger
        ) { recovered, reader, now in
            var random = SystemRandomNumberGenerator()
            let environment = EngineEnvironment(
                reader: reader, random: { random.next() }, limits: limits, zones: SystemTimeZones())
            return try Engine(environment: environment, recovered: recovered, now: now)
        }
        do {
            try await addSearchAttributes(configuration, host)
            let address = Mutex("")
            let table = ServiceTable.millrace(host, configuration.persistenceName) { address.withLock { $0 } }
            let rpc = try await listen(configuration, table)
            if let rpc { address.withLock { $0 = "\(configuration.listenHost):\(rpc.port)" } }
            return MillraceServer(configuration, host, rpc, table)
        } catch {
            await host.stop()
            throw error
        }
    }

    private static func namespace(_ name: String, _ limits: Limits) -> APIRegisterNamespaceRequest {
        var request = APIRegisterNamespaceRequest()
        request.namespace = name
        request.workflowExecutionRetentionPeriod = Google_Protobuf_Duration(
            seconds: limits.defaultRetention / .second, nanos: 0)
        return request
    }

    private static func addSearchAttributes(_ configuration: Configuration, _ host: EngineHost) async throws {
        guard !configuration.searchAttributes.isEmpty else { return }
        let engine = EngineCaller(host: host)
        for namespace in configuration.namespaces {
            var list = APIListSearchAttributesRequest()
            list.namespace = namespace
            let known: APIListSearchAttributesResponse = try await engine.call(
                .listSearchAttributes(list), RPCContext())
            var add = APIAddSearchAttributesRequest()
            add.namespace = namespace
            add.searchAttributes = configuration.searchAttributes
                .filter { known.customAttributes[$0.key] == nil }
                .compactMapValues { APIIndexedValueType(rawValue: $0.rawValue) }
            guard !add.searchAttributes.isEmpty else { continue }
            let _: APIAddSearchAttributesResponse = try await engine.call(.addSearchAttributes(add), RPCContext())
        }
    }

    private static func listen(_ configuration: Configuration, _ table: ServiceTable) async throws -> RPCServer? {
        guard let port = configuration.port else { return nil }
        var options = RPCServer.Configuration()
        options.tls = configuration.tls
        options.logger = configuration.logger
        options.answerHeaders = [(name: versionHeader, value: version)]
        do {
            return try await RPCServer.start(
                host: configuration.listenHost, port: port, table: table, configuration: options)
        } catch let error as RPCServer.StartError {
            throw ServerError(error)
        }
    }

    /// What it has done since it started.
    public var counters: ServerCounters { host.core.counters.snapshot }

    /// Ends long polls, lets other calls finish, makes everything durable, and closes the store. May be called more
    /// than once.
    public func stop() async {
        // A task of its own: whoever stops a server has often been cancelled, and would cut everything off.
        let stopping = Task {
            async let stopped: Void = host.stop()
            await rpc?.shutdownGracefully(grace: configuration.stopGrace)
            await stopped
        }
        await stopping.value
    }
}

extension MillraceServer.Configuration {
    /// A name could resolve to an IPv6 address alone, and most clients dial 127.0.0.1.
    var listenHost: String { host == "localhost" ? "127.0.0.1" : host }

    var persistenceName: String { storage == .memory ? "memory" : "sqlite" }
}

extension ServerError {
    init(_ error: RPCServer.StartError) {
        switch error {
        case .addressInUse(let host, let port): self = .portInUse(host: host, port: port)
        case .cannotBind(let host, let port, let reason): self = .cannotListen(host: host, port: port, reason: reason)
        }
    }
}

extension ServiceTable {
    /// Everything a server serves.
    static func millrace(
        _ host: EngineHost, _ persistence: String, address: @escaping @Sendable () -> String
    ) -> ServiceTable {
        let engine = EngineCaller(host: host)
        let system = SystemHandlers(engine: engine, persistence: persistence, address: address)
        var table = ServiceTable()
        WorkflowServiceHandlers(engine: engine, system: system).register(in: &table)
        OperatorServiceHandlers(engine: engine).register(in: &table)
        ClientVersions.guardEntries(of: &table)
        // Open to everybody, whatever their version.
        HealthService(services: [WorkflowService.name, OperatorService.name]).register(in: &table)
        table.unknownMethod = UnknownMethods.error
        return table
    }
}

/// Opens the store a configuration asks for.
enum StoreOpening {
    static func open(_ configuration: MillraceServer.Configuration) async throws -> any Store {
        switch configuration.storage {
        case .memory: return MemoryStore()
        case .file(let path):
            // Opening reads, writes and may migrate: not on a thread of the cooperative pool.
            return try await NIOThreadPool.singleton.runIfActive { try open(path, configuration) }
        }
    }

    private static func open(_ path: String, _ configuration: MillraceServer.Configuration) throws -> SQLiteStore {
        var options = SQLiteStore.Options()
        options.durability = configuration.durability
        do {
            if configuration.createsFolder {
                let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            return try SQLiteStore(path: path, options: options)
        } catch let error as StoreError where error.code == .fileInUse {
            throw ServerError.fileInUse(path: path)
        } catch {
            throw ServerError.cannotOpen(path: path, reason: "\(error)")
        }
    }
}
