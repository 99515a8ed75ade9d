import APIJSON
import Hummingbird
import HummingbirdTesting
import NIOCore
import SwiftProtobuf
import Synchronization
import Testing
import WireAPI
import WireRPC

@testable import HTTPAPI

/// One answer, with its body as JSON.
struct Answer {
    let status: Int
    let mediaType: String?
    let text: String

    var json: JSONValue? { try? JSONParser.parse(text) }
    var message: String? { json?["message"]?.stringValue }
    var code: RPCError.Code? {
        guard case .number(let text)? = json?["code"] else { return nil }
        return Int(text).flatMap(RPCError.Code.init(rawValue:))
    }
}

/// Sends requests to routes that are mounted in a router, without a socket.
struct MountedAPI {
    let client: any TestClientProtocol

    static func run(
        _ connection: any ServiceConnection, requestGuard: RequestGuard = RequestGuard(),
        _ body: @Sendable (MountedAPI) async throws -> Void
    ) async throws {
        let router = Router(context: BasicRequestContext.self)
        HTTPAPI.addRoutes(to: router, connection: connection, requestGuard: requestGuard)
        try await Application(router: router).test(.router) { try await body(MountedAPI(client: $0)) }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await send(method, path, body.map { ByteBuffer(string: $0) }, headers: headers)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: ByteBuffer?, headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await client.execute(uri: path, method: method, headers: headers, body: body) { response in
            Answer(
                status: response.status.code, mediaType: response.headers[.contentType],
                text: String(buffer: response.body))
        }
    }
}

/// Answers every call with an empty message, and keeps what it was asked.
final class Recorder: ServiceConnection {
    private let state = Mutex<[(request: any Message, options: CallOptions)]>([])

    var calls: [(request: any Message, options: CallOptions)] { state.withLock { $0 } }

    func last<Request: Message>(_ type: Request.Type) throws -> Request {
        try #require(calls.last?.request as? Request)
    }

    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response {
        state.withLock { $0.append((request, options)) }
        return Response()
    }
}

/// Fails every call.
struct Refuser: ServiceConnection {
    let error: RPCError

    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response {
        throw error
    }
}
