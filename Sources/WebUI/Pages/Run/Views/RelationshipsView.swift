import SwiftProtobuf
import WireAPI

/// Other runs that this one has to do with.
struct RelationshipsView: Component {
    var run: RunSnapshot

    private var key: RunKey { run.key }

    var html: HTML {
        let chain = chain
        let cards = [
            chain.isEmpty
                ? nil : Card(title: "Chain of runs", isPadded: false, content: table("Chain of runs", chain)).html,
            above.isEmpty ? nil : Card(title: "Started by", content: Facts(.list, above).html).html,
            children.isEmpty ? nil : Card(title: "Children", isPadded: false, content: childTable).html,
            sent.isEmpty ? nil : Card(title: "Sent to other workflows", isPadded: false, content: sentTable).html,
            received.isEmpty ? nil : Card(title: "Received", isPadded: false, content: receivedTable).html,
        ].compactMap { $0 }
        let empty = Card(
            content: EmptyState(
                title: "This run stands alone",
                text: "It has no parent, no children, no schedule, no run before or after it, and no signal has come."
            ).html)
        return "<div id=\"run-relations\" class=\"stack\">\(cards.isEmpty ? [empty.html] : cards)</div>"
    }

    private var above: [(name: String, value: HTML?)] {
        let info = run.info
        let start = run.history.start
        var facts: [(name: String, value: HTML?)] = []
        if info.hasParentExecution, !info.parentExecution.workflowID.isEmpty {
            facts.append(
                ("Parent", RunLink(RunReference(start?.parentWorkflowNamespace ?? "", info.parentExecution), key).html))
        }
        if info.hasRootExecution, !info.rootExecution.workflowID.isEmpty, info.rootExecution.runID != key.runID {
            facts.append(("Root", RunLink(RunReference("", info.rootExecution), key).html))
        }
        if let id = run.scheduleID {
            let address = key.links.path("namespaces", key.namespace, "schedules", id)
            facts.append(("Schedule", "<a href=\"\(address)\">\(id)</a>"))
        }
        if let identity = start?.identity, !identity.isEmpty, !facts.isEmpty { facts.append(("By", "\(identity)")) }
        return facts
    }

    private func table(_ caption: String, _ rows: [DataTable.Row]) -> HTML {
        DataTable(caption: caption, columns: [.init("Which", .main), .init("Run"), .init("How")], rows: rows).html
    }

    /// The runs before and after it under the same workflow id.
    private var chain: [DataTable.Row] {
        let start = run.history.start
        let previous = start?.continuedExecutionRunID ?? ""
        let first = start?.firstExecutionRunID ?? ""
        let next = run.outcome?.nextRunID ?? ""
        func link(_ id: String) -> HTML {
            RunLink(RunReference(workflowID: key.workflowID, runID: id), key, shows: .run).html
        }
        var rows: [DataTable.Row] = []
        if !first.isEmpty, first != key.runID, first != previous {
            rows.append(.init(cells: ["First", link(first), ""]))
        }
        if !previous.isEmpty {
            let how = start.map { EnumText.words($0.initiator) } ?? ""
            rows.append(.init(cells: ["Before", link(previous), "\(how)"]))
        }
        let reset = run.description.workflowExtendedInfo.resetRunID
        if !reset.isEmpty { rows.append(.init(cells: ["Reset to", link(reset), "reset"])) }
        guard !rows.isEmpty || !next.isEmpty else { return [] }
        rows.append(
            .init(cells: ["This run", "<span class=\"mono id\">\(key.runID)</span>", StatusBadge(run.info.status).html])
        )
        if !next.isEmpty { rows.append(.init(cells: ["After", link(next), "\(run.outcome?.title)"])) }
        return rows
    }

    private var children: [Step] { run.history.steps.filter { $0.kind == .child } }
    private var sent: [Step] { run.history.steps.filter { $0.kind == .externalSignal || $0.kind == .externalCancel } }
    private var received: [Step] {
        run.history.steps.filter { $0.kind == .signal || $0.kind == .update || $0.kind == .cancelRequest }
    }

    private var childTable: HTML {
        DataTable(
            caption: "Children",
            columns: [.init("Workflow id", .main), .init("Type"), .init("State", .nowrap), .init("Took", .number)],
            rows: children.prefix(1_000).map { step in
                .init(cells: [
                    step.other.map { RunLink($0, key).html } ?? "\(step.label)", "\(step.name)",
                    StatusBadge(step.stateTitle, step.state.tone).html,
                    "\(DurationText.short(step.duration(now: run.now)))",
                ])
            }
        ).html
    }

    private var sentTable: HTML {
        DataTable(
            caption: "Sent to other workflows",
            columns: [.init("What", .main), .init("To"), .init("State", .nowrap), .init("When", .nowrap)],
            rows: sent.prefix(1_000).map { step in
                .init(cells: [
                    "\(step.kind == .externalSignal ? step.name : "cancellation")",
                    step.other.map { RunLink($0, key).html } ?? "",
                    StatusBadge(step.stateTitle, step.state.tone).html, Moment(step.scheduled).html,
                ])
            }
        ).html
    }

    private var receivedTable: HTML {
        DataTable(
            caption: "Received",
            columns: [
                .init("What", .main), .init("Kind", .nowrap), .init("When", .nowrap), .init("From"), .init("With"),
            ],
            rows: received.suffix(1_000).map { step in
                .init(cells: [
                    "<a href=\"\(key.address(event: step.id))\">\(step.name)</a>",
                    "\(step.icon) \(step.kindTitle.lowercased())",
                    Moment(step.scheduled).html, "\(step.identity)",
                    step.input.isEmpty ? "" : "<span class=\"preview\">\(step.input.shortPreview)</span>",
                ])
            }
        ).html
    }
}

extension RunSnapshot {
    /// How many entries the page of relationships has.
    var relationCount: Int {
        let info = info
        var count = history.steps.count { step in
            switch step.kind {
            case .child, .externalSignal, .externalCancel, .signal, .update, .cancelRequest: true
            default: false
            }
        }
        if info.hasParentExecution, !info.parentExecution.workflowID.isEmpty { count += 1 }
        if scheduleID != nil { count += 1 }
        if let start = history.start, !start.continuedExecutionRunID.isEmpty { count += 1 }
        if let outcome, !outcome.nextRunID.isEmpty { count += 1 }
        return count
    }
}
