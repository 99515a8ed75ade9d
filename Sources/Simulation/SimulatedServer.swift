import Engine
import Foundation
import Store
import SwiftProtobuf
import WireAPI

/// The server as its callers know it: an engine, a store, the commit pipeline and a network, any of which may fail.
final class SimulatedServer {
    /// What a caller gets.
    enum Answer {
        case message(any Message)
        case refused(EngineError)
        /// Nothing came back: the call may have been done or not.
        case lost
    }

    let world: World
    let store = MemoryStore()
    let shadow: Shadow
    private(set) var life = 0
    private(set) var crashes = 0
    private var engine: Engine?
    private var open = Effects()
    private var inFlight: Effects?
    private var batch: UInt64 = 1
    private var lastCall: UInt64 = 0
    private var handlers: [CallID: (Answer) -> Void] = [:]
    private var plannedTick: Nanoseconds = .max
    /// How far the server's wall clock is off.
    private var clockError: Nanoseconds = 0

    init(world: World) {
        self.world = world
        shadow = Shadow(world: world)
        start()
        registerNamespace()
    }

    private func registerNamespace() {
        var request = APIRegisterNamespaceRequest()
        request.namespace = "default"
        request.workflowExecutionRetentionPeriod = Google_Protobuf_Duration(seconds: 86_400)
        call(.registerNamespace(request), reliable: true) { [self] answer in
            if case .lost = answer { world.after(.second) { [self] in registerNamespace() } }
        }
    }

    private var time: Nanoseconds { world.now + clockError }

    /// What the server takes the time to be.
    var clock: Nanoseconds { time }

    // MARK: Life and death

    private func start() {
        life += 1
        var limits = Limits()
        // A tiny cache, so that runs are read back all the time.
        limits.cachedRuns = 3
        limits.cachedClosedRuns = 1
        limits.cachedSchedules = 1
        do {
            engine = try Engine(
                environment: EngineEnvironment(
                    reader: store.reader, random: { self.world.random.next() }, limits: limits),
                recovered: try store.recover(), now: time)
        } catch {
            world.violation("the server does not start again: \(error)")
        }
        batch = 1
        engine?.noteBatches(open: 1, durable: 0)
        plannedTick = .max
        planTick()
    }

    /// The process dies: memory is gone, and so is whatever was not committed. A batch that was being committed is
    /// there or not, and nobody has been told.
    func crash() {
        guard engine != nil else { return }
        crashes += 1
        world.note("server dies")
        if let batch = inFlight, world.random.oneIn(2) { commit(batch.writes) }
        engine = nil
        open = Effects()
        inFlight = nil
        let waiting = handlers.sorted { $0.key < $1.key }
        handlers = [:]
        for (_, handler) in waiting { deliver(.lost, to: handler) }
        world.after(world.random.milliseconds(0...3_000)) { [self] in
            store.crash()
            if world.isHostile && world.random.oneIn(4) { clockError += world.random.milliseconds(-2_000...5_000) }
            // Long enough for times of schedules to fall out of their catch-up windows.
            if world.isHostile && world.random.oneIn(12) { clockError += world.random.milliseconds(8_000...20_000) }
            world.note("server starts")
            start()
        }
    }

    // MARK: Calls

    /// Sends a call over the network. `handler` is called at most once.
    @discardableResult
    func call(
        _ request: EngineRequest, deadline: Nanoseconds? = nil, reliable: Bool = false,
        _ handler: @escaping (Answer) -> Void
    ) -> CallID {
        lastCall += 1
        let id = CallID(lastCall)
        let delay = world.random.milliseconds(0...(world.isHostile ? 40 : 5))
        world.after(reliable ? 0 : delay) { [self] in arrive(id, request, deadline, handler) }
        if !reliable && world.mishap(25) {
            // The network delivers it twice; the second answer goes nowhere.
            lastCall += 1
            let twin = CallID(lastCall)
            world.after(delay + world.random.milliseconds(0...3_000)) { [self] in
                arrive(twin, request, deadline) { _ in }
            }
        }
        return id
    }

    private func arrive(
        _ id: CallID, _ request: EngineRequest, _ deadline: Nanoseconds?, _ handler: @escaping (Answer) -> Void
    ) {
        guard let engine else { return deliver(.lost, to: handler) }
        handlers[id] = handler
        engine.step(EngineCall(id: id, request: request, deadline: deadline.map { $0 + clockError }), now: time)
        collect()
    }

    /// The caller is gone.
    func cancel(_ id: CallID) {
        guard let engine else { return }
        engine.cancel(id, now: time)
        handlers[id] = nil
        collect()
    }

    private func deliver(_ answer: Answer, to handler: @escaping (Answer) -> Void) {
        let delay = world.random.milliseconds(0...(world.isHostile ? 40 : 5))
        if world.mishap(30) {
            world.after(delay + 2 * .second) { handler(.lost) }
        } else {
            world.after(delay) { handler(answer) }
        }
    }

    // MARK: The commit pipeline

    private func collect() {
        guard let engine else { return }
        let effects = engine.takeEffects()
        open.writes += effects.writes
        open.replies += effects.replies
        beginCommit()
        planTick()
    }

    private func beginCommit() {
        guard inFlight == nil, !open.isEmpty else { return }
        inFlight = open
        open = Effects()
        batch += 1
        engine?.noteBatches(open: batch, durable: batch - 2)
        let life = life
        world.after(world.random.milliseconds(0...(world.isHostile ? 25 : 2))) { [self] in
            if self.life == life, engine != nil { endCommit() }
        }
    }

    private func endCommit() {
        guard let committing = inFlight else { return }
        if world.mishap(400) {
            world.note("a commit fails")
            store.injectAtNextCommit(world.random.oneIn(2) ? .failBefore : .failAfter)
        }
        guard commit(committing.writes) else { return rebuild(committing) }
        inFlight = nil
        engine?.noteBatches(open: batch, durable: batch - 1)
        for reply in committing.replies { release(reply) }
        beginCommit()
    }

    @discardableResult
    private func commit(_ writes: [StoreWrite]) -> Bool {
        guard !writes.isEmpty else { return true }
        let before = store.statistics.commits
        do {
            try store.commit(writes)
            shadow.apply(writes, now: time)
            return true
        } catch {
            // A commit may have failed after it took effect: what the store holds now is the truth.
            if store.statistics.commits == before { shadow.reconcile(writes, with: store, now: time) }
            return false
        }
    }

    /// A commit failed: nothing of it, nor of what came after, is acknowledged, and memory is made anew.
    private func rebuild(_ failed: Effects) {
        inFlight = nil
        open = Effects()
        let waiting = handlers.sorted { $0.key < $1.key }
        handlers = [:]
        for (_, handler) in waiting { deliver(.lost, to: handler) }
        start()
    }

    private func release(_ reply: Effects.Reply) {
        guard let handler = handlers.removeValue(forKey: reply.call) else { return }
        switch reply.outcome {
        case .message(let message): deliver(.message(message), to: handler)
        case .failure(let error): deliver(.refused(error), to: handler)
        case .history(let read): deliver(.message(page(read)), to: handler)
        }
    }

    private func page(_ read: HistoryRead) -> APIGetWorkflowExecutionHistoryResponse {
        var answer = APIGetWorkflowExecutionHistoryResponse()
        let batches = (try? store.reader.history(run: read.run, eventIDs: read.eventIDs)) ?? []
        for batch in batches {
            let events = (try? APIHistory(serializedBytes: batch.events).events) ?? []
            answer.history.events += events.filter { read.eventIDs.contains($0.eventID) }
        }
        if Int64(answer.history.events.count) != Int64(read.eventIDs.count) {
            world.violation("a page of history shows events that are not durable")
        }
        answer.history.events += read.unstored
        answer.nextPageToken = Data(read.nextPageToken)
        return answer
    }

    // MARK: Time

    private func planTick() {
        guard let next = engine?.nextTick, next < plannedTick else { return }
        plannedTick = next
        let life = life
        world.after(next - time) { [self] in
            guard self.life == life, let engine else { return }
            plannedTick = .max
            if world.mishap(200) { clockError += world.random.milliseconds(0...2_000) }
            engine.tick(now: time)
            collect()
        }
    }
}
