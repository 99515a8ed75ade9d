import WireAPI

/// A run that was ticked, as a form sends it.
struct BulkTarget: Hashable, Sendable {
    static let fieldName = "run"

    var workflowID: String
    var runID: String

    init(workflowID: String, runID: String) {
        self.workflowID = workflowID
        self.runID = runID
    }

    init(_ execution: APIWorkflowExecution) {
        workflowID = execution.workflowID
        runID = execution.runID
    }

    /// - Returns: `nil` for what no form of ours has sent.
    init?(field: String) {
        let parts = field.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let workflowID = PercentCoding.decode(parts[0]), !workflowID.isEmpty,
            let runID = PercentCoding.decode(parts[1])
        else { return nil }
        self.workflowID = workflowID
        self.runID = runID
    }

    var field: String { "\(PercentCoding.encode(workflowID))/\(PercentCoding.encode(runID))" }

    var execution: APIWorkflowExecution {
        var execution = APIWorkflowExecution()
        execution.workflowID = workflowID
        execution.runID = runID
        return execution
    }
}
