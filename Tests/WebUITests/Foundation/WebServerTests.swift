import Hummingbird
import HummingbirdTesting
import MillraceTesting
import Testing
import WireAPI
import WireRPC

@testable import WebUI

@Suite struct WebServerTests {
    @Test func listensOnAFreePortAndStops() async throws {
        let web = try await WebServer.start(.init(port: 0), connection: RefusingConnection())
        #expect(web.port > 0)
        #expect(web.address == "http://127.0.0.1:\(web.port)")
        let raw = try await RawHTTP.connect(port: web.port)
        try await raw.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(await raw.receive().contains("/namespaces/default/workflows"))
        await web.stop()
        await web.stop()
        await #expect(throws: (any Error).self) { try await RawHTTP.connect(port: web.port) }
    }

    @Test func saysThatThePortIsTaken() async throws {
        let web = try await WebServer.start(.init(port: 0), connection: RefusingConnection())
        let error = await #expect(throws: WebServerError.self) {
            try await WebServer.start(.init(port: web.port), connection: RefusingConnection())
        }
        #expect(error?.description.contains("in use") == true)
        await web.stop()
    }

    @Test func livesBelowAPath() async throws {
        var configuration = WebServer.Configuration()
        configuration.publicPath = "/some/path"
        var routes = RouteTable()
        routes.page("/page") { plainPage($0.links.workflows("n")) }
        try await TestPages.run(routes, configuration: configuration) { pages in
            #expect(try await pages.get("/").headers[.location] == "/some/path/")
            let page = try await pages.get("/some/path/page")
            #expect(page.text.contains("/some/path/namespaces/n/workflows"))
            #expect(page.headers[.setCookie]?.contains("Path=/some/path/;") == true)
            #expect(!page.text.contains("=\"/assets"))
        }
    }

    @Test func showsAServer() async throws {
        let server = try await TestServer.start()
        let app = WebServer.application(.init(), connection: server.server.connection)
        try await app.test(.router) { client in
            let pages = TestPages(client: client)
            let home = try await pages.get("/")
            #expect(home.status == .seeOther)
            let list = try await pages.get(home.headers[.location] ?? "")
            #expect(list.status == .ok)
            #expect(list.text.contains("<h1>"))
            #expect(MarkupCheck.problems(list.text) == [])
            let missing = try await pages.get("/namespaces/none/workflows")
            #expect(missing.status == .notFound)
        }
        await server.stop()
    }

    @Test(arguments: [
        (RPCError.Code.unavailable, 503), (.permissionDenied, 403), (.unimplemented, 501), (.resourceExhausted, 429),
        (.notFound, 404), (.invalidArgument, 400), (.internal, 502),
    ])
    func saysWhatIsWrongWithTheServer(_ code: RPCError.Code, _ status: Int) async throws {
        let connection = RefusingConnection(error: RPCError(code, "the <reason>"))
        var routes = RouteTable()
        routes.page("/page") { request in
            _ = try await request.service.call(WorkflowService.getSystemInfo, APIGetSystemInfoRequest())
            return plainPage("fine")
        }
        try await TestPages.run(routes, connection: connection) { pages in
            let answer = try await pages.get("/page")
            #expect(answer.status.code == status)
            #expect(answer.text.contains("the &lt;reason&gt;"))
        }
    }
}
