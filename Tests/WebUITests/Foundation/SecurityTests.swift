import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WireRPC

@testable import WebUI

@Suite struct SecurityTests {
    private let token = String(repeating: "0af", count: 10) + "12"

    private var routes: RouteTable {
        var routes = RouteTable()
        routes.page("/page") { request in plainPage(request.token) }
        routes.page("/fail") { _ in throw RPCError(.notFound, "no <b>such</b> run") }
        routes.page("/crash") { _ in throw Unexpected() }
        routes.form("/send") { request in .redirect(to: "/page", notice: .done(request.form["text"] ?? "")) }
        return routes
    }

    private struct Unexpected: Error {}

    private func cookie(_ token: String) -> HTTPFields { [.cookie: "other=1; millrace_token=\(token); x=y"] }

    @Test(arguments: ["/page", "/fail", "/crash", "/nowhere", "/assets/x/app.css", "/send"])
    func everyAnswerCarriesTheHeaders(_ path: String) async throws {
        try await TestPages.run(routes) { pages in
            let headers = try await pages.get(path).headers
            let policy = headers[.contentSecurityPolicy] ?? ""
            for rule in [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'",
                "base-uri 'none'", "form-action 'self'",
            ] {
                #expect(policy.contains(rule))
            }
            #expect(!policy.contains("unsafe"))
            #expect(headers[.xContentTypeOptions] == "nosniff")
            for name in ["Referrer-Policy", "X-Frame-Options", "Cross-Origin-Opener-Policy"] {
                #expect(HTTPField.Name(name).flatMap { headers[$0] } != nil, "\(name)")
            }
            #expect(headers[.cacheControl] != nil)
        }
    }

    @Test func pagesGiveATokenAndFormsNeedIt() async throws {
        try await TestPages.run(routes) { pages in
            let cookies = try await pages.get("/page").headers[values: .setCookie]
            let given = try #require(cookies.first { $0.hasPrefix("millrace_token=") })
            #expect(given.contains("HttpOnly") && given.contains("SameSite=Strict"))
            let value = String(given.dropFirst("millrace_token=".count).prefix { $0 != ";" })
            #expect(CrossSiteToken.isValid(value))
            // A page that is loaded again keeps the token, so that forms in other tabs stay good.
            let again = try await pages.get("/page", headers: cookie(value))
            #expect(again.headers[values: .setCookie].isEmpty)
            #expect(again.text.contains(value))
            let sent = try await pages.post("/send", "token=\(value)&text=hello", headers: cookie(value))
            #expect(sent.status == .seeOther)
            #expect(sent.headers[.location] == "/page")
        }
    }

    @Test func formsOfOthersAreRefused() async throws {
        let other = String(repeating: "f", count: 32)
        try await TestPages.run(routes) { pages in
            for (body, headers) in [
                ("text=a", cookie(token)), ("token=\(token)", HTTPFields()), ("token=\(other)", cookie(token)),
                ("token=", cookie("")), ("token=x", cookie("x")),
            ] {
                #expect(try await pages.post("/send", body, headers: headers).status == .forbidden, "\(body)")
            }
            var foreign = cookie(token)
            for origin in ["http://evil.example", "null", "http://localhost.evil.example", "http://localhost:1"] {
                foreign[.origin] = origin
                let answer = try await pages.post("/send", "token=\(token)", headers: foreign)
                #expect(answer.status == .forbidden, "\(origin)")
                #expect(answer.headers[values: .setCookie].isEmpty)
            }
            foreign[.origin] = "http://localhost"
            #expect(try await pages.post("/send", "token=\(token)", headers: foreign).status == .seeOther)
        }
    }

    @Test func onlyFormsOfReasonableSizeAreTaken() async throws {
        var configuration = WebServer.Configuration()
        configuration.maximumFormSize = 1 << 20
        try await TestPages.run(routes, configuration: configuration) { pages in
            let large = "token=\(token)&text=" + String(repeating: "x", count: 1 << 20)
            #expect(try await pages.post("/send", large, headers: cookie(token)).status == .contentTooLarge)
            var json = cookie(token)
            json[.contentType] = "application/json"
            #expect(try await pages.post("/send", "{}", headers: json).status == .unsupportedMediaType)
            #expect(try await pages.get("/send").status == .methodNotAllowed)
            let put = try await pages.client.execute(uri: "/page", method: .put)
            #expect(put.status == .methodNotAllowed)
        }
    }

    @Test func errorsAreTextAndNoTraces() async throws {
        try await TestPages.run(routes) { pages in
            let missing = try await pages.get("/fail")
            #expect(missing.status == .notFound)
            #expect(missing.text.contains("no &lt;b&gt;such&lt;/b&gt; run"))
            let crash = try await pages.get("/crash")
            #expect(crash.status == .internalServerError)
            #expect(!crash.text.contains(".swift"))
            let path = try await pages.get("/%3Cscript%3Ealert(1)%3C/script%3E")
            #expect(path.status == .notFound)
            #expect(!path.text.contains("<script>alert"))
            for page in [missing, crash, path] { #expect(MarkupCheck.problems(page.text) == []) }
        }
    }

    @Test func noticesAreShownOnceAndAsText() async throws {
        try await TestPages.run(routes) { pages in
            let sent = try await pages.post(
                "/send", "token=\(token)&text=%3Cb%3Edone%3C%2Fb%3E%0D%0ASet-Cookie%3A+a%3Db", headers: cookie(token))
            let header = try #require(sent.headers[values: .setCookie].first { $0.hasPrefix("millrace_notice=") })
            let value = header.prefix { $0 != ";" }
            let shown = try await pages.get("/page", headers: [.cookie: String(value)])
            #expect(shown.text.contains("&lt;b&gt;done&lt;/b&gt;"))
            #expect(shown.headers[values: .setCookie].contains { $0.hasPrefix("millrace_notice=;") })
            #expect(!shown.headers[values: .setCookie].contains { $0.hasPrefix("a=b") })
        }
    }

    @Test func answersOnlyToItsOwnNames() {
        let loopback = HostCheck(bindHost: "127.0.0.1", allowedHosts: ["ui.example"])
        for host in ["localhost:8233", "127.0.0.1", "[::1]:8233", "LOCALHOST", "ui.example:80", "a.localhost"] {
            #expect(loopback.accepts(host), "\(host)")
        }
        for host in [nil, "", "evil.example", "evil.example:8233", "localhost.evil.example", "10.0.0.1"] {
            #expect(!loopback.accepts(host), "\(host ?? "none")")
        }
        #expect(HostCheck(bindHost: "0.0.0.0", allowedHosts: []).accepts("anything"))
        let named = HostCheck(bindHost: "0.0.0.0", allowedHosts: ["ui.example"])
        #expect(named.accepts("ui.example") && !named.accepts("evil.example"))
    }

    @Test func aRebindingPageIsRefusedBeforeAnythingIsRead() async throws {
        let web = try await WebServer.start(
            .init(port: 0), connection: RefusingConnection(), routes: routes)
        let raw = try await RawHTTP.connect(port: web.port)
        try await raw.send("GET /page HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        let answer = await raw.receive()
        #expect(answer.hasPrefix("HTTP/1.1 421"))
        #expect(!answer.contains("millrace_token"))
        await web.stop()
    }

    @Test func tokensAreCompared() {
        #expect(CrossSiteToken.matches(token, token))
        #expect(!CrossSiteToken.matches(token, String(token.dropLast())))
        #expect(!CrossSiteToken.matches(nil, nil))
        #expect(!CrossSiteToken.matches("", ""))
        #expect(CrossSiteToken.make() != CrossSiteToken.make())
        #expect(CrossSiteToken.isValid(CrossSiteToken.make()))
    }
}
