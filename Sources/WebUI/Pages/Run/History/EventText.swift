import SwiftProtobuf
import WireAPI

extension APIHistoryEvent {
    /// `Activity task scheduled`, and `Workflow started` for the longest of the reference's names.
    var title: String {
        let name = "\(eventType)"
        let words = EnumText.words(
            of: name.hasPrefix("workflowExecution") ? "workflow" + name.dropFirst("workflowExecution".count) : name)
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    var icon: Icon {
        let name = "\(eventType)"
        if name.hasPrefix("activity") { return .activity }
        if name.hasPrefix("workflowTask") { return .task }
        if name.hasPrefix("timer") { return .timer }
        if name.hasPrefix("nexus") { return .nexus }
        if name.contains("hild") { return .child }
        if name.contains("ignal") || name.contains("CancelRequested") { return .signal }
        if name.contains("Update") { return .update }
        if name.hasPrefix("marker") { return .marker }
        return .run
    }

    /// The colour of what it says.
    var tone: Tone {
        let name = "\(eventType)"
        if name.hasSuffix("Failed") || name.hasSuffix("Rejected") { return .failed }
        if name.hasSuffix("TimedOut") { return .timedOut }
        if name.hasSuffix("Terminated") { return .terminated }
        if name.hasSuffix("Canceled") { return .canceled }
        if name.hasSuffix("Completed") || name.hasSuffix("Fired") { return .completed }
        if name.hasSuffix("ContinuedAsNew") || name.contains("ignaled") { return .continued }
        return .plain
    }

    /// The values it carries, each with what it is.
    var values: [(title: HTML, payloads: [APIPayload])] {
        switch attributes {
        case .workflowExecutionStartedEventAttributes(let started):
            [("Input", started.input.payloads), ("Last result", started.lastCompletionResult.payloads)]
        case .workflowExecutionCompletedEventAttributes(let completed): [("Result", completed.result.payloads)]
        case .workflowExecutionCanceledEventAttributes(let canceled): [("Details", canceled.details.payloads)]
        case .workflowExecutionTerminatedEventAttributes(let terminated): [("Details", terminated.details.payloads)]
        case .workflowExecutionContinuedAsNewEventAttributes(let continued): [("Input", continued.input.payloads)]
        case .activityTaskScheduledEventAttributes(let scheduled): [("Input", scheduled.input.payloads)]
        case .activityTaskCompletedEventAttributes(let completed): [("Result", completed.result.payloads)]
        case .activityTaskCanceledEventAttributes(let canceled): [("Details", canceled.details.payloads)]
        case .workflowExecutionSignaledEventAttributes(let signaled): [("Input", signaled.input.payloads)]
        case .startChildWorkflowExecutionInitiatedEventAttributes(let initiated): [("Input", initiated.input.payloads)]
        case .childWorkflowExecutionCompletedEventAttributes(let completed): [("Result", completed.result.payloads)]
        case .childWorkflowExecutionCanceledEventAttributes(let canceled): [("Details", canceled.details.payloads)]
        case .signalExternalWorkflowExecutionInitiatedEventAttributes(let initiated):
            [("Input", initiated.input.payloads)]
        case .workflowExecutionUpdateAcceptedEventAttributes(let accepted):
            [("Input", accepted.acceptedRequest.input.args.payloads)]
        case .workflowExecutionUpdateCompletedEventAttributes(let completed):
            [("Result", completed.outcome.success.payloads)]
        case .markerRecordedEventAttributes(let marker):
            marker.details.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value.payloads) }
        case .nexusOperationScheduledEventAttributes(let scheduled):
            [("Input", scheduled.hasInput ? [scheduled.input] : [])]
        case .nexusOperationCompletedEventAttributes(let completed):
            [("Result", completed.hasResult ? [completed.result] : [])]
        default: []
        }
    }

    /// The failure it tells of.
    var shownFailure: APIFailureFailure? {
        switch attributes {
        case .workflowExecutionFailedEventAttributes(let failed): failed.failure
        case .workflowTaskFailedEventAttributes(let failed): failed.hasFailure ? failed.failure : nil
        case .activityTaskStartedEventAttributes(let started): started.hasLastFailure ? started.lastFailure : nil
        case .activityTaskFailedEventAttributes(let failed): failed.failure
        case .activityTaskTimedOutEventAttributes(let timedOut): timedOut.failure
        case .childWorkflowExecutionFailedEventAttributes(let failed): failed.failure
        case .markerRecordedEventAttributes(let marker): marker.hasFailure ? marker.failure : nil
        case .workflowExecutionContinuedAsNewEventAttributes(let continued):
            continued.hasFailure ? continued.failure : nil
        case .workflowExecutionStartedEventAttributes(let started):
            started.hasContinuedFailure ? started.continuedFailure : nil
        case .workflowExecutionUpdateRejectedEventAttributes(let rejected): rejected.failure
        case .workflowExecutionUpdateCompletedEventAttributes(let completed):
            if case .failure(let failure) = completed.outcome.value { failure } else { nil }
        case .nexusOperationFailedEventAttributes(let failed): failed.failure
        case .nexusOperationCanceledEventAttributes(let canceled): canceled.failure
        case .nexusOperationTimedOutEventAttributes(let timedOut): timedOut.failure
        default: nil
        }
    }
}

extension [APIPayload] {
    /// One line that says what the values are, made without reading large ones.
    var shortPreview: String {
        map { payload in
            guard payload.data.count > 600, payload.metadata["encoding"]?.starts(with: "json/".utf8) == true else {
                return ShownPayload(payload).preview
            }
            return String(decoding: payload.data.prefix(300), as: UTF8.self) + "…"
        }.joined(separator: ", ")
    }
}
