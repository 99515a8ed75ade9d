import Synchronization
import Testing

@testable import Millrace

@Suite struct HeartbeatsTests {
    /// A clock whose sleepers wait until the test lets them go.
    final class GateClock: Clock {
        typealias Instant = SkippingClock.Instant
        private let sleepers = Mutex<[CheckedContinuation<Void, Never>]>([])
        private let arrived = AsyncStream.makeStream(of: Duration.self)

        var now: Instant { Instant(offset: .zero) }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            let latch = Latch()
            let task = Task {
                await withCheckedContinuation { continuation in
                    sleepers.withLock { $0.append(continuation) }
                    arrived.continuation.yield(deadline.offset)
                }
                latch.open()
            }
            await latch.wait()
            _ = task
            try Task.checkCancellation()
        }

        /// Waits for someone to sleep.
        func sleeper() async -> Duration? {
            for await duration in arrived.stream { return duration }
            return nil
        }

        func wake() {
            let waiting = sleepers.withLock { sleepers in
                defer { sleepers = [] }
                return sleepers
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    private func numbers(_ details: [BoundaryValue]) -> [Int] { details.compactMap { $0.value as? Int } }

    @Test func theIntervalFollowsTheTimeout() {
        #expect(Heartbeats.interval(timeout: .seconds(10)) == .seconds(8))
        #expect(Heartbeats.interval(timeout: .seconds(600)) == .seconds(60))
        #expect(Heartbeats.interval(timeout: nil) == .seconds(30))
    }

    @Test func theFirstGoesOutAtOnceAndThenTheNewestAfterThePause() async {
        let clock = GateClock()
        let (sent, continuation) = AsyncStream.makeStream(of: [Int].self)
        let heartbeats = Heartbeats(interval: .seconds(8), clock: clock) { details in
            continuation.yield(details.compactMap { $0.value as? Int })
        }
        var reports = sent.makeAsyncIterator()
        heartbeats.record([.init(1)])
        #expect(await reports.next() == [1])
        #expect(await clock.sleeper() == .seconds(8))
        heartbeats.record([.init(2)])
        heartbeats.record([.init(3)])
        clock.wake()
        #expect(await reports.next() == [3])
        _ = await clock.sleeper()
        heartbeats.record([.init(4)])
        // What the throttle held back is handed over at the end.
        #expect(await heartbeats.close().map(numbers) == [4])
        heartbeats.record([.init(5)])
        #expect(await heartbeats.close().map(numbers) == [4])
        clock.wake()
    }

    @Test func nothingIsHeldBackWhenEverythingWasSent() async {
        let clock = GateClock()
        let heartbeats = Heartbeats(interval: .seconds(8), clock: clock) { _ in }
        #expect(await heartbeats.close().map(numbers) == nil)
        let other = Heartbeats(interval: .seconds(8), clock: clock) { _ in }
        other.record([.init(1)])
        _ = await clock.sleeper()
        #expect(await other.close().map(numbers) == nil)
        clock.wake()
    }
}
