import Foundation
import Synchronization

/// What goes wrong with the database files of one folder, and what a loss of power would leave of them.
///
/// While it lives, SQLite works on these files through `FaultyFileSystem`, which asks it before every read, write and
/// sync. It also remembers what was written and not synced: that is what a disk may keep in part.
final class FileFaults: Sendable {
    enum Operation: CaseIterable, Sendable { case read, write, sync }

    enum Fault: CaseIterable, Sendable {
        /// Fails, having done nothing.
        case fails
        /// Fails, having done half of it.
        case tears
        /// Fails, and so do all later ones of its kind until ``heal()``.
        case keepsFailing
        /// From here on nothing works.
        case losesPower
    }

    struct Plan: Sendable {
        var operation: Operation
        /// Which of these operations it strikes, from 1.
        var number: Int
        var fault: Fault
    }

    enum Verdict: Sendable { case proceed, fail, tear }

    private enum Change: Sendable {
        case write(offset: Int, Data)
        case truncate(Int)
    }

    private struct Disk: Sendable {
        var synced = Data()
        var pending: [Change] = []
    }

    private struct State {
        var plan: Plan?
        var counts: [Operation: Int] = [:]
        var hasStruck = false
        var disks: [String: Disk] = [:]
    }

    let folder: String
    private let state = Mutex(State())

    init(in directory: TemporaryDirectory) {
        folder = directory.path + "/"
        FaultyFileSystem.install()
        FaultyFileSystem.register(self)
    }

    /// Ends what it does; the files must be closed.
    func remove() { FaultyFileSystem.unregister(self) }

    /// Starts to count anew.
    func strike(_ plan: Plan) {
        state.withLock { state in
            state.plan = plan
            state.counts = [:]
            state.hasStruck = false
        }
    }

    /// From now on everything works.
    func heal() { state.withLock { $0.plan = nil } }

    var hasStruck: Bool { state.withLock(\.hasStruck) }

    // MARK: What the file system asks and tells

    func verdict(on operation: Operation) -> Verdict {
        state.withLock { state in
            guard let plan = state.plan else { return .proceed }
            if state.hasStruck, plan.fault == .losesPower { return .fail }
            guard operation == plan.operation else { return .proceed }
            state.counts[operation, default: 0] += 1
            let count = state.counts[operation, default: 0]
            guard count == plan.number || (count > plan.number && plan.fault == .keepsFailing) else { return .proceed }
            state.hasStruck = true
            return plan.fault == .tears ? .tear : .fail
        }
    }

    func opened(_ path: String) {
        let content = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
        state.withLock { state in
            if state.disks[path] == nil { state.disks[path] = Disk(synced: content) }
        }
    }

    func wrote(_ path: String, offset: Int, _ bytes: Data) { note(.write(offset: offset, bytes), path) }

    func truncated(_ path: String, to size: Int) { note(.truncate(size), path) }

    private func note(_ change: Change, _ path: String) {
        state.withLock { $0.disks[path, default: Disk()].pending.append(change) }
    }

    func synced(_ path: String) {
        state.withLock { state in
            guard var disk = state.disks[path] else { return }
            for change in disk.pending { Self.apply(change, to: &disk.synced) }
            disk.pending = []
            state.disks[path] = disk
        }
    }

    func deleted(_ path: String) { state.withLock { $0.disks[path] = nil } }

    // MARK: After a loss of power

    private static let sector = 512

    /// Writes to `other` what the disk may hold: all that was synced, and of the rest each sector or not, by chance.
    func writeRemains(to other: TemporaryDirectory, using chance: inout SeededGenerator) throws {
        let disks = state.withLock(\.disks)
        for (path, disk) in disks.sorted(by: { $0.key < $1.key }) {
            var content = disk.synced
            for change in disk.pending {
                switch change {
                case .truncate: if Bool.random(using: &chance) { Self.apply(change, to: &content) }
                case .write(let offset, let bytes):
                    for start in stride(from: 0, to: bytes.count, by: Self.sector)
                    where Bool.random(using: &chance) {
                        let part = bytes.dropFirst(start).prefix(Self.sector)
                        Self.apply(.write(offset: offset + start, Data(part)), to: &content)
                    }
                }
            }
            let name = URL(fileURLWithPath: path).lastPathComponent
            try content.write(to: URL(fileURLWithPath: other.file(name)))
        }
    }

    private static func apply(_ change: Change, to content: inout Data) {
        switch change {
        case .truncate(let size):
            if size < content.count { content.removeSubrange(size...) }
        case .write(let offset, let bytes):
            let end = offset + bytes.count
            if content.count < end { content.append(Data(count: end - content.count)) }
            content.replaceSubrange(offset..<end, with: bytes)
        }
    }
}
