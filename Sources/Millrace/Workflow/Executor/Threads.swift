#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Starts a thread that nobody waits for.
///
/// - Parameter name: shown by debuggers on Darwin; glibc hides the function that sets it.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(ThreadBody(name: name, body: body)).toOpaque()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // Only address space until it is used. The default of secondary threads is 512 kB on Darwin, too little for a
    // decoder that recurses.
    pthread_attr_setstacksize(&attributes, 8 << 20)
    #if canImport(Darwin)
        var thread: pthread_t?
    #else
        var thread = pthread_t()
    #endif
    let code = pthread_create(&thread, &attributes, runThread, box)
    precondition(code == 0, "the system has no thread left (error \(code))")
}

private final class ThreadBody: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

#if canImport(Darwin)
    private func runThread(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let thread = Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue()
        pthread_setname_np(thread.name)
        thread.body()
        return nil
    }
#else
    private func runThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let box else { return nil }
        let thread = Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue()
        thread.body()
        return nil
    }
#endif

/// A lock with a condition that threads wait for, with a time limit if they like.
///
/// Safe to share: the state is only touched inside `withLock`, and the mutex and condition have fixed addresses.
final class Monitor<State: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    init(_ state: State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Changes the state and wakes everyone who waits.
    func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Reads or changes the state and wakes nobody.
    func read<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Changes the state and wakes one of those who wait.
    func signal<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Waits until `body` answers.
    func wait<Result>(_ body: (inout State) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state) { return result }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// Lets others change the state for a while, at most `limit`; nil waits without limit.
    func pause(atMost limit: Duration?, while body: (inout State) -> Bool) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard body(&state) else { return }
        guard let limit else {
            pthread_cond_wait(condition, mutex)
            return
        }
        var until = timespec()
        clock_gettime(CLOCK_REALTIME, &until)
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(until.tv_nsec) + Int(attoseconds / 1_000_000_000)
        until.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        until.tv_nsec = nanoseconds % 1_000_000_000
        pthread_cond_timedwait(condition, mutex, &until)
    }
}

/// A queue that threads wait at.
final class BlockingQueue<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var start = 0
        var isClosed = false
    }

    private let state = Monitor(State())

    /// Answers whether the queue is open; a closed one takes nothing.
    @discardableResult
    func append(_ element: Element) -> Bool {
        state.signal { state in
            guard !state.isClosed else { return false }
            state.elements.append(element)
            return true
        }
    }

    /// Lets those who wait go; what is queued is still handed out.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// The oldest element, once there is one; nil once the queue is closed and empty.
    func next() -> Element? {
        state.wait { state -> Element?? in
            guard state.start < state.elements.count else {
                state.elements.removeAll(keepingCapacity: true)
                state.start = 0
                return state.isClosed ? .some(nil) : nil
            }
            let element = state.elements[state.start]
            state.start += 1
            if state.start > 1_000, state.start * 2 > state.elements.count {
                state.elements.removeFirst(state.start)
                state.start = 0
            }
            return .some(element)
        }
    }
}
