import DequeModule
import HeapModule
import Engine

/// Numbers from a seed: the only source of chance in a simulation, so that a seed always gives the same course.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True once in `n` times on average.
    mutating func oneIn(_ n: UInt64) -> Bool { next() % n == 0 }

    mutating func milliseconds(_ range: ClosedRange<Int64>) -> Nanoseconds {
        (range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))) * .millisecond
    }
}

/// One thread, one clock, one queue of things to come.
final class World {
    private(set) var now: Nanoseconds = 1_700_000_000 * .second
    var random: SeededRandom
    /// While true, things go wrong.
    var isHostile = true
    private(set) var violations: [String] = []
    private var queue = Heap<Planned>()
    private var sequence: UInt64 = 0
    private(set) var steps = 0
    private(set) var trace: Deque<String> = []

    private struct Planned: Comparable {
        var at: Nanoseconds
        var sequence: UInt64
        var action: () -> Void

        static func < (left: Planned, right: Planned) -> Bool {
            (left.at, left.sequence) < (right.at, right.sequence)
        }

        static func == (left: Planned, right: Planned) -> Bool { left.sequence == right.sequence }
    }

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    func after(_ delay: Nanoseconds, _ action: @escaping () -> Void) {
        sequence += 1
        queue.insert(Planned(at: now + max(0, delay), sequence: sequence, action: action))
    }

    /// Lets things happen until `isOver` or until the time is up. Returns whether it was over.
    @discardableResult
    func run(for duration: Nanoseconds, until isOver: () -> Bool = { false }) -> Bool {
        let end = now + duration
        while let next = queue.min, next.at <= end, violations.isEmpty {
            queue.removeMin()
            now = max(now, next.at)
            steps += 1
            next.action()
            if isOver() { return true }
        }
        now = max(now, end)
        return isOver()
    }

    func violation(_ text: String) { violations.append(text) }

    /// Notes what happens; the last lines are printed with a violation.
    func note(_ text: @autoclosure () -> String) {
        trace.append("\((now - 1_700_000_000 * .second) / .millisecond) ms  \(text())")
        if trace.count > 400 { trace.removeFirst() }
    }

    /// Whether a thing that goes wrong once in `n` times goes wrong now.
    func mishap(_ n: UInt64) -> Bool { isHostile && random.oneIn(n) }
}
