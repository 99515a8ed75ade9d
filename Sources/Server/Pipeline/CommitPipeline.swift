import DequeModule
import Engine

/// Decides what is committed next and what may be released when: the rule that nothing leaves before it is durable.
///
/// Batches are added in the order of their numbers by the engine's thread and committed in that order, several at a
/// time, by the committer's. A batch is released only when it and every batch before it are durable; one without
/// writes waits as well, for it may rest on writes that are still on their way.
///
///     add ──▶ queued ──takeCommit──▶ in flight ──commitSucceeded──▶ released
///                │                       │
///                └──────────┬────────────┘
///                     commitFailed ──▶ refused, and so is everything added until repair()
struct CommitPipeline<Reply: Sendable>: Sendable {
    /// What one turn of the engine decided.
    struct Batch: Sendable {
        /// Larger than the number of every batch before it.
        var number: UInt64
        var writes: [StoreWrite]
        var replies: [Reply]
    }

    /// What becomes of a batch that is added.
    enum Admission: Sendable {
        /// Nothing stands before it: perform these replies now.
        case released([Reply])
        /// It waits. `needsCommitter`: nothing is in flight, so the committer has to be woken.
        case queued(needsCommitter: Bool)
        /// The store failed: answer these with an error.
        case refused([Reply])
    }

    private var queue: Deque<Batch> = []
    private var inFlight: [Batch] = []
    private var isCommitting = false
    /// Writes that are queued, those in flight not counted.
    private(set) var queuedWrites = 0
    /// The last batch that is durable, with every one before it.
    private(set) var durable: UInt64 = 0
    /// Since a failed commit, until ``repair()``.
    private(set) var isBroken = false

    init() {}

    /// Nothing is queued or in flight.
    var isEmpty: Bool { queue.isEmpty && !isCommitting }

    mutating func add(_ batch: Batch) -> Admission {
        if isBroken { return .refused(batch.replies) }
        if batch.writes.isEmpty, isEmpty {
            durable = batch.number
            return .released(batch.replies)
        }
        queuedWrites += batch.writes.count
        queue.append(batch)
        return .queued(needsCommitter: !isCommitting)
    }

    /// What to commit now, in order and in one transaction; `nil` if there is nothing, or a commit is in flight.
    ///
    /// - Parameter limit: Stop at the batch that reaches this many writes; the rest goes into the next commit.
    mutating func takeCommit(limit: Int) -> [StoreWrite]? {
        guard !isBroken, !isCommitting, !queue.isEmpty else { return nil }
        var count = 0
        while count < limit, let batch = queue.popFirst() {
            count += batch.writes.count
            inFlight.append(batch)
        }
        queuedWrites -= count
        isCommitting = true
        var writes: [StoreWrite] = []
        writes.reserveCapacity(count)
        for index in inFlight.indices {
            writes += inFlight[index].writes
            inFlight[index].writes = []
        }
        return writes
    }

    /// The commit in flight is durable: returns what may be released, in order.
    mutating func commitSucceeded() -> [Reply] {
        guard isCommitting else { return [] }
        var released: [Reply] = []
        for batch in inFlight { release(batch, into: &released) }
        inFlight.removeAll(keepingCapacity: true)
        isCommitting = false
        // What only read waits for no further commit.
        while let next = queue.first, next.writes.isEmpty {
            queue.removeFirst()
            release(next, into: &released)
        }
        return released
    }

    /// The commit in flight failed: returns what must be answered with an error, in order. Nothing is accepted until
    /// ``repair()``.
    mutating func commitFailed() -> [Reply] {
        isBroken = true
        isCommitting = false
        let refused = (inFlight + queue).flatMap(\.replies)
        inFlight = []
        queue = []
        queuedWrites = 0
        return refused
    }

    /// The engine was rebuilt from what is stored; batches are accepted again.
    mutating func repair() {
        isBroken = false
    }

    private mutating func release(_ batch: Batch, into released: inout [Reply]) {
        if released.isEmpty { released = batch.replies } else { released += batch.replies }
        durable = batch.number
    }
}
