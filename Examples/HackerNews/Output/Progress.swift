import Foundation
import Millrace

/// Prints what happens to a run while it happens: each step of its history, and each attempt that fails.
struct Progress: Sendable {
    let run: UntypedWorkflowHandle
    let print: @Sendable (String) -> Void

    /// Follows the run until it closes.
    func follow() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await followHistory() }
            group.addTask { await followAttempts() }
            try await group.next()
            group.cancelAll()
        }
    }

    private func followHistory() async throws {
        var started: Date?
        var names: [Int: String] = [:]
        for try await event in run.history(waitsForMore: true) {
            let begin = started ?? event.time
            started = begin
            if let line = Self.describe(event, &names) {
                print("  \(Self.seconds(event.time.timeIntervalSince(begin)))  \(line)")
            }
        }
    }

    /// A line for the events a person cares about.
    private static func describe(_ event: HistoryEvent, _ names: inout [Int: String]) -> String? {
        let attributes = attributes(of: event)
        switch event.type {
        case "WorkflowExecutionStarted": return "the pipeline starts"
        case "ActivityTaskScheduled":
            let name = (attributes["activityType"] as? [String: Any])?["name"] as? String ?? "activity"
            names[event.id] = name
            return "\(name): waiting for a worker"
        case "ActivityTaskCompleted": return "\(name(attributes, names)): done"
        case "ActivityTaskFailed": return "\(name(attributes, names)): failed"
        case "ActivityTaskTimedOut": return "\(name(attributes, names)): timed out"
        case "WorkflowExecutionCompleted": return "the pipeline is done"
        case "WorkflowExecutionFailed": return "the pipeline has failed"
        case "WorkflowExecutionTimedOut", "WorkflowExecutionTerminated", "WorkflowExecutionCanceled":
            return "the pipeline was ended: \(event.type)"
        default: return nil
        }
    }

    private static func name(_ attributes: [String: Any], _ names: [Int: String]) -> String {
        let id = (attributes["scheduledEventId"] as? String).flatMap { Int($0) }
        return id.flatMap { names[$0] } ?? "activity"
    }

    private static func attributes(of event: HistoryEvent) -> [String: Any] {
        guard let text = try? event.json(),
            let all = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else { return [:] }
        return all.first { $0.key.hasSuffix("Attributes") }?.value as? [String: Any] ?? [:]
    }

    private static func seconds(_ interval: TimeInterval) -> String {
        FrontPageTable.padded(String(format: "%.2f s", interval), 8)
    }

    /// Retries leave no event until an activity ends, so they are looked up.
    private func followAttempts() async {
        var told: [String: Int] = [:]
        while !Task.isCancelled {
            for activity in (try? await run.describe().pendingActivities) ?? [] {
                guard let failure = activity.lastFailure, told[activity.id] != activity.attempt else { continue }
                told[activity.id] = activity.attempt
                let next = activity.nextAttempt.map { max(0, $0.timeIntervalSinceNow) } ?? 0
                print(
                    "            \(activity.type): attempt \(activity.attempt - 1) failed: \(failure); "
                        + "attempt \(activity.attempt) in \(String(format: "%.1f", next)) s")
            }
            try? await Task.sleep(for: .milliseconds(300))
        }
    }
}
