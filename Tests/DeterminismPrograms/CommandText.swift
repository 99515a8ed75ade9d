import Millrace
import WireAPI
import WorkerCore

/// Commands as text, one line each, so that lists can be compared and read.
package enum CommandText {
    package static func lines(_ result: ActivationResult) -> [String] {
        switch result {
        case .success(let commands): commands.map(line)
        case .failure(let failure, _): ["TASK FAILED \(failure.message)"]
        }
    }

    package static func line(_ command: WorkflowCommand) -> String {
        switch command {
        case .startTimer(let timer): "timer #\(timer.seq) \(timer.duration.seconds)s"
        case .cancelTimer(let seq): "cancel timer #\(seq)"
        case .scheduleActivity(let activity):
            "activity #\(activity.seq) \(activity.attributes.activityType.name)\(text(activity.attributes.input))"
        case .requestCancelActivity(let seq): "cancel activity #\(seq)"
        case .startChild(let child):
            "child #\(child.seq) \(child.attributes.workflowType.name)\(text(child.attributes.input))"
        case .cancelChild(let seq, _): "cancel child #\(seq)"
        case .signalExternal(let seq, let signal):
            "signal #\(seq) \(signal.signalName)\(text(signal.input)) to \(signal.execution.workflowID)"
        case .cancelSignalExternal(let seq): "cancel signal #\(seq)"
        case .requestCancelExternal(let seq, let request): "cancel workflow #\(seq) \(request.workflowID)"
        case .setPatchMarker(let id, let deprecated): "patch \(id)\(deprecated ? " deprecated" : "")"
        case .upsertSearchAttributes(let attributes):
            "attributes \(attributes.indexedFields.keys.sorted().joined(separator: ","))"
        case .modifyProperties(let change): "memo \(change.upsertedMemo.fields.keys.sorted().joined(separator: ","))"
        case .queryResult(let id, .answered(let payloads)): "answer \(id)\(text(payloads))"
        case .queryResult(let id, .failed(let failure)): "answer \(id) failed: \(failure.message)"
        case .updateResponse(let id, let answer): "update \(id) \(text(answer))"
        case .completeWorkflow(let payloads): "complete\(text(payloads))"
        case .failWorkflow(let failure): "fail \(failure.message)"
        case .cancelWorkflow: "cancelled"
        case .continueAsNew(let next): "continue as \(next.workflowType.name)\(text(next.input))"
        }
    }

    package static func text(_ payloads: APIPayloads) -> String {
        "(" + payloads.payloads.map { String(decoding: $0.data, as: UTF8.self) }.joined(separator: ", ") + ")"
    }

    private static func text(_ answer: UpdateAnswer) -> String {
        switch answer {
        case .accepted: "accepted"
        case .rejected(let failure): "rejected: \(failure.message)"
        case .completed(.success(let payloads)): "completed\(text(payloads))"
        case .completed(.failure(let failure)): "failed: \(failure.message)"
        }
    }
}
