import WireAPI
import WireRPC

/// Namespaces: the list, one of them, and what can be done with it.
enum NamespaceSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "namespaces", title: "Namespaces", icon: .namespaces, path: ["namespaces"])

    static func register(in routes: inout RouteTable) {
        routes.page("/namespaces") { try await list($0) }
        routes.page("/namespaces/:namespace") { try await one($0) }
        NamespaceEditing.register(in: &routes)
        NamespaceDeletion.register(in: &routes)
    }

    static func read(_ name: String, _ request: PageRequest) async throws -> APIDescribeNamespaceResponse {
        var describe = APIDescribeNamespaceRequest()
        describe.namespace = name
        return try await request.service.call(WorkflowService.describeNamespace, describe)
    }

    static func address(_ name: String, _ request: PageRequest) -> String { request.links.path("namespaces", name) }

    static func createAddress(_ request: PageRequest) -> String { request.links.path("create-namespace") }

    // MARK: List

    private static func list(_ request: PageRequest) async throws -> Page {
        var list = APIListNamespacesRequest()
        list.pageSize = Int32(request.preferences.rows)
        list.nextPageToken = request.query["page"].flatMap(PageToken.init(text:))?.bytes ?? .init()
        let answer = try await request.service.call(WorkflowService.listNamespaces, list)
        let rows = answer.namespaces.sorted { $0.namespaceInfo.name < $1.namespaceInfo.name }
        let table = DataTable(
            caption: "Namespaces",
            columns: [
                .init("Namespace", .main), .init("State"), .init("Retention", .nowrap), .init("Description"),
                .init("", heading: "<span class=\"visually-hidden\">Pages</span>"),
            ],
            rows: rows.map { row($0, request) })
        let next = answer.nextPageToken.isEmpty ? nil : PageToken(bytes: answer.nextPageToken)
        let pages = next.map { token in
            Pages(text: "", next: request.links.path("namespaces", query: Fields([("page", token.text)])))
        }
        let create = LinkButton(title: "New namespace", address: createAddress(request), icon: .add, isMain: true)
        let body: HTML = """
            \(PageHead(title: "Namespaces", actions: create.html))
            \(Card(isPadded: false, content: "\(table)\(pages)"))
            """
        return Page("Namespaces", in: navigation, namespace: request.namespace, body: body)
    }

    private static func row(_ namespace: APIDescribeNamespaceResponse, _ request: PageRequest) -> DataTable.Row {
        let info = namespace.namespaceInfo
        let isLookedAt = info.name == request.namespace
        return DataTable.Row(cells: [
            "<a href=\"\(address(info.name, request))\">\(info.name)</a>\(if: isLookedAt, " \(Tag("shown now"))")",
            state(info.state),
            "\(RetentionText.text(namespace.config.workflowExecutionRetentionTtl))", "\(info.description_p)",
            """
            <span class="chips"><a class="button button-small" href="\(request.links.workflows(info.name))" \
            aria-label="Workflows of \(info.name)">Workflows</a></span>
            """,
        ])
    }

    static func state(_ state: APINamespaceState) -> HTML {
        switch state {
        case .registered: StatusBadge("Registered", .completed).html
        case .deprecated: StatusBadge("Deprecated", .canceled).html
        case .deleted: StatusBadge("Deleted", .terminated).html
        case .unspecified, .UNRECOGNIZED: StatusBadge("Unknown", .plain).html
        }
    }

    // MARK: One

    private static func one(_ request: PageRequest) async throws -> Page {
        let name = request.namespace
        let namespace = try await read(name, request)
        async let attributes = SearchAttributeSection.read(request, name)
        async let counts = counts(request)
        let view = NamespaceView(
            namespace: namespace, counts: await counts, attributes: try? await attributes.customAttributes,
            request: request)
        return Page(name, in: navigation, namespace: name, body: view.html)
    }

    /// How many runs there are of each status; `nil` if the server does not say.
    private static func counts(_ request: PageRequest) async -> NamespaceCounts? {
        var runs = APICountWorkflowExecutionsRequest()
        runs.namespace = request.namespace
        runs.query = "GROUP BY ExecutionStatus"
        guard let answer = try? await request.service.call(WorkflowService.countWorkflowExecutions, runs) else {
            return nil
        }
        var counts = NamespaceCounts(total: answer.count)
        for group in answer.groups {
            guard let name = group.groupValues.first?.string, let status = APIWorkflowExecutionStatus(queryName: name)
            else { continue }
            counts.groups.append((status, group.count))
        }
        return counts
    }
}

struct NamespaceCounts: Sendable {
    var total: Int64
    var groups: [(status: APIWorkflowExecutionStatus, count: Int64)] = []
}
