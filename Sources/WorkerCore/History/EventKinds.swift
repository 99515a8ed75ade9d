import SwiftProtobuf
import WireAPI

extension APIHistoryEvent {
    /// Whether the event records a command that the workflow's code gave.
    var recordsCommand: Bool {
        switch eventType {
        case .activityTaskScheduled, .activityTaskCancelRequested, .timerStarted, .timerCanceled, .markerRecorded,
            .requestCancelExternalWorkflowExecutionInitiated, .signalExternalWorkflowExecutionInitiated,
            .startChildWorkflowExecutionInitiated, .upsertWorkflowSearchAttributes, .workflowPropertiesModified,
            .nexusOperationScheduled, .nexusOperationCancelRequested, .workflowExecutionUpdateAccepted,
            .workflowExecutionUpdateCompleted, .workflowExecutionCompleted, .workflowExecutionFailed,
            .workflowExecutionCanceled, .workflowExecutionContinuedAsNew:
            true
        default:
            false
        }
    }

    /// Whether the event can stand among those that record a task's commands: it does so itself, or says something of
    /// the run that its code never hears of.
    var standsAmongRecords: Bool {
        switch eventType {
        case .workflowExecutionOptionsUpdated, .workflowExecutionPaused, .workflowExecutionUnpaused,
            .workflowPropertiesModifiedExternally, .activityPropertiesModifiedExternally,
            .workflowExecutionTimeSkippingTransitioned:
            true
        default:
            recordsCommand
        }
    }

    /// Whether the event says that a workflow task which was started came to nothing.
    var voidsStartedTask: Bool {
        switch eventType {
        case .workflowTaskFailed, .workflowTaskTimedOut, .workflowExecutionTerminated, .workflowExecutionTimedOut: true
        default: false
        }
    }

    /// Nanoseconds since 1970.
    var nanoseconds: Int64 {
        eventTime.seconds &* 1_000_000_000 &+ Int64(eventTime.nanos)
    }

    /// The patch whose marker this is.
    var patchMarker: PatchMarker? {
        guard case .markerRecordedEventAttributes(let attributes)? = self.attributes else { return nil }
        return PatchMarker(attributes)
    }

    /// Whether the event is the upsert that goes with a patch marker.
    var upsertsPatchVersions: Bool {
        guard case .upsertWorkflowSearchAttributesEventAttributes(let attributes)? = self.attributes else {
            return false
        }
        return attributes.searchAttributes.indexedFields[PatchMarker.versionAttribute] != nil
    }
}
