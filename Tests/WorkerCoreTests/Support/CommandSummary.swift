import Foundation
import WireAPI

extension APICommand {
    /// What a command asks, without what depends on which SDK wrote it.
    var summary: String {
        switch attributes {
        case .scheduleActivityTaskCommandAttributes(let it)?: "activity \(it.activityID) \(it.activityType.name)"
        case .requestCancelActivityTaskCommandAttributes(let it)?: "cancel activity of \(it.scheduledEventID)"
        case .startTimerCommandAttributes(let it)?:
            "timer \(it.timerID) \(it.startToFireTimeout.seconds * 1000 + Int64(it.startToFireTimeout.nanos) / 1_000_000)"
        case .cancelTimerCommandAttributes(let it)?: "cancel timer \(it.timerID)"
        case .completeWorkflowExecutionCommandAttributes?: "complete"
        case .failWorkflowExecutionCommandAttributes(let it)?: "fail \(it.failure.message)"
        case .cancelWorkflowExecutionCommandAttributes?: "end as cancelled"
        case .continueAsNewWorkflowExecutionCommandAttributes(let it)?:
            "continue as new" + (it.workflowType.name.isEmpty ? "" : " \(it.workflowType.name)")
        case .recordMarkerCommandAttributes(let it)?:
            "marker \(it.markerName) "
                + it.details.values.map { Self.normalized($0.payloads.first?.data ?? Data()) }.joined()
        case .upsertWorkflowSearchAttributesCommandAttributes(let it)?:
            "upsert "
                + it.searchAttributes.indexedFields.sorted { $0.key < $1.key }
                .map { "\($0.key)=\(String(decoding: $0.value.data, as: UTF8.self))" }.joined(separator: " ")
        case .modifyWorkflowPropertiesCommandAttributes(let it)?:
            "memo " + it.upsertedMemo.fields.keys.sorted().joined(separator: " ")
        case .startChildWorkflowExecutionCommandAttributes(let it)?: "child \(it.workflowID) \(it.workflowType.name)"
        case .signalExternalWorkflowExecutionCommandAttributes(let it)?:
            "signal \(it.signalName) to \(it.execution.workflowID)"
        case .requestCancelExternalWorkflowExecutionCommandAttributes(let it)?:
            "cancel workflow \(it.workflowID)\(it.childWorkflowOnly ? " child" : "")"
        case .protocolMessageCommandAttributes(let it)?: "message \(it.messageID)"
        default: "\(commandType)"
        }
    }

    /// JSON with its keys in order, so that only its content counts.
    private static func normalized(_ json: Data) -> String {
        guard let object = try? JSONSerialization.jsonObject(with: json),
            let sorted = try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
        else { return String(decoding: json, as: UTF8.self) }
        return String(decoding: sorted, as: UTF8.self)
    }
}
