/// A front page of our own making, in the shapes of the real API.
enum SampleStories {
    static let items: [Item] = [
        story(9001, "Show HN: A durable pipeline in one Swift file", "ada", "https://example.com/durable", 412),
        story(9002, "SQLite as a queue: the fsync floor, measured", "grace", "https://example.com/fsync", 388),
        Item(
            id: 9003, type: "job", title: "Watermill (Remote) is hiring Swift engineers", by: "mill", url: nil, score: 1
        ),
        story(9004, "Why retries make distributed pipelines worse", "barbara", "https://example.com/retries", 301),
        story(9005, "A tour of Swift concurrency for data engineers", "edsger", "https://example.com/tour", 279),
        Item(
            id: 9006, type: "story", title: "Ask HN: How do you test a data pipeline?", by: "donald", url: nil,
            score: 240),
        story(
            9007, "Deterministic simulation finds the bugs that tests miss", "leslie", "https://example.com/sim", 233),
        story(9008, "The history of the water mill", "frances", "https://example.com/mill", 198),
        story(
            9009, "Swift actors, replayed: state machines without the pain", "tony", "https://example.com/actors", 187),
        story(9010, "Measuring tail latency of a SQLite server", "margaret", "https://example.com/tail", 164),
        story(9011, "Crash-only software, twenty years on", "jim", "https://example.com/crash", 150),
        story(9012, "Data engineers should read old papers", "radia", "https://example.com/papers", 121),
    ]

    private static func story(_ id: Int, _ title: String, _ by: String, _ url: String, _ score: Int) -> Item {
        Item(id: id, type: "story", title: title, by: by, url: url, score: score)
    }
}
