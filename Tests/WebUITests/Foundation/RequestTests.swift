import Testing

@testable import WebUI

@Suite struct RequestTests {
    @Test(arguments: ["", "plain", "a b/c?d=e&f", "100 %", "é ☃ 🦀", "<script>", "..", "a+b"])
    func percentCodingGoesBothWays(_ text: String) {
        let encoded = PercentCoding.encode(text)
        #expect(PercentCoding.decode(encoded) == text)
        #expect(encoded.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
    }

    @Test func percentCodingRefusesHalfACode() {
        #expect(PercentCoding.decode("a%2") == nil)
        #expect(PercentCoding.decode("a%") == nil)
        #expect(PercentCoding.decode("a%zz") == nil)
        #expect(PercentCoding.decode("a+b") == "a+b")
        #expect(PercentCoding.decode("a+b", plusIsSpace: true) == "a b")
    }

    @Test func readsFields() {
        let fields = Fields(encoded: "a=1&b=x+y%21&a=2&c&=d&e=%zz")
        #expect(fields["a"] == "1")
        #expect(fields.values("a") == ["1", "2"])
        #expect(fields["b"] == "x y!")
        #expect(fields["c"] == "")
        #expect(fields["e"] == nil)
        #expect(fields.text("c") == nil)
        #expect(Fields([("t", "  x ")]).text("t") == "x")
        #expect(Fields(encoded: Fields([("a&b", "c=d"), ("a&b", "☃")]).encoded).values("a&b") == ["c=d", "☃"])
        #expect(fields.setting("a", "3").values("a") == ["3"])
        #expect(fields.setting("a", nil)["a"] == nil)
    }

    @Test func aFloodOfFieldsIsCut() {
        let flood = Array(repeating: "a=1", count: 5_000).joined(separator: "&")
        #expect(Fields(encoded: flood).all.count == 1_000)
    }

    @Test func linksHoldAnyID() {
        let links = Links(base: "/ui")
        let address = links.run("a/b", "x?y#z <é>", "r", .history)
        #expect(address == "/ui/namespaces/a%2Fb/workflows/x%3Fy%23z%20%3C%C3%A9%3E/r/history")
        #expect(
            links.workflows("n", matching: "A = \"b&c\"") == "/ui/namespaces/n/workflows?query=A%20%3D%20%22b%26c%22")
    }

    @Test func routesMatchAnyID() throws {
        var routes = RouteTable()
        routes.page("/n/:id/history") { plainPage($0["id"]) }
        routes.page("/n/:id/:run") { plainPage($0["run"]) }
        routes.form("/n/start") { _ in .redirect(to: "/") }
        #expect(parameters(routes.match(.get, "/n/a%2Fb%3F/history")) == ["id": "a/b?"])
        #expect(parameters(routes.match(.get, "/n/a/r")) == ["id": "a", "run": "r"])
        #expect(parameters(routes.match(.post, "/n/start")) == [:])
        guard case .otherMethod = routes.match(.get, "/n/start") else { throw Missed() }
        guard case .none = routes.match(.get, "/n") else { throw Missed() }
        guard case .none = routes.match(.get, "/n/%zz/history") else { throw Missed() }
    }

    private struct Missed: Error {}

    private func parameters(_ match: RouteTable.Match) -> [String: String]? {
        guard case .handler(_, let parameters) = match else { return nil }
        return parameters
    }

    @Test func addressesOfSectionsAreTheReferences() {
        for entry in Sections.navigation {
            #expect(entry.address("n s", Links(base: "/b")).hasPrefix("/b/"))
        }
        let workflows = Sections.navigation.first { $0.name == "workflows" }
        #expect(workflows?.address("n s", Links(base: "")) == "/namespaces/n%20s/workflows")
    }
}
