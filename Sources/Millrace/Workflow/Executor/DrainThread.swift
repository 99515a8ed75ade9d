#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which run the current thread is working for.
///
/// It is kept for the thread and not for the task, because a task-local is inherited by code that has left the run's
/// executor and so proves nothing.
enum DrainThread {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// The executor that this thread drains, nil on any other thread.
    static var executor: RunExecutor? {
        guard let raw = pthread_getspecific(key) else { return nil }
        return Unmanaged<RunExecutor>.fromOpaque(raw).takeUnretainedValue()
    }

    /// The run whose code is running on this thread.
    static var context: RunContext? { executor?.context }

    /// Makes this the thread that works for a run while `body` runs, which keeps the executor alive.
    static func occupied<Result>(by executor: RunExecutor, _ body: () throws -> Result) rethrows -> Result {
        let before = pthread_getspecific(key)
        pthread_setspecific(key, Unmanaged.passUnretained(executor).toOpaque())
        defer { pthread_setspecific(key, before) }
        return try withExtendedLifetime(executor, body)
    }
}

/// Which run a task was started by. Only used to say whose rules were broken when code has left the run's executor.
enum RunBlame {
    @TaskLocal static var executor: RunExecutor?
}
