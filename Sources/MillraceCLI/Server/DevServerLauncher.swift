import HTTPAPI
import Logging
import Server
import WebUI
import WireRPC

/// Runs the server of this process: the one place where the CLI touches the module `Server`.
enum DevServerLauncher {
    /// Serves until the process is told to end.
    static func run(_ settings: DevServerSettings, _ session: Session) async throws {
        do {
            try await DevServer.run(configuration(settings, session), companions: companions(settings, session)) {
                session.line("Millrace \(millraceVersion)\n\n\($0)")
            }
        } catch let error as ServerError {
            throw OperationError("\(error)\(advice(error))")
        } catch let error as RPCServer.StartError {
            throw OperationError("\(error) (--http-port)")
        }
    }

    /// The HTTP API: on a port of its own, with the TLS of the gRPC port, and on the same address.
    private static func httpAPI(
        _ settings: DevServerSettings
    ) -> @Sendable (MillraceServer) async throws -> DevServer.Companion {
        { server in
            let host = server.configuration.host == "localhost" ? "127.0.0.1" : server.configuration.host
            let api = try await HTTPAPIServer.start(
                host: host, port: settings.httpPort ?? 0, tls: server.configuration.tls,
                connection: server.connection, logger: server.configuration.logger)
            return DevServer.Companion(title: "HTTP", address: "\(server.configuration.host):\(api.port)") {
                await api.stop()
            }
        }
    }

    private static func configuration(_ settings: DevServerSettings, _ session: Session) -> MillraceServer.Configuration
    {
        var configuration = MillraceServer.Configuration(host: settings.host, port: settings.port)
        if case .file(let path, let durability) = settings.storage {
            configuration.storage = .file(path)
            configuration.durability = durability == .full ? .full : .normal
            configuration.createsFolder = settings.makesFolder
        }
        configuration.namespaces = ["default"] + settings.namespaces
        for (name, type) in settings.searchAttributes { add(name, type, to: &configuration) }
        configuration.tls = settings.tls.map { tls in
            RPCServer.TLS(
                certificateChain: .file(tls.certificatePath), privateKey: .file(tls.keyPath),
                clientRoots: tls.clientCAPath.map { .file($0) })
        }
        configuration.logger = ServerLog.logger(settings, session.context.standardError)
        return configuration
    }

    private static func companions(
        _ settings: DevServerSettings, _ session: Session
    ) -> [@Sendable (MillraceServer) async throws -> DevServer.Companion] {
        let api = httpAPI(settings)
        guard let port = settings.uiPort else { return [api] }
        var web = WebServer.Configuration(host: settings.uiHost, port: port)
        web.publicPath = settings.uiPublicPath
        web.allowedHosts = settings.uiAllowedHosts
        web.logger = ServerLog.logger(settings, session.context.standardError)
        let pages: @Sendable (MillraceServer) async throws -> DevServer.Companion = { [web] server in
            let pages = try await WebUILauncher.start(web, server.connection)
            return DevServer.Companion(title: "Web UI", address: pages.address) { await pages.stop() }
        }
        return [pages, api]
    }

    private static func add(
        _ name: String, _ type: SearchAttributeType, to configuration: inout MillraceServer.Configuration
    ) {
        switch type {
        case .text: configuration.searchAttributes[name] = .text
        case .keyword: configuration.searchAttributes[name] = .keyword
        case .int: configuration.searchAttributes[name] = .int
        case .double: configuration.searchAttributes[name] = .double
        case .bool: configuration.searchAttributes[name] = .bool
        case .datetime: configuration.searchAttributes[name] = .datetime
        case .keywordList: configuration.searchAttributes[name] = .keywordList
        }
    }

    /// What to type next.
    private static func advice(_ error: ServerError) -> String {
        switch error {
        case .portInUse: " (--port)"
        case .fileInUse: " (--db-filename, or --ephemeral for none)"
        default: ""
        }
    }
}
