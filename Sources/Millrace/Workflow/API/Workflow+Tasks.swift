extension Workflow {
    /// Starts work that goes on beside the code that started it, and may outlive the scope.
    ///
    /// Use it where other programs write `Task { … }`, which would leave the workflow's executor. For work that ends
    /// within the scope `async let` and task groups are better. The task is cancelled when the run ends.
    @discardableResult
    public static func task<Success: Sendable>(
        @_inheritActorContext @_implicitSelfCapture
        _ operation: sending @escaping @isolated(any) () async throws -> Success
    ) -> Task<Success, any Error> {
        let context: RunContext
        do {
            context = try RunContext.entered("Workflow.task")
        } catch {
            return Task { throw error }
        }
        let number = context.nextTaskNumber()
        let task = Task(executorPreference: context.executor) {
            defer { DrainThread.context?.forgetTask(number) }
            return try await operation()
        }
        context.trackedTasks[number] = { task.cancel() }
        return task
    }

    /// Runs code that must not be cancelled, such as undoing what was done: it goes on although the workflow, or the
    /// task that calls, is cancelled, and the caller waits for it.
    ///
    ///     do {
    ///         try await bookings.book(trip)
    ///     } catch where Task.isCancelled {
    ///         try await Workflow.shield { try await bookings.undo(trip) }
    ///         throw error
    ///     }
    public nonisolated(nonsending) static func shield<Success: Sendable>(
        @_inheritActorContext @_implicitSelfCapture
        _ operation: sending @escaping @isolated(any) () async throws -> Success
    ) async throws -> Success {
        _ = try RunContext.entered("Workflow.shield")
        return try await task(operation).value
    }
}
