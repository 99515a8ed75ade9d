/// What the clocks of a time zone show, for those who only want to read them.
public struct ZoneClock: Sendable {
    private let rules: ZoneRules

    /// - Returns: nil if there is no zone of that name, or its file cannot be read.
    public init?(named name: String, zones: any TimeZoneSource) {
        guard let bytes = zones.data(named: name), let rules = try? TZifFile.rules(of: bytes) else { return nil }
        self.rules = rules
    }

    /// Seconds east of Greenwich at `time`, which counts seconds since 1970 UTC.
    public func offset(at time: Int64) -> Int64 { rules.offset(at: time) }
}
