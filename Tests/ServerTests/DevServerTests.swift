import Testing
import WireAPI
import WireRPC

@testable import Server

@Suite struct DevServerTests {
    @Test func servesUntilItIsToldToStop() async throws {
        let (ports, announced) = AsyncStream.makeStream(of: Int?.self)
        let service = DevServer(.init(host: "localhost", port: 0)) { server, _ in announced.yield(server.port) }
        let running = Task { try await service.run() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next() ?? nil)
        let client = try RPCClient(target: "127.0.0.1:\(port)")
        let info: APIGetSystemInfoResponse = try await TestClient(connection: client).call(
            WorkflowService.getSystemInfo)
        #expect(!info.serverVersion.isEmpty)
        client.close()
        running.cancel()
        try await running.value
        // The port is free again.
        let next = try await MillraceServer.start(.init(port: port))
        #expect(next.port == port)
        await next.stop()
    }

    @Test func summarizes() async throws {
        let server = try await MillraceServer.start(.init(port: 0))
        let port = try #require(server.port)
        #expect(server.summary.contains("127.0.0.1:\(port)"))
        #expect(server.summary.contains("memory"))
        await server.stop()
    }

    @Test func errorsSayWhatToDo() {
        #expect(ServerError.portInUse(host: "127.0.0.1", port: 7233).description.contains("choose another port"))
        #expect(ServerError.fileInUse(path: "/x.db").description.contains("/x.db"))
    }
}
