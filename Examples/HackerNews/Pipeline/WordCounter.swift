/// Counts words, leaving out those that every English sentence has.
enum WordCounter {
    private static let stopWords: Set<String> = [
        "a", "about", "after", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could",
        "did", "do", "does", "for", "from", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its",
        "it's",
        "just", "more", "my", "new", "no", "not", "now", "of", "on", "one", "or", "our", "out", "over", "so", "some",
        "that", "the", "their", "them", "then", "there", "they", "this", "to", "up", "us", "was", "we", "were", "what",
        "when", "where", "which", "who", "why", "will", "with", "without", "would", "you", "your", "ask", "show", "hn",
        "tell",
    ]

    /// The most frequent words, most frequent first; equally frequent ones in alphabetical order.
    static func mostFrequent(in titles: [String], limit: Int) -> [WordCount] {
        var counts: [String: Int] = [:]
        for title in titles {
            for word in words(of: title) where !stopWords.contains(word) { counts[word, default: 0] += 1 }
        }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.prefix(max(0, limit)).map { WordCount(word: $0.key, count: $0.value) }
    }

    /// Lower-case runs of letters, digits and inner apostrophes, of two characters at least; bare numbers are no words.
    private static func words(of title: String) -> [String] {
        let pieces = title.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }
        return pieces.map { piece in
            var word = piece.map { $0 == "’" ? "'" : $0 }
            while word.first == "'" { word.removeFirst() }
            while word.last == "'" { word.removeLast() }
            return String(word)
        }.filter { $0.count > 1 && $0.contains(where: \.isLetter) }
    }
}
