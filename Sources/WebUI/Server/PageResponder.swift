import HTTPTypes
import Hummingbird
import Logging
import SwiftProtobuf
import WireRPC

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Answers requests: checks them, finds the page, and turns what it says into HTTP.
struct PageResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    private let service: Service
    private let links: Links
    private let routes: RouteTable
    private let hosts: HostCheck
    private let maximumFormSize: Int
    private let maximumFileSize: Int
    private let liveLimit: LiveLimit
    private let logger: Logger

    init(configuration: WebServer.Configuration, service: Service, routes: RouteTable = Sections.routes) {
        self.service = service
        self.routes = routes
        links = Links(base: configuration.publicPath)
        hosts = HostCheck(bindHost: configuration.host, allowedHosts: configuration.allowedHosts)
        maximumFormSize = configuration.maximumFormSize
        maximumFileSize = configuration.maximumFileSize
        liveLimit = LiveLimit(configuration.maximumLiveFeeds)
        logger = configuration.logger
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        var response = await answer(request)
        SecurityHeaders.add(to: &response.headers)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async -> Response {
        guard hosts.accepts(request.head.authority) else {
            return Response(
                status: .misdirectedRequest, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: HostCheck.refusal)))
        }
        guard request.uri.path.hasPrefix(links.base) else { return redirect(to: links.base + "/") }
        let path = String(request.uri.path.dropFirst(links.base.count))
        if let asset = Assets.response(path, request.headers) { return asset }
        var page = PageRequest(request, path, service, links)
        let newToken = CrossSiteToken.isValid(page.token) ? nil : CrossSiteToken.make()
        if let newToken { page.token = newToken }
        var response = await respond(to: request, &page, path)
        if let newToken, request.method != .post {
            response.setSessionCookie(CrossSiteToken.cookieName, newToken, path: links.base + "/")
        }
        return response
    }

    private func respond(to request: Request, _ page: inout PageRequest, _ path: String) async -> Response {
        do {
            switch request.method {
            case .get, .head: return try await run(.get, path, page)
            case .post:
                try await readForm(request, &page)
                return try await run(.post, path, page)
            default:
                throw PageError(
                    status: .methodNotAllowed, title: "That does not work",
                    message: "There is nothing here for \(request.method).")
            }
        } catch {
            return await render(ErrorPage.page(for: error, page), page)
        }
    }

    private func run(_ method: RouteTable.Method, _ path: String, _ page: PageRequest) async throws -> Response {
        switch routes.match(method, path) {
        case .handler(let handler, let parameters):
            var page = page
            page.parameters = parameters
            do {
                let answer = try await TimeManner.$current.withValue(.init(page.preferences, now: page.now)) {
                    try await handler(page)
                }
                return await response(to: answer, page)
            } catch {
                return await render(ErrorPage.page(for: error, page), page)
            }
        case .otherMethod:
            throw PageError(
                status: .methodNotAllowed, title: "That does not work",
                message: "This address takes another kind of request.")
        case .none: throw PageError.notFound("There is no page at \(path)")
        }
    }

    private func readForm(_ request: Request, _ page: inout PageRequest) async throws {
        guard hosts.isSameOrigin(request.headers[.origin], request.head.authority) else {
            throw PageError.foreignForm
        }
        let type = request.headers[.contentType] ?? ""
        let hasFiles = type.lowercased().hasPrefix("multipart/form-data")
        guard hasFiles || type.hasPrefix("application/x-www-form-urlencoded") else {
            throw PageError(
                status: .unsupportedMediaType, title: "That does not work", message: "Only forms are taken here.")
        }
        let limit = hasFiles ? max(maximumFormSize, maximumFileSize) : maximumFormSize
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limit)
        } catch {
            throw PageError(
                status: .contentTooLarge, title: "Too large",
                message: "The form has more than \(limit >> 20) MB.",
                advice: "Send large inputs with the SDK or the command line.")
        }
        if hasFiles {
            guard let fields = MultipartForm.fields(Array(buffer: body), contentType: type) else {
                throw PageError.badRequest("The form with its file could not be read.")
            }
            page.form = fields
        } else {
            page.form = Fields(encoded: String(buffer: body))
        }
        let cookie = page.cookies[CrossSiteToken.cookieName]
        guard CrossSiteToken.matches(cookie, page.form[CrossSiteToken.fieldName]) else { throw PageError.foreignForm }
    }

    private func response(to answer: Answer, _ page: PageRequest) async -> Response {
        switch answer {
        case .page(let content): return await render(content, page)
        case .redirect(let address, let notice):
            return redirect(to: address, notice)
        case .download(let name, let type, let bytes):
            let headers: HTTPFields = [
                .contentType: type, .contentDisposition: "attachment; filename=\"\(name)\"",
            ]
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: bytes))
        case .live(let feed): return feed.response(liveLimit)
        case .preferences(let preferences, let address, let notice):
            var response = redirect(to: address, notice)
            response.setSessionCookie(
                Preferences.cookieName, preferences.cookie, path: links.base + "/", maxAge: 365 * 86_400)
            return response
        case .keep(let name, let value, let address):
            var response = redirect(to: address)
            response.setSessionCookie(name, value, path: links.base + "/", maxAge: 365 * 86_400)
            return response
        }
    }

    private func render(_ content: Page, _ page: PageRequest) async -> Response {
        // Who could not be reached just now is not asked again.
        let cache = page.service.factsCache
        let isReachable = content.status != .serviceUnavailable
        let facts = isReachable ? await cache.facts(page.service, content.namespace) : cache.last
        let html = Layout.document(content, page, facts)
        var response = Response(
            status: content.status, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: html.bytes)))
        if page.notice != nil {
            response.setSessionCookie(Notice.cookieName, "", path: links.base + "/", maxAge: 0)
        }
        if content.status == .ok, let name = page.parameters["namespace"] {
            let cookie = PercentCoding.encode(name)
            if page.cookies[PageRequest.namespaceCookieName] != cookie {
                response.setSessionCookie(PageRequest.namespaceCookieName, cookie, path: links.base + "/")
            }
        }
        return response
    }

    private func redirect(to address: String, _ notice: Notice? = nil) -> Response {
        var response = Response(status: .seeOther, headers: [.location: address])
        if let notice {
            response.setSessionCookie(Notice.cookieName, notice.cookie, path: links.base + "/", maxAge: 60)
        }
        return response
    }
}

extension HostCheck {
    fileprivate static let refusal = """
        This server answers to names of this machine only (localhost, 127.0.0.1), so that a page of somebody else \
        cannot read it.
        To reach it under another name, start it with --ui-allowed-host NAME.

        """
}

extension PageError {
    static let foreignForm = PageError(
        status: .forbidden, title: "The form was not sent",
        message: "It does not come from a page of this server, or the page was open for too long.",
        advice: "Go back, load the page again, and send the form once more. Cookies must be allowed.")
}

extension PageRequest {
    fileprivate init(_ request: Request, _ path: String, _ service: Service, _ links: Links) {
        var cookies: [String: String] = [:]
        for header in request.headers[values: .cookie] {
            for part in header.split(separator: ";") {
                let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard pieces.count == 2 else { continue }
                cookies[pieces[0].trimmingSpace()] = pieces[1].trimmingSpace()
            }
        }
        self.init(
            address: request.head.path ?? path, query: Fields(encoded: request.uri.query ?? ""), cookies: cookies,
            preferences: Preferences(cookie: cookies[Preferences.cookieName]),
            token: cookies[CrossSiteToken.cookieName] ?? "", notice: Notice(cookie: cookies[Notice.cookieName]),
            service: service, links: links, now: .wallClock())
    }
}

extension Response {
    fileprivate mutating func setSessionCookie(_ name: String, _ value: String, path: String, maxAge: Int? = nil) {
        let age = maxAge.map { "; Max-Age=\($0)" } ?? ""
        headers.append(
            HTTPField(name: .setCookie, value: "\(name)=\(value); Path=\(path); HttpOnly; SameSite=Strict\(age)"))
    }
}

extension Google_Protobuf_Timestamp {
    static func wallClock() -> Google_Protobuf_Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Google_Protobuf_Timestamp(seconds: Int64(time.tv_sec), nanos: Int32(time.tv_nsec))
    }
}
