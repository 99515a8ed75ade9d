import Hummingbird
import WireRPC

/// Errors, said in words that help.
enum ErrorPage {
    static func page(for error: any Error, _ request: PageRequest) -> Page {
        let shown = describe(error)
        let body: HTML = """
            <section class="error-page" role="alert">
            <p class="error-code">\(shown.status.code)</p>
            <h1>\(shown.title)</h1>
            <p class="error-message">\(shown.message)</p>
            \(shown.advice.map { "<p>\($0)</p>" as HTML })
            <p><a class="button" href="\(request.links.workflows(request.namespace))">All workflows</a></p>
            </section>
            """
        var page = Page(shown.title, in: nil, namespace: request.namespace, body: body)
        page.status = shown.status
        return page
    }

    /// An error as it is shown.
    static func describe(_ error: any Error) -> PageError {
        switch error {
        case let error as PageError: error
        case let error as RPCError: describe(error)
        case is CancellationError: unavailable("The server is stopping.")
        default: PageError(status: .internalServerError, title: "Something went wrong", message: "\(error)")
        }
    }

    private static func describe(_ error: RPCError) -> PageError {
        switch error.code {
        case .notFound:
            PageError(
                status: .notFound, title: "Not found", message: error.message,
                advice: "Closed runs are deleted when the retention period of their namespace has passed.")
        case .invalidArgument, .failedPrecondition, .outOfRange, .alreadyExists, .aborted:
            .badRequest(error.message)
        case .permissionDenied, .unauthenticated:
            PageError(
                status: .forbidden, title: "Not allowed", message: error.message,
                advice: "The server asks for credentials that this page does not have.")
        case .unimplemented:
            PageError(
                status: .notImplemented, title: "Not served", message: error.message,
                advice: "The server that is shown does not offer this.")
        case .resourceExhausted:
            PageError(
                status: .tooManyRequests, title: "The server is busy", message: error.message,
                advice: "Try again in a moment.")
        case .unavailable, .deadlineExceeded, .cancelled: unavailable(error.message)
        default: PageError(status: .badGateway, title: "The server reports an error", message: error.message)
        }
    }

    private static func unavailable(_ message: String) -> PageError {
        PageError(
            status: .serviceUnavailable, title: "The server cannot be reached", message: message,
            advice: "Is it running? This page tries again when it is loaded again.")
    }
}
