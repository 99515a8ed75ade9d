import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

/// An engine on a row store, with a clock that the test moves.
final class Bench {
    private(set) var engine: Engine
    let store = RowStore()
    var now: Nanoseconds = 1_700_000_000 * .second
    private(set) var replies: [CallID: ReplyOutcome] = [:]
    private var lastCall: UInt64 = 0
    private var batch: UInt64 = 1
    private var seed: UInt64 = 42
    private let limits: Limits

    init(limits: Limits = Limits()) throws {
        self.limits = limits
        var state: UInt64 = 7
        engine = try Engine(
            environment: EngineEnvironment(
                reader: store,
                random: {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return state ^ (state >> 29)
                }, limits: limits), recovered: RecoveredState(), now: now)
        var request = APIRegisterNamespaceRequest()
        request.namespace = "default"
        request.workflowExecutionRetentionPeriod.seconds = 86_400
        _ = try answer(.registerNamespace(request), as: APIRegisterNamespaceResponse.self)
    }

    /// The server dies and starts again: only what was committed is left.
    func restart() throws {
        seed += 1
        var state = seed
        engine = try Engine(
            environment: EngineEnvironment(
                reader: store,
                random: {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return state ^ (state >> 29)
                }, limits: limits), recovered: store.recover(), now: now)
        replies = [:]
    }

    @discardableResult
    func send(_ request: EngineRequest, deadline: Nanoseconds? = nil, isSDK: Bool = true) -> CallID {
        lastCall += 1
        let id = CallID(lastCall)
        engine.step(EngineCall(id: id, request: request, deadline: deadline, isSDK: isSDK), now: now)
        commit()
        return id
    }

    func commit() {
        let effects = engine.takeEffects()
        store.apply(effects.writes)
        for reply in effects.replies {
            #expect(replies[reply.call] == nil, "call \(reply.call) was answered twice")
            replies[reply.call] = reply.outcome
        }
        batch += 1
        engine.noteBatches(open: batch, durable: batch - 1)
    }

    func cancel(_ call: CallID) {
        engine.cancel(call, now: now)
        commit()
    }

    /// Lets time pass, stopping wherever the engine wants to be called.
    func pass(_ duration: Nanoseconds) {
        let end = now + duration
        while let next = engine.nextTick, next <= end {
            now = max(now, next)
            engine.tick(now: now)
            commit()
        }
        now = end
    }

    func message<M: Message>(_ call: CallID, as type: M.Type = M.self) throws -> M {
        switch try #require(replies[call], "call \(call) has no answer") {
        case .message(let message): return try #require(message as? M)
        case .failure(let error): throw error
        case .history(let read): return try #require(try page(read) as? M)
        }
    }

    func answer<M: Message>(_ request: EngineRequest, as type: M.Type = M.self) throws -> M {
        try message(send(request))
    }

    func page(_ read: HistoryRead) throws -> APIGetWorkflowExecutionHistoryResponse {
        var answer = APIGetWorkflowExecutionHistoryResponse()
        for batch in store.history(run: read.run, eventIDs: read.eventIDs) {
            answer.history.events += try APIHistory(serializedBytes: batch.events).events.filter {
                read.eventIDs.contains($0.eventID)
            }
        }
        answer.history.events += read.unstored
        answer.nextPageToken = Data(read.nextPageToken)
        return answer
    }

    func error(_ request: EngineRequest) -> EngineError? {
        guard case .failure(let error) = replies[send(request)] else { return nil }
        return error
    }
}
