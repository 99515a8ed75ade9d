import ArgumentParser
import WebUI
import WireRPC

/// `millrace ui`
struct UICommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "ui", abstract: "Show what a server does in a browser.",
        discussion: """
            For a server that runs elsewhere; `millrace server start-dev` brings its own.
              millrace ui --address cluster.example:7233 --tls
            """)

    @Option(parsing: .unconditional, help: "Port of the web UI; 0 for any free one.")
    var uiPort: Int = 8233

    @Option(parsing: .unconditional, help: "Address the web UI listens on.")
    var uiIp: String = "localhost"

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Path the web UI is under; / by default.", valueName: "path"))
    var uiPublicPath: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: "Name the web UI may be reached by besides those of this machine; repeatable.")
    var uiAllowedHost: [String] = []

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard (0...65_535).contains(uiPort) else {
            throw UsageError("--ui-port \(uiPort) is not between 0 and 65535")
        }
        let client = try await session.client(connection)
        var web = WebServer.Configuration(host: uiIp, port: uiPort)
        web.publicPath = WebUILauncher.publicPath(uiPublicPath)
        web.allowedHosts = uiAllowedHost
        web.metadata = client.metadata
        web.identity = client.identity
        let address = client.settings.address
        do {
            try await WebServer.run(web, connection: client.connection) { url in
                session.line("Web UI:  \(url)")
                session.line("Server:  \(address)")
            }
        } catch let error as WebServerError {
            throw OperationError("\(error) (--ui-port)")
        }
    }
}

/// Starts the web UI beside a server.
enum WebUILauncher {
    static func start(
        _ configuration: WebServer.Configuration, _ connection: any ServiceConnection
    ) async throws -> WebServer {
        do {
            return try await WebServer.start(configuration, connection: connection)
        } catch let error as WebServerError {
            throw OperationError("\(error) (--ui-port)")
        }
    }

    /// `/path` of what the user wrote; nothing for `/`.
    static func publicPath(_ text: String?) -> String {
        let components = (text ?? "").split(separator: "/")
        return components.isEmpty ? "" : "/" + components.joined(separator: "/")
    }
}
