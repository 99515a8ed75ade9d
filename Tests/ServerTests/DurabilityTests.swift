import Engine
import Foundation
import Store
import Testing
import WireAPI
import WireRPC

@testable import Server

/// What survives, and what is seen of what does not: the whole server on files and on stores that fail.
@Suite struct DurabilityTests {
    private static func temporaryFile() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("millrace-\(UUID().uuidString).db").path
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-lock"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    @Test func aRestartGoesOnWhereTheServerStopped() async throws {
        let path = Self.temporaryFile()
        defer { Self.remove(path) }
        let first = try await MillraceServer.start(.init(storage: .file(path)))
        var client = TestClient(connection: first.connection)
        let runID = try await client.start("w")
        let task = try await client.pollWorkflowTask()
        try await client.complete(task, .activity("1"))
        let clusterID = try await client.clusterID()
        await first.stop()

        let second = try await MillraceServer.start(.init(storage: .file(path)))
        client = TestClient(connection: second.connection)
        #expect(try await client.clusterID() == clusterID)
        #expect(try await client.list().map(\.execution.runID) == [runID])
        let activity = try await client.pollActivityTask()
        try await client.complete(activity, result: "1")
        let last = try await client.pollWorkflowTask()
        try await client.complete(last, .complete("2"))
        #expect(try await client.closingEvent("w")?.eventType == .workflowExecutionCompleted)
        await second.stop()
    }

    @Test func aFileInUseIsATypedError() async throws {
        let path = Self.temporaryFile()
        defer { Self.remove(path) }
        let first = try await MillraceServer.start(.init(storage: .file(path)))
        await #expect(throws: ServerError.fileInUse(path: path)) {
            try await MillraceServer.start(.init(storage: .file(path)))
        }
        await first.stop()
        let second = try await MillraceServer.start(.init(storage: .file(path)))
        await second.stop()
    }

    @Test func aPortInUseIsATypedErrorAndReleasesTheFile() async throws {
        let path = Self.temporaryFile()
        defer { Self.remove(path) }
        let first = try await MillraceServer.start(.init(port: 0))
        let port = try #require(first.port)
        await #expect(throws: ServerError.portInUse(host: "127.0.0.1", port: port)) {
            try await MillraceServer.start(.init(port: port, storage: .file(path)))
        }
        let second = try await MillraceServer.start(.init(storage: .file(path)))
        await second.stop()
        await first.stop()
    }

    @Test func aFileThatIsNoDatabaseIsATypedError() async throws {
        let path = Self.temporaryFile()
        defer { Self.remove(path) }
        try Data("not a database, but long enough to be looked at as one".utf8).write(to: URL(fileURLWithPath: path))
        let error = await #expect(throws: ServerError.self) {
            try await MillraceServer.start(.init(storage: .file(path)))
        }
        guard case .cannotOpen(path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// A start, its task and its list row all wait for the commit that holds them.
    @Test func nothingIsSeenBeforeItIsDurable() async throws {
        let store = HeldStore()
        let server = try await MillraceServer.start(.init(), store: store)
        let client = TestClient(connection: server.connection)
        // The first list asks the engine for the namespace's search attributes.
        #expect(try await client.list().isEmpty)
        let calls = server.counters.calls
        async let parked = client.pollWorkflowTask()
        while server.counters.calls == calls { await Task.yield() }
        store.hold()
        let before = store.attempts
        async let started = client.start("w")
        await store.reached(attempts: before + 1)
        #expect(try await client.list().isEmpty)
        async let described: APIDescribeWorkflowExecutionResponse = client.call(
            WorkflowService.describeWorkflowExecution
        ) {
            $0.namespace = "default"
            $0.execution.workflowID = "w"
        }
        while server.counters.calls < calls + 3 { await Task.yield() }
        #expect(store.inner.snapshotHasRun == false)
        store.release()
        #expect(try await started == described.workflowExecutionInfo.execution.runID)
        #expect(try await parked.workflowExecution.workflowID == "w")
        #expect(try await client.list().count == 1)
        await server.stop()
    }

    @Test(arguments: [StoreFault.failBefore, .failAfter, .torn])
    func aFailedCommitLosesNothingThatWasAcknowledged(fault: StoreFault) async throws {
        let store = MemoryStore()
        let server = try await MillraceServer.start(.init(), store: store)
        let client = TestClient(connection: server.connection)
        let kept = try await client.start("kept")
        store.injectAtNextCommit(fault)
        #expect(try await failure { try await client.start("w", requestID: "same") }?.code == .unavailable)
        // What a client does: the same request again, until it is answered.
        var runID: String?
        while runID == nil {
            do {
                runID = try await client.start("w", requestID: "same")
            } catch let error as RPCError where error.code == .unavailable {
                await Task.yield()
            }
        }
        #expect(Set(try await client.list().map(\.execution.runID)) == [kept, try #require(runID)])
        var tasks: Set<String> = []
        for _ in 0..<2 { tasks.insert(try await client.pollWorkflowTask().workflowExecution.workflowID) }
        #expect(tasks == ["kept", "w"])
        #expect(server.counters.rebuilds == 1)
        await server.stop()
    }

    /// The same under load: every start that was acknowledged is there, with its task.
    @Test func acknowledgedStartsSurviveFailuresUnderLoad() async throws {
        let store = MemoryStore()
        let server = try await MillraceServer.start(.init(), store: store)
        let client = TestClient(connection: server.connection)
        for attempt in stride(from: 5, to: 60, by: 7) {
            store.inject(attempt % 2 == 0 ? .failBefore : .failAfter, atCommit: attempt)
        }
        let acknowledged = try await withThrowingTaskGroup(of: String?.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in 0..<25 {
                        do {
                            try await client.start("w\(worker).\(number)")
                        } catch let error as RPCError where error.code == .unavailable {
                            return "w\(worker).\(number)"
                        }
                    }
                    return nil
                }
            }
            var lost: Set<String> = []
            for try await name in group { if let name { lost.insert(name) } }
            return lost
        }
        // Each worker stopped at its first failure: everything it started before is acknowledged.
        var expected: Set<String> = []
        for worker in 0..<8 {
            for number in 0..<25 {
                let name = "w\(worker).\(number)"
                if acknowledged.contains(name) { break }
                expected.insert(name)
            }
        }
        var listed: Set<String> = []
        while listed.isEmpty { listed = Set((try? await client.list().map(\.execution.workflowID)) ?? []) }
        #expect(expected.isSubset(of: listed), "\(expected.subtracting(listed).count) acknowledged starts are gone")
        await server.stop()
    }

    @Test func aFullDiskStopsWritesOnly() async throws {
        let store = MemoryStore()
        var limits = HostLimits()
        limits.probeInterval = .milliseconds(5)
        let server = try await MillraceServer.start(.init(), store: store, hostLimits: limits)
        let client = TestClient(connection: server.connection)
        try await client.start("kept")
        store.isFull = true
        #expect(try await failure { try await client.start("lost") }?.code == .resourceExhausted)
        while try await failure({ try await client.history("kept") })?.code == .resourceExhausted { await Task.yield() }
        #expect(try await client.history("kept").count == 2)
        #expect(try await client.list().count == 1)
        #expect(try await failure { try await client.pollWorkflowTask() }?.code == .resourceExhausted)
        store.isFull = false
        while try await failure({ try await client.start("after") })?.code == .resourceExhausted { await Task.yield() }
        #expect(try await client.list().count == 2)
        await server.stop()
    }
}

extension MemoryStore {
    fileprivate var snapshotHasRun: Bool {
        let copy = MemoryStore(restoring: snapshot())
        return (try? copy.recover().lastRunKey).map { $0 > 0 } ?? false
    }
}

extension TestClient {
    fileprivate func clusterID() async throws -> String {
        let info: APIGetClusterInfoResponse = try await call(WorkflowService.getClusterInfo)
        return info.clusterID
    }
}
