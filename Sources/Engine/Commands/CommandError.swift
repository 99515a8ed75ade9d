import WireAPI

/// A command the server does not accept: it fails the workflow task, never the run, except where `terminates` says so.
struct CommandError: Error {
    var cause: APIWorkflowTaskFailedCause
    var text: String
    /// Too large to ever get through: the run is terminated.
    var terminates = false

    init(_ cause: APIWorkflowTaskFailedCause, _ text: String = "", terminates: Bool = false) {
        self.cause = cause
        self.text = text
        self.terminates = terminates
    }

    /// As in the history and in the worker's error: the cause's name, then what is wrong.
    var message: String { text.isEmpty ? Self.name(cause) : "\(Self.name(cause)): \(text)" }

    var failure: APIFailureFailure {
        var failure = APIFailureFailure()
        failure.message = message
        failure.serverFailureInfo = APIServerFailureInfo()
        return failure
    }

    private static func name(_ cause: APIWorkflowTaskFailedCause) -> String {
        switch cause {
        case .unhandledCommand: "UnhandledCommand"
        case .badScheduleActivityAttributes: "BadScheduleActivityAttributes"
        case .badRequestCancelActivityAttributes: "BadRequestCancelActivityAttributes"
        case .badStartTimerAttributes: "BadStartTimerAttributes"
        case .badCancelTimerAttributes: "BadCancelTimerAttributes"
        case .badRecordMarkerAttributes: "BadRecordMarkerAttributes"
        case .badCompleteWorkflowExecutionAttributes: "BadCompleteWorkflowExecutionAttributes"
        case .badFailWorkflowExecutionAttributes: "BadFailWorkflowExecutionAttributes"
        case .badCancelWorkflowExecutionAttributes: "BadCancelWorkflowExecutionAttributes"
        case .badContinueAsNewAttributes: "BadContinueAsNewAttributes"
        case .badSearchAttributes: "BadSearchAttributes"
        case .badModifyWorkflowPropertiesAttributes: "BadModifyWorkflowPropertiesAttributes"
        case .startTimerDuplicateID: "StartTimerDuplicateId"
        case .scheduleActivityDuplicateID: "ScheduleActivityDuplicateId"
        case .pendingActivitiesLimitExceeded: "PendingActivitiesLimitExceeded"
        case .featureDisabled: "FeatureDisabled"
        default: "\(cause)"
        }
    }
}
