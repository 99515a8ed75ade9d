import WireAPI

/// What runs can be found by: the attributes every run has, and those of the namespace.
enum SearchAttributeSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "search-attributes", title: "Search attributes", icon: .attributes,
        path: ["namespaces", ":namespace", "search-attributes"])

    private static let pattern = "/namespaces/:namespace/search-attributes"

    static func register(in routes: inout RouteTable) {
        routes.page(pattern) { try await list($0, AttributeForm()) }
        routes.form(pattern) { try await add($0) }
        routes.page(pattern + "/remove") { try await askToRemove($0) }
        routes.form(pattern + "/remove") { try await remove($0) }
    }

    private static func address(_ request: PageRequest) -> String {
        request.links.path("namespaces", request.namespace, "search-attributes")
    }

    static func read(_ request: PageRequest, _ namespace: String) async throws -> APIListSearchAttributesResponse {
        var list = APIListSearchAttributesRequest()
        list.namespace = namespace
        return try await request.service.call(OperatorService.listSearchAttributes, list)
    }

    // MARK: List

    private static func list(_ request: PageRequest, _ form: AttributeForm) async throws -> Page {
        let attributes = try await read(request, request.namespace)
        let address = address(request)
        let add = PostForm(action: address, token: request.token, className: "attribute-form", content: form.html)
        let body: HTML = """
            \(PageHead(title: "Search attributes"))
            \(Card(title: "Of this namespace", isPadded: false, content: """
                \(custom(attributes.customAttributes, address))<div class="card-body">\(add)</div>
                """))
            \(Card(title: "Of every run", isPadded: false, content: system(attributes.systemAttributes)))
            """
        var page = Page("Search attributes", in: navigation, namespace: request.namespace, body: body)
        if form.error != nil { page.status = .badRequest }
        return page
    }

    private static func custom(_ attributes: [String: APIIndexedValueType], _ address: String) -> HTML {
        guard !attributes.isEmpty else {
            return EmptyState(
                title: "None yet",
                text: "Workflows set the values of search attributes; lists can be filtered by them."
            ).html
        }
        return DataTable(
            caption: "Search attributes of this namespace",
            columns: [
                .init("Name", .main), .init("Type"),
                .init("", heading: "<span class=\"visually-hidden\">Action</span>"),
            ],
            rows: attributes.sorted { $0.key < $1.key }.map { name, type in
                let remove = "\(address)/remove?\(Fields([("name", name)]).encoded)"
                return DataTable.Row(cells: [
                    "<code>\(name)</code>", Tag(type.title).html,
                    """
                    <a class="button button-small button-danger" href="\(remove)" aria-label="Remove \(name)">Remove</a>
                    """,
                ])
            }
        ).html
    }

    private static func system(_ attributes: [String: APIIndexedValueType]) -> HTML {
        DataTable(
            caption: "Search attributes of every run", columns: [.init("Name", .main), .init("Type")],
            rows: attributes.sorted { $0.key < $1.key }.map { name, type in
                DataTable.Row(cells: ["<code>\(name)</code>", Tag(type.title).html])
            }
        ).html
    }

    // MARK: Add

    private static func add(_ request: PageRequest) async throws -> Answer {
        var form = AttributeForm()
        form.name = request.form.text("name") ?? ""
        form.type = request.form.text("type") ?? form.type
        guard let type = APIIndexedValueType.shown.first(where: { $0.title == form.type }) else {
            throw PageError.badRequest("There is no type \(form.type)")
        }
        do {
            let known = try await read(request, request.namespace)
            if form.name.isEmpty { throw PageError.badRequest("Name the search attribute.") }
            if known.systemAttributes[form.name] != nil {
                throw PageError.badRequest("\(form.name) is a search attribute of every run.")
            }
            if let type = known.customAttributes[form.name] {
                throw PageError.badRequest("\(form.name) exists, of type \(type.title).")
            }
            var add = APIAddSearchAttributesRequest()
            add.namespace = request.namespace
            add.searchAttributes = [form.name: type]
            _ = try await request.service.call(OperatorService.addSearchAttributes, add)
        } catch {
            form.error = ErrorPage.describe(error).message
            return .page(try await list(request, form))
        }
        return .redirect(to: address(request), notice: .done("Search attribute \(form.name) added."))
    }

    // MARK: Remove

    private static func askToRemove(_ request: PageRequest) async throws -> Page {
        let name = request.query["name"] ?? ""
        guard try await read(request, request.namespace).customAttributes[name] != nil else {
            throw PageError.notFound("Namespace \(request.namespace) has no search attribute \(name).")
        }
        let body: HTML = """
            <h1>Remove search attribute</h1>
            \(Confirmation(
                question: "Remove \(name) from namespace \(request.namespace)?",
                explanation: """
                    Runs can no longer be found by it, and workflows that set it fail to. Values that runs have \
                    are lost with it.
                    """,
                action: address(request) + "/remove", token: request.token, hidden: [("name", name)],
                confirm: "Remove", back: address(request)))
            """
        return Page("Remove \(name)", in: navigation, namespace: request.namespace, body: body)
    }

    private static func remove(_ request: PageRequest) async throws -> Answer {
        let name = request.form["name"] ?? ""
        guard request.form["confirmed"] == "yes" else {
            throw PageError.badRequest("The removal of \(name) was not confirmed.")
        }
        var remove = APIRemoveSearchAttributesRequest()
        remove.namespace = request.namespace
        remove.searchAttributes = [name]
        _ = try await request.service.call(OperatorService.removeSearchAttributes, remove)
        return .redirect(to: address(request), notice: .done("Search attribute \(name) removed."))
    }
}

private struct AttributeForm: Component {
    var name = ""
    var type = APIIndexedValueType.keyword.title
    var error: String?

    var html: HTML {
        """
        \(Field("name", "New search attribute", value: name, control: .text(placeholder: "CustomerId"),
            error: error, isRequired: true))\
        \(Field("type", "Type", value: type, control: .choice(APIIndexedValueType.shown.map { ($0.title, $0.title) })))\
        \(SubmitButton(title: "Add"))
        """
    }
}

extension APIIndexedValueType {
    /// All that can be chosen.
    static let shown: [APIIndexedValueType] = [.keyword, .keywordList, .text, .int, .double, .bool, .datetime]

    /// The name of the type, as commands and queries have it.
    var title: String {
        switch self {
        case .text: "Text"
        case .keyword: "Keyword"
        case .int: "Int"
        case .double: "Double"
        case .bool: "Bool"
        case .datetime: "Datetime"
        case .keywordList: "KeywordList"
        case .unspecified, .UNRECOGNIZED: "Unknown"
        }
    }
}
