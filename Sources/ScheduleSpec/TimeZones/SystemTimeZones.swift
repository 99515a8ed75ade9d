/// The time zones of the machine: the files of its zoneinfo folders.
public struct SystemTimeZones: TimeZoneSource {
    public init() {}

    public func data(named name: String) -> [UInt8]? {
        nil
    }
}
