/// Addresses of pages: the same as the reference's where it has them.
struct Links: Sendable {
    /// What all paths begin with: empty, or `/some/path`.
    let base: String

    /// A path of components, each percent-encoded.
    func path(_ components: String..., query: Fields = Fields()) -> String {
        let path = base + "/" + components.map(PercentCoding.encode).joined(separator: "/")
        return query.all.isEmpty ? path : "\(path)?\(query.encoded)"
    }

    func workflows(_ namespace: String, query: Fields = Fields()) -> String {
        path("namespaces", namespace, "workflows", query: query)
    }

    /// The list with a query in the visibility language.
    func workflows(_ namespace: String, matching query: String) -> String {
        workflows(namespace, query: Fields([("query", query)]))
    }

    func run(_ namespace: String, _ workflowID: String, _ runID: String, _ page: RunTab = .history) -> String {
        path("namespaces", namespace, "workflows", workflowID, runID, page.rawValue)
    }

    /// The latest run of a workflow id.
    func latestRun(_ namespace: String, _ workflowID: String) -> String {
        path("namespaces", namespace, "workflows", workflowID)
    }

    /// Where a form of a run is sent to.
    func runAction(_ namespace: String, _ workflowID: String, _ runID: String, _ action: String) -> String {
        path("namespaces", namespace, "workflows", workflowID, runID, "actions", action)
    }

    func asset(_ name: String) -> String { "\(base)/assets/\(Assets.version)/\(name)" }
}

/// The pages of a run, by the last component of their address.
enum RunTab: String, CaseIterable, Sendable {
    case history, timeline, graph, activities = "pending-activities", queries, relationships, metadata
}
