import Hummingbird

/// What a request is answered with.
enum Answer: Sendable {
    case page(Page)
    /// Another address, with a notice to show there.
    case redirect(to: String, notice: Notice? = nil)
    /// A file to keep.
    case download(name: String, type: String, ByteBuffer)
    /// Updates of a page that is being looked at.
    case live(LiveFeed)
    /// Preferences changed; then on to another address.
    case preferences(Preferences, to: String, notice: Notice? = nil)
    /// A cookie of a page of its own changed; then on to another address.
    case keep(cookie: String, value: String, to: String)
}

/// A whole page: what is shown, and where in the navigation it belongs.
struct Page: Sendable {
    var title: String
    /// The entry of the navigation that is marked; `nil` for none.
    var section: NavigationEntry?
    var namespace: String
    var status: HTTPResponse.Status = .ok
    /// Where updates of this page come from; `nil` if it does not change.
    var liveAddress: String?
    /// Modules of ``Assets`` that this page needs besides those of all pages.
    var scripts: [String] = []
    var body: HTML

    init(_ title: String, in section: NavigationEntry?, namespace: String, body: HTML) {
        self.title = title
        self.section = section
        self.namespace = namespace
        self.body = body
    }
}

/// An error that is shown as a page.
struct PageError: Error, Sendable {
    var status: HTTPResponse.Status
    var title: String
    var message: String
    /// What to do about it.
    var advice: String?

    static func notFound(_ what: String, advice: String? = nil) -> PageError {
        PageError(status: .notFound, title: "Not found", message: what, advice: advice)
    }

    static func badRequest(_ message: String, advice: String? = nil) -> PageError {
        PageError(status: .badRequest, title: "That does not work", message: message, advice: advice)
    }
}
