import SwiftProtobuf
import WireAPI
import WireRPC

/// Our own client under load: a given number of calls of 500 bytes, so many of them at a time.
enum LoadClient {
    static func run(_ arguments: [String]) async throws {
        let numbers = arguments.compactMap { Int($0) }
        guard numbers.count == 3 else { return print("usage: rpc-echo call PORT COUNT IN_FLIGHT (port 0: in process)") }
        let (port, count, inFlight) = (numbers[0], numbers[1], numbers[2])
        if port == 0 {
            return try await run(InProcessConnection(EchoTable.make()), count, inFlight)
        }
        let client = try RPCClient(target: "127.0.0.1:\(port)")
        defer { client.close() }
        try await run(client, count, inFlight)
    }

    private static func run(_ client: some ServiceConnection, _ count: Int, _ inFlight: Int) async throws {
        let request = Bytes.with { $0.value.append(contentsOf: repeatElement(7, count: 500)) }
        _ = try await client.call(EchoTable.echo, request, options: CallOptions())
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    for _ in 0..<(count / inFlight) {
                        _ = try await client.call(EchoTable.echo, request, options: CallOptions())
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        print("\(Int(Double(count) / seconds)) calls/s, \(seconds / Double(count) * Double(inFlight) * 1e6) us each")
    }
}
