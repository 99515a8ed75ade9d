import NIOCore

/// Tells clients apart that ping too often. Data sent in between forgives, because clients that measure bandwidth ping
/// once for each answer.
struct PingPolicy {
    private static let tolerated = 2
    private let interval: TimeAmount
    private var lastPing: NIODeadline?
    private var strikes = 0

    init(interval: Duration) {
        self.interval = TimeAmount(interval)
    }

    mutating func didSendAnswer() {
        strikes = 0
        lastPing = nil
    }

    /// Counts a ping; false means the connection must go.
    mutating func allows(pingAt now: NIODeadline) -> Bool {
        defer { lastPing = now }
        if let lastPing, now < lastPing + interval { strikes += 1 }
        return strikes <= Self.tolerated
    }
}
