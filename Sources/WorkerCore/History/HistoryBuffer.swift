import DequeModule
import Foundation
import WireAPI

/// The part of a run's history that has arrived and was not used yet, and whether there is more to fetch.
///
/// Events leave it in the order of their ids without gaps. What arrives twice (a worker gets the same events again when
/// a task comes without stickiness) is dropped.
struct HistoryBuffer: Sendable {
    enum Rest: Sendable, Equatable {
        /// Everything up to the end is here.
        case complete
        /// More is to be had with this token.
        case page(Data)
        /// What came first does not go back to where we stand: all has to be fetched from the first event.
        case start
    }

    private(set) var events: Deque<APIHistoryEvent> = []
    private(set) var rest = Rest.complete
    /// The id of the last event that was taken out.
    private(set) var lastTaken: Int64 = 0
    /// The last event that counts: the started event of the task at hand. What comes after it is not for this task.
    private var limit = Int64.max
    /// Events that came with the task while those before them have to be fetched.
    private var held: [APIHistoryEvent] = []

    /// A task has arrived.
    ///
    /// - Parameter limit: the id of the task's started event, or nil if it goes as far as there is history.
    /// - Returns: whether the events go on from what is here, or can once the rest is fetched.
    mutating func begin(_ arrived: [APIHistoryEvent], nextPageToken: Data, limit: Int64?) -> Bool {
        self.limit = limit ?? .max
        held = []
        // Each task brings anew what has happened since the last one that was completed.
        events.removeAll()
        guard let first = arrived.first else {
            rest = nextPageToken.isEmpty ? .complete : .page(nextPageToken)
            return true
        }
        guard first.eventID <= lastKnown + 1 else {
            if lastTaken > 0 { return false }
            held = arrived
            rest = .start
            return true
        }
        take(arrived)
        settleRest(nextPageToken)
        return true
    }

    /// The whole history has to be fetched: nothing came along.
    mutating func fetchFromStart() {
        rest = .start
    }

    /// A fetched page.
    mutating func append(_ page: [APIHistoryEvent], nextPageToken: Data) {
        take(page)
        if let next = held.first?.eventID, next <= lastKnown + 1 {
            take(held)
            held = []
        }
        settleRest(nextPageToken)
    }

    /// Whether fetching is over and yet events are missing.
    var hasGap: Bool {
        rest == .complete && !held.isEmpty
    }

    /// The id of the last event that has arrived without a gap.
    var lastKnown: Int64 { events.last?.eventID ?? lastTaken }

    mutating func popFirst() -> APIHistoryEvent? {
        guard let event = events.popFirst() else { return nil }
        lastTaken = event.eventID
        return event
    }

    /// Forgets the newest events, which the server has dropped: those after `eventID` will come anew.
    mutating func rewind(to eventID: Int64) {
        events.removeAll()
        lastTaken = min(lastTaken, eventID)
    }

    private mutating func take(_ arrived: [APIHistoryEvent]) {
        var last = lastKnown
        for event in arrived where event.eventID == last + 1 && event.eventID <= limit {
            events.append(event)
            last = event.eventID
        }
    }

    private mutating func settleRest(_ nextPageToken: Data) {
        // A page that ends with the history's last event may still carry a token, for a page that is empty.
        let isComplete = nextPageToken.isEmpty || lastKnown >= limit
        rest = isComplete ? .complete : .page(nextPageToken)
    }
}
