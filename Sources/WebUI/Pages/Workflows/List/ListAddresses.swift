/// Addresses of the list and of what belongs to it.
struct ListAddresses: Sendable {
    let links: Links
    let namespace: String

    init(_ request: PageRequest) {
        links = request.links
        namespace = request.namespace
    }

    func list(_ state: ListState) -> String { links.workflows(namespace, query: state.fields) }

    /// Apart from `workflows/`, where any component may be a workflow id.
    func part(_ name: String, _ fields: Fields = Fields()) -> String {
        links.path("namespaces", namespace, "workflow-list", name, query: fields)
    }

    func start(_ fields: Fields = Fields()) -> String {
        links.path("namespaces", namespace, "workflows", "start-workflow", query: fields)
    }
}
