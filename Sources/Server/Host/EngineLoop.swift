import Dispatch
import Engine
import Foundation
import Logging
import WireAPI
import Synchronization

/// The engine's thread: the only code that touches the engine.
///
/// Each turn takes everything that has arrived, steps the engine through it, and hands the effects to the pipeline as
/// one batch. After a failed commit it drops the engine and makes a new one from what is stored.
final class EngineLoop {
    typealias MakeEngine = @Sendable (RecoveredState, any StoreReader, Nanoseconds) throws -> any HostedEngine

    private enum Mode {
        case running(any HostedEngine)
        /// The store is full: only what reads is performed until a probe succeeds.
        case readOnly(any HostedEngine, probeAt: DispatchTime?)
        /// There is no engine; it is rebuilt at the given time.
        case down(isFull: Bool, retryAt: DispatchTime)
    }

    private static let clusterIDName = "server.cluster-id"
    /// Longest sleep while timers are planned: the clock may be set in the meantime.
    private static let longestSleep: Nanoseconds = 30 * .second

    private let core: HostCore
    private let makeEngine: MakeEngine
    private var mode: Mode
    private var calls: [CallID: ParkedCall] = [:]
    /// Number of the batch that is being filled.
    private var openBatch: UInt64 = 1

    init(core: HostCore, makeEngine: @escaping MakeEngine) {
        self.core = core
        self.makeEngine = makeEngine
        mode = .down(isFull: false, retryAt: .now())
    }

    // MARK: Start

    /// Reads the store, and writes into it what every server has: an id and its first namespaces.
    func begin(namespaces: [APIRegisterNamespaceRequest]) throws {
        let recovered = try core.withStore { try $0.recover() }
        let engine = try makeEngine(recovered, core.store.reader, core.clock.now)
        var writes: [StoreWrite] = []
        if let stored = recovered.meta[Self.clusterIDName] {
            core.clusterID.withLock { $0 = String(decoding: stored, as: UTF8.self) }
        } else {
            let id = UUID().uuidString.lowercased()
            core.clusterID.withLock { $0 = id }
            writes.append(.putMeta(name: Self.clusterIDName, value: Data(id.utf8)))
        }
        core.namespaces.replace(recovered.namespaces)
        for request in namespaces where core.namespaces[request.namespace] == nil {
            writes += try register(request, in: engine)
        }
        if !writes.isEmpty {
            try core.withStore { try $0.commit(writes) }
            core.namespaces.apply(writes)
        }
        openBatch += 1
        mode = .running(engine)
        noteBatches()
    }

    private func register(_ request: APIRegisterNamespaceRequest, in engine: any HostedEngine) throws -> [StoreWrite] {
        // Calls of callers are numbered from 1.
        engine.step(EngineCall(id: CallID(0), request: .registerNamespace(request)), now: core.clock.now)
        let effects = engine.takeEffects()
        for reply in effects.replies {
            if case .failure(let error) = reply.outcome { throw error }
        }
        return effects.writes
    }

    // MARK: Turns

    /// Runs until the inbox is stopped.
    func run() {
        while true {
            waitForCommitter()
            let work = core.inbox.take()
            if let failure = work.failure { storeFailed(failure) }
            if work.isWritable { leaveReadOnly() }
            perform(work.items)
            lookAtClock()
            if work.isStopping { break }
            if work.items.isEmpty { core.inbox.sleep(until: nextWake) }
        }
        for call in calls.values { call.end() }
        calls = [:]
        core.engineEnded.store(true, ordering: .releasing)
        core.committerSignal.wake()
    }

    /// Keeps what is decided but not yet written bounded when the store is slower than the engine.
    private func waitForCommitter() {
        func mustWait() -> Bool {
            core.pipeline.withLock { $0.queuedWrites > core.limits.queuedWrites }
        }
        guard mustWait() else { return }
        core.isThrottled.store(true, ordering: .sequentiallyConsistent)
        while mustWait() { core.inbox.sleep(until: nil) }
        core.isThrottled.store(false, ordering: .releasing)
    }

    private func perform(_ items: [HostInbox.Item]) {
        var count = 0
        noteBatches()
        for item in items {
            switch item {
            case .call(let call, let pending): perform(call, pending)
            case .cancel(let id): cancel(id)
            }
            count += 1
            if count % core.limits.callsPerBatch == 0 { flush() }
        }
        flush()
    }

    private func perform(_ call: EngineCall, _ pending: PendingCall) {
        // Its caller may have gone while it was queued, and its cancellation may even have overtaken it.
        guard !pending.isOver else { return }
        switch mode {
        case .running(let engine):
            step(engine, call, pending)
        case .readOnly(let engine, _) where call.request.onlyReads:
            step(engine, call, pending)
        case .readOnly, .down(isFull: true, _):
            refuse(pending, .storeFull)
        case .down:
            refuse(pending, .recovering)
        }
    }

    private func step(_ engine: any HostedEngine, _ call: EngineCall, _ pending: PendingCall) {
        calls[call.id] = ParkedCall(pending, call.request)
        engine.step(call, now: core.clock.now)
    }

    private func cancel(_ id: CallID) {
        calls[id] = nil
        engine?.cancel(id, now: core.clock.now)
    }

    private func refuse(_ pending: PendingCall, _ error: EngineError) {
        core.counters.refusedCalls.count()
        pending.answer(.failure(error))
    }

    // MARK: Effects

    private func noteBatches() {
        engine?.noteBatches(open: openBatch, durable: core.pipeline.withLock { $0.durable })
    }

    /// Hands what the engine has decided to the pipeline.
    private func flush() {
        guard let engine else { return }
        let effects = engine.takeEffects()
        guard !effects.isEmpty else { return }
        let deliveries = effects.replies.compactMap { reply in
            calls.removeValue(forKey: reply.call).map {
                HostCore.Delivery(call: $0.pending, outcome: reply.outcome)
            }
        }
        if case .readOnly = mode, !effects.writes.isEmpty {
            core.refuse(deliveries, .storeFull)
            return storeFailed(CommitFailure(isFull: true, reason: "a write while the store is full"))
        }
        let batch = CommitPipeline<HostCore.Delivery>.Batch(
            number: openBatch, writes: effects.writes, replies: deliveries)
        openBatch += 1
        switch core.pipeline.withLock({ $0.add(batch) }) {
        case .released(let replies): core.deliver(replies)
        case .queued(let needsCommitter): if needsCommitter { core.committerSignal.wake() }
        case .refused(let replies): core.refuse(replies, .storeFailed)
        }
        noteBatches()
    }

    // MARK: Time

    private func lookAtClock() {
        switch mode {
        case .running(let engine):
            let now = core.clock.now
            guard let due = engine.nextTick, due <= now else { return }
            engine.tick(now: now)
            flush()
        case .readOnly(let engine, let probeAt?) where probeAt <= .now():
            mode = .readOnly(engine, probeAt: nil)
            core.wantsProbe.store(true, ordering: .releasing)
            core.committerSignal.wake()
        case .down(let isFull, let retryAt) where retryAt <= .now():
            rebuild(isFull: isFull)
        case .readOnly, .down:
            break
        }
    }

    private var nextWake: DispatchTime? {
        switch mode {
        case .running(let engine):
            guard let due = engine.nextTick else { return nil }
            // Not a moment early: the engine would find nothing due and the thread would spin.
            let wait = min(max(0, due - core.clock.now), Self.longestSleep)
            return .now() + .nanoseconds(Int(wait))
        case .readOnly(_, let probeAt): return probeAt
        case .down(_, let retryAt): return retryAt
        }
    }

    // MARK: Failures

    private var engine: (any HostedEngine)? {
        switch mode {
        case .running(let engine), .readOnly(let engine, _): engine
        case .down: nil
        }
    }

    private func storeFailed(_ failure: CommitFailure) {
        if case .readOnly(let engine, nil) = mode, failure.isFull {
            // A probe found no room yet: what is in memory is still what is stored.
            mode = .readOnly(engine, probeAt: .now().advanced(by: core.limits.probeInterval))
            return
        }
        let error: EngineError = failure.isFull ? .storeFull : .storeFailed
        for call in calls.values { refuse(call.pending, error) }
        calls = [:]
        // The first time at once; a store that goes on failing is given time.
        let failures = core.failuresInARow.load(ordering: .relaxed)
        let wait = failures <= 1 ? .zero : retryDelay(failures)
        mode = .down(isFull: failure.isFull, retryAt: .now().advanced(by: wait))
        lookAtClock()
    }

    private func rebuild(isFull: Bool) {
        core.counters.rebuilds.count()
        do {
            let recovered = try core.withStore { try $0.recover() }
            let engine = try makeEngine(recovered, core.store.reader, core.clock.now)
            core.namespaces.replace(recovered.namespaces)
            core.pipeline.withLock { $0.repair() }
            core.logger.notice("engine rebuilt from the store", metadata: ["readOnly": "\(isFull)"])
            mode =
                isFull ? .readOnly(engine, probeAt: .now().advanced(by: core.limits.probeInterval)) : .running(engine)
            // What it decides before the next call belongs into the open batch, too.
            noteBatches()
        } catch {
            let (_, failures) = core.failuresInARow.add(1, ordering: .relaxed)
            core.logger.error("the store cannot be read back", metadata: ["error": "\(error)"])
            mode = .down(isFull: isFull, retryAt: .now().advanced(by: retryDelay(failures)))
        }
    }

    private func retryDelay(_ failures: Int) -> Duration {
        min(.milliseconds(10 << min(failures, 10)), core.limits.longestRetry)
    }

    private func leaveReadOnly() {
        guard case .readOnly(let engine, _) = mode else { return }
        core.logger.notice("the store can be written again")
        mode = .running(engine)
    }
}
