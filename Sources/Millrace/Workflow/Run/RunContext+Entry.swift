/// How often code may catch the error of an evicted run and wait again, before it is taken for a loop without end.
enum EvictionLimit {
    static let notices = 1_000
    /// What each wait that the eviction ended adds: code that cleans up asks for a few things more.
    static let noticesPerWait = 10
}

extension RunContext {
    /// The run that calls, for functions that need one.
    ///
    /// - Throws: ``WorkflowMisuse`` if the thread is not working for a run, or the run must only be read now;
    ///   `WorkflowEvicted` if the run is being let go.
    static func entered(_ function: String) throws -> RunContext {
        guard let executor = DrainThread.executor else {
            guard let blamed = RunBlame.executor else { throw WorkflowMisuse.notInWorkflow(function) }
            let misuse = WorkflowMisuse.calledOutside(function)
            blamed.report(misuse)
            throw misuse
        }
        guard let context = executor.context, context.mode != .evicting else {
            executor.evictionNotices += 1
            throw WorkflowEvicted()
        }
        if case .reading(let what) = context.mode {
            let misuse = WorkflowMisuse.readOnly(function, during: what)
            context.fail(misuse)
            throw misuse
        }
        return context
    }

    /// As `entered(_:)`, for functions that wait: throws if the task is cancelled, and stops tasks that do not end.
    static nonisolated(nonsending) func entered(waitingIn function: String) async throws -> RunContext {
        do {
            let context = try entered(function)
            try Task.checkCancellation()
            return context
        } catch let evicted as WorkflowEvicted {
            await parkRunaway()
            throw evicted
        }
    }

    /// The run that calls, for functions that also work outside of one. Reading is always allowed.
    static func entered(reading function: String) -> RunContext? {
        if let executor = DrainThread.executor { return executor.context }
        RunBlame.executor?.report(.calledOutside(function))
        return nil
    }

    /// Waits until `resolve` is called with `key`.
    ///
    /// - Parameter onCancel: called on the run's thread when the awaiting task is cancelled.
    static nonisolated(nonsending) func wait(
        _ key: Key, onCancel: @escaping @Sendable (RunContext) -> Void
    ) async throws -> Outcome {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { awaiter in
                // The thread was checked by the caller and there was no suspension since.
                if let context = DrainThread.context {
                    context.park(key, awaiter)
                } else {
                    awaiter.resume(throwing: WorkflowEvicted())
                }
            }
        } onCancel: {
            if let context = DrainThread.context {
                if context.mode == .running { onCancel(context) }
            } else {
                RunBlame.executor?.report(.calledOutside("cancel()"))
            }
        }
    }

    /// Stops a task of an evicted run that catches the error and tries again without end: it waits for ever. That
    /// leaks the task, and is the lesser evil than a thread that never comes back.
    static nonisolated(nonsending) func parkRunaway() async {
        guard let executor = DrainThread.executor, executor.evictionNotices > executor.evictionAllowance else { return }
        guard executor.context.map({ $0.mode == .evicting }) ?? true else { return }
        RunawayTasks.count(type: executor.workflowType)
        let _: Void = await withUnsafeContinuation { _ in }
    }
}
