import Dispatch
import Synchronization

/// Lets one thread sleep until another has something for it.
///
/// Any thread may call ``wake()``; only the owner calls ``sleep(until:)``. Wake-ups coalesce: waking a thread that is
/// awake costs one atomic exchange and makes its next sleep return at once, so that a thread that checks its work,
/// finds none and sleeps cannot miss what came in between.
final class WakeSignal: Sendable {
    private enum Mark {
        static let awake = 0
        static let asleep = 1
        static let notified = 2
    }

    private let semaphore = DispatchSemaphore(value: 0)
    private let mark = Atomic<Int>(Mark.awake)

    func wake() {
        if mark.exchange(Mark.notified, ordering: .acquiringAndReleasing) == Mark.asleep { semaphore.signal() }
    }

    /// Returns when woken (now or since the last sleep) or when the time has come, `nil` meaning never.
    func sleep(until deadline: DispatchTime?) {
        let (slept, _) = mark.compareExchange(
            expected: Mark.awake, desired: Mark.asleep, ordering: .acquiringAndReleasing)
        guard slept else {
            // An exchange, to see all that was done before a wake-up that coalesced with the one just found.
            _ = mark.exchange(Mark.awake, ordering: .acquiringAndReleasing)
            return
        }
        let outcome = semaphore.wait(timeout: deadline ?? .distantFuture)
        let before = mark.exchange(Mark.awake, ordering: .acquiringAndReleasing)
        // Woken in the very moment the time was up: the signal is on its way and must not end a later sleep.
        if outcome == .timedOut, before == Mark.notified { semaphore.wait() }
    }
}
