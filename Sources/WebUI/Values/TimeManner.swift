import ScheduleSpec
import SwiftProtobuf
import Synchronization

/// How points in time are written for the reader of a page, with and without its script.
struct TimeManner: Sendable {
    /// Those of the page that is being made.
    @TaskLocal static var current = TimeManner()

    /// `nil` for UTC.
    var zone: ZoneClock?
    /// When the page is made; `nil` if that is not known.
    var now: Google_Protobuf_Timestamp?
    var isRelative = false

    init() {}

    init(_ preferences: Preferences, now: Google_Protobuf_Timestamp) {
        if case .named(let name) = preferences.zone { zone = Zones.shared.clock(name) }
        self.now = now
        isRelative = preferences.times == .relative
    }

    /// Seconds since 1970 as the reader's clock has them.
    func local(_ seconds: Int64) -> Int64 {
        guard let zone else { return seconds }
        // Clamped to what fits far beyond any calendar, so that hostile times cannot overflow.
        let seconds = min(max(seconds, -1 << 40), 1 << 40)
        return seconds + zone.offset(at: seconds)
    }

    /// `UTC` or `+01:00`.
    func zoneText(_ seconds: Int64) -> String {
        guard let zone else { return "UTC" }
        let minutes = zone.offset(at: min(max(seconds, -1 << 40), 1 << 40)) / 60
        let size = minutes.magnitude
        return "\(minutes < 0 ? "-" : "+")\(size < 600 ? "0" : "")\(size / 60):\(size % 60 < 10 ? "0" : "")\(size % 60)"
    }
}

/// The time zones of this machine.
final class Zones: Sendable {
    static let shared = Zones()

    /// The names people choose from.
    let names: [String]
    private let source = SystemTimeZones()
    private let clocks = Mutex<[String: ZoneClock]>([:])

    private init() {
        names = source.names()
    }

    /// `nil` if there is no such zone.
    func clock(_ name: String) -> ZoneClock? {
        if let known = clocks.withLock({ $0[name] }) { return known }
        guard let clock = ZoneClock(named: name, zones: source) else { return nil }
        clocks.withLock { $0[name] = clock }
        return clock
    }
}
