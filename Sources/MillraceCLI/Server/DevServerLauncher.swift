/// Runs the server of this process: the one place where the CLI touches the module `Server`.
enum DevServerLauncher {
    /// Serves until the process is told to end.
    static func run(_ settings: DevServerSettings, _ session: Session) async throws {
        throw OperationError("this build has no server in it")
    }
}
