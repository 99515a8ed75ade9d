import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// When a schedule that is being written would be due.
struct SchedulePreview: Component {
    private static let count = 10

    var spec: APIScheduleSpec
    /// In words; `nil` if the spec is not one.
    var words: String?
    var times: [Google_Protobuf_Timestamp] = []
    /// Shown instead of times.
    var problem: String?
    var now: Google_Protobuf_Timestamp

    /// - Parameter seed: what the schedule's jitter depends on.
    init(_ spec: APIScheduleSpec, seed: String, problem: String?, now: Google_Protobuf_Timestamp) {
        self.spec = spec
        self.now = now
        self.problem = problem
        if problem != nil { return }
        do {
            let rule = try ScheduleTimes(spec, zones: ScheduleSection.zones)
            self.spec = rule.canonical
            words = SpecWords.text(of: rule.canonical)
            times = Self.next(rule, seed, now)
        } catch {
            self.problem = error.message
        }
    }

    private static func next(
        _ rule: ScheduleTimes, _ seed: String, _ now: Google_Protobuf_Timestamp
    ) -> [Google_Protobuf_Timestamp] {
        var times: [Google_Protobuf_Timestamp] = []
        var time = now.seconds * 1_000_000_000 + Int64(now.nanos)
        while times.count < count, let next = rule.next(after: time, seed: seed) {
            time = next.due
            times.append(.init(seconds: next.due / 1_000_000_000, nanos: Int32(next.due % 1_000_000_000)))
        }
        return times
    }

    var html: HTML {
        Card(title: "Preview", id: "preview", content: content).html
    }

    private var content: HTML {
        if let problem { return "<p class=\"preview-problem\">\(problem)</p>" }
        return """
            <p><strong>\(words)</strong></p>\(times.isEmpty ? none : list)\
            \(if: !times.isEmpty, week)
            """
    }

    private var none: HTML { "<p class=\"soft\">It is never due by itself: trigger it by hand.</p>" }

    private var list: HTML {
        """
        <ol class="upcoming">\(each: times, {
            "<li>\(Moment($0, .full))\(Countdown(until: $0, before: "in ", after: "now"))</li>"
        })</ol>
        """
    }

    private var week: HTML {
        WeekOfTimes(spec, now: now).map { WeekView(week: $0).html } ?? .empty
    }
}
