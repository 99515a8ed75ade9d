import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The time zones of the machine: the files of its zoneinfo folders, `$TZDIR` first. `Local` is `/etc/localtime`.
///
/// What has been read is kept: a zone's file hardly ever changes. Copies share it.
public struct SystemTimeZones: TimeZoneSource {
    private static let usualFolders = [
        "/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo",
        "/var/db/timezone/zoneinfo",
    ]
    private static let largestFile = 1 << 20

    private let folders: [String]
    private let files = Files()

    public init() {
        let own = getenv("TZDIR").map { String(cString: $0) } ?? ""
        self.init(folders: (own.isEmpty ? [] : [own]) + Self.usualFolders)
    }

    /// - Parameter folders: Where zones are looked for, in this order.
    public init(folders: [String]) {
        self.folders = folders
    }

    public func data(named name: String) -> [UInt8]? {
        if let known = files[name] { return known }
        guard let found = read(name) else { return nil }
        files[name] = found
        return found
    }

    /// The names of the zones people choose from, in order; empty where the machine has no list of them.
    public func names() -> [String] {
        for folder in folders {
            guard let bytes = Self.contents(of: folder + "/zone.tab") else { continue }
            // Country, place, name, and a remark that may be missing, with a tab between them.
            return String(decoding: bytes, as: UTF8.self).split("\n").compactMap { line in
                let columns = line.split("\t")
                return line.hasPrefix("#") || columns.count < 3 ? nil : String(columns[2])
            }.sorted()
        }
        return []
    }

    private func read(_ name: String) -> [UInt8]? {
        if name == "Local" { return Self.contents(of: "/etc/localtime") }
        guard Self.isName(name) else { return nil }
        for folder in folders {
            if let bytes = Self.contents(of: folder + "/" + name) { return bytes }
        }
        return nil
    }

    /// Names are paths that stay in their folder.
    private static func isName(_ name: String) -> Bool {
        let allowed = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        return allowed && !name.hasPrefix("/") && !name.split("/").contains("..")
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let handle = fopen(path, "rb") else { return nil }
        defer { fclose(handle) }
        var bytes = [UInt8](repeating: 0, count: largestFile)
        let count = bytes.withUnsafeMutableBytes { fread($0.baseAddress, 1, $0.count, handle) }
        return count > 0 && count < largestFile ? Array(bytes[..<count]) : nil
    }

    /// The files read so far.
    private final class Files: Sendable {
        private let contents = Mutex<[String: [UInt8]]>([:])

        subscript(name: String) -> [UInt8]? {
            get { contents.withLock { $0[name] } }
            set { contents.withLock { $0[name] = newValue } }
        }
    }
}
