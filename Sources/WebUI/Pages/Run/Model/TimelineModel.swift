import SwiftProtobuf
import WireAPI

/// Steps on an axis of time, in seconds since the run began. Pure: what is open lasts until `now`.
struct TimelineModel: Sendable, Equatable {
    struct Segment: Sendable, Equatable {
        enum Kind: Sendable, Equatable {
            /// In a queue, not taken yet.
            case queued
            /// Attempts that failed and the waits between them.
            case retried
            case work
            /// Goes on at this moment.
            case open
            /// Until the next attempt or until a timer fires.
            case ahead
        }

        var kind: Kind
        var from: Double
        var to: Double
    }

    struct Row: Sendable, Equatable {
        var step: Step
        var segments: [Segment]
        var duration: Double
    }

    struct Mark: Sendable, Equatable {
        var at: Double
        var step: Step
    }

    struct Tick: Sendable, Equatable {
        var at: Double
        var text: String
    }

    /// How long the axis is, in seconds; more than zero.
    var length: Double
    var ticks: [Tick]
    /// What takes time, in the order it began.
    var rows: [Row]
    /// Rows that are left out.
    var omitted: Int
    /// Points in time: signals, requests to cancel.
    var marks: [Mark]
    /// Workflow tasks: from when to when the workflow's own code ran.
    var tasks: [Segment]
    var isOpen: Bool

    /// - Parameter limit: how many rows are made; the newest are left out.
    init(_ history: RunHistory, now: Google_Protobuf_Timestamp, limit: Int) {
        let origin = history.startTime ?? now
        let last = history.close?.eventTime ?? history.events.last?.eventTime ?? now
        isOpen = history.close == nil
        // An open run's axis goes on a little, so that what runs can be seen to grow.
        let end =
            isOpen ? max(now.seconds(since: origin), last.seconds(since: origin)) * 1.04 : last.seconds(since: origin)
        length = max(end, 0.001)
        let lasting = history.steps.filter { !$0.isMoment && $0.kind != .workflowTask && $0.kind != .localActivity }
        omitted = max(0, lasting.count - limit)
        rows = lasting.prefix(limit).map { Self.row($0, origin, now) }
        marks = history.steps.filter { $0.kind == .signal || $0.kind == .cancelRequest || $0.kind == .localActivity }
            .prefix(500).map { Mark(at: max(0, $0.scheduled.seconds(since: origin)), step: $0) }
        tasks = history.tasks.prefix(1_000).compactMap { task in
            guard let started = task.started else { return nil }
            let from = max(0, started.seconds(since: origin))
            let kind: Segment.Kind = task.ended == nil ? .open : task.isCompleted ? .work : .retried
            return Segment(kind: kind, from: from, to: max(from, (task.ended ?? now).seconds(since: origin)))
        }
        ticks = Self.ticks(length)
    }

    private static func row(
        _ step: Step, _ origin: Google_Protobuf_Timestamp, _ now: Google_Protobuf_Timestamp
    ) -> Row {
        func at(_ time: Google_Protobuf_Timestamp) -> Double { max(0, time.seconds(since: origin)) }
        let from = at(step.scheduled)
        let to = max(from, at(step.ended ?? now))
        var segments: [Segment] = []
        // A failed attempt's start tells when it began, not when the present one does.
        let isBetweenAttempts = step.isOpen && step.state != .running
        if let started = step.started, !isBetweenAttempts {
            let begin = min(max(from, at(started)), to)
            if begin > from {
                segments.append(Segment(kind: step.attempt > 1 ? .retried : .queued, from: from, to: begin))
            }
            segments.append(Segment(kind: step.isOpen ? .open : .work, from: begin, to: to))
        } else {
            let isRetry = step.attempt > 1
            segments.append(Segment(kind: isRetry ? .retried : .queued, from: from, to: to))
        }
        if step.isOpen, let due = step.due, at(due) > to {
            segments.append(Segment(kind: .ahead, from: to, to: at(due)))
        }
        return Row(step: step, segments: segments, duration: to - from)
    }

    /// Round points in time, five to nine of them.
    static func ticks(_ length: Double) -> [Tick] {
        let steps: [Double] = [
            0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800,
            3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
        ]
        let wanted = length / 7
        let step = steps.first { $0 >= wanted } ?? (wanted / 86_400).rounded(.up) * 86_400
        let count = Int(length / step)
        return (0...max(0, min(count, 20))).map { index in
            let at = Double(index) * step
            return Tick(at: at, text: index == 0 ? "0" : label(at))
        }
    }

    private static func label(_ seconds: Double) -> String {
        guard seconds < 60 else { return DurationText.short(seconds) }
        if seconds < 1 { return "\(Int((seconds * 1_000).rounded())) ms" }
        let tenths = Int((seconds * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
