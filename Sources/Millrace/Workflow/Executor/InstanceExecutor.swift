/// The executor that `@Workflow` puts into each instance.
///
/// An instance that a worker makes belongs to its run. One that is made anywhere else, in a unit test say, behaves as a
/// plain actor does.
public struct InstanceExecutor: Sendable {
    /// An actor's default executor serves instances outside runs.
    private actor Plain {}

    private enum Kind: Sendable {
        case run(RunExecutor)
        case plain(Plain)
    }

    private let kind: Kind

    /// The executor of the run that is making an instance on this thread; a plain one if there is none.
    public init() {
        if let executor = DrainThread.executor {
            kind = .run(executor)
        } else {
            kind = .plain(Plain())
        }
    }

    public var unowned: UnownedSerialExecutor {
        switch kind {
        case .run(let executor): executor.asUnownedSerialExecutor()
        case .plain(let plain): plain.unownedExecutor
        }
    }
}
