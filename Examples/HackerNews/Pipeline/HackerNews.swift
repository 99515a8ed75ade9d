import Millrace

/// The pipeline's activities: what touches the world outside.
@Activities(startToClose: .seconds(15))
struct HackerNews {
    let api: any StorySource

    /// The ids of the stories that lead the front page, best first.
    func topStoryIDs(limit: Int) async throws -> [Int] {
        Array(try await api.topStoryIDs().prefix(limit))
    }

    /// The stories themselves, fetched side by side. What is no story with a link is left out, and said so.
    func stories(ids: [Int]) async throws -> FetchedStories {
        let items = try await withThrowingTaskGroup(of: (Int, Item?).self) { group in
            for id in ids {
                group.addTask { (id, try await api.item(id)) }
            }
            return try await group.reduce(into: [Int: Item?]()) { $0[$1.0] = $1.1 }
        }
        var fetched = FetchedStories(stories: [], skipped: [])
        for id in ids {
            switch Self.story(id, items[id] ?? nil) {
            case .success(let story): fetched.stories.append(story)
            case .failure(let reason): fetched.skipped.append(SkippedItem(id: id, reason: reason.text))
            }
        }
        return fetched
    }

    /// The words that titles have most in common.
    func frequentWords(titles: [String], limit: Int) async throws -> [WordCount] {
        WordCounter.mostFrequent(in: titles, limit: limit)
    }

    private struct Unfit: Error {
        var text: String
    }

    private static func story(_ id: Int, _ item: Item?) -> Result<Story, Unfit> {
        guard let item else { return .failure(Unfit(text: "the item is gone")) }
        guard item.type == "story" else { return .failure(Unfit(text: "a \(item.type) post, not a story")) }
        guard let url = item.url, !url.isEmpty else { return .failure(Unfit(text: "it has no link")) }
        return .success(
            Story(id: id, title: item.title ?? "(no title)", by: item.by ?? "?", url: url, score: item.score ?? 0))
    }
}
