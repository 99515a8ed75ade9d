import SwiftProtobuf
import WireAPI

/// The list as a page, and the pieces of it that change while somebody looks.
struct ListView {
    static let pagesID = "workflow-pages"

    var state: ListState
    var choices: ListChoices
    var content: ListContent
    var views: [SavedViews.View]
    var addresses: ListAddresses
    var token: String
    var now: Google_Protobuf_Timestamp

    var body: HTML {
        """
        \(PageHead(title: "Workflows", actions: actions))
        \(statusFilters)
        <section class="card">\(filterPanel)\(bulkForm)\(pages)</section>
        """
    }

    var statusFilters: HTML {
        StatusFilters(
            state: state, counts: content.counts, isCounted: content.queryError == nil, addresses: addresses
        ).html
    }

    private var filterPanel: FilterPanel {
        FilterPanel(
            state: state, error: content.queryError, attributes: content.attributes, addresses: addresses)
    }

    // MARK: Rows

    private var bulkForm: HTML {
        """
        <form method="post" action="\(addresses.part("bulk"))" id="bulk-form">\
        <input type="hidden" name="\(CrossSiteToken.fieldName)" value="\(token)">\
        <input type="hidden" name="query" value="\(state.effectiveQuery(now: now))">\
        <input type="hidden" name="back" value="\(state.fields.encoded)">\
        \(BulkBar(offersQuery: content.features.batches && content.queryError == nil))\(rows)</form>
        """
    }

    var rows: HTML {
        guard !content.runs.isEmpty else {
            return "<div id=\"\(RunTable.id)\">\(content.queryError == nil ? emptyState.html : help)</div>"
        }
        return RunTable(
            runs: content.runs, columns: choices.columns, state: state, sorts: content.features.sorts,
            addresses: addresses, now: now
        ).html
    }

    /// Beside a query that the server does not understand.
    private var help: HTML {
        let own = content.attributes.keys.sorted().joined(separator: ", ")
        return """
            <div class="query-help"><p>Conditions compare an attribute with a value in quotes, and are joined by \
            <code>AND</code>, <code>OR</code> and parentheses:</p>\
            <p><code>WorkflowType = 'Import' AND StartTime &gt;= '2026-11-01T00:00:00Z'</code><br>\
            <code>WorkflowId STARTS_WITH 'orders-' OR ExecutionStatus IN ('Failed', 'TimedOut')</code></p>\
            <p>Attributes: <code>WorkflowId, WorkflowType, TaskQueue, ExecutionStatus, StartTime, CloseTime, \
            \(FilterForm.commonAttributes.map(\.name).filter { $0 != "CloseTime" }.joined(separator: ", "))</code>\
            \(if: !own.isEmpty, "; of this namespace: <code>\(own)</code>")</p></div>
            """
    }

    private var emptyState: EmptyState {
        let place = addresses.namespace == "default" ? "" : " --namespace \(addresses.namespace)"
        if state.page > 0 { return EmptyState(title: "Nothing more", text: "The runs of this page are gone.") }
        if state.query.isEmpty, state.since == nil {
            return EmptyState(
                title: "No workflows yet",
                text: """
                    Start one here, from code, or with the command below. <a href="\(addresses.start())">Start a \
                    workflow</a>
                    """,
                command: "millrace workflow start --type MyWorkflow --task-queue my-queue\(place)")
        }
        let address = addresses.links.workflows(addresses.namespace)
        return EmptyState(
            title: "No workflow matches",
            text: "New ones appear here by themselves. <a href=\"\(address)\">Show all</a>",
            command: "millrace workflow list\(place) --query \"\(shellText(state.effectiveQuery(now: now)))\"")
    }

    /// Text as it stands between double quotes in a shell.
    private func shellText(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "\"\\$`!".contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    // MARK: Pages

    var pages: HTML {
        guard !content.runs.isEmpty || state.page > 0 else { return "<div id=\"\(Self.pagesID)\"></div>" }
        let pages = Pages(
            text: range, first: state.page > 0 ? addresses.list(ListState(state.fields)) : nil,
            previous: state.previous.map { addresses.links.workflows(addresses.namespace, query: $0) },
            next: content.nextToken.isEmpty
                ? nil : addresses.links.workflows(addresses.namespace, query: state.next(content.nextToken)))
        return "<div id=\"\(Self.pagesID)\">\(pages)</div>"
    }

    private var range: HTML {
        guard !content.runs.isEmpty else { return "Page \(state.page + 1)" }
        let first = Int64(state.page * choices.size) + 1
        let last = first + Int64(content.runs.count) - 1
        let total = content.counts.map { max(last, $0.total(of: state.filter?.statuses ?? [])) }
        return """
            \(SizeText.count(first))–\(SizeText.count(last))\
            \(total.map { " of \(SizeText.count($0))" as HTML })
            """
    }

    // MARK: Actions

    private var actions: HTML {
        """
        \(ViewMenu(state: state, views: views, addresses: addresses, token: token))\
        \(ColumnMenu(choices: choices, attributes: content.attributes, state: state, addresses: addresses, token: token))\
        \(LinkButton(title: "Start workflow", address: addresses.start(), icon: .add, isMain: true))
        """
    }
}
