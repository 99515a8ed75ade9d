import Dispatch
import Engine
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The clock of a server: nanoseconds since 1970-01-01 UTC that never go back.
///
/// When the system's clock is set back, this one runs at half speed until it has been caught up with, so that timers
/// neither fire early nor stand still. ``advance(by:)`` moves it forward at once, for tests.
public final class ServerClock: Sendable {
    private struct State {
        var last: Nanoseconds = 0
        var lastUptime: UInt64 = 0
        var skipped: Nanoseconds = 0
        var onAdvance: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let systemTime: @Sendable () -> Nanoseconds
    private let uptime: @Sendable () -> UInt64

    /// A clock that follows the system's.
    public convenience init() {
        self.init(systemTime: Self.realTime, uptime: { DispatchTime.now().uptimeNanoseconds })
    }

    /// - Parameters:
    ///   - systemTime: Wall-clock time, which may jump.
    ///   - uptime: A clock that never goes back.
    init(systemTime: @escaping @Sendable () -> Nanoseconds, uptime: @escaping @Sendable () -> UInt64) {
        self.systemTime = systemTime
        self.uptime = uptime
    }

    /// The time now.
    public var now: Nanoseconds {
        let uptime = uptime()
        let system = systemTime()
        return state.withLock { state in
            let elapsed = state.lastUptime == 0 || uptime < state.lastUptime ? 0 : uptime - state.lastUptime
            state.last = max(system + state.skipped, state.last + Nanoseconds(elapsed / 2))
            state.lastUptime = uptime
            return state.last
        }
    }

    /// Moves the clock forward; a server that uses it does at once what has become due.
    public func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = max(0, seconds * .second + attoseconds / 1_000_000_000)
        let onAdvance = state.withLock { state in
            state.skipped += nanoseconds
            return state.onAdvance
        }
        onAdvance?()
    }

    /// Has `action` called after each ``advance(by:)``. A clock serves one server.
    func onAdvance(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.onAdvance = action }
    }

    private static func realTime() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Nanoseconds(time.tv_sec) * .second + Nanoseconds(time.tv_nsec)
    }
}
