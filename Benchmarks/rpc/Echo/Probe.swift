import WireAPI
import WireRPC

/// Our client against a Temporal server of any make: prints one line for each thing it tries.
enum Probe {
    static func run(_ target: String) async throws {
        let client = try RPCClient(target: target)
        defer { client.close() }
        let info = try await client.call(WorkflowService.getSystemInfo, .init(), options: CallOptions())
        print("version \(info.serverVersion.isEmpty ? "missing" : "present")")
        try await showNotFound(client)
        try await showDeadline(client)
        try await showCancelledPoll(client)
        try await showMany(client)
    }

    private static func showNotFound(_ client: RPCClient) async throws {
        do {
            _ = try await client.call(
                WorkflowService.describeNamespace, .with { $0.namespace = "no-such-namespace" }, options: CallOptions())
            print("found what is not there")
        } catch let error as RPCError {
            let detail = error.detail(APINamespaceNotFoundFailure.self)?.namespace ?? "missing"
            print("error \(error.code) detail \(detail)")
        }
    }

    private static func poll(_ client: RPCClient, _ timeout: Duration?) async throws -> RPCError.Code {
        do {
            let request = APIPollWorkflowTaskQueueRequest.with {
                $0.namespace = "default"
                $0.taskQueue.name = "rpc-probe"
            }
            let options = CallOptions(timeout: timeout)
            _ = try await client.call(WorkflowService.pollWorkflowTaskQueue, request, options: options)
            return .ok
        } catch let error as RPCError {
            return error.code
        }
    }

    private static func showDeadline(_ client: RPCClient) async throws {
        let start = ContinuousClock.now
        let code = try await poll(client, .milliseconds(300))
        print("short poll \(code) \(start.duration(to: .now) < .seconds(3) ? "in time" : "late")")
    }

    private static func showCancelledPoll(_ client: RPCClient) async throws {
        let call = Task { try await poll(client, .seconds(60)) }
        try await Task.sleep(for: .milliseconds(300))
        let start = ContinuousClock.now
        call.cancel()
        let code = try await call.value
        print("cancelled poll \(code) \(start.duration(to: .now) < .seconds(1) ? "at once" : "late")")
    }

    private static func showMany(_ client: RPCClient) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    _ = try await client.call(WorkflowService.getSystemInfo, .init(), options: CallOptions())
                }
            }
            try await group.waitForAll()
        }
        print("many done on \(client.connectionCount) connection")
    }
}
