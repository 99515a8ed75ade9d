import WireAPI

/// What keeps a run from going on, said above everything else.
struct RunWarnings: Component {
    var run: RunSnapshot

    var html: HTML {
        let notices = [noWorker, failingTask, cancelRequested, paused, failingActivity].compactMap { $0 }
        return HTML(notices)
    }

    private func warning(_ title: HTML, _ content: HTML = .empty) -> HTML {
        "<div class=\"notice warning\" role=\"status\"><strong>\(title)</strong>\(content)</div>"
    }

    private var queue: String { run.description.executionConfig.taskQueue.name }

    private var noWorker: HTML? {
        guard run.isOpen, let pollers = run.pollers, pollers.workflows.isEmpty else { return nil }
        return warning(
            "No worker polls the task queue \(queue).",
            " The run goes on as soon as one does. Is the worker running, and with this task queue and namespace?")
    }

    /// A workflow task that is tried again, with the reason the last one failed.
    private var failingTask: HTML? {
        let task = run.description.pendingWorkflowTask
        guard run.isOpen, task.attempt > 1 else { return nil }
        let last = run.history.steps.last { $0.kind == .workflowTask }
        return warning(
            "The workflow's code fails: attempt \(task.attempt) of its current task.",
            """
             It is tried again until it succeeds; a corrected worker may simply be started.\
            \(last?.failure.map { FailureView($0, id: "task-failure") })\
            \(if: last != nil && last?.failure == nil, "<p>The last one: \(last?.name).</p>")
            """)
    }

    private var failingActivity: HTML? {
        let failing = run.history.steps.filter { $0.kind == .activity && $0.state == .backingOff }
        guard run.isOpen, let first = failing.first else { return nil }
        let others = failing.count - 1
        let count = first.attempt - 1
        return warning(
            "\(first.name) failed \(count == 1 ? "once" : count == 2 ? "twice" : "\(count) times")\(if: others > 0, ", and \(others) more fail").",
            """
             \(first.due.map { Countdown(until: $0, before: "Next attempt in ", after: "Next attempt now") })\
            <p class="warning-text">\(first.failure.map { FailureView.summary($0) }) \
            <a href="\(run.key.address(.activities))">Details</a></p>
            """)
    }

    private var cancelRequested: HTML? {
        guard run.isOpen, run.description.workflowExtendedInfo.cancelRequested else { return nil }
        return warning("Cancellation has been requested.", " The workflow's code decides what becomes of it.")
    }

    private var paused: HTML? {
        guard run.info.status == .paused else { return nil }
        let info = run.description.workflowExtendedInfo.pauseInfo
        return warning("The run is paused.", " \(info.reason)")
    }
}

/// What went in and what came out.
struct InputAndResult: Component {
    var run: RunSnapshot

    var html: HTML {
        let input = run.history.start?.input.payloads ?? []
        return """
            <div id="run-values" class="columns\(if: isWide(input), " values-wide")">\
            \(Card(title: "Input", content: "\(ValueView(input, id: "input", placeholder: "No input"))"))\
            \(Card(title: title, content: result))</div>
            """
    }

    /// Whether little went in and much came out.
    private func isWide(_ input: [APIPayload]) -> Bool {
        let result = run.outcome?.result ?? []
        let isMuch = result.contains { $0.data.count > 200 } || run.outcome?.failure != nil
        return isMuch && input.allSatisfy { $0.data.count < 200 }
    }

    private var title: HTML {
        switch run.outcome?.status {
        case .failed: "Failure"
        case .continuedAsNew: "Input of the next run"
        case nil, .completed: "Result"
        default: "Outcome"
        }
    }

    private var result: HTML {
        guard let outcome = run.outcome else {
            let isPaused = run.info.status == .paused
            return "<p class=\"faint\">\(isPaused ? "Paused." : "Running: there is no result yet.")</p>"
        }
        switch outcome.status {
        case .completed, .continuedAsNew:
            return "\(ValueView(outcome.result, id: "result", placeholder: "No result"))\(failure(outcome))"
        case .failed: return failure(outcome)
        case .timedOut: return "<p>The run took longer than it may, and was ended.</p>"
        case .canceled: return "<p>The run was cancelled.</p>\(details(outcome))"
        case .terminated:
            let reason: HTML = outcome.reason.isEmpty ? "" : ": \(outcome.reason)"
            let who: HTML = outcome.identity.isEmpty ? "" : " <span class=\"faint\">by \(outcome.identity)</span>"
            return "<p>Terminated\(reason)\(who)</p>\(details(outcome))"
        default: return "<p class=\"faint\">none</p>"
        }
    }

    private func failure(_ outcome: RunOutcome) -> HTML {
        outcome.failure.map { FailureView($0, id: "failure").html } ?? .empty
    }

    private func details(_ outcome: RunOutcome) -> HTML {
        outcome.details.isEmpty ? .empty : ValueView(outcome.details, id: "details").html
    }
}
