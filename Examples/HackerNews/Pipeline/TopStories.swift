import Millrace

/// Fetch, transform, report: the ids of the top stories, the stories, and the words their titles have most in common.
///
/// Ordinary code. Each step is recorded when it is done; a crash of the worker or of the server costs the step that was
/// under way, and none before it.
@Workflow
actor TopStories {
    @Query private(set) var stage = "starting"

    func run(limit: Int) async throws -> FrontPage {
        let hackerNews = HackerNews.stub
        stage = "fetching the ids"
        let ids = try await hackerNews.topStoryIDs(limit: limit)
        stage = "fetching \(ids.count) stories"
        let fetched = try await hackerNews.stories(ids: ids)
        stage = "counting words"
        let words = try await hackerNews.frequentWords(titles: fetched.stories.map(\.title), limit: 10)
        stage = "done"
        return FrontPage(stories: fetched.stories, skipped: fetched.skipped, words: words)
    }
}
