import SwiftProtobuf
import WireAPI
import WireRPC

/// The server whose runs are shown, as pages use it.
struct Service: Sendable {
    let connection: any ServiceConnection
    /// Sent with every call, such as an API key.
    var metadata: [(key: String, value: String)] = []
    /// Who acts, as histories record it.
    var identity = "millrace-ui"
    /// What the server can do, once a page has asked.
    let features = KnownFeatures()
    let factsCache = ServerFactsCache()
    let imports = ImportStore()

    /// How long a page waits for the server.
    static let callTimeout = Duration.seconds(15)
    /// How long a live page waits for something to happen.
    static let longPollTimeout = Duration.seconds(60)

    /// - Throws: ``RPCError``
    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, timeout: Duration = callTimeout
    ) async throws -> Response {
        try await connection.call(method, request, options: CallOptions(timeout: timeout, metadata: metadata))
    }
}
