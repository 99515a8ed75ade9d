import SwiftProtobuf
import WireAPI

/// What is said of a run: search attributes, memo, what its author and its code wrote about it, its limits.
struct MetadataView: Component {
    var run: RunSnapshot
    /// What the code says of itself at this moment, as Markdown.
    var currentDetails: String?

    static func load(_ request: PageRequest, _ run: RunSnapshot) async throws -> MetadataView {
        // Only a worker can tell, and only one that is there is worth waiting for.
        guard run.pollers?.workflows.isEmpty == false else { return MetadataView(run: run) }
        let details = await WorkflowAsker(service: request.service, key: run.key).metadata()?.currentDetails
        return MetadataView(run: run, currentDetails: details)
    }

    var html: HTML {
        """
        <div id="run-metadata" class="columns">\
        \(Card(title: "Search attributes", content: fields(run.info.searchAttributes.indexedFields, "attribute", isPlain: true)))\
        \(Card(title: "Memo", content: fields(run.info.memo.fields, "memo", isPlain: false)))\
        \(Card(title: "Summary and details", content: words))\
        \(Card(title: "Limits and policies", content: Facts(.list, limits).html))</div>
        """
    }

    private func fields(_ fields: [String: APIPayload], _ id: String, isPlain: Bool) -> HTML {
        guard !fields.isEmpty else { return "<p class=\"faint\">none</p>" }
        let sorted = fields.sorted { $0.key < $1.key }
        return Facts(
            .list,
            sorted.enumerated().map { index, field in
                if isPlain || field.value.string != nil {
                    let text = field.value.string ?? ShownPayload(field.value).preview
                    return (field.key, "<span class=\"id\">\(text)</span>")
                }
                return (field.key, ValueView([field.value], id: "\(id)-\(index)").html)
            }
        ).html
    }

    private var words: HTML {
        let metadata = run.description.executionConfig.userMetadata
        let summary = metadata.summary.string ?? ""
        let details = metadata.details.string ?? ""
        let current = currentDetails ?? ""
        guard !(summary + details + current).isEmpty else {
            return "<p class=\"faint\">Neither a summary nor details were given when it was started.</p>"
        }
        return """
            \(if: !summary.isEmpty, "<p><strong>\(summary)</strong></p>")\
            \(if: !details.isEmpty, "<pre class=\"words\">\(details)</pre>")\
            \(if: !current.isEmpty, "<h3>At this moment</h3><pre class=\"words\">\(current)</pre>")
            """
    }

    private var limits: [(name: String, value: HTML?)] {
        let config = run.description.executionConfig
        let start = run.history.start
        let retry = start?.retryPolicy ?? APIRetryPolicy()
        let versioning = run.info.versioningInfo
        return [
            ("Execution timeout", duration(config.workflowExecutionTimeout)),
            ("Run timeout", duration(config.workflowRunTimeout)),
            ("Task timeout", duration(config.defaultWorkflowTaskTimeout)),
            ("Retry policy", start?.hasRetryPolicy == true ? "\(RetryText.words(retry))" : "none"),
            ("Attempt", (start?.attempt ?? 0) > 1 ? "\(start?.attempt ?? 1)" : nil),
            ("Cron schedule", start?.cronSchedule.isEmpty == false ? "<code>\(start?.cronSchedule)</code>" : nil),
            ("Started by", start.map { "<span class=\"id\">\($0.identity)</span>" }),
            (
                "Priority",
                run.info.hasPriority && run.info.priority.priorityKey > 0 ? "\(run.info.priority.priorityKey)" : nil
            ),
            (
                "Versioning",
                versioning.behavior == .unspecified
                    ? nil : "\(EnumText.words(versioning.behavior)) \(versioning.deploymentVersion.buildID)"
            ),
        ]
    }

    private func duration(_ duration: Google_Protobuf_Duration) -> HTML {
        duration.seconds == 0 && duration.nanos == 0 ? "none" : "\(DurationText.chosen(duration))"
    }
}

/// Retry policies in words.
enum RetryText {
    static func words(_ policy: APIRetryPolicy) -> String {
        var parts = ["first after \(DurationText.chosen(policy.initialInterval))"]
        if policy.backoffCoefficient > 1 { parts.append("then ×\(HTML.trimmed(policy.backoffCoefficient))") }
        if policy.hasMaximumInterval { parts.append("at most \(DurationText.chosen(policy.maximumInterval))") }
        parts.append(policy.maximumAttempts > 0 ? "\(policy.maximumAttempts) attempts" : "as often as it takes")
        return parts.joined(separator: ", ")
    }
}

extension HTML {
    /// A number without a fraction that says nothing.
    fileprivate static func trimmed(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e9 ? String(Int(number)) : String(number)
    }
}
