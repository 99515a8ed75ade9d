#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Walks through a list that comes in pages, and fetches a page when the one before is used up.
struct PageWalk<Element: Sendable>: Sendable {
    typealias Page = (elements: [Element], nextPageToken: Data)

    private var page: [Element] = []
    private var position = 0
    private var nextPageToken = Data()
    private var isLastPage = false

    /// - Parameter fetch: Asks for the page with the given token; an empty one means the first.
    /// - Returns: `nil` after the last page.
    /// - Throws: What `fetch` throws; the same page is asked for again then.
    mutating func next(_ fetch: (Data) async throws -> Page) async throws -> Element? {
        while position == page.count {
            if isLastPage { return nil }
            (page, nextPageToken) = try await fetch(nextPageToken)
            position = 0
            isLastPage = nextPageToken.isEmpty
        }
        defer { position += 1 }
        return page[position]
    }
}
