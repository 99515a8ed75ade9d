import Foundation
import WireAPI

extension TestHistory {
    // MARK: Markers and attributes

    mutating func patchMarker(_ id: String, deprecated: Bool = false) {
        var payload = APIPayload()
        payload.metadata = ["encoding": Data("json/plain".utf8)]
        payload.data = Data(#"{"id":"\#(id)","deprecated":\#(deprecated)}"#.utf8)
        var it = APIMarkerRecordedEventAttributes()
        it.markerName = "core_patch"
        it.details = ["patch-data": APIPayloads.with { $0.payloads = [payload] }]
        add(.markerRecorded, .markerRecordedEventAttributes(it))
    }

    mutating func marker(_ name: String) {
        var it = APIMarkerRecordedEventAttributes()
        it.markerName = name
        add(.markerRecorded, .markerRecordedEventAttributes(it))
    }

    mutating func upserted(_ key: String) {
        var it = APIUpsertWorkflowSearchAttributesEventAttributes()
        it.searchAttributes.indexedFields = [key: APIPayload()]
        add(.upsertWorkflowSearchAttributes, .upsertWorkflowSearchAttributesEventAttributes(it))
    }

    mutating func propertiesModified() {
        add(.workflowPropertiesModified, .workflowPropertiesModifiedEventAttributes(.init()))
    }

    // MARK: Children

    @discardableResult
    mutating func childInitiated(_ id: String, _ type: String) -> Int64 {
        var it = APIStartChildWorkflowExecutionInitiatedEventAttributes()
        it.workflowID = id
        it.workflowType.name = type
        return add(
            .startChildWorkflowExecutionInitiated, .startChildWorkflowExecutionInitiatedEventAttributes(it))
    }

    mutating func childStarted(_ initiated: Int64) {
        var it = APIChildWorkflowExecutionStartedEventAttributes()
        it.initiatedEventID = initiated
        it.workflowExecution.runID = "child-run"
        add(.childWorkflowExecutionStarted, .childWorkflowExecutionStartedEventAttributes(it))
    }

    mutating func childStartFailed(_ initiated: Int64) {
        var it = APIStartChildWorkflowExecutionFailedEventAttributes()
        it.initiatedEventID = initiated
        it.cause = .workflowAlreadyExists
        add(.startChildWorkflowExecutionFailed, .startChildWorkflowExecutionFailedEventAttributes(it))
    }

    mutating func childCompleted(_ initiated: Int64) {
        var it = APIChildWorkflowExecutionCompletedEventAttributes()
        it.initiatedEventID = initiated
        it.result = .text("grown up")
        add(.childWorkflowExecutionCompleted, .childWorkflowExecutionCompletedEventAttributes(it))
    }

    mutating func childFailed(_ initiated: Int64) {
        var it = APIChildWorkflowExecutionFailedEventAttributes()
        it.initiatedEventID = initiated
        it.failure.message = "naughty"
        add(.childWorkflowExecutionFailed, .childWorkflowExecutionFailedEventAttributes(it))
    }

    mutating func childTimedOut(_ initiated: Int64) {
        var it = APIChildWorkflowExecutionTimedOutEventAttributes()
        it.initiatedEventID = initiated
        it.retryState = .timeout
        add(.childWorkflowExecutionTimedOut, .childWorkflowExecutionTimedOutEventAttributes(it))
    }

    mutating func childTerminated(_ initiated: Int64) {
        var it = APIChildWorkflowExecutionTerminatedEventAttributes()
        it.initiatedEventID = initiated
        add(.childWorkflowExecutionTerminated, .childWorkflowExecutionTerminatedEventAttributes(it))
    }

    mutating func childCanceled(_ initiated: Int64) {
        var it = APIChildWorkflowExecutionCanceledEventAttributes()
        it.initiatedEventID = initiated
        add(.childWorkflowExecutionCanceled, .childWorkflowExecutionCanceledEventAttributes(it))
    }

    // MARK: Other workflows

    @discardableResult
    mutating func signalInitiated(_ name: String, to workflowID: String) -> Int64 {
        var it = APISignalExternalWorkflowExecutionInitiatedEventAttributes()
        it.signalName = name
        it.workflowExecution.workflowID = workflowID
        return add(
            .signalExternalWorkflowExecutionInitiated,
            .signalExternalWorkflowExecutionInitiatedEventAttributes(it))
    }

    mutating func signalDelivered(_ initiated: Int64) {
        var it = APIExternalWorkflowExecutionSignaledEventAttributes()
        it.initiatedEventID = initiated
        add(.externalWorkflowExecutionSignaled, .externalWorkflowExecutionSignaledEventAttributes(it))
    }

    mutating func signalFailed(_ initiated: Int64) {
        var it = APISignalExternalWorkflowExecutionFailedEventAttributes()
        it.initiatedEventID = initiated
        it.cause = .externalWorkflowExecutionNotFound
        add(.signalExternalWorkflowExecutionFailed, .signalExternalWorkflowExecutionFailedEventAttributes(it))
    }

    @discardableResult
    mutating func cancelInitiated(_ workflowID: String) -> Int64 {
        var it = APIRequestCancelExternalWorkflowExecutionInitiatedEventAttributes()
        it.workflowExecution.workflowID = workflowID
        return add(
            .requestCancelExternalWorkflowExecutionInitiated,
            .requestCancelExternalWorkflowExecutionInitiatedEventAttributes(it))
    }

    mutating func cancelDelivered(_ initiated: Int64) {
        var it = APIExternalWorkflowExecutionCancelRequestedEventAttributes()
        it.initiatedEventID = initiated
        add(
            .externalWorkflowExecutionCancelRequested,
            .externalWorkflowExecutionCancelRequestedEventAttributes(it))
    }

    mutating func cancelFailed(_ initiated: Int64) {
        var it = APIRequestCancelExternalWorkflowExecutionFailedEventAttributes()
        it.initiatedEventID = initiated
        it.cause = .externalWorkflowExecutionNotFound
        add(
            .requestCancelExternalWorkflowExecutionFailed,
            .requestCancelExternalWorkflowExecutionFailedEventAttributes(it))
    }

    // MARK: Updates

    mutating func updateAccepted(_ id: String, name: String = "change", withRequest: Bool = true) {
        var it = APIWorkflowExecutionUpdateAcceptedEventAttributes()
        it.protocolInstanceID = id
        it.acceptedRequestMessageID = "\(id)/request"
        it.acceptedRequestSequencingEventID = lastID - 2
        if withRequest { it.acceptedRequest = .test(id, name: name) }
        add(.workflowExecutionUpdateAccepted, .workflowExecutionUpdateAcceptedEventAttributes(it))
    }

    mutating func updateCompleted(_ id: String) {
        var it = APIWorkflowExecutionUpdateCompletedEventAttributes()
        it.meta.updateID = id
        it.outcome.success = APIPayloads()
        add(.workflowExecutionUpdateCompleted, .workflowExecutionUpdateCompletedEventAttributes(it))
    }

    mutating func updateAdmitted(_ id: String, name: String = "change") {
        var it = APIWorkflowExecutionUpdateAdmittedEventAttributes()
        it.request = .test(id, name: name)
        add(.workflowExecutionUpdateAdmitted, .workflowExecutionUpdateAdmittedEventAttributes(it))
    }
}

extension APIUpdateRequest {
    static func test(_ id: String, name: String = "change") -> APIUpdateRequest {
        var request = APIUpdateRequest()
        request.meta.updateID = id
        request.meta.identity = "caller"
        request.input.name = name
        return request
    }
}
