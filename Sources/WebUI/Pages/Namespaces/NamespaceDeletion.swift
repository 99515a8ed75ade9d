import WireAPI

/// The end of a namespace: only for those who type its name.
enum NamespaceDeletion {
    static func register(in routes: inout RouteTable) {
        routes.page("/namespaces/:namespace/delete") { request in
            _ = try await NamespaceSection.read(request.namespace, request)
            return page(nil, request)
        }
        routes.form("/namespaces/:namespace/delete") { try await delete($0) }
    }

    private static func page(_ error: String?, _ request: PageRequest) -> Page {
        let name = request.namespace
        let field = Field("name", "Type the name of the namespace to confirm", error: error, isRequired: true)
        let address = NamespaceSection.address(name, request)
        let content: HTML =
            name == SystemNamespace.name
            ? Note("This is the namespace the server itself works in. It cannot be deleted.").html
            : Confirmation(
                question: "Delete namespace \(name)?",
                explanation: """
                    All its workflows, histories and schedules are deleted with it, also those that are running. \
                    That cannot be undone.
                    """,
                action: address + "/delete", token: request.token, fields: field.html, confirm: "Delete", back: address
            ).html
        let body: HTML = """
            <p class="breadcrumb"><a href="\(address)">\(name)</a></p>
            <h1>Delete namespace</h1>
            \(content)
            """
        var page = Page("Delete \(name)", in: NamespaceSection.navigation, namespace: name, body: body)
        if error != nil { page.status = .badRequest }
        return page
    }

    private static func delete(_ request: PageRequest) async throws -> Answer {
        guard request.form["confirmed"] == "yes", request.form.text("name") == request.namespace else {
            return .page(page("That is not the name of the namespace: \(request.namespace)", request))
        }
        var delete = APIDeleteNamespaceRequest()
        delete.namespace = request.namespace
        _ = try await request.service.call(OperatorService.deleteNamespace, delete)
        request.service.factsCache.forget()
        return .redirect(
            to: request.links.path("namespaces"), notice: .done("Namespace \(request.namespace) deleted."))
    }
}
