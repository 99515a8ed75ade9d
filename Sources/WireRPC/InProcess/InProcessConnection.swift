import SwiftProtobuf
import WireAPI

/// Calls the handlers of a ``ServiceTable`` directly: no bytes, no sockets.
public struct InProcessConnection: ServiceConnection {
    private let table: ServiceTable

    public init(_ table: ServiceTable) {
        self.table = table
    }

    public func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response {
        guard let entry = table.entries[method.path] else { throw table.unknownMethod(method.path) }
        let deadline = options.timeout.map { ContinuousClock.now.advanced(by: $0) }
        let context = RPCContext(metadata: options.metadata, deadline: deadline)
        let answer = try await InProcessCall.run(entry, request, context)
        guard let response = answer as? Response else {
            throw RPCError(.internal, "\(method.path) answered with a \(type(of: answer))")
        }
        return response
    }
}
