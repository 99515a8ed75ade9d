import SwiftProtobuf
import WireAPI

/// What a run did, and when: one row for each step, on a common axis of time.
struct TimelineView: Component {
    var model: TimelineModel
    var key: RunKey
    var origin: Google_Protobuf_Timestamp
    var title: HTML = "Timeline"
    var actions: HTML = .empty

    var html: HTML {
        Card(
            title: title, id: "run-timeline", actions: actions, isPadded: false,
            content: """
                <div class="timeline" data-timeline data-origin="\(TimeText.iso(origin))" data-length="\(model.length)"\
                \(flag: "data-open", model.isOpen)>\(scale)\(runRow)\(each: model.rows, row)</div>\
                \(if: model.omitted > 0, "<p class=\"value-note\">\(model.omitted) more steps: see the history.</p>")\
                \(legend)
                """
        ).html
    }

    private func percent(_ seconds: Double) -> Double { min(100, max(0, seconds / model.length * 100)) }

    private var scale: HTML {
        """
        <div class="timeline-scale" aria-hidden="true"><span></span><svg>\(each: model.ticks, { tick in
            let x = percent(tick.at)
            let anchor: HTML = x < 1 ? "start" : x > 97 ? "end" : "middle"
            return "<text x=\"\(x)%\" y=\"12\" text-anchor=\"\(anchor)\" data-at=\"\(tick.at)\">\(tick.text)</text>"
        })</svg><span></span></div>
        """
    }

    private var grid: HTML {
        HTML(each: model.ticks) { tick in
            let x = percent(tick.at)
            return """
                <line class="grid" x1="\(x)%" x2="\(x)%" y1="0" y2="100%"\(if: model.isOpen, " data-at=\"\(tick.at)\"")/>
                """
        }
    }

    /// The workflow's own turns, and what reached it from outside.
    private var runRow: HTML {
        """
        <div class="timeline-row timeline-run"><span class="timeline-name">\(Icon.task)<span>Workflow code</span></span>\
        <svg class="track" role="img" aria-label="\(model.tasks.count) workflow tasks, \(model.marks.count) marks">\(grid)\
        \(each: model.tasks, { segment in
            let tone: HTML = segment.kind == .retried ? "retry" : "task"
            return rect(segment, "\(tone)", y: 5, height: 10, minimum: 0.35)
        })\(each: model.marks, mark)</svg><span class="timeline-end"></span></div>
        """
    }

    private func mark(_ mark: TimelineModel.Mark) -> HTML {
        """
        <a href="\(key.address(event: mark.step.id))"><circle class="mark" data-at="\(mark.at)" cx="\(percent(mark.at))%" cy="10" r="5">\
        <title>\(mark.step.kindTitle) \(mark.step.name), after \(DurationText.short(mark.at))</title></circle></a>
        """
    }

    private func rect(
        _ segment: TimelineModel.Segment, _ className: HTML, y: Int, height: Int, minimum: Double,
        isGrowing: Bool = false
    ) -> HTML {
        let x = percent(segment.from)
        let width = max(minimum, percent(segment.to) - x)
        return """
            <rect class="\(className)" x="\(min(x, 100 - minimum))%" y="\(y)" width="\(width)%" height="\(height)" rx="2"\
            \(if: model.isOpen, " data-from=\"\(segment.from)\" data-to=\"\(segment.to)\"")\
            \(flag: "data-growing", isGrowing && model.isOpen)/>
            """
    }

    private func row(_ row: TimelineModel.Row) -> HTML {
        let step = row.step
        let attempts: HTML = step.attempt > 1 ? " <span class=\"attempts\">×\(step.attempt)</span>" : ""
        return """
            <div class="timeline-row \(step.state.tone.className)" id="timeline-\(step.id)">\
            <span class="timeline-name">\(step.icon)<a href="\(key.address(event: step.id))" title="\(tooltip(row))">\
            \(title(step))</a>\(attempts)</span>\
            <svg class="track" role="img" aria-label="\(tooltip(row))">\(grid)\(each: row.segments, segment)</svg>\
            <span class="timeline-end">\(end(row))</span></div>\n
            """
    }

    private func segment(_ segment: TimelineModel.Segment) -> HTML {
        switch segment.kind {
        case .queued: rect(segment, "wait", y: 6, height: 8, minimum: 0.1)
        case .retried: rect(segment, "retry", y: 5, height: 10, minimum: 0.1)
        case .work: rect(segment, "bar-fill", y: 4, height: 12, minimum: 0.4)
        case .open: rect(segment, "bar-open", y: 4, height: 12, minimum: 0.4, isGrowing: true)
        case .ahead:
            """
            <line class="next" x1="\(percent(segment.from))%" x2="\(percent(segment.to))%" y1="10" y2="10"/>
            """
        }
    }

    private func title(_ step: Step) -> HTML {
        let text: HTML = step.kind == .timer ? "Timer \(step.name)" : "\(step.name)"
        return step.summary.map { "\(text) <span class=\"faint\">\($0)</span>" } ?? text
    }

    private func end(_ row: TimelineModel.Row) -> HTML {
        let step = row.step
        if step.isOpen {
            if let due = step.due {
                let word = step.kind == .timer ? "" : "retry "
                return Countdown(until: due, before: "\(word)in ", after: "due").html
            }
            if step.state == .waiting { return "queued" }
            return
                "<span data-since=\"\(TimeText.iso(step.started ?? step.scheduled))\">\(DurationText.short(row.duration))</span>"
        }
        return "\(DurationText.short(row.duration))"
    }

    private func tooltip(_ row: TimelineModel.Row) -> String {
        let step = row.step
        var parts = ["\(step.kindTitle) \(step.name)", step.stateTitle.lowercased()]
        if step.attempt > 1 { parts.append("attempt \(step.attempt)") }
        parts.append(DurationText.short(row.duration))
        if let first = row.segments.first, first.kind != .work, first.kind != .open {
            let name = first.kind == .retried ? "failed attempts and waits" : "queued"
            parts.append("\(name) \(DurationText.short(first.to - first.from))")
        }
        if let failure = step.failure { parts.append(String(FailureView.summary(failure).prefix(200))) }
        return parts.joined(separator: ", ")
    }

    private var legend: HTML {
        let kinds = Set(model.rows.flatMap { $0.segments.map(\.kind) })
        return """
            <div class="timeline-legend" aria-hidden="true">\
            <span><svg><rect class="task" y="1" width="18" height="8" rx="2"/></svg>workflow code</span>\
            \(if: kinds.contains(.queued), sample("wait", "waiting for a worker"))\
            \(if: kinds.contains(.retried), sample("retry", "failed attempts and waits"))\
            \(if: kinds.contains(.work), sample("bar-fill", "last attempt, by outcome"))\
            \(if: !model.marks.isEmpty, "<span><svg><circle class=\"mark\" cx=\"9\" cy=\"5\" r=\"4.5\"/></svg>signal</span>")</div>
            """
    }

    private func sample(_ className: HTML, _ text: HTML) -> HTML {
        "<span><svg><rect class=\"\(className)\" y=\"1\" width=\"18\" height=\"8\" rx=\"2\"/></svg>\(text)</span>"
    }
}
