import Testing

@testable import HackerNews

@Suite struct WordCounterTests {
    @Test func countsWordsWithoutThoseThatSayNothing() {
        let words = WordCounter.mostFrequent(
            in: ["The Swift book", "A Swift tour of the book", "Swift, and Swift"], limit: 2)
        #expect(words == [WordCount(word: "swift", count: 4), WordCount(word: "book", count: 2)])
    }

    @Test func equallyFrequentWordsComeInAlphabeticalOrder() {
        #expect(WordCounter.mostFrequent(in: ["pear apple", "apple pear"], limit: 5).map(\.word) == ["apple", "pear"])
    }

    @Test func quotesAndNumbersAreNoWords() {
        #expect(
            WordCounter.mostFrequent(in: ["'quoted' 2026 don’t 3D"], limit: 9).map(\.word) == ["3d", "don't", "quoted"])
    }

    @Test func aTableNamesWhatIsLeftOut() {
        let page = FrontPage(
            stories: [Story(id: 1, title: "One", by: "ada", url: "https://example.com", score: 3)],
            skipped: [SkippedItem(id: 2, reason: "it has no link")], words: [WordCount(word: "one", count: 1)])
        let text = FrontPageTable.text(page)
        #expect(text.contains("One"))
        #expect(text.contains("Left out: item 2, it has no link."))
        #expect(text.contains("one  ■ 1"))
    }

    @Test func theSampleFailsItsFirstRequestsOnly() {
        let answers = SampleAnswers(failures: 2)
        #expect(answers.answer("/v0/topstories.json").status == .serviceUnavailable)
        #expect(answers.answer("/v0/topstories.json").status == .serviceUnavailable)
        #expect(answers.answer("/v0/topstories.json").status == .ok)
        #expect(answers.answer("/v0/item/1.json").body == "null")
    }
}
