import WireAPI

extension APIHistoryEvent {
    /// For people: the event's type, and what tells it from others of its type.
    var summary: String {
        let name = eventType.displayName
        guard let detail else { return name }
        return "\(name) (\(detail))"
    }

    private var detail: String? {
        switch attributes {
        case .activityTaskScheduledEventAttributes(let it)?:
            "activity type \"\(it.activityType.name)\", id \"\(it.activityID)\""
        case .activityTaskCancelRequestedEventAttributes(let it)?: "activity scheduled by event \(it.scheduledEventID)"
        case .timerStartedEventAttributes(let it)?: "timer \"\(it.timerID)\""
        case .timerCanceledEventAttributes(let it)?: "timer \"\(it.timerID)\""
        case .timerFiredEventAttributes(let it)?: "timer \"\(it.timerID)\""
        case .markerRecordedEventAttributes(let it)?:
            if let patch = PatchMarker(it) {
                "patch \"\(patch.id)\"\(patch.isDeprecated ? ", deprecated" : "")"
            } else {
                "marker \"\(it.markerName)\""
            }
        case .startChildWorkflowExecutionInitiatedEventAttributes(let it)?:
            "child workflow type \"\(it.workflowType.name)\", id \"\(it.workflowID)\""
        case .signalExternalWorkflowExecutionInitiatedEventAttributes(let it)?:
            "signal \"\(it.signalName)\" to workflow \"\(it.workflowExecution.workflowID)\""
        case .requestCancelExternalWorkflowExecutionInitiatedEventAttributes(let it)?:
            "workflow \"\(it.workflowExecution.workflowID)\""
        case .workflowExecutionUpdateAcceptedEventAttributes(let it)?: "update \"\(it.protocolInstanceID)\""
        case .workflowExecutionUpdateCompletedEventAttributes(let it)?: "update \"\(it.meta.updateID)\""
        case .workflowExecutionSignaledEventAttributes(let it)?: "signal \"\(it.signalName)\""
        default: nil
        }
    }
}

extension APIEventType {
    /// The name as people know it: `ActivityTaskScheduled`.
    var displayName: String {
        if case .UNRECOGNIZED(let number) = self { return "event type \(number)" }
        let name = "\(self)"
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}
