#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Text files that hold settings.
enum SettingsFile {
    /// The text of a file; `nil` if there is no such file.
    static func read(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return String(decoding: try bytes(path), as: UTF8.self)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path) else {
            throw OperationError("open \(path): no such file or directory")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw OperationError("open \(path): cannot be read")
        }
        return [UInt8](data)
    }

    /// Replaces a file whole, readable by its owner only (settings hold keys), and makes its folder.
    static func write(_ text: String, to path: String) throws {
        let url = URL(filePath: path)
        do {
            try makeDirectory(url.deletingLastPathComponent().path)
            try Data(text.utf8).write(to: url, options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            throw OperationError("cannot write \(path): \(error)")
        }
    }

    static func makeDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw OperationError("cannot create the folder \(path): \(error)")
        }
    }

    /// The folder that the `temporal` CLI keeps its settings in, so that both tools share their profiles.
    static func defaultFolder(home: String) -> String {
        #if os(macOS)
            "\(home)/Library/Application Support/temporalio"
        #else
            "\(home)/.config/temporalio"
        #endif
    }
}
