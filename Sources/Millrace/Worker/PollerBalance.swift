/// Which queue the next poll for workflow tasks asks: the worker's own (sticky) one, or everyone's.
///
/// Tasks for runs that are in memory come through the sticky queue. The server says how many wait there; while some
/// do, polls go there. At least one poll always asks the common queue, so that new runs are not starved.
struct PollerBalance {
    enum Queue: Sendable { case normal, sticky }

    /// How many polls may be open at once.
    private let pollers: Int
    private let usesSticky: Bool
    private var open: [Queue: Int] = [.normal: 0, .sticky: 0]
    private var stickyBacklog: Int64 = 0
    private var last = Queue.sticky

    init(pollers: Int, usesSticky: Bool) {
        self.pollers = pollers
        self.usesSticky = usesSticky
    }

    mutating func begin() -> Queue {
        let queue = choose()
        open[queue, default: 0] += 1
        last = queue
        return queue
    }

    mutating func end(_ queue: Queue, backlog: Int64?) {
        open[queue, default: 0] -= 1
        if queue == .sticky, let backlog { stickyBacklog = backlog }
    }

    private func choose() -> Queue {
        guard usesSticky else { return .normal }
        // A single poller has to take turns.
        guard pollers > 1 else { return last == .normal ? .sticky : .normal }
        let (normal, sticky) = (open[.normal] ?? 0, open[.sticky] ?? 0)
        if normal == 0 { return .normal }
        if sticky == 0 || stickyBacklog > 0 { return .sticky }
        return normal < sticky ? .normal : .sticky
    }
}
