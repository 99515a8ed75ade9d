import Synchronization
import WireAPI

/// Histories that were brought here from files, for as long as there is room: the last few.
final class ImportStore: Sendable {
    struct History: Sendable {
        var id: String
        var events: [APIHistoryEvent]
        /// Bytes of JSON.
        var size: Int
    }

    static let maximumCount = 8
    /// Bytes of JSON.
    static let maximumSize = 64 << 20

    private let histories = Mutex<[History]>([])

    /// - Returns: the id it is found by.
    func add(_ events: [APIHistoryEvent], size: Int) -> String {
        let id = CrossSiteToken.make()
        histories.withLock { histories in
            histories.append(History(id: id, events: events, size: size))
            while histories.count > Self.maximumCount
                || histories.count > 1 && histories.reduce(0, { $0 + $1.size }) > Self.maximumSize
            {
                histories.removeFirst()
            }
        }
        return id
    }

    subscript(id: String) -> History? { histories.withLock { $0.first { $0.id == id } } }
}
