import SwiftProtobuf
import WireAPI

/// Activities that have not ended: how they stand, what went wrong, and what comes next.
struct PendingActivitiesView: Component {
    var run: RunSnapshot

    var html: HTML {
        let pending = run.description.pendingActivities
        guard !pending.isEmpty else {
            return """
                <div id="run-pending">\(Card(content: EmptyState(
                    title: "No activity is under way",
                    text: run.isOpen ? "The workflow waits for something else, or is thinking." : "The run is closed.").html))</div>
                """
        }
        return """
            <div id="run-pending" class="pending">\(polling)\(each: pending.prefix(200), item)\
            \(if: pending.count > 200, "<p class=\"faint\">and \(pending.count - 200) more</p>")</div>
            """
    }

    private var polling: HTML? {
        guard let pollers = run.pollers, pollers.activities.isEmpty else { return nil }
        let queue = run.description.executionConfig.taskQueue.name
        return "<div class=\"notice warning\">No worker polls the task queue \(queue) for activities.</div>"
    }

    private func item(_ info: APIPendingActivityInfo) -> HTML {
        let step = run.history.steps.last { $0.kind == .activity && $0.label == info.activityID }
        let tone = tone(info)
        let id = "pending-\(step?.id ?? 0)-\(info.activityID)"
        return """
            <section class="pending-item \(tone.className)" id="\(id)"><div class="pending-head">\
            <strong>\(name(info, step))</strong>\(StatusBadge(state(info), tone))\
            <span>attempt \(info.attempt)\(limit(info))</span>\(countdown(info))</div>\
            \(if: info.hasLastFailure, failure(info, id))\
            \(if: info.hasHeartbeatDetails, heartbeat(info, id))\
            \(Facts(.grid, facts(info)))\
            \(step.flatMap { input($0, id) })</section>
            """
    }

    private func name(_ info: APIPendingActivityInfo, _ step: Step?) -> HTML {
        guard let step else { return "\(info.activityType.name)" }
        return "<a href=\"\(run.key.address(event: step.id))\">\(info.activityType.name)</a>"
    }

    private func limit(_ info: APIPendingActivityInfo) -> HTML {
        info.maximumAttempts > 0 ? " of \(info.maximumAttempts)" : "<span class=\"faint\">, as many as it takes</span>"
    }

    private func isBackingOff(_ info: APIPendingActivityInfo) -> Bool {
        info.state == .scheduled && info.attempt > 1 && info.hasNextAttemptScheduleTime
            && run.now < info.nextAttemptScheduleTime
    }

    private func state(_ info: APIPendingActivityInfo) -> String {
        switch info.state {
        case .started: "Running"
        case .cancelRequested: "Cancelling"
        case .paused: "Paused"
        case .pauseRequested: "Pausing"
        default: isBackingOff(info) ? "Waiting to retry" : "Queued"
        }
    }

    private func tone(_ info: APIPendingActivityInfo) -> Tone {
        switch info.state {
        case .started: .running
        case .cancelRequested: .canceled
        case .paused, .pauseRequested: .paused
        default: info.attempt > 1 ? .timedOut : .plain
        }
    }

    private func countdown(_ info: APIPendingActivityInfo) -> HTML? {
        guard isBackingOff(info) else { return nil }
        return Countdown(until: info.nextAttemptScheduleTime, before: "next attempt in ", after: "next attempt now")
            .html
    }

    private func failure(_ info: APIPendingActivityInfo, _ id: String) -> HTML {
        let attempt = info.state == .scheduled || info.attempt > 1 ? info.attempt - 1 : info.attempt
        return """
            <div><p class="faint">Attempt \(max(1, attempt)) failed\
            \(if: info.hasLastAttemptCompleteTime, " \(Moment(info.lastAttemptCompleteTime, .relative))")</p>\
            \(FailureView(info.lastFailure, id: "\(id)-failure"))</div>
            """
    }

    private func heartbeat(_ info: APIPendingActivityInfo, _ id: String) -> HTML {
        """
        <div><p class="faint">Progress, said \
        \(if: info.hasLastHeartbeatTime, Moment(info.lastHeartbeatTime, .relative).html)</p>\
        \(ProgressBar(info.heartbeatDetails.payloads))\
        \(ValueView(info.heartbeatDetails.payloads, id: "\(id)-heartbeat"))</div>
        """
    }

    private func input(_ step: Step, _ id: String) -> HTML? {
        guard !step.input.isEmpty else { return nil }
        return """
            <details class="more" id="\(id)-input"><summary>Input</summary>\(ValueView(step.input, id: "\(id)-values"))</details>
            """
    }

    private func facts(_ info: APIPendingActivityInfo) -> [(name: String, value: HTML?)] {
        let options = info.activityOptions
        return [
            ("Activity id", "<span class=\"id\">\(info.activityID)</span>"),
            ("Scheduled", info.hasScheduledTime ? Moment(info.scheduledTime).html : nil),
            (
                info.state == .started ? "This attempt began" : "Last attempt began",
                info.hasLastStartedTime ? Moment(info.lastStartedTime).html : nil
            ),
            ("Wait before the next", wait(info)),
            ("Must end by", info.hasExpirationTime ? Moment(info.expirationTime).html : nil),
            ("Each attempt may take", duration(options.startToCloseTimeout)),
            ("Heartbeat within", duration(options.heartbeatTimeout)),
            ("Worker", info.lastWorkerIdentity.isEmpty ? nil : "<span class=\"id\">\(info.lastWorkerIdentity)</span>"),
            ("Paused", info.hasPauseInfo ? Moment(info.pauseInfo.pauseTime).html : nil),
        ]
    }

    private func wait(_ info: APIPendingActivityInfo) -> HTML? {
        guard info.hasCurrentRetryInterval, info.attempt > 1 else { return nil }
        return "\(DurationText.chosen(info.currentRetryInterval))"
    }

    private func duration(_ duration: Google_Protobuf_Duration) -> HTML? {
        duration.seconds > 0 || duration.nanos > 0 ? "\(DurationText.chosen(duration))" : nil
    }
}
