/// An item as Hacker News serves it; only what the pipeline reads.
struct Item: Codable, Sendable {
    var id: Int
    var type: String
    var title: String?
    var by: String?
    var url: String?
    var score: Int?
}

/// Where stories come from: the real site, the bundled sample, or a test's own.
protocol StorySource: Sendable {
    func topStoryIDs() async throws -> [Int]
    /// `nil` for an item that is not there any more.
    func item(_ id: Int) async throws -> Item?
}
