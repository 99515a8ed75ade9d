#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Starts a thread of its own for work that blocks: the cooperative pool must never wait for a disk.
enum DedicatedThread {
    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// What the system calls the thread, in debuggers and `top`: at most 15 bytes, a limit of Linux.
    private static let longestName = 15

    /// Runs `body` on a new thread, which ends with it.
    /// - Throws: ``ServerError/threadFailed(_:)`` if the system has no thread left.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(ServerError) {
        let body = Body(name: String(decoding: name.utf8.prefix(longestName), as: UTF8.self), run: body)
        let argument = Unmanaged.passRetained(body)
        let result = create(argument.toOpaque())
        guard result == 0 else {
            argument.release()
            throw .threadFailed(result)
        }
    }

    private static func create(_ argument: UnsafeMutableRawPointer) -> Int32 {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        return pthread_create(&thread, nil, threadMain, argument)
    }

    fileprivate static func run(_ argument: UnsafeMutableRawPointer) {
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        // Nobody joins it.
        pthread_detach(pthread_self())
        setName(body.name)
        body.run()
    }

    private static func setName(_ name: String) {
        #if canImport(Darwin)
            pthread_setname_np(name)
        #else
            // pthread_setname_np is hidden behind a feature macro that Swift does not see.
            guard let file = fopen("/proc/thread-self/comm", "w") else { return }
            fputs(name, file)
            fclose(file)
        #endif
    }
}

#if canImport(Darwin)
    private func threadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        DedicatedThread.run(argument)
        return nil
    }
#else
    private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { DedicatedThread.run(argument) }
        return nil
    }
#endif
