import APIJSON
import SwiftProtobuf
import WireAPI

/// The history of a run: by steps, by events, or as JSON.
struct HistoryView: Component {
    var run: RunSnapshot
    var options: HistoryOptions

    private var key: RunKey { run.key }

    var html: HTML {
        Card(title: "Event history", id: "run-history", actions: actions, isPadded: false, content: content).html
    }

    private func address(_ options: HistoryOptions) -> String {
        key.address(query: options.query) + "#run-history"
    }

    private var actions: HTML {
        let forms: [(HistoryOptions.Form, String)] = [(.compact, "Compact"), (.full, "Full"), (.json, "JSON")]
        let order = Switch(
            label: "Order",
            options: [
                ("Oldest first", address(options.with(isNewestFirst: false)), !options.isNewestFirst),
                ("Newest first", address(options.with(isNewestFirst: true)), options.isNewestFirst),
            ])
        let form = Switch(
            label: "Form", options: forms.map { ($0.1, address(options.with(form: $0.0)), options.form == $0.0) })
        guard key.imported == nil else { return "\(form)\(order)" }
        let download = key.links.path(
            "namespaces", key.namespace, "workflows", key.workflowID, key.runID, "history.json")
        return """
            \(form)\(order)\
            <a class="button button-small" href="\(download)" download>\(Icon.download)Download</a>
            """
    }

    private var content: HTML {
        switch options.form {
        case .compact: compact
        case .full: full
        case .json: json
        }
    }

    // MARK: By steps

    private var compact: HTML {
        let rows = CompactRow.rows(run.history)
        let slice = HistorySlice(
            count: rows.count, options, found: options.event.flatMap { event in rows.firstIndex { $0.covers(event) } })
        let budget = DetailBudget()
        return """
            \(DataTable(
                caption: "Steps of the run", className: "history",
                columns: Self.columns,
                rows: slice.indices.map { row(rows[$0], budget) }))\(pages(slice, rows.count, "steps"))
            """
    }

    private static let columns = [
        DataTable.Column("Event", .number), .init("Time", .nowrap), .init("Step", .main), .init("State", .nowrap),
        .init("Took", .number), .init("What"),
    ]

    private func row(_ row: CompactRow, _ budget: DetailBudget) -> DataTable.Row {
        switch row {
        case .step(let step): StepRow(step: step, run: run, budget: budget).row
        case .event(let event): EventRow(event: event, run: run, budget: budget).compact
        }
    }

    // MARK: By events

    private var full: HTML {
        let events = run.history.events
        let slice = HistorySlice(count: events.count, options, found: place)
        let budget = DetailBudget()
        let rows = slice.indices.map { EventRow(event: events[$0], run: run, budget: budget).full }
        return """
            \(DataTable(
                caption: "Events of the run", className: "history",
                columns: [.init("Event", .number), .init("Time", .nowrap), .init("Type", .main), .init("What")],
                rows: rows))\(pages(slice, events.count, "events"))
            """
    }

    /// Event ids count from 1 without gaps.
    private var place: Int? {
        options.event.flatMap { event in
            let first = run.history.events.first?.eventID ?? 1
            let place = Int(clamping: event.subtractingReportingOverflow(first).partialValue)
            return run.history.events.indices.contains(place) ? place : nil
        }
    }

    // MARK: As JSON

    private var json: HTML {
        let events = run.history.events
        let slice = HistorySlice(count: events.count, options, found: place)
        let values = slice.indices.compactMap { try? ProtoJSON.value(of: events[$0], shorthand: false) }
        return """
            <div class="card-body">\(JSONView(.object([.init("events", .array(values))])))</div>\
            \(pages(slice, events.count, "events"))
            """
    }

    private func pages(_ slice: HistorySlice, _ count: Int, _ things: String) -> HTML {
        guard slice.pageCount > 1 else { return .empty }
        func address(_ page: Int) -> String? {
            guard page != slice.page, (1...slice.pageCount).contains(page) else { return nil }
            return self.address(options.with(page: page))
        }
        let low = SizeText.count(Int64(slice.bounds.lowerBound))
        let high = SizeText.count(Int64(slice.bounds.upperBound))
        return Pages(
            text: "\(low)–\(high) of \(SizeText.count(Int64(count))) \(things)",
            first: slice.page > 2 ? address(1) : nil, previous: address(slice.page - 1), next: address(slice.page + 1)
        ).html
    }
}

/// A row of the compact form.
enum CompactRow: Sendable {
    case step(Step)
    /// An event that belongs to no step: the start, the end, changes of the run itself.
    case event(APIHistoryEvent)

    /// Steps in the order they began, between the events that stand for themselves.
    static func rows(_ history: RunHistory) -> [CompactRow] {
        var rows: [(id: Int64, row: CompactRow)] = history.steps.map { ($0.id, .step($0)) }
        rows += history.events.filter(\.standsAlone).map { ($0.eventID, .event($0)) }
        return rows.sorted { $0.id < $1.id }.map(\.row)
    }

    func covers(_ event: Int64) -> Bool {
        switch self {
        case .step(let step): step.events.contains(event)
        case .event(let own): own.eventID == event
        }
    }
}

extension APIHistoryEvent {
    /// Whether no step tells of it, and it is more than a workflow task that went well.
    fileprivate var standsAlone: Bool {
        switch eventType {
        case .workflowExecutionStarted, .workflowExecutionCompleted, .workflowExecutionFailed,
            .workflowExecutionTimedOut, .workflowExecutionCanceled, .workflowExecutionTerminated,
            .workflowExecutionContinuedAsNew, .upsertWorkflowSearchAttributes, .workflowPropertiesModified,
            .workflowPropertiesModifiedExternally, .activityPropertiesModifiedExternally,
            .workflowExecutionOptionsUpdated, .workflowExecutionUpdateAdmitted, .workflowExecutionUpdateRejected,
            .workflowExecutionPaused, .workflowExecutionUnpaused, .workflowExecutionTimeSkippingTransitioned:
            true
        default: false
        }
    }
}

/// How many bytes of details a page may still have, so that large values do not make large pages.
final class DetailBudget {
    private(set) var left = 1_000_000

    /// Whether payloads of that size are shown; if not, a link leads to them.
    func takes(_ payloads: [APIPayload]) -> Bool {
        let size = payloads.reduce(0) { $0 + $1.data.count }
        // Tables and JSON cost several times what the data has.
        guard size <= 20_000, size * 4 <= left else { return false }
        left -= size * 4
        return true
    }
}
