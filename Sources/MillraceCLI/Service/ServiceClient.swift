import SwiftProtobuf
import WireAPI
import WireRPC

/// A server, as commands use it: connected on the first call, with the user's namespace, identity and metadata.
struct ServiceClient: Sendable {
    let settings: ConnectionSettings
    let connection: any ServiceConnection
    /// Sent with every call.
    let metadata: [(key: String, value: String)]

    /// How long one call may take.
    private static let callTimeout = Duration.seconds(30)
    /// How long a call may take that waits on the server for something to happen.
    private static let longPollTimeout = Duration.seconds(70)

    var namespace: String { settings.namespace }
    var identity: String { settings.identity }

    init(_ settings: ConnectionSettings, connection: any ServiceConnection) {
        self.settings = settings
        self.connection = connection
        var metadata: [(key: String, value: String)] = [
            ("client-name", "millrace-cli"), ("client-version", millraceVersion),
            ("temporal-namespace", settings.namespace),
        ]
        if let key = settings.apiKey { metadata.append(("authorization", "Bearer \(key)")) }
        metadata += settings.metadata.map { ($0.key, $0.value) }
        self.metadata = metadata
    }

    /// - Parameter isLongPoll: whether the server may keep the call until something happens.
    /// - Throws: ``OperationError`` if the server cannot be reached, ``RPCError`` if it refuses.
    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, isLongPoll: Bool = false
    ) async throws -> Response {
        let timeout = isLongPoll ? Self.longPollTimeout : Self.callTimeout
        do {
            return try await connection.call(
                method, request, options: CallOptions(timeout: timeout, metadata: metadata))
        } catch let error as RPCError where error.code == .unavailable {
            throw unreachable(error.message)
        }
    }

    private func unreachable(_ message: String) -> OperationError {
        let trouble = ConnectionTrouble(message, usesTLS: settings.tls != nil)
        return OperationError(
            """
            failed connecting to the server at \(settings.address): \(trouble.reason)
              Namespace: \(settings.namespace)
              TLS: \(settings.tls != nil)\(trouble.advice.map { "\n  \($0)" } ?? "")
            """)
    }
}

/// Why a server cannot be reached, for people.
struct ConnectionTrouble: Equatable {
    var reason: String
    /// What to look at; `nil` if the reason says it all.
    var advice: String?

    /// - Parameter message: of the failed call.
    init(_ message: String, usesTLS: Bool) {
        if message.contains("Connection refused") {
            reason = "connection refused"
            advice = "Is a server running there? `millrace server start-dev` starts one."
        } else if message.contains("CERTIFICATE_VERIFY_FAILED") {
            reason = "the server's certificate is not trusted"
            advice = "Name its authority with --tls-ca-path, and the server with --tls-server-name."
        } else if message.contains("CERTIFICATE_REQUIRED") {
            reason = "the server asks for a client certificate"
            advice = "Give --tls-cert-path and --tls-key-path."
        } else {
            reason = message
            let looksLikeTLS = !usesTLS && message.contains("was closed")
            advice = looksLikeTLS ? "If the server uses TLS, --tls or --tls-ca-path is needed." : nil
        }
    }
}

extension Session {
    /// Connects with what options, environment and files say.
    func client(_ options: ConnectionOptions) async throws -> ServiceClient {
        let settings = try ConnectionResolver(options, global, context).resolve()
        return ServiceClient(settings, connection: try await context.connect(settings))
    }
}
