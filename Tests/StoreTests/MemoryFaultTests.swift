import Engine
import Foundation
import Testing

@testable import Store

/// The faults a memory store can be told to have.
@Suite struct MemoryFaultTests {
    private static func put(_ value: UInt8) -> [StoreWrite] {
        [.putMeta(name: "a", value: Data([value])), .putMeta(name: "b", value: Data([value]))]
    }

    private static func values(_ store: MemoryStore) throws -> [UInt8?] {
        let meta = try store.recover().meta
        return [meta["a"]?.first, meta["b"]?.first]
    }

    @Test func aCommitCanFailBeforeItIsApplied() throws {
        let store = MemoryStore()
        store.inject(.failBefore, atCommit: 2)
        try store.commit(Self.put(1))
        #expect(throws: StoreError.self) { try store.commit(Self.put(2)) }
        #expect(try Self.values(store) == [1, 1])
        try store.commit(Self.put(3))
        #expect(try Self.values(store) == [3, 3])
        #expect(store.commitAttempts == 3)
        #expect(store.statistics.commits == 2)
    }

    @Test func aCommitCanFailAfterItIsApplied() throws {
        let store = MemoryStore()
        store.injectAtNextCommit(.failAfter)
        #expect(throws: StoreError.self) { try store.commit(Self.put(1)) }
        #expect(try Self.values(store) == [1, 1])
    }

    @Test func aTornCommitIsThrownAwayByRecovery() throws {
        let store = MemoryStore()
        try store.commit(Self.put(1))
        store.injectAtNextCommit(.torn)
        #expect(throws: StoreError.self) { try store.commit(Self.put(2)) }
        #expect(throws: StoreError.self) { try store.commit(Self.put(3)) }
        #expect(throws: StoreError.self) { try store.reader.load(run: 1) }
        #expect(try Self.values(MemoryStore(restoring: store.snapshot())) == [1, 1])
        #expect(try Self.values(store) == [1, 1])
        try store.commit(Self.put(4))
        #expect(try Self.values(store) == [4, 4])
    }

    @Test func aFullStoreSaysSoUntilThereIsSpace() throws {
        let store = MemoryStore()
        try store.commit(Self.put(1))
        store.isFull = true
        for _ in 0..<2 {
            let error = #expect(throws: StoreError.self) { try store.commit(Self.put(2)) }
            #expect(error?.code == .full)
        }
        #expect(try Self.values(store) == [1, 1])
        store.isFull = false
        try store.commit(Self.put(2))
        #expect(try Self.values(store) == [2, 2])
    }

    @Test func aSnapshotIsThePast() throws {
        let store = MemoryStore()
        try store.commit(Self.put(1))
        let image = store.snapshot()
        try store.commit(Self.put(2))
        #expect(try Self.values(MemoryStore(restoring: image)) == [1, 1])
        #expect(try Self.values(store) == [2, 2])
    }
}
