import WireAPI

/// A failure: what it says, of what kind it is, what caused it, and where in the code.
struct FailureView: Component {
    var failure: APIFailureFailure
    /// Unique on the page.
    var id: String
    /// Causes deeper than this are not shown.
    private static let maximumDepth = 20

    init(_ failure: APIFailureFailure, id: String) {
        self.failure = failure
        self.id = id
    }

    var html: HTML { Self.view(failure, id, depth: 0) }

    private static func view(_ failure: APIFailureFailure, _ id: String, depth: Int) -> HTML {
        let cause = failure.hasCause && depth < maximumDepth ? view(failure.cause, id + "c", depth: depth + 1) : nil
        let details = details(failure)
        return """
            <div class="failure"><p class="failure-message">\(failure.message.isEmpty ? "no message" : failure.message)</p>\
            <p class="chips">\(each: labels(failure), { Tag($0).html })</p>\
            \(if: !details.isEmpty, "<div>\(ValueView(details, id: id))</div>")\
            \(if: !failure.stackTrace.isEmpty, stack(failure.stackTrace))\
            \(cause.map { "<p class=\"faint\">caused by</p>\($0)" as HTML })</div>
            """
    }

    private static func stack(_ trace: String) -> HTML {
        """
        <details class="more"><summary>Stack trace</summary><pre class="json" tabindex="0">\
        \(String(trace.prefix(20_000)))</pre></details>
        """
    }

    private static func details(_ failure: APIFailureFailure) -> [APIPayload] {
        switch failure.failureInfo {
        case .applicationFailureInfo(let info): info.details.payloads
        case .canceledFailureInfo(let info): info.details.payloads
        case .timeoutFailureInfo(let info): info.lastHeartbeatDetails.payloads
        default: []
        }
    }

    /// Words that say of what kind a failure is.
    private static func labels(_ failure: APIFailureFailure) -> [String] {
        switch failure.failureInfo {
        case .applicationFailureInfo(let info):
            [info.type.isEmpty ? "application failure" : info.type] + (info.nonRetryable ? ["not retryable"] : [])
        case .timeoutFailureInfo(let info): ["timeout", EnumText.words(info.timeoutType)]
        case .canceledFailureInfo: ["cancelled"]
        case .terminatedFailureInfo: ["terminated"]
        case .serverFailureInfo: ["server failure"]
        case .resetWorkflowFailureInfo: ["reset"]
        case .activityFailureInfo(let info): ["activity \(info.activityType.name)", EnumText.words(info.retryState)]
        case .childWorkflowExecutionFailureInfo(let info):
            ["child workflow \(info.workflowType.name)", EnumText.words(info.retryState)]
        case .nexusOperationExecutionFailureInfo: ["Nexus operation"]
        case .nexusHandlerFailureInfo: ["Nexus handler"]
        case nil: failure.source.isEmpty ? [] : [failure.source]
        }
    }

    /// The message that says most: that of the innermost cause of a failed activity or child.
    static func summary(_ failure: APIFailureFailure) -> String {
        var failure = failure
        var depth = 0
        while failure.hasCause, depth < maximumDepth {
            switch failure.failureInfo {
            case .activityFailureInfo, .childWorkflowExecutionFailureInfo: failure = failure.cause
            default: return failure.message
            }
            depth += 1
        }
        return failure.message
    }
}
