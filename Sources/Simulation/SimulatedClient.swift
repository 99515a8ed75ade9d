import Engine
import SwiftProtobuf
import WireAPI

/// Starts workflows, signals them and now and then ends one, repeating each request until it is acknowledged.
final class SimulatedClient {
    private let world: World
    private let server: SimulatedServer
    private let ledger: Ledger
    let workflowIDs: [String]
    private var lastSignal = 0
    private var unsettled: Set<String>

    init(world: World, server: SimulatedServer, ledger: Ledger, workflows: Int) {
        self.world = world
        self.server = server
        self.ledger = ledger
        workflowIDs = (0..<workflows).map { "wf-\($0)" }
        unsettled = Set(workflowIDs)
        for id in workflowIDs {
            world.after(world.random.milliseconds(0...20_000)) { [self] in start(id) }
        }
        world.after(.second) { [self] in signalSome() }
    }

    /// Every start has been acknowledged.
    var isSettled: Bool { unsettled.isEmpty }

    private func start(_ id: String) {
        var request = APIStartWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowID = id
        request.workflowType.name = "Script"
        request.taskQueue.name = "queue"
        request.requestID = "start-\(id)"
        request.workflowIDReusePolicy = .rejectDuplicate
        if world.random.oneIn(3) { request.retryPolicy.maximumAttempts = 2 }
        send(start: request)
    }

    private func send(start request: APIStartWorkflowExecutionRequest) {
        server.call(.startWorkflow(request)) { [self] answer in
            switch answer {
            case .message(let message):
                if let runID = (message as? APIStartWorkflowExecutionResponse)?.runID {
                    if ledger.starts[request.workflowID] == nil { ledger.starts[request.workflowID] = runID }
                }
                unsettled.remove(request.workflowID)
            case .refused(let error):
                // The first answer was lost and the chain has gone on since: the start itself was done.
                if error.code == .alreadyExists { unsettled.remove(request.workflowID) } else { again(request) }
            case .lost: again(request)
            }
        }
    }

    private func again(_ request: APIStartWorkflowExecutionRequest) {
        world.after(500 * .millisecond) { [self] in send(start: request) }
    }

    /// Keeps signals coming, so that no program waits for ever.
    private func signalSome() {
        for id in workflowIDs where !unsettled.contains(id) && (!world.isHostile || world.random.oneIn(3)) {
            lastSignal += 1
            signal(id, "signal-\(lastSignal)", until: world.now + 10 * .second)
        }
        if let id = workflowIDs.randomElement(using: &world.random) { ask(id) }
        if world.mishap(12), let id = workflowIDs.randomElement(using: &world.random) { end(id) }
        world.after(3 * .second) { [self] in signalSome() }
    }

    private func signal(_ id: String, _ name: String, until: Nanoseconds) {
        var request = APISignalWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowExecution.workflowID = id
        request.signalName = name
        request.requestID = name
        server.call(.signalWorkflow(request)) { [self] answer in
            switch answer {
            case .message: ledger.signals[name] = id
            case .refused: break
            case .lost:
                // After a run has been followed by another, the same request would be a new signal to that one, so it is
                // repeated only for a moment; what is not acknowledged may be there or not.
                guard world.now < until, server.shadow.runs(of: id).count == 1 else { return }
                world.after(300 * .millisecond) { [self] in signal(id, name, until: until) }
            }
        }
    }

    /// Asks the newest run how many signals it has seen: at least those that had been acknowledged before.
    private func ask(_ id: String) {
        let runs = server.shadow.runs(of: id)
        guard let run = runs.last else { return }
        // Only with a single run is it known which run an acknowledged signal went to.
        let written = Script.signals(in: run.events)
        let known = runs.count == 1 ? ledger.signals.values.count { $0 == id } : written
        var request = APIQueryWorkflowRequest()
        request.namespace = "default"
        request.execution.workflowID = id
        request.execution.runID = run.runID
        request.query.queryType = "signals"
        server.call(.queryWorkflow(request)) { [self] answer in
            guard case .message(let message) = answer, let answer = message as? APIQueryWorkflowResponse else { return }
            ledger.queries += 1
            let seen = Script.generation(answer.queryResult)
            if seen < known { world.violation("\(id): a query saw \(seen) signals, after \(known)") }
        }
    }

    private func end(_ id: String) {
        if world.random.oneIn(2) {
            var request = APITerminateWorkflowExecutionRequest()
            request.namespace = "default"
            request.workflowExecution.workflowID = id
            server.call(.terminate(request)) { _ in }
        } else {
            var request = APIRequestCancelWorkflowExecutionRequest()
            request.namespace = "default"
            request.workflowExecution.workflowID = id
            request.requestID = "cancel-\(id)"
            server.call(.requestCancel(request)) { _ in }
        }
    }
}
