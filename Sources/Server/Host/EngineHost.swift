import Engine
import Logging
import NIOPosix
import Store
import Synchronization
import WireAPI

/// Gives an engine what it does not have: threads, a clock, a store, and callers that wait.
///
///     let host = try await EngineHost.start(store: store, namespaces: [...], makeEngine: { ... })
///     let outcome = try await host.perform(.startWorkflow(request), deadline: nil, isSDK: true)
///     await host.stop()
///
/// One thread owns the engine, another the store's writes. A call costs a hop to the first and, if it writes, one to
/// the second, which wakes the caller once everything the answer may rest on is durable.
final class EngineHost: Sendable {
    let core: HostCore
    private let readers: NIOThreadPool
    private let lastCall = Atomic<UInt64>(0)
    private let isClosing = Atomic<Bool>(false)
    private let closed = Gate()

    private init(core: HostCore) {
        self.core = core
        readers = NIOThreadPool(numberOfThreads: core.limits.readers)
        readers.start()
    }

    /// Reads the store and goes to work. The store belongs to the host from now on and is closed if this fails.
    ///
    /// - Parameter namespaces: Created if they do not exist.
    /// - Throws: What reading the store threw, ``EngineError`` for a namespace that cannot be created.
    static func start(
        store: any Store, clock: ServerClock = ServerClock(), limits: HostLimits = HostLimits(),
        namespaces: [APIRegisterNamespaceRequest] = [], logger: Logger = Logger(label: "millrace.host"),
        makeEngine: @escaping EngineLoop.MakeEngine
    ) async throws -> EngineHost {
        let core = HostCore(store: store, clock: clock, limits: limits, logger: logger)
        do {
            try await withCheckedThrowingContinuation { (ready: CheckedContinuation<Void, any Error>) in
                do {
                    try DedicatedThread.start(name: "millrace-engine") {
                        let loop = EngineLoop(core: core, makeEngine: makeEngine)
                        do {
                            try loop.begin(namespaces: namespaces)
                            try DedicatedThread.start(name: "millrace-commit") {
                                var committer = CommitterLoop(core: core)
                                committer.run()
                            }
                        } catch {
                            return ready.resume(throwing: error)
                        }
                        ready.resume()
                        loop.run()
                    }
                } catch {
                    ready.resume(throwing: error)
                }
            }
        } catch {
            try? store.close()
            throw error
        }
        // The clock must not keep the host alive.
        clock.onAdvance { [weak core] in core?.inbox.nudge() }
        return EngineHost(core: core)
    }

    /// Performs one call and returns its outcome, once that and all it may rest on is durable.
    ///
    /// Cancelling the task gives the call up; what it has already done stays done.
    /// - Throws: `CancellationError` only. Everything else that goes wrong is a `.failure`.
    func perform(_ request: EngineRequest, deadline: Nanoseconds?, isSDK: Bool) async throws -> ReplyOutcome {
        let (_, waiting) = core.counters.waitingCalls.add(1, ordering: .relaxed)
        defer { core.counters.waitingCalls.subtract(1, ordering: .relaxed) }
        guard waiting <= core.limits.waitingCalls else { return refusal(.tooManyWaiting) }
        core.counters.calls.count()
        let (_, number) = lastCall.add(1, ordering: .relaxed)
        let pending = PendingCall(id: CallID(number))
        let call = EngineCall(id: pending.id, request: request, deadline: deadline, isSDK: isSDK)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard pending.wait(continuation) else { return }
                do throws(HostInbox.Refusal) {
                    try core.inbox.post(call, pending)
                } catch {
                    pending.answer(refusal(error == .full ? .inboxFull : .stopping))
                }
            }
        } onCancel: {
            if pending.abandon() { core.inbox.cancel(pending.id) }
        }
    }

    private func refusal(_ error: EngineError) -> ReplyOutcome {
        core.counters.refusedCalls.count()
        return .failure(error)
    }

    /// Reads what is durable, on a thread that may block.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any Store) throws -> Value) async throws -> Value {
        let store = core.store
        do {
            return try await readers.runIfActive { try body(store) }
        } catch is NIOThreadPoolError.ThreadPoolInactive {
            throw EngineError.stopping
        }
    }

    /// Refuses new calls, answers parked polls as if their time were up, makes everything durable that was decided,
    /// and closes the store. May be called more than once.
    func stop() async {
        core.inbox.stop()
        await core.drained.wait()
        guard !isClosing.exchange(true, ordering: .acquiringAndReleasing) else { return await closed.wait() }
        let store = core.store
        // The last job of the readers, so that nobody reads what is closed.
        try? await readers.shutdownGracefully()
        do {
            try await NIOThreadPool.singleton.runIfActive { try store.close() }
        } catch {
            // Everything is durable; only the tidying failed.
            core.logger.warning("closing the store failed", metadata: ["error": "\(error)"])
        }
        closed.open()
    }
}
