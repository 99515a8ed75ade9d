import Hummingbird

/// What a person has chosen in the settings, kept in a cookie.
struct Preferences: Sendable, Equatable {
    enum Theme: String, CaseIterable, Sendable { case system, light, dark }
    /// How points in time are shown.
    enum Times: String, CaseIterable, Sendable { case relative, absolute }
    /// In whose time zone.
    enum Zone: Sendable, Equatable {
        /// The browser's, which needs its script: without it UTC is shown.
        case local
        case utc
        /// Of the zoneinfo database, such as `Europe/Berlin`.
        case named(String)

        init(_ text: String?) {
            switch text {
            case nil, "", "local": self = .local
            case "utc", "UTC": self = .utc
            case let name?: self = .named(String(name.prefix(64)))
            }
        }

        var text: String {
            switch self {
            case .local: "local"
            case .utc: "utc"
            case .named(let name): name
            }
        }
    }

    static let cookieName = "millrace_settings"
    /// What can be chosen for ``rows``.
    static let rowChoices = [20, 50, 100, 200]

    var theme: Theme = .system
    var times: Times = .absolute
    var zone: Zone = .local
    /// How many rows a page of a list has.
    var rows = 50

    init() {}

    init(cookie: String?) {
        let fields = Fields(encoded: cookie ?? "")
        theme = fields["theme"].flatMap(Theme.init) ?? .system
        times = fields["times"].flatMap(Times.init) ?? .absolute
        zone = Zone(fields["zone"])
        if let rows = fields["rows"].flatMap(Int.init), Self.rowChoices.contains(rows) { self.rows = rows }
    }

    var cookie: String {
        Fields([
            ("theme", theme.rawValue), ("times", times.rawValue), ("zone", zone.text), ("rows", "\(rows)"),
        ]).encoded
    }
}
