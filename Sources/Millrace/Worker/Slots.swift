import Synchronization

/// A number of places for work. A place is taken before polling, so that nothing is fetched that cannot be begun.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var inUse = 0
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var nextID: UInt64 = 0
        var cancelled: Set<UInt64> = []
        var idle: [Latch] = []
        var isClosed = false
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    var inUse: Int { state.withLock(\.inUse) }

    /// Waits for a place, first come first served.
    /// - Returns: `false` if the task was cancelled first, or the slots were closed.
    func take() async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.isClosed || state.cancelled.remove(id) != nil { return false }
                    guard state.free > 0 else {
                        state.waiting.append((id, continuation))
                        return nil
                    }
                    state.free -= 1
                    state.inUse += 1
                    return true
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    // Not waiting yet: leave word. If it has its place already, nobody reads it.
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            waiting?.resume(returning: false)
        }
    }

    /// Takes a place if one is free.
    func takeIfFree() -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.free > 0 else { return false }
            state.free -= 1
            state.inUse += 1
            return true
        }
    }

    /// No place is given any more; whoever waits for one is turned away.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume(returning: false) }
    }

    func giveBack() {
        let resume = state.withLock { state -> @Sendable () -> Void in
            if !state.waiting.isEmpty {
                let next = state.waiting.removeFirst().continuation
                return { next.resume(returning: true) }
            }
            state.free += 1
            state.inUse -= 1
            guard state.inUse == 0, !state.idle.isEmpty else { return {} }
            let idle = state.idle
            state.idle = []
            return { for latch in idle { latch.open() } }
        }
        resume()
    }

    /// Waits until no place is in use, or the task is cancelled.
    func waitUntilIdle() async {
        let latch = Latch()
        let isIdle = state.withLock { state in
            if state.inUse > 0 { state.idle.append(latch) }
            return state.inUse == 0
        }
        if !isIdle { await latch.wait() }
    }
}
