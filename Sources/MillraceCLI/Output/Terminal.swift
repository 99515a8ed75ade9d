#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What is known of the place standard output goes to.
struct Terminal: Sendable, Equatable {
    /// Whether a person is looking: only then is anything redrawn, shortened or coloured by default.
    var isInteractive: Bool
    /// Columns; `nil` when unknown or not a terminal.
    var width: Int?

    static let none = Terminal(isInteractive: false, width: nil)

    static func current(environment: [String: String]) -> Terminal {
        guard isatty(1) == 1, environment["TERM"] != "dumb" else { return .none }
        var size = winsize()
        let known = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return Terminal(isInteractive: true, width: known ? Int(size.ws_col) : 80)
    }
}
