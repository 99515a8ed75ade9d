import Foundation
import Synchronization

/// Held while a server works on a database file, so that no second one can.
///
/// The lock lies on a file beside the database: locking the database itself would meet SQLite's own locks. It goes
/// with the process, however that ends; the file stays, because deleting it could let two servers in at once.
final class ProcessLock: Sendable {
    /// `nil` once it is released.
    private let descriptor: Mutex<Int32?>

    /// - Throws: `StoreError` with code `.fileInUse` or `.cannotOpen`.
    init(database path: String) throws(StoreError) {
        let lockPath = path + "-lock"
        let opened = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw .cannotOpen(path, detail: Self.reason(errno)) }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.read(opened)
            Foundation.close(opened)
            if reason == EWOULDBLOCK { throw .fileInUse(path, holder: holder) }
            throw .cannotOpen(path, detail: Self.reason(reason))
        }
        descriptor = Mutex(opened)
        // Only for the message of a server that comes second.
        let holder = Array("\(getpid())\n".utf8)
        if ftruncate(opened, 0) == 0 { _ = pwrite(opened, holder, holder.count, 0) }
    }

    deinit { release() }

    /// Lets others in.
    func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor { Foundation.close(open) }
            descriptor = nil
        }
    }

    private static func read(_ descriptor: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        let digits = buffer[..<count].prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
