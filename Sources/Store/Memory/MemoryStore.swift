import Engine
import Foundation
import Synchronization

/// A store in memory, for tests and simulations: the semantics of `SQLiteStore`, faults on demand, and crashes.
///
///     let store = MemoryStore()
///     store.inject(.failAfter, atCommit: 3)   // counted from 1, over the life of the store
///     let image = store.snapshot()            // what a disk would hold now
///     …
///     let revived = MemoryStore(restoring: image)
public final class MemoryStore: Store {
    /// What was durable at a moment.
    public struct Snapshot: Sendable {
        fileprivate var state: MemoryState
    }

    private struct Content: Sendable {
        var state: MemoryState
        /// What a crash falls back to while a torn batch lies in `state`.
        var beforeTorn: MemoryState?
        var faults: [Int: StoreFault] = [:]
        var isFull = false
        var isClosed = false
        var attempts = 0
        var statistics = StoreStatistics()

        func check() throws(StoreError) {
            if isClosed { throw .closed }
            if beforeTorn != nil { throw .tornBatch }
        }
    }

    private let content: Mutex<Content>

    public convenience init() { self.init(restoring: Snapshot(state: MemoryState())) }

    /// A store that holds what was durable when the snapshot was taken.
    public init(restoring snapshot: Snapshot) { content = Mutex(Content(state: snapshot.state)) }

    /// What a disk would hold if the machine died now: every commit that returned, and no part of another.
    public func snapshot() -> Snapshot {
        content.withLock { Snapshot(state: $0.beforeTorn ?? $0.state) }
    }

    // MARK: Faults

    /// Makes one commit go wrong. Commits are counted from 1 as they are asked for, failed ones included.
    public func inject(_ fault: StoreFault, atCommit number: Int) {
        content.withLock { $0.faults[number] = fault }
    }

    /// Makes the next commit go wrong.
    public func injectAtNextCommit(_ fault: StoreFault) {
        content.withLock { $0.faults[$0.attempts + 1] = fault }
    }

    /// While set, every commit fails with code `.full`.
    public var isFull: Bool {
        get { content.withLock { $0.isFull } }
        set { content.withLock { $0.isFull = newValue } }
    }

    /// How many commits have been asked for.
    public var commitAttempts: Int { content.withLock { $0.attempts } }

    /// Simulates the death of the process: a torn batch is gone, everything that was committed is there.
    public func crash() {
        content.withLock { content in
            if let before = content.beforeTorn { content.state = before }
            content.beforeTorn = nil
        }
    }

    // MARK: Store

    public func commit(_ batch: [StoreWrite]) throws {
        try content.withLock { content throws(StoreError) in
            try content.check()
            content.attempts += 1
            let fault = content.isFull ? .full : content.faults.removeValue(forKey: content.attempts)
            do throws(StoreError) {
                try Self.commit(batch, to: &content, fault)
            } catch {
                content.statistics.failedCommits += 1
                throw error
            }
        }
    }

    private static func commit(
        _ batch: [StoreWrite], to content: inout Content, _ fault: StoreFault?
    ) throws(StoreError) {
        try content.state.check(batch)
        switch fault {
        case .failBefore: throw .injected
        case .full: throw .full("in memory")
        case .torn:
            content.beforeTorn = content.state
            for write in batch.prefix(batch.count / 2) { content.state.apply(write) }
            throw .injected
        case .failAfter, nil:
            for write in batch { content.state.apply(write) }
            if fault != nil { throw .injected }
            content.statistics.commits += 1
            content.statistics.writes += batch.count
        }
    }

    public func recover() throws -> RecoveredState {
        crash()
        return try readable().recovered()
    }

    public var reader: any StoreReader { MemoryReader(store: self) }
    public var visibility: any VisibilityReader { MemoryReader(store: self) }

    public func checkpointIfNeeded(idle: Bool) throws {}

    public var statistics: StoreStatistics { content.withLock { $0.statistics } }

    public func close() throws { content.withLock { $0.isClosed = true } }

    /// Everything committed, for reads.
    fileprivate func readable() throws -> MemoryState {
        try content.withLock { content throws(StoreError) in
            try content.check()
            return content.state
        }
    }
}

extension StoreError {
    fileprivate static let injected = StoreError(.io, "The commit failed, as injected.")
    fileprivate static let tornBatch = StoreError(.closed, "The store has died in the middle of a commit, as injected.")
}

private struct MemoryReader: StoreReader, VisibilityReader {
    let store: MemoryStore

    func currentRun(namespace: NamespaceKey, workflowID: String) throws -> RunKey? {
        try store.readable().current[.init(namespace: namespace, workflowID: workflowID)]
    }

    func run(namespace: NamespaceKey, workflowID: String, runID: String) throws -> RunKey? {
        let state = try store.readable()
        return state.runsByID[runID]?.first { key in
            state.runs[key].map { $0.namespace == namespace && $0.workflowID == workflowID } ?? false
        }
    }

    func load(run: RunKey) throws -> StoredRun? {
        let state = try store.readable()
        return state.runs[run].map { StoredRun(row: $0, items: state.storedItems(run)) }
    }

    func history(run: RunKey, eventIDs: Range<Int64>) throws -> [StoredHistoryBatch] {
        let batches = try store.readable().histories[run] ?? []
        return batches.filter { batch in
            batch.firstEventID < eventIDs.upperBound && batch.firstEventID + Int64(batch.count) > eventIDs.lowerBound
                && !eventIDs.isEmpty
        }.sorted { $0.firstEventID < $1.firstEventID }
    }

    func visibility(run: RunKey) throws -> VisibilityRow? { try store.readable().visibility[run]?.row }

    func closedRuns(namespace: NamespaceKey, before: Nanoseconds, limit: Int) throws -> [RunKey] {
        let closed = try store.readable().visibility.values.compactMap { record -> (Nanoseconds, RunKey)? in
            guard record.row.namespace == namespace, let close = record.row.closeTime, close < before else {
                return nil
            }
            return (close, record.row.run)
        }
        return closed.sorted { $0 < $1 }.prefix(max(0, limit)).map(\.1)
    }

    func runs(namespace: NamespaceKey, limit: Int) throws -> [RunKey] {
        let runs = try store.readable().runs.values.filter { $0.namespace == namespace }
        return Array(runs.map(\.key).sorted().prefix(max(0, limit)))
    }

    func schedule(namespace: NamespaceKey, scheduleID: String) throws -> RunKey? {
        try store.readable().schedules.values.first { $0.namespace == namespace && $0.scheduleID == scheduleID }?.key
    }

    func load(schedule: RunKey) throws -> StoredSchedule? {
        let state = try store.readable()
        guard let row = state.schedules[schedule], let mutable = state.scheduleStates[schedule] else { return nil }
        return StoredSchedule(row: row, state: mutable, items: state.storedItems(schedule))
    }

    func schedules(namespace: NamespaceKey, limit: Int) throws -> [RunKey] {
        let found = try store.readable().schedules.values.filter { $0.namespace == namespace }
        return Array(found.map(\.key).sorted().prefix(max(0, limit)))
    }

    // MARK: Visibility

    func list(
        namespace: NamespaceKey, query: VisibilityQuery, pageSize: Int, pageToken: Data?
    ) throws -> VisibilityPage {
        var after: VisibilityCursor?
        if let pageToken, !pageToken.isEmpty {
            after = try VisibilityCursor(token: pageToken, namespace: namespace, query: query)
        }
        let size = VisibilityPage.effectiveSize(pageSize)
        var found = try selected(namespace, query).map { (VisibilityCursor($0, in: query), $0.row) }
        if let after { found.removeAll { !after.precedes($0.0, in: query) } }
        found.sort { $0.0.precedes($1.0, in: query) }
        let page = found.prefix(size)
        let token = found.count > size ? page.last?.0.token(namespace: namespace, query: query) : nil
        return VisibilityPage(rows: page.map(\.1), nextPageToken: token)
    }

    func count(namespace: NamespaceKey, query: VisibilityQuery) throws -> VisibilityCount {
        let statuses = try selected(namespace, query).map(\.row.status)
        guard query.groupsByStatus else { return VisibilityCount(total: Int64(statuses.count)) }
        let groups = Dictionary(grouping: statuses) { $0 }.map {
            VisibilityCount.Group(status: $0.key, count: Int64($0.value.count))
        }
        return VisibilityCount(total: Int64(statuses.count), groups: groups.sorted { $0.status < $1.status })
    }

    private func selected(_ namespace: NamespaceKey, _ query: VisibilityQuery) throws -> [VisibilityRecord] {
        try store.readable().visibility.values.filter {
            $0.row.namespace == namespace && $0.isSelected(by: query)
        }
    }
}
