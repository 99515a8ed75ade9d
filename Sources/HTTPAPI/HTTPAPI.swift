import Hummingbird
import WireRPC

/// The API as JSON over HTTP, as its `google.api.http` annotations define it.
///
///     let router = Router(context: HTTPAPIContext.self)
///     HTTPAPI.addRoutes(to: router, connection: server.connection)
///
/// It reaches the server by a ``ServiceConnection`` alone, so the server may be in this process or elsewhere.
public enum HTTPAPI {
    /// Longest body of a request: 4 MiB, as the reference.
    static let maximumBodySize = 4 * 1024 * 1024
    /// The HTTP methods that are answered; those the API does not use get its own answer for that.
    private static let methods: [HTTPRequest.Method] = [.get, .post, .delete, .put, .patch, .head, .options]

    /// Serves everything under `/api/v1/`.
    ///
    /// A call is cancelled when its client goes away if `Context` is a ``ConnectedRequestContext``.
    /// - Parameters:
    ///   - pathPrefix: What the paths of requests begin with before `/api/v1`, such as `/temporal`.
    ///   - requestGuard: What is done about requests that web pages send.
    public static func addRoutes<Context: RequestContext>(
        to router: some RouterMethods<Context>, connection: any ServiceConnection, pathPrefix: String = "",
        requestGuard: RequestGuard = RequestGuard()
    ) {
        let responder = HTTPAPIResponder<Context>(
            connection: connection, pathPrefix: pathPrefix, requestGuard: requestGuard)
        for method in methods {
            router.on("/api/v1/**", method: method) { request, context in
                try await responder.respond(to: request, context: context)
            }
        }
    }
}
