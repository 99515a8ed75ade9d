import Hummingbird
import HummingbirdTesting
import Testing
import WireRPC

@testable import HTTPAPI

/// Which requests a page of another site may have sent.
@Suite struct RequestGuardTests {
    private func isAllowed(
        _ method: HTTPRequest.Method, authority: String? = "localhost:7243", _ headers: [String: String] = [:],
        hosts: RequestGuard.Hosts = .local()
    ) throws -> Bool {
        var head = HTTPRequest(method: method, scheme: "http", authority: authority, path: "/")
        for (name, value) in headers { head.headerFields[try #require(HTTPField.Name(name))] = value }
        do {
            try RequestGuard(hosts: hosts).check(Request(head: head, body: .init(buffer: .init())))
            return true
        } catch {
            return false
        }
    }

    @Test func programsNoticeNothing() throws {
        #expect(try isAllowed(.get))
        #expect(try isAllowed(.post, ["User-Agent": "curl/8.0", "Content-Type": "application/x-www-form-urlencoded"]))
        #expect(try isAllowed(.post, authority: nil))
        #expect(try isAllowed(.delete))
    }

    @Test func namesOfOthersAreNoHost() throws {
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1:7243", "[::1]:7243", "ui.localhost:80", "192.168.0.9"] {
            #expect(try isAllowed(.get, authority: host), "\(host)")
        }
        for host in ["evil.example", "localhost.evil.example:80", "127.0.0.1.evil.example", ""] {
            #expect(try !isAllowed(.get, authority: host), "\(host)")
        }
        #expect(try isAllowed(.get, authority: "box.lan:1", hosts: .local(names: ["box.lan"])))
        #expect(try isAllowed(.get, authority: "evil.example", hosts: .any))
    }

    @Test func foreignOriginsAreRefused() throws {
        #expect(try isAllowed(.post, ["Origin": "http://localhost:7243", "Content-Type": "text/plain"]))
        for origin in ["http://evil.example", "null", "http://localhost:1", "file://", "http://localhost:7243.evil"] {
            #expect(try !isAllowed(.post, ["Origin": origin, "Content-Type": "application/json"]), "\(origin)")
            #expect(try !isAllowed(.get, ["Origin": origin], hosts: .any), "\(origin)")
        }
        for site in ["cross-site", "same-site"] { #expect(try !isAllowed(.get, ["Sec-Fetch-Site": site])) }
        for site in ["same-origin", "none"] { #expect(try isAllowed(.get, ["Sec-Fetch-Site": site])) }
    }

    @Test func browsersWithoutOriginNeedJSON() throws {
        let browser = ["User-Agent": "Mozilla/5.0"]
        #expect(try isAllowed(.get, browser))
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            #expect(try !isAllowed(.post, browser.merging(["Content-Type": type]) { $1 }))
        }
        #expect(try !isAllowed(.post, browser))
        #expect(try isAllowed(.post, browser.merging(["Content-Type": "application/json; charset=utf-8"]) { $1 }))
        #expect(try isAllowed(.post, browser.merging(["X-Requested-With": "me"]) { $1 }))
        #expect(try !isAllowed(.post, ["Referer": "http://evil.example/"]))
    }

    @Test func theAnswerSaysSo() async throws {
        try await MountedAPI.run(Recorder()) { api in
            let answer = try await api.send(.get, "/api/v1/system-info", headers: [.origin: "http://evil.example"])
            #expect(answer.status == 403)
            #expect(answer.text == #"{"code":7,"message":"Origin not allowed"}"#)
        }
    }
}
