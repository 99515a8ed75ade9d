import Millrace
import Server

/// A server in the test's own process: in memory, without a socket, gone when the test is over.
///
///     try await TestServer.run { client in
///         try await Worker(client, taskQueue: "t") { TopStories.self; HackerNews(api: .sample) }.running {
///             #expect(try await client.execute(TopStories.run(limit: 3), id: "x", taskQueue: "t").count == 3)
///         }
///     }
public struct TestServer: Sendable {
    /// The server itself.
    public let server: MillraceServer

    /// - Throws: `ServerError` if it cannot start.
    public static func start(
        _ configuration: MillraceServer.Configuration = MillraceServer.Configuration()
    ) async throws -> TestServer {
        TestServer(server: try await MillraceServer.start(configuration))
    }

    /// A client of the server.
    public func client(namespace: String = "default", dataConverter: DataConverter = .default) -> Client {
        Client(connection: server.connection, namespace: namespace, dataConverter: dataConverter)
    }

    /// Moves the server's time forward: timers, timeouts and retries that are due by then happen at once.
    ///
    /// Time in activity code and in the worker is not touched.
    public func skip(_ duration: Duration) { server.configuration.clock.advance(by: duration) }

    public func stop() async { await server.stop() }

    /// Runs `body` with a server and stops it afterwards.
    public static func run<Value>(
        dataConverter: DataConverter = .default, _ body: (Client) async throws -> Value
    ) async throws -> Value {
        let server = try await start()
        let result: Value
        do {
            result = try await body(server.client(dataConverter: dataConverter))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
        return result
    }
}
