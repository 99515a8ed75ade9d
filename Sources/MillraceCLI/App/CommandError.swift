import WireRPC

/// The command was written wrongly: exit code 2.
struct UsageError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What was asked for could not be done: exit code 1.
struct OperationError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }

    /// The error of a call with what was being done before it, as in `failed listing workflows: …`.
    /// An error that is not the call's (an unreachable server, a cancelled task) stays as it is.
    static func during(_ activity: String, _ error: any Error) -> any Error {
        guard let error = error as? RPCError else { return error }
        return OperationError("\(activity): \(error.message)")
    }
}

/// Runs `body` and says in its error what was being done.
func during<Result>(
    _ activity: String, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async throws -> Result {
    do {
        return try await body()
    } catch {
        throw OperationError.during(activity, error)
    }
}
