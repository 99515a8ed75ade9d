import SwiftProtobuf
import WireAPI

/// Where unary calls go: a remote server over HTTP/2 (``RPCClient``) or a server in this process
/// (``InProcessConnection``).
///
/// The SDK, the CLI and the web UI use only this protocol, so each of them works on both.
public protocol ServiceConnection: Sendable {
    /// Performs one call and returns its answer.
    ///
    /// Cancelling the surrounding task cancels the call; the peer is told.
    /// - Throws: ``RPCError``; `.cancelled` when the task was cancelled, `.deadlineExceeded` when `options.timeout`
    ///   passed, `.unavailable` when the peer cannot be reached.
    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response
}

/// How one call is made.
public struct CallOptions: Sendable {
    /// How long the call may take, sent to the peer as `grpc-timeout`; `nil` means no limit.
    public var timeout: Duration?
    /// Metadata sent with the call. Keys are lower case; a key that ends in `-bin` carries base64 in its value.
    public var metadata: [(key: String, value: String)]

    public init(timeout: Duration? = .seconds(30), metadata: [(key: String, value: String)] = []) {
        self.timeout = timeout
        self.metadata = metadata
    }
}
