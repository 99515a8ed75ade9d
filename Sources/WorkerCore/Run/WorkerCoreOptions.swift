// What a worker tells the core about itself.

/// What the core must know of the worker.
public struct WorkerCoreOptions: Sendable {
    /// What to do with a run whose code does not fit its history.
    public enum NondeterminismPolicy: Sendable {
        /// Fail the workflow task: the run waits until a worker comes whose code fits.
        case failTask
        /// Fail the run.
        case failRun
    }

    /// Name and version of the SDK, recorded in the history.
    public var sdkName: String
    public var sdkVersion: String
    /// The namespace in which the worker works.
    public var namespace: String
    public var onNondeterminism: NondeterminismPolicy

    public init(
        sdkName: String = "millrace-swift", sdkVersion: String = "0.1.0", namespace: String = "default",
        onNondeterminism: NondeterminismPolicy = .failTask
    ) {
        self.sdkName = sdkName
        self.sdkVersion = sdkVersion
        self.namespace = namespace
        self.onNondeterminism = onNondeterminism
    }
}
