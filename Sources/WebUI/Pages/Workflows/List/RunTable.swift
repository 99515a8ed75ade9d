import APIJSON
import SwiftProtobuf
import WireAPI

/// The rows of a list.
struct RunTable: Component {
    static let id = "workflow-rows"

    var runs: [APIWorkflowExecutionInfo]
    var columns: [ListColumn]
    var state: ListState
    var sorts: Bool
    var addresses: ListAddresses
    /// What running times are counted to.
    var now: Google_Protobuf_Timestamp

    var html: HTML {
        let table = DataTable(
            caption: "Workflow runs", className: "workflow-list", columns: [checkAll] + columns.map(head),
            rows: runs.map(row))
        return "<div id=\"\(Self.id)\">\(table)</div>"
    }

    private var checkAll: DataTable.Column {
        .init(
            "Select", .check,
            heading: """
                <label class="visually-hidden" for="check-all">Select all on this page</label>\
                <input type="checkbox" id="check-all" data-check-all="\(BulkTarget.fieldName)" data-script hidden>
                """)
    }

    private func head(_ column: ListColumn) -> DataTable.Column {
        guard sorts, let filter = state.filter else { return .init(column.title, column.kind) }
        let isSorted = filter.order?.attribute == column.queryName
        let isDescending = isSorted && filter.order?.isDescending == true
        // The third click leads back to the order of the server.
        let next: WorkflowFilter.Order?
        if isSorted {
            next =
                isDescending == column.beginsDescending
                ? .init(attribute: column.queryName, isDescending: !isDescending) : nil
        } else {
            next = .init(attribute: column.queryName, isDescending: column.beginsDescending)
        }
        let address = addresses.list(
            state.changing {
                $0.order = next
                $0.otherOrder = nil
            })
        let arrow: HTML =
            !isSorted
            ? ""
            : isDescending
                ? " <span aria-hidden=\"true\">↓</span><span class=\"visually-hidden\">, sorted, largest first</span>"
                : " <span aria-hidden=\"true\">↑</span><span class=\"visually-hidden\">, sorted, smallest first</span>"
        return .init(
            column.title, column.kind,
            heading: "<a class=\"sort-link\" href=\"\(address)\" rel=\"nofollow\">\(column.title)\(arrow)</a>")
    }

    private func row(_ run: APIWorkflowExecutionInfo) -> DataTable.Row {
        let cells = RunCells(run: run, addresses: addresses, state: state, now: now)
        return DataTable.Row(
            id: "run-\(run.execution.runID)", cells: [check(run)] + columns.map(cells.cell))
    }

    /// Only what is open can be cancelled or terminated.
    private func check(_ run: APIWorkflowExecutionInfo) -> HTML {
        guard run.status.isOpen else { return .empty }
        let target = BulkTarget(run.execution)
        return """
            <input type="checkbox" name="\(BulkTarget.fieldName)" value="\(target.field)" \
            aria-label="Select \(run.execution.workflowID)" autocomplete="off">
            """
    }
}

/// What a row shows of a run.
struct RunCells {
    var run: APIWorkflowExecutionInfo
    var addresses: ListAddresses
    var state: ListState
    var now: Google_Protobuf_Timestamp

    func cell(_ column: ListColumn) -> HTML {
        switch column {
        case .status: status
        case .workflowID: workflowID
        case .runID: "<a class=\"quiet-link mono\" href=\"\(address)\">\(run.execution.runID)</a>"
        case .type: narrowing(run.type.name) { $0.workflowType = .init(match: .equals, value: run.type.name) }
        case .taskQueue: narrowing(run.taskQueue) { $0.taskQueue = .init(match: .equals, value: run.taskQueue) }
        case .started: "\(run.hasStartTime ? Moment(run.startTime) : nil)"
        case .ended: "\(run.hasCloseTime ? Moment(run.closeTime) : nil)"
        case .executionTime: "\(run.hasExecutionTime ? Moment(run.executionTime) : nil)"
        case .duration: duration
        case .historyLength: run.historyLength > 0 ? "\(SizeText.count(run.historyLength))" : .empty
        case .historySize: run.historySizeBytes > 0 ? "\(SizeText.bytes(run.historySizeBytes))" : .empty
        case .transitions: run.stateTransitionCount > 0 ? "\(SizeText.count(run.stateTransitionCount))" : .empty
        case .parent: run.hasParentExecution ? other(run.parentExecution) : .empty
        case .root: run.hasRootExecution ? other(run.rootExecution) : .empty
        case .attribute(let name): attribute(name)
        }
    }

    private var address: String {
        addresses.links.run(addresses.namespace, run.execution.workflowID, run.execution.runID)
    }

    private var workflowID: HTML { "<a class=\"id\" href=\"\(address)\">\(run.execution.workflowID)</a>" }

    private var status: HTML {
        // Workers report here what keeps a workflow from going on.
        let problems = run.searchAttributes.indexedFields["TemporalReportedProblems"].map(\.listedText) ?? ""
        return "\(StatusBadge(run.status))\(problems.isEmpty ? nil : Tag("task fails", .failed))"
    }

    private var duration: HTML {
        guard run.hasStartTime else { return .empty }
        let start = run.hasExecutionTime && run.executionTime.seconds > 0 ? run.executionTime : run.startTime
        if run.hasExecutionDuration { return "\(DurationText.short(run.executionDuration))" }
        if run.hasCloseTime { return "\(DurationText.short(run.closeTime.seconds(since: start)))" }
        guard run.status.isOpen else { return .empty }
        return now < start
            ? Countdown(until: start, before: "starts ", after: "0s").html : Elapsed(since: start, now: now).html
    }

    /// A value that shows, when clicked, the runs that have the same.
    private func narrowing(_ text: String, _ change: (inout WorkflowFilter) -> Void) -> HTML {
        guard !text.isEmpty else { return .empty }
        let address = addresses.list(state.changing(change))
        return "<a class=\"quiet-link\" href=\"\(address)\" title=\"Only these\">\(text)</a>"
    }

    private func other(_ execution: APIWorkflowExecution) -> HTML {
        let address = addresses.links.run(addresses.namespace, execution.workflowID, execution.runID)
        return "<a class=\"quiet-link id\" href=\"\(address)\">\(execution.workflowID)</a>"
    }

    private func attribute(_ name: String) -> HTML {
        guard let payload = run.searchAttributes.indexedFields[name] else { return .empty }
        return "\(String(payload.listedText.prefix(300)))"
    }
}

extension APIPayload {
    /// The value of a search attribute as a cell shows it.
    var listedText: String {
        switch ShownPayload(self) {
        case .json(.string(let text)), .text(let text): text
        case .json(.array(let elements)):
            elements.map { if case .string(let text) = $0 { text } else { JSONPrinter.compact($0) } }
                .joined(separator: ", ")
        case .json(.null), .nothing: ""
        case let shown: shown.preview
        }
    }
}
