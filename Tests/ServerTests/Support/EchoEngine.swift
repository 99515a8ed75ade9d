import Engine
import Foundation
import Synchronization
import WireAPI

@testable import Server

/// The smallest engine that has everything the host deals with: writes, reads, parked calls and timers.
///
/// `registerNamespace` writes and answers; `describeNamespace` answers from what was written; `pollWorkflowTask` parks
/// until a namespace is written, its deadline passes or it is cancelled.
final class EchoEngine: HostedEngine {
    /// What tests look at from outside.
    final class Log: Sendable {
        struct Entries {
            var cancelled: [CallID] = []
            var notes: [(open: UInt64, durable: UInt64)] = []
            var ticks = 0
            var made = 0
            var steps = 0
        }

        let entries = Mutex(Entries())
    }

    private let log: Log
    private var names: Set<String>
    private var parked: [(id: CallID, deadline: Nanoseconds?)] = []
    private var effects = Effects()

    init(_ recovered: RecoveredState, log: Log) {
        self.log = log
        names = Set(recovered.namespaces.map(\.name))
        log.entries.withLock { $0.made += 1 }
    }

    func step(_ call: EngineCall, now: Nanoseconds) {
        defer { log.entries.withLock { $0.steps += 1 } }
        switch call.request {
        case .registerNamespace(let request):
            names.insert(request.namespace)
            let key = NamespaceKey(names.count)
            effects.writes.append(.putNamespace(key: key, name: request.namespace, record: Data()))
            reply(call.id, .message(APIRegisterNamespaceResponse()))
            for poll in parked {
                var answer = APIPollWorkflowTaskQueueResponse()
                answer.workflowExecution.workflowID = request.namespace
                reply(poll.id, .message(answer))
            }
            parked = []
        case .describeNamespace(let request):
            guard names.contains(request.namespace) else {
                return reply(call.id, .failure(EngineError(.notFound, "no \(request.namespace)")))
            }
            var answer = APIDescribeNamespaceResponse()
            answer.namespaceInfo.name = request.namespace
            reply(call.id, .message(answer))
        case .pollWorkflowTask:
            parked.append((call.id, call.deadline))
        default:
            reply(call.id, .failure(EngineError(.unimplemented, "not in this engine")))
        }
    }

    private func reply(_ call: CallID, _ outcome: ReplyOutcome) {
        effects.replies.append(.init(call: call, outcome: outcome))
    }

    func cancel(_ call: CallID, now: Nanoseconds) {
        parked.removeAll { $0.id == call }
        log.entries.withLock { $0.cancelled.append(call) }
    }

    func tick(now: Nanoseconds) {
        log.entries.withLock { $0.ticks += 1 }
        for poll in parked where poll.deadline.map({ $0 <= now }) ?? false {
            reply(poll.id, .message(APIPollWorkflowTaskQueueResponse()))
        }
        parked.removeAll { $0.deadline.map { $0 <= now } ?? false }
    }

    var nextTick: Nanoseconds? { parked.compactMap(\.deadline).min() }

    func takeEffects() -> Effects {
        defer { effects = Effects() }
        return effects
    }

    func noteBatches(open: UInt64, durable: UInt64) {
        log.entries.withLock { $0.notes.append((open, durable)) }
    }
}

/// A host around an ``EchoEngine``, with short names for its calls.
struct EchoHost: Sendable {
    let host: EngineHost
    let store: HeldStore
    let log: EchoEngine.Log

    static func start(
        store: HeldStore = HeldStore(), clock: ServerClock = ServerClock(), limits: HostLimits = HostLimits()
    ) async throws -> EchoHost {
        let log = EchoEngine.Log()
        let host = try await EngineHost.start(store: store, clock: clock, limits: limits) { recovered, _, _ in
            EchoEngine(recovered, log: log)
        }
        return EchoHost(host: host, store: store, log: log)
    }

    func write(_ name: String) async throws -> ReplyOutcome {
        var request = APIRegisterNamespaceRequest()
        request.namespace = name
        return try await host.perform(.registerNamespace(request), deadline: nil, isSDK: true)
    }

    func read(_ name: String) async throws -> ReplyOutcome {
        var request = APIDescribeNamespaceRequest()
        request.namespace = name
        return try await host.perform(.describeNamespace(request), deadline: nil, isSDK: true)
    }

    func poll(deadline: Nanoseconds? = nil) async throws -> ReplyOutcome {
        try await host.perform(.pollWorkflowTask(APIPollWorkflowTaskQueueRequest()), deadline: deadline, isSDK: true)
    }

    /// Runs `body` in a task and waits until the engine has seen its call.
    func begin(_ body: @escaping @Sendable () async throws -> ReplyOutcome) async -> Task<ReplyOutcome, any Error> {
        let before = log.entries.withLock { $0.steps }
        let task = Task(operation: body)
        while log.entries.withLock({ $0.steps }) == before { await Task.yield() }
        return task
    }
}

extension ReplyOutcome {
    var error: EngineError? {
        if case .failure(let error) = self { error } else { nil }
    }

    var isMessage: Bool {
        if case .message = self { true } else { false }
    }
}
