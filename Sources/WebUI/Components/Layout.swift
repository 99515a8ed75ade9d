/// The frame around every page.
enum Layout {
    static func document(_ page: Page, _ request: PageRequest, _ facts: ServerFacts) -> HTML {
        let preferences = request.preferences
        return """
            <!doctype html>
            <html lang="en" data-theme="\(preferences.theme.rawValue)" data-zone="\(preferences.zone.text)" \
            data-times="\(preferences.times.rawValue)"\(attribute: "data-live", page.liveAddress)>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(page.title) · Millrace</title>
            <link rel="icon" href="\(request.links.asset("icon.svg"))" type="image/svg+xml">
            <link rel="stylesheet" href="\(request.links.asset("app.css"))">
            <script type="module" src="\(request.links.asset("app.js"))"></script>
            \(each: page.scripts, { "<script type=\"module\" src=\"\(request.links.asset($0))\"></script>\n" })\
            </head>
            <body>
            <a class="skip" href="#content">Skip to content</a>
            \(navigation(page, request, facts))
            <main id="content" tabindex="-1">
            \(request.notice.map(notice))
            \(page.body)
            </main>
            </body>
            </html>

            """
    }

    private static func navigation(_ page: Page, _ request: PageRequest, _ facts: ServerFacts) -> HTML {
        let brand = request.links.workflows(page.namespace)
        let entries = Sections.navigation.filter { $0.feature.map(facts.features.contains) ?? true }
        return """
            <header class="bar">
            <a class="brand" href="\(brand)"><img src="\(request.links.asset("icon.svg"))" alt="">Millrace</a>
            \(namespaceMenu(page, request, facts))
            <nav aria-label="Main"><ul>
            \(each: entries, { entry in
                let current: HTML = entry.name == page.section?.name ? " aria-current=\"page\"" : ""
                let address = entry.address(page.namespace, request.links)
                return "<li><a href=\"\(address)\"\(current)>\(entry.icon)<span>\(entry.title)</span></a></li>\n"
            })</ul></nav>
            <div class="bar-foot"><span class="live-state" id="live-state" role="status" hidden></span></div>
            </header>
            """
    }

    /// Where another namespace is chosen: the same list, if the page is one of those of the navigation.
    private static func namespaceMenu(_ page: Page, _ request: PageRequest, _ facts: ServerFacts) -> HTML {
        let target =
            page.section.flatMap { $0.path.contains(":namespace") ? $0 : nil } ?? WorkflowListSection.navigation
        let names = facts.namespaces.contains(page.namespace) ? facts.namespaces : [page.namespace] + facts.namespaces
        return """
            <details class="menu bar-namespaces"><summary class="bar-namespace"><small>Namespace</small>\
            <span>\(page.namespace)</span></summary>
            <nav class="menu-body" aria-label="Namespaces">\(each: names, { name in
                let current: HTML = name == page.namespace ? " aria-current=\"true\"" : ""
                let address = target?.address(name, request.links) ?? request.links.workflows(name)
                return "<a href=\"\(address)\"\(current)>\(name)</a>"
            })
            <a class="bar-all" href="\(request.links.path("namespaces"))">All namespaces…</a></nav></details>
            """
    }

    private static func notice(_ notice: Notice) -> HTML {
        let role: HTML = notice.kind == .failed ? "alert" : "status"
        return "<div class=\"notice notice-\(notice.kind.rawValue)\" role=\"\(role)\">\(notice.text)</div>"
    }
}

/// The head of a page: its name and what can be done on it.
struct PageHead: Component {
    var title: HTML
    var actions: HTML = .empty

    var html: HTML {
        """
        <div class="page-head"><h1>\(title)</h1>\
        \(if: !actions.isEmpty, "<div class=\"actions\">\(actions)</div>")</div>
        """
    }
}

/// A framed part of a page.
struct Card: Component {
    var title: HTML = .empty
    /// Makes the card one that live updates replace.
    var id: String?
    var actions: HTML = .empty
    /// Whether the body has space around it; tables do without.
    var isPadded = true
    var content: HTML

    var html: HTML {
        """
        <section class="card"\(attribute: "id", id)>\
        \(if: !title.isEmpty || !actions.isEmpty, head)\
        \(isPadded ? "<div class=\"card-body\">\(content)</div>" as HTML : content)</section>
        """
    }

    private var head: HTML {
        """
        <div class="card-head"><h2>\(title)</h2>\
        \(if: !actions.isEmpty, "<div class=\"actions\">\(actions)</div>")</div>
        """
    }
}

/// What is shown where there is nothing, with the command that changes that.
struct EmptyState: Component {
    var title: String
    var text: HTML = .empty
    var command: String?

    var html: HTML {
        """
        <div class="empty"><h2>\(title)</h2>\(if: !text.isEmpty, "<p>\(text)</p>")\
        \(command.map { "<p class=\"command\"><code>\($0)</code>\(CopyButton($0))</p>" as HTML })</div>
        """
    }
}

/// Copies a text; there only if the script is.
struct CopyButton: Component {
    var text: String

    init(_ text: String) { self.text = text }

    var html: HTML {
        """
        <button type="button" class="button-plain copy" data-copy="\(text)" data-script hidden>copy</button>
        """
    }
}

/// A remark that is neither success nor failure.
struct Note: Component {
    var content: HTML

    init(_ content: HTML) { self.content = content }

    var html: HTML { "<div class=\"notice notice-note\">\(content)</div>" }
}
