/// Work that is due at a point in time; see ``DeadlineTimer``.
final class DeadlineEntry: @unchecked Sendable {
    let deadline: ContinuousClock.Instant
    fileprivate let action: @Sendable () -> Void
    // Unchecked because of this property alone: only the heap touches it, and the heap lives inside the timer's lock.
    fileprivate var index = -1

    init(deadline: ContinuousClock.Instant, action: @escaping @Sendable () -> Void) {
        self.deadline = deadline
        self.action = action
    }

    func fire() { action() }
}

/// A binary heap of deadlines whose entries know their place, so that one that is no longer needed leaves at once.
///
/// Calls with equal timeouts come in order, which makes both insertion and removal cheap in practice.
struct DeadlineHeap {
    private var entries: [DeadlineEntry] = []

    var earliest: ContinuousClock.Instant? { entries.first?.deadline }
    var count: Int { entries.count }

    func count(in range: ClosedRange<ContinuousClock.Instant>) -> Int {
        entries.count { range.contains($0.deadline) }
    }

    mutating func insert(_ entry: DeadlineEntry) {
        entry.index = entries.count
        entries.append(entry)
        siftUp(entry.index)
    }

    /// Removes an entry; does nothing if it is not in the heap.
    mutating func remove(_ entry: DeadlineEntry) {
        let index = entry.index
        guard index >= 0, index < entries.count, entries[index] === entry else { return }
        entry.index = -1
        let last = entries.removeLast()
        guard last !== entry else { return }
        entries[index] = last
        last.index = index
        siftUp(index)
        siftDown(last.index)
    }

    /// Takes out everything that is due.
    mutating func popDue(at now: ContinuousClock.Instant) -> [DeadlineEntry] {
        var due: [DeadlineEntry] = []
        while let first = entries.first, first.deadline <= now {
            remove(first)
            due.append(first)
        }
        return due
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].deadline < entries[parent].deadline else { return }
            swap(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].deadline < entries[smallest].deadline {
                smallest = child
            }
            guard smallest != parent else { return }
            swap(parent, smallest)
            parent = smallest
        }
    }

    private mutating func swap(_ first: Int, _ second: Int) {
        entries.swapAt(first, second)
        entries[first].index = first
        entries[second].index = second
    }
}
