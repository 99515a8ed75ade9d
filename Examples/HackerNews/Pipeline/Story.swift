import Foundation

/// One story of the front page, as the table shows it.
struct Story: Codable, Sendable, Equatable {
    var id: Int
    var title: String
    var by: String
    var url: String
    var score: Int
}

/// An item that has no place in the table, and why.
struct SkippedItem: Codable, Sendable, Equatable {
    var id: Int
    var reason: String
}

/// What the second activity finds.
struct FetchedStories: Codable, Sendable, Equatable {
    var stories: [Story]
    var skipped: [SkippedItem]
}

struct WordCount: Codable, Sendable, Equatable {
    var word: String
    var count: Int
}

/// The pipeline's result.
struct FrontPage: Codable, Sendable, Equatable {
    var stories: [Story]
    var skipped: [SkippedItem]
    var words: [WordCount]
}
