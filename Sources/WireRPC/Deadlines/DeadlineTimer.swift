import NIOCore
import NIOPosix
import Synchronization

/// Fires the deadlines of many calls with one alarm.
///
/// Most calls end long before their deadline, so setting and dropping one must cost next to nothing: an entry goes into
/// a heap under a lock, and the alarm on an event loop is only moved when the new deadline comes before it.
final class DeadlineTimer: Sendable {
    /// The timer of all calls of this process.
    static let shared = DeadlineTimer(eventLoop: MultiThreadedEventLoopGroup.singleton.next())

    private struct State {
        var heap = DeadlineHeap()
        var alarm: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Deadlines in a range that have neither fired nor been dropped.
    func pendingCount(in range: ClosedRange<ContinuousClock.Instant>) -> Int {
        state.withLock { $0.heap.count(in: range) }
    }

    /// Has `action` run once the deadline has passed, on an event loop: it must not block.
    func schedule(at deadline: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> DeadlineEntry {
        let entry = DeadlineEntry(deadline: deadline, action: action)
        let needsAlarm = state.withLock { state in
            state.heap.insert(entry)
            if let alarm = state.alarm, alarm <= deadline { return false }
            state.alarm = deadline
            return true
        }
        if needsAlarm { setAlarm(deadline) }
        return entry
    }

    /// Drops a deadline that is no longer needed.
    func cancel(_ entry: DeadlineEntry) {
        state.withLock { $0.heap.remove(entry) }
    }

    private func setAlarm(_ deadline: ContinuousClock.Instant) {
        let delay = TimeAmount(ContinuousClock.now.duration(to: deadline))
        eventLoop.scheduleTask(in: max(delay, .microseconds(50))) { self.alarmRang(deadline) }
    }

    private func alarmRang(_ instant: ContinuousClock.Instant) {
        let (due, next) = state.withLock { state -> ([DeadlineEntry], ContinuousClock.Instant?) in
            let due = state.heap.popDue(at: .now)
            // An alarm that another one overtook must not set the next: alarms would multiply.
            guard state.alarm == instant else { return (due, nil) }
            state.alarm = state.heap.earliest
            return (due, state.alarm)
        }
        if let next { setAlarm(next) }
        for entry in due { entry.fire() }
    }
}
