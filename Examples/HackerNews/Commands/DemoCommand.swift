import ArgumentParser
import Foundation
import Logging
import Millrace
import Server
import WebUI

/// Everything in one process: a server, a worker, and one run of the pipeline.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Starts a server and a worker in this process, runs the pipeline and shows what happened.")

    @Option(help: "Where the stories come from: 'live', 'sample', or 'auto': live if it answers within 3 s.")
    var source = "auto"

    @Option(help: "With the sample: how many requests fail at first, so that retries show.")
    var failFirst = 2

    @Option(help: "The gRPC port; if it is taken, any free one.")
    var port = 7233

    @Option(help: "How many stories.")
    var limit = 10

    func validate() throws {
        guard ["auto", "live", "sample"].contains(source) else {
            throw ValidationError("--source takes auto, live or sample, not '\(source)'")
        }
    }

    func run() async throws {
        try await Interruption.run { try await demo() }
    }

    private func demo() async throws {
        let server = try await startServer()
        let api = try await chooseSource()
        let client = Client(connection: server.connection, namespace: "default")
        let worker = Worker(client, taskQueue: HackerNewsCommand.taskQueue) {
            TopStories.self
            HackerNews(api: api)
        }
        let id = "hackernews-demo-\(Int(Date().timeIntervalSince1970))"
        do {
            try await worker.running {
                try await PipelineRun.perform(client, id: id, limit: limit)
                try await Self.showHistory(client, id)
                await stayUp(server, id)
            }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private func startServer() async throws -> MillraceServer {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "millrace-demo-\(ProcessInfo.processInfo.processIdentifier).db"
        ).path
        var configuration = MillraceServer.Configuration(port: port, storage: .file(file))
        configuration.logger.logLevel = .warning
        let server: MillraceServer
        do {
            server = try await MillraceServer.start(configuration)
        } catch ServerError.portInUse {
            configuration.port = 0
            server = try await MillraceServer.start(configuration)
        }
        Output.line("Server on localhost:\(server.port ?? 0), everything durable in \(file)")
        return server
    }

    private func chooseSource() async throws -> HackerNewsAPI {
        let live = HackerNewsAPI()
        if source == "live" { return live }
        if source == "auto", await live.answers(within: .seconds(3)) {
            Output.line("Stories from \(live.address)")
            return live
        }
        let sample = try await SampleAPI.start(failures: failFirst)
        let why = source == "auto" ? "\(live.address) does not answer" : "as asked"
        Output.line(
            "Stories from the bundled sample (\(why)); its first \(failFirst) requests fail, so that retries show")
        return HackerNewsAPI(address: sample.address)
    }

    private static func showHistory(_ client: Client, _ id: String) async throws {
        Output.line("What the server has recorded:")
        for try await event in client.handle(TopStories.self, id: id).history() {
            Output.line("  \(FrontPageTable.padded("\(event.id)", 4))\(event.type)")
        }
    }

    private func stayUp(_ server: MillraceServer, _ id: String) async {
        let address = "localhost:\(server.port ?? 0)"
        Output.line("\nLook further: millrace workflow show --address \(address) -w \(id)")
        Output.line("         or: temporal workflow list --address \(address)")
        guard Terminal.isTerminal else { return }
        let pages = await Self.startPages(server)
        if let pages { Output.line("In a browser: \(pages.address)/namespaces/default/workflows/\(id)") }
        Output.line("The server stays up; Ctrl-C ends the demo.")
        try? await Task.sleep(for: .seconds(86_400 * 365))
        await pages?.stop()
    }

    /// The web UI on its usual port or, if that is taken, any free one; the demo is as good without it.
    private static func startPages(_ server: MillraceServer) async -> WebServer? {
        var configuration = WebServer.Configuration()
        configuration.logger.logLevel = .warning
        if let pages = try? await WebServer.start(configuration, connection: server.connection) { return pages }
        configuration.port = 0
        do {
            return try await WebServer.start(configuration, connection: server.connection)
        } catch {
            Output.line("There is no web UI: \(error)")
            return nil
        }
    }
}
