/// Where the rules of time zones come from.
public protocol TimeZoneSource: Sendable {
    /// The TZif file (RFC 9636) of a zone by its IANA name, as `Europe/Berlin`; nil if there is no such zone.
    func data(named name: String) -> [UInt8]?
}
