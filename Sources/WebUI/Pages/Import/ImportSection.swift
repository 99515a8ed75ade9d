import APIJSON
import WireAPI

/// Looks at a history that was kept in a file, as it looks in its run.
enum ImportSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "import", title: "Import", icon: .upload, path: ["import", "events"])

    static func register(in routes: inout RouteTable) {
        routes.page("/import/events") { page(nil, $0) }
        routes.form("/import/events") { read($0) }
        ImportedRun.register(in: &routes)
    }

    static func address(_ request: PageRequest) -> String { request.links.path("import", "events") }

    private static func page(_ error: String?, _ request: PageRequest) -> Page {
        let form: HTML = """
            <form method="post" action="\(address(request))" class="form import" enctype="multipart/form-data">
            <input type="hidden" name="\(CrossSiteToken.fieldName)" value="\(request.token)">
            <div class="field"><label for="field-file">File with a history as JSON</label>\
            <input type="file" id="field-file" name="file" accept=".json,application/json"\
            \(if: error != nil, " aria-invalid=\"true\" aria-describedby=\"error-file\"")>\
            \(error.map { "<span class=\"error\" id=\"error-file\" role=\"alert\">\($0)</span>" as HTML })</div>
            \(Field("text", "Or the JSON itself", control: .area(rows: 6, placeholder: "{\"events\": [ … ]}")))
            <div class="form-end">\(SubmitButton(title: "Show"))</div></form>
            """
        let body: HTML = """
            \(PageHead(title: "Import a history"))
            \(Card(content: """
                <p>Shows the history of a run from a file, such as one saved from a run's page or written by \
                <code>workflow show --output json</code>. It goes nowhere else.</p>\(form)
                """))
            """
        var page = Page("Import", in: navigation, namespace: request.namespace, body: body)
        if error != nil { page.status = .badRequest }
        return page
    }

    private static func read(_ request: PageRequest) -> Answer {
        guard let text = request.form.text("file") ?? request.form.text("text") else {
            return .page(page("Choose a file, or paste its text below.", request))
        }
        do {
            let history = try HistoryJSON.parse(text)
            guard !history.events.isEmpty else { return .page(page("The history has no events.", request)) }
            let id = request.service.imports.add(history.events, size: text.utf8.count)
            return .redirect(to: ImportedRun.address(id, request))
        } catch {
            return .page(page("This is no history: \(error)", request))
        }
    }
}
