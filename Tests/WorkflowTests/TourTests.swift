import DeterminismPrograms
import Foundation
import Millrace
import Testing

// The pipeline of docs/api-tour.md, as it stands there.

private struct HackerNewsAPI: Sendable {
    func topStoryIDs(limit: Int) async throws -> [Int] { Array(1...limit) }
    func stories(_ ids: [Int]) async throws -> [Story] { ids.map { Story(title: "\($0)", by: "x") } }
}

private struct Story: Codable, Sendable {
    var title: String
    var by: String
    var url: URL?
}

@Activities(startToClose: .seconds(15))
private struct HackerNews {
    let api: HackerNewsAPI

    func topStoryIDs(limit: Int) async throws -> [Int] {
        try await api.topStoryIDs(limit: limit)
    }

    @Activity(retry: .upTo(5))
    func stories(ids: [Int]) async throws -> [Story] {
        try await api.stories(ids)
    }

    private func helper() {}
}

@Workflow
private actor TopStories {
    @Query private(set) var stage = "starting"
    private var approved = false

    func run(limit: Int) async throws -> [Story] {
        let hackerNews = HackerNews.stub
        stage = "fetching"
        let ids = try await hackerNews.topStoryIDs(limit: limit)
        async let stories = hackerNews.stories(ids: ids)
        try await Workflow.wait(upTo: .hours(24)) { self.approved }
        stage = "done"
        return try await stories
    }

    @Signal func approve() { approved = true }
}

@Suite struct TourTests {
    @Test func thePipelineRuns() throws {
        let player = try Player.started(TopStories.self, [BoundaryValue(2)])
        #expect(player.lines.last == "activity #1 topStoryIDs(2)")
        #expect(player.wants(.completed(1, "[1,2]")) == ["timer #1 86400s", "activity #2 stories([1,2])"])
        #expect(try player.wants(.query("stage")) == [#"answer q("fetching")"#])
        #expect(try player.wants(.signal("approve")) == ["cancel timer #1"])
        #expect(
            player.wants(.completed(2, #"[{"title":"a","by":"b"}]"#)) == [#"complete([{"by":"b","title":"a"}])"#])
    }

    /// Compiled, not called: what clients write.
    private func client(_ client: Client) async throws -> [Story] {
        let run = try await client.start(TopStories.run(limit: 10), id: "hackernews-workflow", taskQueue: "hackernews")
        try await run.approve()
        let stage: String = try await run.stage
        try await run.untyped.signal(TopStories.approve())
        _ = stage
        return try await run.result
    }
}
