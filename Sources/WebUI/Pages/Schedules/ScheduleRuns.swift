import SwiftProtobuf
import WireAPI

/// The latest runs of a schedule, whatever started them.
struct ScheduleRuns: Component {
    private struct Run {
        var execution: APIWorkflowExecution
        var status: APIWorkflowExecutionStatus
        /// When it was due.
        var due: Google_Protobuf_Timestamp?
        var start: Google_Protobuf_Timestamp
        var end: Google_Protobuf_Timestamp?
    }

    var content: ScheduleContent

    private static let limit = 20

    var html: HTML {
        let request = content.request
        let all = request.links.runs(of: request.scheduleID, request.namespace)
        let runs = runs
        let body: HTML =
            runs.isEmpty
            ? "<div class=\"card-body\"><p class=\"faint\">It has not started anything yet.</p></div>" : table(runs)
        return Card(
            title: "Latest runs", id: "schedule-runs",
            actions: "<a class=\"button button-small\" href=\"\(all)\">All runs</a>", isPadded: false, content: body
        ).html
    }

    /// What the list of workflows says of them, and what only the schedule knows so far.
    private var runs: [Run] {
        var runs = content.runs.map { info in
            Run(
                execution: info.execution, status: info.status, due: due(info), start: info.startTime,
                end: info.hasCloseTime ? info.closeTime : nil)
        }
        let known = Set(content.runs.map(\.execution.workflowID))
        for action in content.info.recentActions where !known.contains(action.startWorkflowResult.workflowID) {
            let isRunning = content.info.runningWorkflows.contains {
                $0.workflowID == action.startWorkflowResult.workflowID
            }
            runs.append(
                Run(
                    execution: action.startWorkflowResult,
                    status: isRunning ? .running : action.startWorkflowStatus, due: action.scheduleTime,
                    start: action.actualTime, end: nil))
        }
        return Array(runs.sorted { $1.start < $0.start }.prefix(Self.limit))
    }

    private func due(_ info: APIWorkflowExecutionInfo) -> Google_Protobuf_Timestamp? {
        if let action = content.info.recentActions.first(where: {
            $0.startWorkflowResult.workflowID == info.execution.workflowID
        }) {
            return action.scheduleTime
        }
        let text = info.searchAttributes.indexedFields["TemporalScheduledStartTime"]?.string
        return text.flatMap { try? Google_Protobuf_Timestamp(jsonString: "\"\($0)\"") }
    }

    private func table(_ runs: [Run]) -> HTML {
        let columns: [DataTable.Column] = [
            .init("Status"), .init("Workflow", .main), .init("Due", .nowrap), .init("Started", .nowrap),
            .init("Took", .number),
        ]
        let rows = runs.map { run in
            DataTable.Row(id: "run-\(run.execution.runID)", cells: cells(run))
        }
        return DataTable(caption: "Latest runs", columns: columns, rows: rows).html
    }

    private func cells(_ run: Run) -> [HTML] {
        let request = content.request
        let address = request.links.run(request.namespace, run.execution.workflowID, run.execution.runID)
        let took: HTML =
            if let end = run.end {
                "\(DurationText.short(end.seconds(since: run.start)))"
            } else if run.status.isOpen {
                Elapsed(since: run.start, now: request.now).html
            } else {
                .empty
            }
        return [
            StatusBadge(run.status).html, "<a class=\"id\" href=\"\(address)\">\(run.execution.workflowID)</a>",
            run.due.map { Moment($0).html } ?? .empty, "\(Moment(run.start))\(late(run))", took,
        ]
    }

    /// By how much a run started after its time, if that is worth saying.
    private func late(_ run: Run) -> HTML {
        guard let due = run.due, run.start.seconds(since: due) >= 2 else { return .empty }
        return " <span class=\"faint\">+\(DurationText.short(run.start.seconds(since: due)))</span>"
    }
}
