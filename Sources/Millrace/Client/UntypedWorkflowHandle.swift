/// A run of any workflow, seen by a client: what typed handles are built on.
public struct UntypedWorkflowHandle: Sendable {
    public let workflowID: String
    /// The run meant; `nil` means whichever run of the workflow id is the latest.
    public let runID: String?
}
