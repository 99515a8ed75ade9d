import WireAPI

/// The list of workflows, what is done with many of them at once, and starting one.
enum WorkflowListSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "workflows", title: "Workflows", icon: .workflows, path: ["namespaces", ":namespace", "workflows"])

    static func register(in routes: inout RouteTable) {
        routes.get("/namespaces/:namespace/workflows") { try await list($0) }
        routes.page("/namespaces/:namespace/workflows/start-workflow") { try await StartPages.form($0) }
        routes.form("/namespaces/:namespace/workflows/start-workflow") { try await StartPages.start($0) }
        routes.live("/namespaces/:namespace/workflow-list/live") { ListLive.feed($0, choices($0)) }
        routes.form("/namespaces/:namespace/workflow-list/columns") { chooseColumns($0) }
        routes.form("/namespaces/:namespace/workflow-list/views") { changeViews($0) }
        routes.form("/namespaces/:namespace/workflow-list/bulk") { try await BulkPages.answer($0) }
    }

    private static func choices(_ request: PageRequest) -> ListChoices {
        ListChoices(cookie: request.cookies[ListChoices.cookieName])
    }

    private static func list(_ request: PageRequest) async throws -> Answer {
        let addresses = ListAddresses(request)
        if request.query["filter"] != nil {
            let isOwn = request.query.values("attribute").contains { !$0.isEmpty }
            let types = isOwn ? try await ListLoader(request).attributes() : [:]
            return .redirect(to: addresses.list(FilterForm.state(request.query, types: types)))
        }
        let state = ListState(request.query)
        let choices = choices(request)
        let content = try await ListLoader(request).content(state, size: choices.size, now: request.now)
        let views = SavedViews(cookie: request.cookies[SavedViews.cookieName]).views(of: request.namespace)
        let view = ListView(
            state: state, choices: choices, content: content, views: views, addresses: addresses,
            token: request.token, now: request.now)
        var page = Page("Workflows", in: navigation, namespace: request.namespace, body: view.body)
        page.scripts = ["workflows.js"]
        if content.queryError != nil {
            page.status = .badRequest
        } else if state.page == 0 {
            page.liveAddress = addresses.part("live", state.fields)
        }
        return .page(page)
    }

    // MARK: What is kept in cookies

    private static func chooseColumns(_ request: PageRequest) -> Answer {
        let choices = request.form["reset"] == nil ? ListChoices(form: request.form) : ListChoices()
        return .keep(cookie: ListChoices.cookieName, value: choices.cookie, to: back(request))
    }

    private static func changeViews(_ request: PageRequest) -> Answer {
        var saved = SavedViews(cookie: request.cookies[SavedViews.cookieName])
        if let title = request.form["remove"] {
            saved.remove(title, in: request.namespace)
            return .keep(cookie: SavedViews.cookieName, value: saved.cookie, to: back(request))
        }
        let state = ListState(Fields(encoded: request.form["state"] ?? ""))
        let address = ListAddresses(request).list(state)
        guard let title = request.form.text("title") else {
            return .redirect(to: address, notice: .failed("A view needs a name."))
        }
        saved.keep(
            .init(namespace: request.namespace, title: String(title.prefix(60)), state: state.fields))
        guard saved.fits else {
            return .redirect(
                to: address, notice: .failed("There is no room for another view: remove one first."))
        }
        return .keep(cookie: SavedViews.cookieName, value: saved.cookie, to: address)
    }

    /// The list the form was on.
    static func back(_ request: PageRequest) -> String {
        ListAddresses(request).list(ListState(Fields(encoded: request.form["back"] ?? "")))
    }
}
