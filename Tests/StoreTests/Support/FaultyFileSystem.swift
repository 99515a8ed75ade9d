import Foundation
import GRDBSQLite
import Synchronization

/// SQLite's own file system, with a `FileFaults` asked first for the files in its folder. Others are left alone.
///
/// It is the default of the process once installed, because GRDB opens files with the default. A file keeps the
/// memory SQLite gives it; only its table of methods is replaced, by one that knows the original and the file's path.
enum FaultyFileSystem {
    /// The methods of one open file. SQLite reads the first part only.
    private struct FileMethods {
        var methods: sqlite3_io_methods
        var original: UnsafePointer<sqlite3_io_methods>
        var file: Unmanaged<OpenFile>
    }

    private final class OpenFile: Sendable {
        let path: String
        let faults: FileFaults

        init(_ path: String, _ faults: FileFaults) {
            self.path = path
            self.faults = faults
        }
    }

    /// Safe to share: written once, before it is handed to SQLite, and never freed.
    private struct Systems: @unchecked Sendable {
        let original: UnsafeMutablePointer<sqlite3_vfs>
        let faulty: UnsafeMutablePointer<sqlite3_vfs>
    }

    private static let all = Mutex<[FileFaults]>([])
    private static let systems: Systems? = makeSystems()

    static func install() { _ = systems }

    static func register(_ faults: FileFaults) { all.withLock { $0.append(faults) } }

    static func unregister(_ faults: FileFaults) { all.withLock { $0.removeAll { $0 === faults } } }

    private static func faults(for path: String) -> FileFaults? {
        all.withLock { $0.first { path.hasPrefix($0.folder) } }
    }

    private static func makeSystems() -> Systems? {
        guard let original = sqlite3_vfs_find(nil) else { return nil }
        let faulty = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        faulty.initialize(to: original.pointee)
        faulty.pointee.pNext = nil
        faulty.pointee.zName = UnsafePointer(strdup("millrace-faulty"))
        faulty.pointee.xOpen = { _, name, file, flags, outFlags in FaultyFileSystem.open(name, file, flags, outFlags) }
        faulty.pointee.xDelete = { _, name, syncs in
            guard let systems = FaultyFileSystem.systems else { return SQLITE_ERROR }
            let code = systems.original.pointee.xDelete(systems.original, name, syncs)
            if code == SQLITE_OK, let name {
                let path = String(cString: name)
                FaultyFileSystem.faults(for: path)?.deleted(path)
            }
            return code
        }
        sqlite3_vfs_register(faulty, 1)
        return Systems(original: original, faulty: faulty)
    }

    // MARK: Files

    private static func open(
        _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let systems, let file else { return SQLITE_ERROR }
        let path = name.map { String(cString: $0) }
        let faults = path.flatMap { Self.faults(for: $0) }
        if let faults, let path { faults.opened(path) }
        let code = systems.original.pointee.xOpen(systems.original, name, file, flags, outFlags)
        guard code == SQLITE_OK, let faults, let path, let original = file.pointee.pMethods else { return code }
        let replaced = UnsafeMutablePointer<FileMethods>.allocate(capacity: 1)
        replaced.initialize(
            to: FileMethods(
                methods: methods(instead: original.pointee), original: original,
                file: .passRetained(OpenFile(path, faults))))
        file.pointee.pMethods = UnsafeRawPointer(replaced).assumingMemoryBound(to: sqlite3_io_methods.self)
        return code
    }

    private static func known(_ file: UnsafeMutablePointer<sqlite3_file>?) -> (FileMethods, OpenFile)? {
        guard let pointer = file?.pointee.pMethods else { return nil }
        let table = UnsafeRawPointer(pointer).assumingMemoryBound(to: FileMethods.self).pointee
        return (table, table.file.takeUnretainedValue())
    }

    private static func methods(instead original: sqlite3_io_methods) -> sqlite3_io_methods {
        var methods = original
        methods.xClose = { FaultyFileSystem.close($0) }
        methods.xRead = { file, buffer, count, offset in
            guard let (table, known) = FaultyFileSystem.known(file) else { return SQLITE_IOERR }
            guard known.faults.verdict(on: .read) == .proceed else { return SQLITE_IOERR }
            return table.original.pointee.xRead(file, buffer, count, offset)
        }
        methods.xWrite = { file, buffer, count, offset in
            guard let (table, known) = FaultyFileSystem.known(file), let buffer else { return SQLITE_IOERR }
            let verdict = known.faults.verdict(on: .write)
            let part = verdict == .tear ? count / 2 : count
            if verdict == .fail { return SQLITE_IOERR }
            let code = table.original.pointee.xWrite(file, buffer, part, offset)
            known.faults.wrote(known.path, offset: Int(offset), Data(bytes: buffer, count: Int(part)))
            return verdict == .tear ? SQLITE_FULL : code
        }
        methods.xTruncate = { file, size in
            guard let (table, known) = FaultyFileSystem.known(file) else { return SQLITE_IOERR }
            guard known.faults.verdict(on: .write) == .proceed else { return SQLITE_IOERR }
            known.faults.truncated(known.path, to: Int(size))
            return table.original.pointee.xTruncate(file, size)
        }
        // What the disk holds is kept by `FileFaults`, so the real one need not be waited for.
        methods.xSync = { file, _ in
            guard let (_, known) = FaultyFileSystem.known(file) else { return SQLITE_IOERR }
            guard known.faults.verdict(on: .sync) == .proceed else { return SQLITE_IOERR }
            known.faults.synced(known.path)
            return SQLITE_OK
        }
        return methods
    }

    private static func close(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Int32 {
        guard let file, let (table, _) = known(file) else { return SQLITE_IOERR }
        let replaced = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(file.pointee.pMethods))
        file.pointee.pMethods = table.original
        let code = table.original.pointee.xClose(file)
        table.file.release()
        replaced?.deallocate()
        return code
    }
}
