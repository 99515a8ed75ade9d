import SwiftProtobuf
import WireAPI

/// A step as a row: what it is, how it went, and on request what went in and came out.
struct StepRow {
    var step: Step
    var run: RunSnapshot
    var budget: DetailBudget

    var row: DataTable.Row {
        DataTable.Row(
            id: "event-\(step.id)", className: step.kind == .marker ? "quiet" : .empty,
            cells: [
                "<span class=\"event-id\">\(step.id)</span>",
                "\(Moment(step.scheduled, .clock, hasFraction: true))",
                """
                <span class="kind \(step.state.tone.className)">\(step.icon)<span>\(name)</span></span>
                """,
                state, took, what,
            ])
    }

    private var name: HTML {
        let summary: HTML? = step.summary.map { "<span class=\"step-summary\">\($0)</span>" }
        switch step.kind {
        case .timer: return "Timer of \(step.name)\(summary)"
        case .activity, .localActivity: return "\(step.name)\(summary)"
        default: return "<span class=\"step-kind\">\(step.kindTitle)</span> \(step.name)\(summary)"
        }
    }

    private var state: HTML {
        let attempts: HTML =
            step.attempt > 1
            ? " <span class=\"attempts\">\(step.isOpen ? "attempt \(step.attempt)" : "\(step.attempt) attempts")</span>"
            : ""
        return "\(StatusBadge(step.stateTitle, step.state.tone))\(attempts)"
    }

    private var took: HTML {
        if step.isMoment { return .empty }
        if step.isOpen {
            if let due = step.due { return Countdown(until: due, before: "in ", after: "due").html }
            return Elapsed(since: step.scheduled, now: run.now).html
        }
        return "\(DurationText.short(step.duration(now: run.now)))"
    }

    private var what: HTML {
        guard hasDetails else { return preview.isEmpty ? .empty : "<span class=\"preview\">\(preview)</span>" }
        return """
            <details id="detail-\(step.id)"><summary><span class="preview">\(preview)</span></summary>\
            <div class="event-detail">\(details)</div></details>
            """
    }

    private var hasDetails: Bool {
        step.failure != nil || !step.input.isEmpty || !step.result.isEmpty || !step.label.isEmpty || step.other != nil
    }

    private var preview: String {
        if let failure = step.failure, step.state != .completed { return FailureView.summary(failure) }
        if step.kind == .child { return step.label }
        let input = step.input.shortPreview
        let result = step.result.shortPreview
        if result.isEmpty { return input.isEmpty ? (step.kind == .timer ? "" : step.label) : input }
        return input.isEmpty ? "→ \(result)" : "\(String(input.prefix(120))) → \(result)"
    }

    private var details: HTML {
        let id = "step-\(step.id)"
        return """
            \(step.failure.map { failure in
                let title: HTML = step.state == .completed || step.isOpen ? "Last failed attempt" : "Failure"
                return "<h3>\(title)</h3>\(FailureView(failure, id: "\(id)-failure"))" as HTML
            })\(values("Input", step.input, "\(id)-input"))\(values("Result", step.result, "\(id)-result"))\
            \(Facts(.list, facts))
            """
    }

    private func values(_ title: HTML, _ payloads: [APIPayload], _ id: String) -> HTML {
        guard !payloads.isEmpty else { return .empty }
        return "<h3>\(title)</h3>\(BoundedValue(payloads, id: id, event: step.endID ?? step.id, key: run.key, budget))"
    }

    private var facts: [(name: String, value: HTML?)] {
        let events = HTML(each: step.events) { event -> HTML in
            let query = Fields([("form", "full"), ("event", String(event))])
            return "<a href=\"\(run.key.address(query: query))#event-\(event)\">\(event)</a> "
        }
        return [
            (idTitle, step.label.isEmpty ? nil : "<span class=\"id\">\(step.label)</span>"),
            ("Run", step.other.map { RunLink($0, run.key).html }),
            ("By", step.identity.isEmpty ? nil : "<span class=\"id\">\(step.identity)</span>"),
            ("Began", step.started.map { Moment($0, .full, hasFraction: true).html }),
            ("Ended", step.isMoment ? nil : step.ended.map { Moment($0, .full, hasFraction: true).html }),
            ("Attempts", step.maximumAttempts > 0 ? "\(step.attempt) of \(step.maximumAttempts)" : nil),
            ("Events", events),
        ]
    }

    private var idTitle: String {
        switch step.kind {
        case .activity: "Activity id"
        case .timer: "Timer id"
        case .child, .externalSignal: "Workflow id"
        case .update: "Update id"
        case .nexus: "Endpoint and service"
        default: "Cause"
        }
    }
}

/// An event as a row.
struct EventRow {
    var event: APIHistoryEvent
    var run: RunSnapshot
    var budget: DetailBudget

    /// In the full form.
    var full: DataTable.Row {
        DataTable.Row(
            id: "event-\(event.eventID)", className: isQuiet ? "quiet" : .empty,
            cells: [number, time, title, details])
    }

    /// Among the steps.
    var compact: DataTable.Row {
        DataTable.Row(
            id: "event-\(event.eventID)", cells: [number, time, title, .empty, .empty, details])
    }

    private var number: HTML { "<span class=\"event-id\">\(event.eventID)</span>" }
    private var time: HTML { "\(Moment(event.eventTime, .clock, hasFraction: true))" }

    private var title: HTML {
        "<span class=\"kind \(event.tone.className)\">\(event.icon)<span>\(event.title)</span></span>"
    }

    private var isQuiet: Bool {
        switch event.eventType {
        case .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted: true
        default: false
        }
    }

    private var details: HTML {
        let fields = EventFields(event)
        return """
            <details id="detail-\(event.eventID)"><summary><span class="preview">\(fields.preview)</span></summary>\
            <div class="event-detail">\(fields.html(key: run.key, budget: budget))</div></details>
            """
    }
}

/// Payloads, or a link to them where they would make the page too large.
struct BoundedValue: Component {
    var html: HTML

    init(_ payloads: [APIPayload], id: String, event: Int64, key: RunKey, _ budget: DetailBudget?) {
        guard let budget, !budget.takes(payloads) else {
            html = ValueView(payloads, id: id).html
            return
        }
        let size = payloads.reduce(0) { $0 + $1.data.count }
        html = """
            <p class="preview">\(payloads.shortPreview)</p>\
            <p><a href="\(EventPage.address(event, key))">Show all of it</a> \
            <span class="faint">\(SizeText.bytes(Int64(size)))</span></p>
            """
    }
}
