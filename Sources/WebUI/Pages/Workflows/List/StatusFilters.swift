import WireAPI

/// How many runs there are of each status; a click shows those alone.
struct StatusFilters: Component {
    static let id = "workflow-counts"

    var state: ListState
    /// `nil` as long as they are not known.
    var counts: StatusCounts?
    /// Whether they will be known.
    var isCounted = true
    var addresses: ListAddresses

    var html: HTML {
        """
        <nav class="chips status-filters" id="\(Self.id)" aria-label="Status">\(all)\(each: shown, chip)</nav>
        """
    }

    private var chosen: [APIWorkflowExecutionStatus] { state.filter?.statuses ?? [] }

    /// Statuses nobody has are left out, unless it is not known yet or they are chosen.
    private var shown: [APIWorkflowExecutionStatus] {
        APIWorkflowExecutionStatus.shown.filter { status in
            chosen.contains(status) || counts.map { ($0.byStatus[status] ?? 0) > 0 } ?? (status != .paused)
        }
    }

    private var all: HTML {
        let current: HTML = chosen.isEmpty ? " aria-current=\"true\"" : ""
        let address = addresses.list(state.changing { $0.statuses = [] })
        return "<a class=\"chip\" href=\"\(address)\"\(current)>All \(number(counts?.total))</a>"
    }

    private func chip(_ status: APIWorkflowExecutionStatus) -> HTML {
        let isChosen = chosen.contains(status)
        let address = addresses.list(state.changing { $0.statuses = isChosen && chosen.count == 1 ? [] : [status] })
        let current: HTML = isChosen ? " aria-current=\"true\"" : ""
        return """
            <a class="chip \(status.tone.className)" href="\(address)"\(current)>\
            <svg viewBox="0 0 12 12" aria-hidden="true">\(status.tone.glyph)</svg>\(status.title) \
            \(number(counts.map { $0.byStatus[status] ?? 0 }))</a>
            """
    }

    private func number(_ count: Int64?) -> HTML? {
        guard isCounted else { return nil }
        return count.map { "<b>\(SizeText.count($0))</b>" } ?? "<b class=\"faint\" title=\"being counted\">…</b>"
    }
}
