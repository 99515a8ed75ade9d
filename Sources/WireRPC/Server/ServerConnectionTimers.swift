import NIOCore

/// Decides when a server's connection is probed, told to go, and closed. Pure: it is told the time.
struct ServerConnectionTimers {
    enum Action: Equatable {
        case sendPing
        /// Tell the peer to go, let its calls end.
        case drain
        /// The peer has had time to see the first GOAWAY: send the binding one.
        case finishDrain
        case close(String)
    }

    private let rules: RPCServer.Keepalive
    private let ageAt: NIODeadline
    private var handshakeBy: NIODeadline?
    private var lastRead: NIODeadline
    private var idleSince: NIODeadline?
    private var pingSentAt: NIODeadline?
    private var drainStarted: NIODeadline?
    private var drainFinished = false
    private var graceEnd: NIODeadline?

    /// - Parameter jitter: Between -1 and 1; moves the maximum age by up to 10 %.
    init(_ rules: RPCServer.Keepalive, now: NIODeadline, jitter: Double) {
        self.rules = rules
        lastRead = now
        idleSince = now
        handshakeBy = now + TimeAmount(rules.handshakeTimeout)
        let age = TimeAmount(rules.maxAge).nanoseconds
        ageAt = now + .nanoseconds(age + Int64(Double(age / 10) * jitter))
    }

    mutating func didRead(_ now: NIODeadline) {
        lastRead = now
        pingSentAt = nil
    }

    mutating func didHandshake() {
        handshakeBy = nil
    }

    mutating func didChangeCalls(count: Int, _ now: NIODeadline) {
        if count > 0 {
            idleSince = nil
        } else if idleSince == nil {
            idleSince = now
        }
    }

    mutating func didStartDrain(_ now: NIODeadline, grace: Duration? = nil) {
        drainStarted = now
        graceEnd = now + TimeAmount(grace ?? rules.grace)
    }

    mutating func didFinishDrain() {
        drainFinished = true
    }

    /// What is due now; the caller carries it out and reports drains back.
    mutating func actions(at now: NIODeadline) -> [Action] {
        if let handshakeBy, now >= handshakeBy { return [.close("no HTTP/2 handshake")] }
        if let graceEnd, now >= graceEnd { return [.close("grace period is over")] }
        if let pingSentAt, now >= pingSentAt + TimeAmount(rules.timeout) { return [.close("keepalive timed out")] }
        var actions: [Action] = []
        if pingSentAt == nil, now >= lastRead + TimeAmount(rules.interval) {
            pingSentAt = now
            actions.append(.sendPing)
        }
        if let drainStarted {
            if !drainFinished, now >= drainStarted + Self.drainWait { actions.append(.finishDrain) }
        } else if now >= ageAt || idleSince.map({ now >= $0 + TimeAmount(rules.maxIdle) }) ?? false {
            actions.append(.drain)
        }
        return actions
    }

    /// When to ask again.
    var next: NIODeadline {
        var times = [pingSentAt.map { $0 + TimeAmount(rules.timeout) } ?? lastRead + TimeAmount(rules.interval)]
        if let handshakeBy { times.append(handshakeBy) }
        if let graceEnd { times.append(graceEnd) }
        if let drainStarted {
            if !drainFinished { times.append(drainStarted + Self.drainWait) }
        } else {
            times.append(ageAt)
            if let idleSince { times.append(idleSince + TimeAmount(rules.maxIdle)) }
        }
        return times.min() ?? lastRead
    }

    /// How long the peer gets to acknowledge the first GOAWAY.
    static let drainWait = TimeAmount.seconds(5)
}
