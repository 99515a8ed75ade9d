/// Runs work under a deadline.
enum DeadlineScope {
    /// Runs `body`, cancelling it when `deadline` passes.
    /// - Throws: ``RPCError`` `.deadlineExceeded` when the deadline passed first, `.cancelled` when the surrounding
    ///   task was cancelled, otherwise what `body` throws.
    static func run<Value: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let deadline else { return try await body() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try? await Task.sleep(until: deadline, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else {
                if Task.isCancelled { throw RPCError(.cancelled, "the call was cancelled") }
                throw RPCError(.deadlineExceeded, "the call's deadline passed")
            }
            return value
        }
    }
}
