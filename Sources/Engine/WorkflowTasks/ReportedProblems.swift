import Foundation
import WireAPI

/// A run whose workflow tasks keep failing says so in its search attributes, so that it can be found.
extension Engine {
    private static var attribute: String { "TemporalReportedProblems" }
    /// So many failures without a success between them are a problem.
    private static var problemThreshold: Int32 { 5 }

    enum TaskProblem {
        case failed(APIWorkflowTaskFailedCause)
        case timedOut
    }

    /// Remembers why a task ended. Of a row of failures it is the first that counts: the later ones write no events.
    func noteTaskProblem(_ problem: TaskProblem, of run: Run) {
        let text =
            switch problem {
            case .failed(let cause): "WorkflowTaskFailed \(Self.causeName(cause))"
            case .timedOut: "WorkflowTaskTimedOut StartToClose"
            }
        run.update { $0.lastCause = text }
    }

    private static func causeName(_ cause: APIWorkflowTaskFailedCause) -> String {
        let name = "\(cause)"
        return (name.prefix(1).uppercased() + name.dropFirst()).replacing("ID", with: "Id")
    }

    func reportProblems(of run: Run) {
        guard run.header.taskFailures == Self.problemThreshold else { return }
        let parts = run.header.lastCause.split(separator: " ")
        guard parts.count == 2 else { return }
        var changed = APISearchAttributes()
        changed.indexedFields[Self.attribute] = Self.keywordList([
            "category=\(parts[0])", "cause=\(parts[0])Cause\(parts[1])",
        ])
        mergeSearchAttributes(changed, into: run)
    }

    /// A task has completed: all is well again.
    func withdrawProblems(of run: Run) {
        guard run.header.taskFailures >= Self.problemThreshold else { return }
        var changed = APISearchAttributes()
        changed.indexedFields[Self.attribute] = Self.keywordList([])
        mergeSearchAttributes(changed, into: run)
    }

    static func keywordList(_ values: [String]) -> APIPayload {
        var payload = APIPayload()
        payload.metadata["encoding"] = Data("json/plain".utf8)
        payload.metadata["type"] = Data("KeywordList".utf8)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        payload.data = (try? encoder.encode(values)) ?? Data("[]".utf8)
        return payload
    }
}
