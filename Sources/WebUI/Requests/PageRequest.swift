import SwiftProtobuf

/// What a page is made from: the request, decoded and checked, and the service it asks.
struct PageRequest: Sendable {
    /// The path as it was asked for, with its query.
    var address: String
    /// Components of the path that its pattern names, decoded.
    var parameters: [String: String] = [:]
    var query = Fields()
    /// The fields of the form that was sent; empty for everything but POST.
    var form = Fields()
    var cookies: [String: String] = [:]
    var preferences = Preferences()
    /// Goes into every form as a hidden field; see ``CrossSiteToken``.
    var token = ""
    /// What the last action had to say.
    var notice: Notice?
    var service: Service
    var links: Links
    var now: Google_Protobuf_Timestamp

    /// The namespace that is looked at: that of the path, or the last one there was.
    var namespace: String { parameters["namespace"] ?? lastNamespace ?? "default" }

    static let namespaceCookieName = "millrace_namespace"

    private var lastNamespace: String? {
        guard let name = cookies[Self.namespaceCookieName].flatMap({ PercentCoding.decode($0) }) else { return nil }
        return name.isEmpty ? nil : name
    }

    /// A component of the path that the pattern of the page names.
    subscript(_ parameter: String) -> String { parameters[parameter] ?? "" }
}

/// A message about what has just been done, shown once on the page that follows.
struct Notice: Sendable, Equatable {
    enum Kind: String, Sendable { case done, failed }

    static let cookieName = "millrace_notice"

    var kind: Kind
    var text: String

    static func done(_ text: String) -> Notice { Notice(kind: .done, text: text) }
    static func failed(_ text: String) -> Notice { Notice(kind: .failed, text: text) }

    init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }

    init?(cookie: String?) {
        let fields = Fields(encoded: cookie ?? "")
        guard let kind = fields["kind"].flatMap(Kind.init), let text = fields["text"] else { return nil }
        self.init(kind: kind, text: text)
    }

    var cookie: String {
        // A cookie holds some 4,000 bytes.
        Fields([("kind", kind.rawValue), ("text", String(text.prefix(800)))]).encoded
    }
}
