import SwiftProtobuf
import Synchronization
import WireAPI
import WireRPC

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

typealias Bytes = Google_Protobuf_BytesValue
typealias Text = Google_Protobuf_StringValue

func flushOutput() {
    fflush(nil)
}

/// The methods of the echo server, and what it has seen of cancelled calls.
enum EchoTable {
    static let service = "millrace.bench.Echo"
    static let echo = RPCMethod<Bytes, Bytes>(service: service, name: "Echo")
    private static let fail = RPCMethod<Text, Text>(service: service, name: "Fail")
    private static let metadata = RPCMethod<Text, Text>(service: service, name: "Metadata")
    private static let park = RPCMethod<Text, Text>(service: service, name: "Park")
    private static let cancelledCalls = RPCMethod<Text, Text>(service: service, name: "CancelledCalls")
    private static let hop = RPCMethod<Bytes, Bytes>(service: service, name: "Hop")

    /// Stands for an engine: every call goes through it one at a time.
    private actor Relay {
        func answer(_ request: Bytes) -> Bytes { request }
    }

    static func make() -> ServiceTable {
        let cancelled = Counter()
        let relay = Relay()
        var table = ServiceTable()
        table.register(echo) { request, _ in request }
        table.register(hop) { request, _ in await relay.answer(request) }
        table.register(fail) { request, _ in
            throw RPCError(.notFound, request.value, detail: request)
        }
        table.register(metadata) { request, context in
            .with { $0.value = context.metadata(request.value) ?? "absent" }
        }
        table.register(park) { request, _ in
            do {
                try await Task.sleep(for: .seconds(600))
            } catch {
                cancelled.increment()
                throw error
            }
            return request
        }
        table.register(cancelledCalls) { _, _ in .with { $0.value = String(cancelled.value) } }
        HealthService(services: [service]).register(in: &table)
        return table
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        var value: Int { count.load(ordering: .relaxed) }
        func increment() { count.add(1, ordering: .relaxed) }
    }
}
