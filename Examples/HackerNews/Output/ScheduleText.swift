import Foundation
import Millrace

/// Schedules as text.
enum ScheduleText {
    /// What there is to say of a schedule, asked for now.
    static func description(of handle: ScheduleHandle, at now: Date) async throws -> String {
        let description = try await handle.describe()
        let arguments = try await description.schedule.action.arguments
        let limit = try? arguments.decode(Int.self, at: 0)
        return text(description, limit: limit, at: now)
    }

    /// - Parameter limit: how many stories each run fetches; `nil` if that cannot be read.
    static func text(_ description: ScheduleDescription, limit: Int?, at now: Date) -> String {
        let (schedule, info) = (description.schedule, description.info)
        let stories = limit.map { " (\($0) stories)" } ?? ""
        var lines = [
            "Schedule \(description.id)",
            "  When    \(words(schedule.spec))",
            "  Starts  \(schedule.action.workflowType)\(stories) on task queue '\(schedule.action.taskQueue)'",
            "  State   \(state(isPaused: schedule.isPaused, note: schedule.note))",
            "  So far  \(counts(info))",
        ]
        if let problem = info.problem { lines.append("  Problem \(problem)") }
        if !info.recent.isEmpty { lines += ["", "Newest runs"] + info.recent.reversed().map(line) }
        if !info.upcoming.isEmpty {
            lines += ["", schedule.isPaused ? "Next times, if it were not paused" : "Next times"]
            lines += info.upcoming.prefix(5).map { "  \(time($0))  in \(length($0.timeIntervalSince(now)))" }
        }
        return lines.joined(separator: "\n")
    }

    /// One line for each schedule.
    static func list(_ schedules: [ScheduleSummary], at now: Date, width: Int = 100) -> String {
        guard !schedules.isEmpty else { return "No schedules." }
        let rows = schedules.map { schedule in
            let next = schedule.upcoming.first.map { "in \(length($0.timeIntervalSince(now)))" } ?? "never"
            return (schedule.id, words(schedule.spec), schedule.isPaused ? "paused" : next)
        }
        let id = max(8, rows.map(\.0.count).max() ?? 0)
        let next = max(4, rows.map(\.2.count).max() ?? 0)
        let when = max(12, min(rows.map(\.1.count).max() ?? 0, width - id - next - 4))
        let padded = FrontPageTable.padded
        let head = "\(padded("Schedule", id))  \(padded("When", when))  Next"
        return
            ([head, String(repeating: "─", count: min(width, id + when + next + 4))]
            + rows.map { "\(padded($0.0, id))  \(padded($0.1, when))  \($0.2)" }).joined(separator: "\n")
    }

    private static func state(isPaused: Bool, note: String?) -> String {
        (isPaused ? "paused" : "active") + (note.map { ": \($0)" } ?? "")
    }

    private static func counts(_ info: ScheduleInfo) -> String {
        var parts = [info.actionCount == 1 ? "1 run" : "\(info.actionCount) runs"]
        if !info.running.isEmpty { parts.append("\(info.running.count) open") }
        if info.waitingCount > 0 { parts.append("\(info.waitingCount) waiting") }
        if info.skippedOverlapCount > 0 { parts.append("\(info.skippedOverlapCount) left out, a run was open") }
        if info.missedCatchUpCount > 0 { parts.append("\(info.missedCatchUpCount) missed") }
        return parts.joined(separator: ", ")
    }

    private static func line(_ start: ScheduleStart) -> String {
        "  \(time(start.scheduledTime))  \(FrontPageTable.padded(start.status?.rawValue ?? "?", 10))  \(start.workflowID)"
    }

    /// `2026-08-01 12:00:00Z`.
    static func time(_ date: Date) -> String {
        date.formatted(.iso8601.dateTimeSeparator(.space))
    }

    /// The two largest units: `2 h 5 min`, `40 s`.
    static func length(_ seconds: TimeInterval) -> String {
        let total = max(0, Int(seconds.rounded()))
        let units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
        guard let first = units.firstIndex(where: { total >= $0.1 }) else { return "0 s" }
        let parts = units[first...].prefix(2).enumerated().compactMap { index, unit in
            let count = index == 0 ? total / unit.1 : total % units[first].1 / unit.1
            return count == 0 ? nil : "\(count) \(unit.0)"
        }
        return parts.joined(separator: " ")
    }
}
