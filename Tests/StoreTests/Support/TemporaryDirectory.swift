import Foundation

/// A folder of its own for one test, removed with the object.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "millrace-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "test.db") -> String { path + "/" + name }

    /// Copies a database as it lies on the disk now, log included, the way a crash would leave it.
    ///
    /// The log goes last and only grows meanwhile, as long as no checkpoint runs.
    func copyDatabase(_ name: String, to other: String, logBytes: Int? = nil) throws {
        try FileManager.default.copyItem(atPath: file(name), toPath: file(other))
        var log = try Data(contentsOf: URL(fileURLWithPath: file(name) + "-wal"))
        if let logBytes { log = log.prefix(logBytes) }
        try log.write(to: URL(fileURLWithPath: file(other) + "-wal"))
    }
}
