import SwiftProtobuf
import WireAPI

/// The head of all pages of a run: how it stands, what it is, and what is wrong with it.
struct RunHead: Component {
    var run: RunSnapshot

    private var info: APIWorkflowExecutionInfo { run.info }
    private var key: RunKey { run.key }

    var html: HTML {
        """
        <div id="run-head" class="run-head">\(RunWarnings(run: run))\
        <section class="card"><div class="card-body">\(Facts(.grid, facts))</div></section></div>
        """
    }

    /// The name of the run with what can be done to it; not replaced by live updates, so that an open menu stays.
    static func title(_ run: RunSnapshot, _ actions: RunActions) -> HTML {
        """
        <div class="run-title"><span id="run-status">\(StatusBadge(run.info.status, isLarge: true))</span>\
        <h1>\(run.key.workflowID)</h1>\(CopyButton(run.key.workflowID))\
        <div class="actions" id="run-actions">\(actions.menu(run))</div></div>
        """
    }

    private var facts: [(name: String, value: HTML?)] {
        [
            ("Type", type), ("Started", "\(Moment(info.startTime))"), (ended.name, ended.value), ("Duration", duration),
            ("Task queue", queue), ("Run id", "<span class=\"mono id\">\(key.runID)</span>\(CopyButton(key.runID))"),
            ("History", history), ("Worker", worker), ("Parent", parent), ("Root", root), ("Schedule", schedule),
            ("Continued from", previous), ("Goes on in", next), ("Starts again", cron),
            ("First task", firstTask), ("Summary", summary),
        ]
    }

    private var type: HTML {
        let query = "WorkflowType = \(QueryText.string(info.type.name))"
        return "<a href=\"\(key.links.workflows(key.namespace, matching: query))\">\(info.type.name)</a>"
    }

    private var ended: (name: String, value: HTML?) {
        if info.hasCloseTime { return ("Closed", "\(Moment(info.closeTime))") }
        guard run.description.workflowExtendedInfo.hasRunExpirationTime else { return ("Closed", nil) }
        let time = run.description.workflowExtendedInfo.runExpirationTime
        return ("Times out", time.seconds > 0 ? "\(Moment(time))" : nil)
    }

    private var duration: HTML {
        guard run.isOpen else {
            return "\(DurationText.short(max(0, info.closeTime.seconds(since: info.startTime))))"
        }
        return "\(Elapsed(since: info.startTime, now: run.now)) <span class=\"faint\">so far</span>"
    }

    private var queue: HTML {
        let name = run.description.executionConfig.taskQueue.name
        return "<a href=\"\(key.links.path("namespaces", key.namespace, "task-queues", name))\">\(name)</a>"
    }

    private var history: HTML {
        let transitions = info.stateTransitionCount
        return """
            \(SizeText.count(info.historyLength)) events, \(SizeText.bytes(info.historySizeBytes))\
            \(if: transitions > 0, "<span class=\"faint\" title=\"State transitions\"> · \(transitions) transitions</span>")
            """
    }

    /// The worker that ran the workflow's code last.
    private var worker: HTML? {
        for event in run.history.events.reversed() {
            guard case .workflowTaskCompletedEventAttributes(let completed) = event.attributes else { continue }
            let build =
                completed.deploymentVersion.buildID.isEmpty
                ? completed.workerVersion.buildID : completed.deploymentVersion.buildID
            return """
                <span class="id">\(completed.identity)</span>\
                \(if: !build.isEmpty, " <span class=\"faint\">build</span> <span class=\"id\">\(build)</span>")
                """
        }
        return nil
    }

    private var parent: HTML? {
        guard info.hasParentExecution, !info.parentExecution.workflowID.isEmpty else { return nil }
        let namespace = run.history.start?.parentWorkflowNamespace ?? ""
        return RunLink(RunReference(namespace, info.parentExecution), key).html
    }

    private var root: HTML? {
        guard info.hasRootExecution, !info.rootExecution.workflowID.isEmpty,
            info.rootExecution.runID != key.runID, info.rootExecution != info.parentExecution
        else { return nil }
        return RunLink(RunReference("", info.rootExecution), key).html
    }

    private var schedule: HTML? {
        guard let id = run.scheduleID else { return nil }
        return "<a href=\"\(key.links.path("namespaces", key.namespace, "schedules", id))\">\(id)</a>"
    }

    private var previous: HTML? {
        guard let id = run.history.start?.continuedExecutionRunID, !id.isEmpty else { return nil }
        return RunLink(RunReference(workflowID: key.workflowID, runID: id), key, shows: .run).html
    }

    private var next: HTML? {
        guard let id = run.outcome?.nextRunID, !id.isEmpty else { return nil }
        return RunLink(RunReference(workflowID: key.workflowID, runID: id), key, shows: .run).html
    }

    private var cron: HTML? {
        guard let cron = run.history.start?.cronSchedule, !cron.isEmpty else { return nil }
        return "<code>\(cron)</code>"
    }

    private var firstTask: HTML? {
        guard let start = run.history.start, start.hasFirstWorkflowTaskBackoff, run.isOpen,
            run.history.tasks.isEmpty, let time = run.history.startTime
        else { return nil }
        let due = time.adding(start.firstWorkflowTaskBackoff)
        return Countdown(until: due, before: "in ", after: "now").html
    }

    private var summary: HTML? {
        run.description.executionConfig.userMetadata.summary.string.map { "\($0)" }
    }
}

extension RunSnapshot {
    /// The schedule that started it.
    var scheduleID: String? {
        info.searchAttributes.indexedFields["TemporalScheduledById"]?.string
    }
}

/// A link to another run.
struct RunLink: Component {
    enum Shows { case workflow, run }

    var reference: RunReference
    var key: RunKey
    var shows: Shows

    init(_ reference: RunReference, _ key: RunKey, shows: Shows = .workflow) {
        self.reference = reference
        self.key = key
        self.shows = shows
    }

    var html: HTML {
        let isElsewhere = !reference.namespace.isEmpty && reference.namespace != key.namespace
        return """
            <a class="id\(if: shows == .run, " mono")" href="\(key.address(of: reference))">\
            \(shows == .workflow ? reference.workflowID : reference.runID)</a>\
            \(if: isElsewhere, " <span class=\"faint\">in \(reference.namespace)</span>")
            """
    }
}
