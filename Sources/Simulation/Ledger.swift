import Engine
import SwiftProtobuf
import WireAPI

/// What callers were told, to be held against what is there.
final class Ledger {
    struct Attempt: Hashable {
        var runID: String
        var activityID: String
        var attempt: Int32
    }

    /// Acknowledged starts: workflow id to run id.
    var starts: [String: String] = [:]
    /// Acknowledged signals by name, and the workflow they went to.
    var signals: [String: String] = [:]
    var aheadOfHistory = 0
    /// Queries that were answered.
    var queries = 0
    private var handedOut: Set<Attempt> = []
    private var completed: Set<Attempt> = []
    private(set) var attempts = 0

    func began(_ task: APIPollActivityTaskQueueResponse, _ world: World) {
        attempts += 1
        let attempt = Attempt(
            runID: task.workflowExecution.runID, activityID: task.activityID, attempt: task.attempt)
        if !handedOut.insert(attempt).inserted {
            world.violation("attempt \(task.attempt) of \(task.activityID) was handed out twice")
        }
        let isDone = completed.contains { $0.runID == attempt.runID && $0.activityID == attempt.activityID }
        if isDone { world.violation("\(task.activityID) ran again although its completion was acknowledged") }
    }

    func completed(_ task: APIPollActivityTaskQueueResponse) {
        completed.insert(
            Attempt(runID: task.workflowExecution.runID, activityID: task.activityID, attempt: task.attempt))
    }

    /// Compares what was acknowledged with what the store holds in the end.
    func check(_ server: SimulatedServer, _ world: World) {
        for (workflowID, runID) in starts.sorted(by: { $0.key < $1.key }) {
            let runs = server.shadow.runs(of: workflowID)
            if runs.first?.runID != runID {
                world.violation("\(workflowID): the acknowledged run \(runID) is not there")
            }
        }
        for (name, workflowID) in signals.sorted(by: { $0.key < $1.key }) {
            // Request ids are remembered for each run: a late duplicate may reach the next run of the chain as well.
            let counts = server.shadow.runs(of: workflowID).map { Self.count(name, [$0]) }
            if counts.max() != 1 {
                world.violation("\(workflowID): acknowledged signal \(name) is there \(counts) times")
            }
        }
        if aheadOfHistory > 0 { world.violation("\(aheadOfHistory) times a worker had seen more than there was") }
    }

    private static func count(_ signal: String, _ runs: [Shadow.ShadowRun]) -> Int {
        runs.flatMap(\.events).count { event in
            if case .workflowExecutionSignaledEventAttributes(let it) = event.attributes {
                return it.signalName == signal
            }
            return false
        }
    }
}
