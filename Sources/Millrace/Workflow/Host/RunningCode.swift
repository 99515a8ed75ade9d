import WorkerCore

/// The instance of a workflow type together with its tasks. `DefinedCode` is the implementation; the protocol hides
/// the type.
protocol RunningCode: AnyObject {
    /// Starts `run`, once.
    func begin()
    func handle(_ signal: SignalReceived) throws
    func handle(_ update: UpdateReceived) throws
    func answer(_ query: QueryReceived) throws
    func cancel(reason: String) throws
    /// Cancels every task of the run.
    func cancelAll()
    /// Whether the code waits for something that will never come.
    var isStuck: Bool { get }
}
