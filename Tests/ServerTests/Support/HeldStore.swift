import Engine
import Foundation
import Store
import Synchronization

/// A memory store whose commits a test can hold back: each waits until it is let through or made to fail.
final class HeldStore: Store {
    private struct State {
        var isHolding = false
        var permits = 0
        var attempts = 0
        var waiters: [(attempts: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var recoverFailures = 0
        var recoveries = 0
    }

    let inner = MemoryStore()
    private let state = Mutex(State())
    private let turnstile = DispatchSemaphore(value: 0)

    /// From now on every commit waits for ``letThrough()`` or ``release()``.
    func hold() { state.withLock { $0.isHolding = true } }

    /// Lets one commit through.
    func letThrough() { turnstile.signal() }

    /// Ends the holding; at most one commit can be waiting.
    func release() {
        state.withLock { $0.isHolding = false }
        turnstile.signal()
    }

    /// Makes the next `count` recoveries fail.
    func failRecoveries(_ count: Int) { state.withLock { $0.recoverFailures = count } }

    var attempts: Int { state.withLock { $0.attempts } }
    var recoveries: Int { state.withLock { $0.recoveries } }

    /// Waits until that many commits have been asked for.
    func reached(attempts: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.attempts >= attempts { return true }
                state.waiters.append((attempts, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func commit(_ batch: [StoreWrite]) throws {
        let (mustWait, ready) = state.withLock { state in
            state.attempts += 1
            let count = state.attempts
            let ready = state.waiters.filter { $0.attempts <= count }.map(\.continuation)
            state.waiters.removeAll { $0.attempts <= count }
            return (state.isHolding, ready)
        }
        for waiter in ready { waiter.resume() }
        if mustWait { turnstile.wait() }
        try inner.commit(batch)
    }

    func recover() throws -> RecoveredState {
        let fails = state.withLock { state in
            state.recoveries += 1
            guard state.recoverFailures > 0 else { return false }
            state.recoverFailures -= 1
            return true
        }
        if fails { throw StoreError(.io, "The recovery failed, as injected.") }
        return try inner.recover()
    }

    var reader: any StoreReader { inner.reader }
    var visibility: any VisibilityReader { inner.visibility }
    func checkpointIfNeeded(idle: Bool) throws { try inner.checkpointIfNeeded(idle: idle) }
    var statistics: StoreStatistics { inner.statistics }
    func close() throws { try inner.close() }
}
