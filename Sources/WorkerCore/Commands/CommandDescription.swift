import WireAPI

extension APICommand.OneOf_Attributes {
    /// The type that goes with the attributes.
    var commandType: APICommandType {
        switch self {
        case .scheduleActivityTaskCommandAttributes: .scheduleActivityTask
        case .startTimerCommandAttributes: .startTimer
        case .completeWorkflowExecutionCommandAttributes: .completeWorkflowExecution
        case .failWorkflowExecutionCommandAttributes: .failWorkflowExecution
        case .requestCancelActivityTaskCommandAttributes: .requestCancelActivityTask
        case .cancelTimerCommandAttributes: .cancelTimer
        case .cancelWorkflowExecutionCommandAttributes: .cancelWorkflowExecution
        case .requestCancelExternalWorkflowExecutionCommandAttributes: .requestCancelExternalWorkflowExecution
        case .recordMarkerCommandAttributes: .recordMarker
        case .continueAsNewWorkflowExecutionCommandAttributes: .continueAsNewWorkflowExecution
        case .startChildWorkflowExecutionCommandAttributes: .startChildWorkflowExecution
        case .signalExternalWorkflowExecutionCommandAttributes: .signalExternalWorkflowExecution
        case .upsertWorkflowSearchAttributesCommandAttributes: .upsertWorkflowSearchAttributes
        case .protocolMessageCommandAttributes: .protocolMessage
        case .modifyWorkflowPropertiesCommandAttributes: .modifyWorkflowProperties
        case .scheduleNexusOperationCommandAttributes: .scheduleNexusOperation
        case .requestCancelNexusOperationCommandAttributes: .requestCancelNexusOperation
        }
    }
}

extension ExpectedCommand {
    /// For people, as a clause: "the code started timer 3".
    var clause: String {
        switch (attributes, owner) {
        case (.scheduleActivityTaskCommandAttributes(let it), _):
            "the code scheduled activity \"\(it.activityType.name)\" with id \"\(it.activityID)\""
        case (.requestCancelActivityTaskCommandAttributes(let it), _):
            "the code cancelled the activity that event \(it.scheduledEventID) scheduled"
        case (.startTimerCommandAttributes(let it), _): "the code started timer \"\(it.timerID)\""
        case (.cancelTimerCommandAttributes(let it), _): "the code cancelled timer \"\(it.timerID)\""
        case (.startChildWorkflowExecutionCommandAttributes(let it), _):
            "the code started child workflow \"\(it.workflowType.name)\" with id \"\(it.workflowID)\""
        case (.signalExternalWorkflowExecutionCommandAttributes(let it), _):
            "the code sent signal \"\(it.signalName)\" to workflow \"\(it.execution.workflowID)\""
        case (.requestCancelExternalWorkflowExecutionCommandAttributes(let it), _):
            "the code asked workflow \"\(it.workflowID)\" to cancel"
        case (.recordMarkerCommandAttributes, .patch(let patch)): "the code asked for patch \"\(patch.id)\""
        case (.recordMarkerCommandAttributes(let it), _): "the code recorded marker \"\(it.markerName)\""
        case (_, .patchVersions): "the code asked for a patch"
        case (.upsertWorkflowSearchAttributesCommandAttributes, _): "the code upserted search attributes"
        case (.modifyWorkflowPropertiesCommandAttributes, _): "the code changed the memo"
        case (_, .updateAcceptance(let id)): "the code accepted update \"\(id)\""
        case (_, .updateOutcome(let id)): "the code completed update \"\(id)\""
        case (.completeWorkflowExecutionCommandAttributes, _): "the code completed the workflow"
        case (.failWorkflowExecutionCommandAttributes, _): "the code failed the workflow"
        case (.cancelWorkflowExecutionCommandAttributes, _): "the code ended the workflow as cancelled"
        case (.continueAsNewWorkflowExecutionCommandAttributes, _): "the code continued the workflow as new"
        default: "the code gave the command \(attributes.commandType)"
        }
    }

    /// Whether an event of this kind can record the command.
    func fits(_ event: APIHistoryEvent) -> Bool {
        switch (attributes.commandType, event.eventType) {
        case (.scheduleActivityTask, .activityTaskScheduled),
            (.requestCancelActivityTask, .activityTaskCancelRequested),
            (.startTimer, .timerStarted),
            (.cancelTimer, .timerCanceled),
            (.startChildWorkflowExecution, .startChildWorkflowExecutionInitiated),
            (.signalExternalWorkflowExecution, .signalExternalWorkflowExecutionInitiated),
            (.requestCancelExternalWorkflowExecution, .requestCancelExternalWorkflowExecutionInitiated),
            (.recordMarker, .markerRecorded),
            (.upsertWorkflowSearchAttributes, .upsertWorkflowSearchAttributes),
            (.modifyWorkflowProperties, .workflowPropertiesModified),
            (.completeWorkflowExecution, .workflowExecutionCompleted),
            (.failWorkflowExecution, .workflowExecutionFailed),
            (.cancelWorkflowExecution, .workflowExecutionCanceled),
            (.continueAsNewWorkflowExecution, .workflowExecutionContinuedAsNew):
            return true
        case (.protocolMessage, .workflowExecutionUpdateAccepted):
            if case .updateAcceptance = owner { return true }
            return false
        case (.protocolMessage, .workflowExecutionUpdateCompleted):
            if case .updateOutcome = owner { return true }
            return false
        case (.completeWorkflowExecution, .workflowExecutionContinuedAsNew),
            (.failWorkflowExecution, .workflowExecutionContinuedAsNew):
            // Some servers record the next run of a retry or cron chain as the way in which this one ended.
            let initiator = event.workflowExecutionContinuedAsNewEventAttributes.initiator
            return initiator == .retry || initiator == .cronSchedule
        default:
            return false
        }
    }
}
