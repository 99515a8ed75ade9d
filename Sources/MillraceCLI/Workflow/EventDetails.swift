import SwiftProtobuf
import WireAPI

/// What matters of an event, on one line.
enum EventDetails {
    static func text(_ event: APIHistoryEvent) -> String {
        switch event.attributes {
        case .workflowExecutionStartedEventAttributes(let it): it.workflowType.name
        case .workflowExecutionFailedEventAttributes(let it): FailureText.summary(it.failure)
        case .workflowExecutionTerminatedEventAttributes(let it): it.reason
        case .workflowExecutionCancelRequestedEventAttributes(let it): it.cause
        case .workflowExecutionSignaledEventAttributes(let it): it.signalName
        case .workflowExecutionContinuedAsNewEventAttributes(let it): "run \(it.newExecutionRunID)"
        case .workflowTaskFailedEventAttributes(let it):
            "\(EnumText.short(it.cause)): \(FailureText.summary(it.failure))"
        case .workflowTaskTimedOutEventAttributes(let it): EnumText.short(it.timeoutType)
        case .activityTaskScheduledEventAttributes(let it): it.activityType.name
        case .activityTaskStartedEventAttributes(let it): attempt(it.attempt)
        case .activityTaskFailedEventAttributes(let it): FailureText.summary(it.failure)
        case .activityTaskTimedOutEventAttributes(let it): FailureText.summary(it.failure)
        case .timerStartedEventAttributes(let it): DurationText.format(it.startToFireTimeout)
        case .markerRecordedEventAttributes(let it): it.markerName
        case .startChildWorkflowExecutionInitiatedEventAttributes(let it): "\(it.workflowType.name) \(it.workflowID)"
        case .childWorkflowExecutionFailedEventAttributes(let it): FailureText.summary(it.failure)
        case .workflowExecutionUpdateAcceptedEventAttributes(let it): it.acceptedRequest.input.name
        default: ""
        }
    }

    private static func attempt(_ number: Int32) -> String {
        number > 1 ? "attempt \(number)" : ""
    }
}
