import Foundation
import WireAPI

/// Finding runs: in memory first, then in the store.
extension Engine {
    /// The run with the key; `nil` if there is none (any more).
    func loadRun(_ key: RunKey) throws -> Run? {
        if let run = runs[key] {
            run.wasUsed = true
            return run
        }
        guard let stored = try reader.load(run: key), let visibility = try reader.visibility(run: key) else {
            return nil
        }
        let run = try Run(stored: stored, visibility: visibility)
        if run.header.stickyEpoch != epoch && !run.header.stickyQueue.isEmpty {
            // Stickiness belongs to a former life of the server. Not noted as a change: it costs no write.
            run.forgetSticky()
        }
        restoreDeadlines(run)
        remember(run)
        let name = WorkflowName(namespace: run.namespace, workflowID: run.fixed.workflowID)
        if current[name] == nil,
            try reader.currentRun(namespace: run.namespace, workflowID: run.fixed.workflowID) == key
        {
            current[name] = key
        }
        return run
    }

    /// The newest run of a workflow id.
    func currentRun(_ namespace: NamespaceKey, _ workflowID: String) throws -> Run? {
        let name = WorkflowName(namespace: namespace, workflowID: workflowID)
        if let key = current[name], let run = runs[key] {
            run.wasUsed = true
            return run
        }
        guard let key = try reader.currentRun(namespace: namespace, workflowID: workflowID) else { return nil }
        guard deletedRuns[key] == nil, let run = try loadRun(key) else { return nil }
        current[name] = key
        return run
    }

    /// The run a caller names: by run id, or the newest one if it gives none.
    /// - Throws: the reference's errors for an unknown or malformed id.
    func findRun(_ namespace: NamespaceKey, _ given: APIWorkflowExecution?) throws -> Run {
        let execution = try checkedExecution(given)
        let found: Run?
        if execution.runID.isEmpty {
            found = try currentRun(namespace, execution.workflowID)
        } else if let key = runIDs[execution.runID], let run = runs[key] {
            found = run
        } else {
            let key = try reader.run(
                namespace: namespace, workflowID: execution.workflowID, runID: execution.runID)
            found = try key.flatMap { deletedRuns[$0] != nil ? nil : try loadRun($0) }
        }
        guard let run = found, run.namespace == namespace, run.fixed.workflowID == execution.workflowID else {
            throw EngineError.runNotFound(execution)
        }
        return run
    }

    /// - Parameter given: `nil` if the request names no execution at all.
    @discardableResult
    func checkedExecution(_ given: APIWorkflowExecution?) throws -> APIWorkflowExecution {
        guard let execution = given else { throw EngineError.invalid("Execution is not set on request.") }
        if execution.workflowID.isEmpty { throw EngineError.invalid("WorkflowId is not set on request.") }
        if !execution.runID.isEmpty && !Identifiers.isUUID(execution.runID) {
            throw EngineError.invalid("Invalid RunId.")
        }
        return execution
    }

    /// One event of a run's history, from memory or from the store.
    func event(_ id: Int64, of run: Run) throws -> APIHistoryEvent? {
        if let event = run.recentEvent(id) { return event }
        return try storedEvents(of: run, id..<(id + 1)).first
    }

    /// The events in the range, in order.
    func events(of run: Run, _ range: Range<Int64>) throws -> [APIHistoryEvent] {
        let first = run.firstRecentID
        var events: [APIHistoryEvent] = []
        if range.lowerBound < first {
            events = try storedEvents(of: run, range.lowerBound..<min(range.upperBound, first))
        }
        let start = max(range.lowerBound, first)
        if start < range.upperBound {
            for id in start..<range.upperBound {
                if let event = run.recentEvent(id) { events.append(event) }
            }
        }
        return events
    }

    private func storedEvents(of run: Run, _ range: Range<Int64>) throws -> [APIHistoryEvent] {
        if let batch = lastHistoryRead, batch.run == run.key, batch.history.contains(range) {
            return try batch.history.decoded(range)
        }
        let batches = try reader.history(run: run.key, eventIDs: range)
        // Activities that were scheduled together are handed out one after the other, each from this same batch.
        lastHistoryRead = batches.count == 1 ? batches.first.map { (run.key, $0) } : nil
        return try batches.flatMap { try $0.decoded(range) }
    }

    /// Plans again what a run that was read back waits for.
    private func restoreDeadlines(_ run: Run) {
        guard run.isOpen else { return }
        let fixed = run.fixed
        if fixed.executionDeadline > 0 { addDeadline(run, .executionTimeout, at: fixed.executionDeadline) }
        if fixed.runDeadline > 0 { addDeadline(run, .runTimeout, at: fixed.runDeadline) }
        if run.header.firstTaskAt > 0 { addDeadline(run, .firstTask, at: run.header.firstTaskAt) }
        if let task = run.task {
            if task.startedEventID > 0 { addTaskDeadline(run, task) } else { addStickyDeadline(run, task) }
        }
        for activity in run.activities.values { planActivity(run, activity) }
        for timer in run.timers.values { addDeadline(run, .timer(id: timer.timerID), at: timer.fireAt) }
    }
}
