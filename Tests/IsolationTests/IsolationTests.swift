import Millrace
import Testing

// This target is compiled with `defaultIsolation(MainActor.self)` and `NonisolatedNonsendingByDefault`, as new
// applications are. What the macros generate has to compile there, and must not end up on the main actor.

nonisolated struct Page: Codable, Sendable {
    var title: String
}

@Activities(startToClose: .seconds(15))
nonisolated struct Pages {
    var prefix = "page"

    func fetch(number: Int) async throws -> Page { Page(title: "\(prefix) \(number)") }
    @Activity("pages.count", retry: .upTo(3)) func count(_ names: [String] = []) -> Int { names.count }
}

@Workflow
actor Reader {
    @Query private(set) var stage = "starting"
    private var isApproved = false

    func run(number: Int) async throws -> Page {
        async let page = Pages.stub.fetch(number: number)
        try await Workflow.wait(upTo: .hours(1)) { self.isApproved }
        stage = "done"
        return try await page
    }

    @Signal func approve() { isApproved = true }
    @Update func rename(_ title: String) async throws -> String { title }
}

@Suite struct IsolationTests {
    @Test nonisolated func definitionsAreUsableOffTheMainActor() async throws {
        #expect(Reader.workflowDefinition.name == "Reader")
        #expect(Reader.run(number: 3).arguments.count == 1)
        #expect(Pages.activityDescriptions.map(\.name) == ["fetch", "pages.count"])
        let reader = Reader()
        #expect(await reader.stage == "starting")
        await reader.approve()
    }
}
