/// The pipeline's result as text.
enum FrontPageTable {
    static func text(_ page: FrontPage, width: Int = 100) -> String {
        var lines = storyTable(page.stories, width: width)
        if !page.skipped.isEmpty {
            lines.append("")
            lines += page.skipped.map { "Left out: item \($0.id), \($0.reason)." }
        }
        if !page.words.isEmpty {
            lines.append("")
            lines.append("Most frequent words")
            let longest = page.words.map(\.word.count).max() ?? 0
            lines += page.words.map {
                "  \(padded($0.word, longest))  \(String(repeating: "■", count: $0.count)) \($0.count)"
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func storyTable(_ stories: [Story], width: Int) -> [String] {
        guard !stories.isEmpty else { return ["No stories."] }
        let author = max(6, stories.map(\.by.count).max() ?? 0)
        let link = min(34, max(4, stories.map(\.url.count).max() ?? 0))
        let title = max(20, width - author - link - 14)
        let head = "  #  \(padded("Title", title))  \(padded("By", author))  \(padded("Link", link))"
        var lines = [head, String(repeating: "─", count: min(width, head.count))]
        for (index, story) in stories.enumerated() {
            let number = String(repeating: " ", count: index < 9 ? 2 : 1) + "\(index + 1)"
            lines.append(
                "\(number)  \(padded(story.title, title))  \(padded(story.by, author))  \(padded(story.url, link))")
        }
        return lines
    }

    /// Cut or filled up to the width.
    static func padded(_ text: String, _ width: Int) -> String {
        if text.count > width { return text.prefix(max(0, width - 1)) + "…" }
        return text + String(repeating: " ", count: width - text.count)
    }
}
