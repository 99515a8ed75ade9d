import APIJSON
import ScheduleSpec
import SwiftProtobuf
import WireAPI

/// What a schedule is set to: what it starts, when, and by which rules.
struct ScheduleFacts: Component {
    var content: ScheduleContent

    init(_ content: ScheduleContent) { self.content = content }

    private var spec: APIScheduleSpec { content.schedule.spec }

    var html: HTML {
        """
        <div class="columns">\(Card(title: "What it starts", content: action))\
        <div class="stack">\(Card(title: "When", content: times))\(Card(title: "Rules", content: policies))</div></div>
        \(extras)
        """
    }

    private var action: HTML {
        let action = content.action
        let retries = action.hasRetryPolicy ? "\(ScheduleFacts.retries(action.retryPolicy))" as HTML : nil
        let facts = Facts(
            .list,
            [
                ("Workflow", "<strong>\(action.workflowType.name)</strong>"),
                ("Task queue", "\(action.taskQueue.name)"),
                ("Workflow id", workflowID), ("Execution timeout", timeout(action.workflowExecutionTimeout)),
                ("Run timeout", timeout(action.workflowRunTimeout)),
                ("Task timeout", timeout(action.workflowTaskTimeout)), ("Retries", retries),
                ("Memo", fields(action.memo.fields)),
                ("Search attributes", fields(action.searchAttributes.indexedFields)),
                ("Summary", action.userMetadata.summary.string.map { "\($0)" }),
            ])
        return "\(facts)<h3>Input</h3>\(ValueView(action.input.payloads, id: "input", placeholder: "no input"))"
    }

    private var workflowID: HTML {
        let id = content.action.workflowID
        if content.schedule.policies.keepOriginalWorkflowID { return "<span class=\"id\">\(id)</span>" }
        return "<span class=\"id\">\(id)</span><span class=\"faint\">-<i>time</i></span>"
    }

    private func timeout(_ duration: Google_Protobuf_Duration) -> HTML? {
        duration.seconds == 0 && duration.nanos == 0 ? nil : "\(DurationText.short(duration))"
    }

    private static func retries(_ policy: APIRetryPolicy) -> String {
        let most = policy.maximumAttempts == 0 ? "any number of attempts" : "up to \(policy.maximumAttempts) attempts"
        guard policy.hasInitialInterval else { return most }
        return "\(most), the first after \(DurationText.short(policy.initialInterval))"
    }

    private func fields(_ fields: [String: APIPayload]) -> HTML? {
        if fields.isEmpty { return nil }
        return HTML(each: fields.sorted { $0.key < $1.key }) { name, payload in
            "<div><span class=\"faint\">\(name)</span> <code>\([payload].preview)</code></div>"
        }
    }

    private var times: HTML {
        let calendars: HTML? =
            spec.structuredCalendar.isEmpty
            ? nil : HTML(each: spec.structuredCalendar) { "\(canonical($0))" }
        let intervals: HTML? =
            spec.interval.isEmpty ? nil : HTML(each: spec.interval) { "<div>\(SpecWords.interval($0))</div>" }
        let excluded: HTML? =
            spec.excludeStructuredCalendar.isEmpty
            ? nil : HTML(each: spec.excludeStructuredCalendar) { "\(canonical($0))" }
        let zone = spec.timezoneName.isEmpty ? "UTC" : spec.timezoneName
        return Facts(
            .list,
            [
                ("Calendar times", calendars), ("Intervals", intervals), ("Left out", excluded),
                ("Time zone", spec.structuredCalendar.isEmpty && excluded == nil ? nil : "\(zone)"),
                ("Not before", spec.hasStartTime ? Moment(spec.startTime, .full).html : nil),
                ("Not after", spec.hasEndTime ? Moment(spec.endTime, .full).html : nil),
                (
                    "Jitter",
                    timeout(spec.jitter).map { "up to \($0) later, at random but always the same for a time" } ?? "none"
                ),
                ("Created", Moment(content.info.createTime, .full).html),
                ("Changed", content.info.hasUpdateTime ? Moment(content.info.updateTime, .full).html : nil),
            ]
        ).html
    }

    /// A calendar in words, with its fields as the server keeps them.
    private func canonical(_ calendar: APIStructuredCalendarSpec) -> HTML {
        """
        <div>\(SpecWords.calendar(calendar)) <code class="faint cron" title="seconds, minutes, hours, days of the month, \
        months, days of the week, years">\(CronLine.text(calendar))</code></div>
        """
    }

    private var policies: HTML {
        let policies = content.schedule.policies
        let window = ScheduleDuration.text(policies.catchupWindow, policies.hasCatchupWindow, default: "one year")
        let state = content.schedule.state
        return Facts(
            .list,
            [
                (
                    "If a run is open",
                    "\(OverlapText.title(policies.overlapPolicy)) <span class=\"faint\">\(OverlapText.name(policies.overlapPolicy))</span>"
                ),
                ("After an outage", "what was due is made up for, up to \(window) late"),
                ("When a run fails", policies.pauseOnFailure ? "the schedule pauses" : "the schedule goes on"),
                (
                    "Workflow ids",
                    policies.keepOriginalWorkflowID ? "the same for all runs" : "each has its time at its end"
                ),
                ("Runs", state.limitedActions ? "\(state.remainingActions) more may be started" : "without limit"),
            ]
        ).html
    }

    private var extras: HTML {
        let memo = fields(content.description.memo.fields)
        let attributes = fields(content.description.searchAttributes.indexedFields)
        if memo == nil, attributes == nil { return .empty }
        return Card(
            title: "About the schedule",
            content: Facts(.list, [("Memo", memo), ("Search attributes", attributes)]).html
        ).html
    }
}
