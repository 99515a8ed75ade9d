import Dispatch
import Engine
import Foundation
import Synchronization

/// The committer's thread: takes all that has queued up, makes it durable with one sync, releases what waited for it.
struct CommitterLoop {
    private static let probeName = "server.probe"
    /// Room for an ordinary commit.
    private static let probeBytes = 64 << 10

    let core: HostCore
    private var needsCheckpoint = false

    init(core: HostCore) {
        self.core = core
    }

    /// Runs until the engine's thread has ended and everything it decided is durable.
    mutating func run() {
        while true {
            if core.wantsProbe.exchange(false, ordering: .acquiringAndReleasing) { probe() }
            // Read first: what the engine added before it ended is in the pipeline by then.
            let isLast = core.engineEnded.load(ordering: .acquiring)
            if let writes = core.pipeline.withLock({ $0.takeCommit(limit: core.limits.writesPerCommit) }) {
                commit(writes)
            } else if isLast {
                break
            } else {
                rest()
            }
        }
        core.drained.open()
    }

    private mutating func commit(_ writes: [StoreWrite]) {
        do {
            if !writes.isEmpty { try core.withStore { try $0.commit(writes) } }
        } catch {
            return fail(error)
        }
        core.namespaces.apply(writes)
        core.failuresInARow.store(0, ordering: .relaxed)
        core.counters.commits.count()
        core.counters.writes.count(writes.count)
        core.deliver(core.pipeline.withLock { $0.commitSucceeded() })
        if core.isThrottled.load(ordering: .acquiring) { core.inbox.nudge() }
        checkpoint(isIdle: false)
        needsCheckpoint = true
    }

    private func checkpoint(isIdle: Bool) {
        do {
            try core.withStore { try $0.checkpointIfNeeded(idle: isIdle) }
        } catch {
            // Nothing is lost: what was committed stays in the log until a checkpoint succeeds.
            core.logger.warning("checkpoint failed", metadata: ["error": "\(error)"])
        }
    }

    private mutating func fail(_ error: any Error) {
        let failure = core.failure(error)
        needsCheckpoint = false
        core.counters.failedCommits.count()
        core.failuresInARow.add(1, ordering: .relaxed)
        core.logger.error("commit failed", metadata: ["error": "\(failure.reason)"])
        let refused = core.pipeline.withLock { $0.commitFailed() }
        // The engine's thread first: its state is wrong from now on.
        core.inbox.report(failure)
        core.refuse(refused, failure.isFull ? .storeFull : .storeFailed)
    }

    /// Sleeps until there is something to do; checkpoints if that takes a while.
    private mutating func rest() {
        guard needsCheckpoint else { return core.committerSignal.sleep(until: nil) }
        let start = DispatchTime.now()
        let end = start.advanced(by: core.limits.checkpointIdle)
        core.committerSignal.sleep(until: end)
        guard DispatchTime.now() >= end else { return }
        checkpoint(isIdle: true)
        needsCheckpoint = false
    }

    /// Tries whether a store that was full can be written again.
    private func probe() {
        do {
            try core.withStore { store in
                try store.commit([.putMeta(name: Self.probeName, value: Data(count: Self.probeBytes))])
                try store.commit([.putMeta(name: Self.probeName, value: Data())])
            }
            core.inbox.reportWritable()
        } catch {
            core.inbox.report(core.failure(error))
        }
    }
}

extension DispatchTime {
    func advanced(by duration: Duration) -> DispatchTime {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        return DispatchTime(uptimeNanoseconds: uptimeNanoseconds + UInt64(clamping: nanoseconds))
    }
}
