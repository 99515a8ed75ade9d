import Hummingbird

/// What a person has chosen in the settings, kept in a cookie.
struct Preferences: Sendable, Equatable {
    enum Theme: String, CaseIterable, Sendable { case system, light, dark }
    /// How points in time are shown.
    enum Times: String, CaseIterable, Sendable { case relative, absolute }
    /// In whose time zone: the browser's needs its script, without it UTC is shown.
    enum Zone: String, CaseIterable, Sendable { case local, utc }

    static let cookieName = "millrace_settings"

    var theme: Theme = .system
    var times: Times = .absolute
    var zone: Zone = .local

    init() {}

    init(cookie: String?) {
        let fields = Fields(encoded: cookie ?? "")
        theme = fields["theme"].flatMap(Theme.init) ?? .system
        times = fields["times"].flatMap(Times.init) ?? .absolute
        zone = fields["zone"].flatMap(Zone.init) ?? .local
    }

    var cookie: String {
        Fields([("theme", theme.rawValue), ("times", times.rawValue), ("zone", zone.rawValue)]).encoded
    }
}
