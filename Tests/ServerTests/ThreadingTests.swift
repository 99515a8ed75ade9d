import Dispatch
import Engine
import Synchronization
import Testing

@testable import Server

@Suite struct WakeSignalTests {
    @Test func aWakeUpBeforeTheSleepIsNotLost() {
        let signal = WakeSignal()
        signal.wake()
        signal.wake()
        // Would hang otherwise.
        signal.sleep(until: nil)
        let start = DispatchTime.now()
        signal.sleep(until: start + .milliseconds(5))
        #expect(DispatchTime.now() >= start + .milliseconds(5), "two wake-ups did not coalesce")
    }

    @Test func everyItemIsSeen() async throws {
        let signal = WakeSignal()
        let posted = Counter()
        let seen = Gate()
        let count = 20_000
        try DedicatedThread.start(name: "test") {
            while posted.value < count { signal.sleep(until: nil) }
            seen.open()
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<count / 4 {
                        posted.add()
                        signal.wake()
                    }
                }
            }
        }
        await seen.wait()
    }

    @Test func timeoutsAndWakeUpsTogetherLeaveNothingBehind() async throws {
        let signal = WakeSignal()
        let isDone = Counter()
        let ended = Gate()
        try DedicatedThread.start(name: "test") {
            while isDone.value == 0 { signal.sleep(until: .now() + .microseconds(20)) }
            ended.open()
        }
        for _ in 0..<5_000 {
            signal.wake()
            await Task.yield()
        }
        isDone.add()
        signal.wake()
        await ended.wait()
    }
}

@Suite struct ServerClockTests {
    private final class Hands: Sendable {
        let system = Atomic<Int64>(1_000_000)
        let uptime = Atomic<UInt64>(1)

        func move(system: Int64, uptime: UInt64) {
            self.system.add(system, ordering: .relaxed)
            self.uptime.add(uptime, ordering: .relaxed)
        }
    }

    private static func clock(_ hands: Hands) -> ServerClock {
        ServerClock(
            systemTime: { hands.system.load(ordering: .relaxed) }, uptime: { hands.uptime.load(ordering: .relaxed) })
    }

    @Test func followsTheSystem() {
        let hands = Hands()
        let clock = Self.clock(hands)
        #expect(clock.now == 1_000_000)
        hands.move(system: 500, uptime: 500)
        #expect(clock.now == 1_000_500)
        hands.move(system: 3_600 * .second, uptime: 10)
        #expect(clock.now == 1_000_500 + 3_600 * .second)
    }

    @Test func runsAtHalfSpeedUntilTheSystemHasCaughtUp() {
        let hands = Hands()
        let clock = Self.clock(hands)
        let start = clock.now
        hands.move(system: -1_000, uptime: 0)
        #expect(clock.now == start)
        hands.move(system: 1_000, uptime: 1_000)
        #expect(clock.now == start + 500)
        hands.move(system: 2_000, uptime: 2_000)
        #expect(clock.now == start + 2_000, "caught up")
    }

    @Test func advanceAddsToTheSystemsTime() {
        let hands = Hands()
        let clock = Self.clock(hands)
        let calls = Counter()
        clock.onAdvance { calls.add() }
        let start = clock.now
        clock.advance(by: .seconds(60))
        hands.move(system: 7, uptime: 7)
        #expect(clock.now == start + 60 * .second + 7)
        #expect(calls.value == 1)
    }

    @Test func theRealOneIsThisCentury() {
        let now = ServerClock().now
        #expect(now > 1_700_000_000 * .second)
        #expect(now < 4_102_444_800 * .second)
    }
}
