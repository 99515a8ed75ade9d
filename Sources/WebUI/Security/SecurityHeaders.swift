import HTTPTypes
import Hummingbird

/// Headers every answer carries: only our own scripts and styles run, nobody frames the pages, nothing leaks.
enum SecurityHeaders {
    static let contentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    static func add(to headers: inout HTTPFields) {
        headers[.contentSecurityPolicy] = contentPolicy
        headers[.xContentTypeOptions] = "nosniff"
        headers[name("Referrer-Policy")] = "same-origin"
        headers[name("X-Frame-Options")] = "DENY"
        headers[name("Cross-Origin-Opener-Policy")] = "same-origin"
        headers[name("Cross-Origin-Resource-Policy")] = "same-origin"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }

    private static func name(_ name: String) -> HTTPField.Name {
        // Constants above; a name that is not valid would leave its header out and fail the test of the headers.
        HTTPField.Name(name) ?? .xContentTypeOptions
    }
}
