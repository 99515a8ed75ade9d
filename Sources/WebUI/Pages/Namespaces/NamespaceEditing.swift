import WireAPI

/// The forms that make a namespace and change one.
enum NamespaceEditing {
    static func register(in routes: inout RouteTable) {
        routes.page("/create-namespace") { createPage(NamespaceForm(), $0) }
        routes.form("/create-namespace") { try await create($0) }
        routes.page("/namespaces/:namespace/edit") { request in
            let namespace = try await NamespaceSection.read(request.namespace, request)
            return editPage(NamespaceForm(namespace), request)
        }
        routes.form("/namespaces/:namespace/edit") { try await edit($0) }
    }

    // MARK: Create

    private static func createPage(_ form: NamespaceForm, _ request: PageRequest) -> Page {
        let content = PostForm(
            action: NamespaceSection.createAddress(request), token: request.token,
            content: """
                \(form.nameField)\(form.fields)
                <div class="form-end">\(SubmitButton(title: "Create namespace"))\
                <a class="button button-plain" href="\(request.links.path("namespaces"))">Back</a></div>
                """)
        return page("New namespace", content, form, request)
    }

    private static func create(_ request: PageRequest) async throws -> Answer {
        var form = NamespaceForm(request.form)
        if form.name.isEmpty { form.errors["name"] = "Give the namespace a name." }
        guard let retention = form.check() else { return .page(createPage(form, request)) }
        var register = APIRegisterNamespaceRequest()
        register.namespace = form.name
        register.description_p = form.description
        register.ownerEmail = form.owner
        register.data = form.data
        register.workflowExecutionRetentionPeriod = retention
        do {
            _ = try await request.service.call(WorkflowService.registerNamespace, register)
        } catch {
            form.errors["name"] = ErrorPage.describe(error).message
            return .page(createPage(form, request))
        }
        request.service.factsCache.forget()
        return .redirect(
            to: NamespaceSection.address(form.name, request), notice: .done("Namespace \(form.name) created."))
    }

    // MARK: Edit

    private static func editPage(_ form: NamespaceForm, _ request: PageRequest) -> Page {
        let address = NamespaceSection.address(request.namespace, request)
        let content = PostForm(
            action: address + "/edit", token: request.token,
            content: """
                \(form.fields)
                <div class="form-end">\(SubmitButton(title: "Save"))\
                <a class="button button-plain" href="\(address)">Back</a></div>
                """)
        return page("Edit \(request.namespace)", content, form, request)
    }

    private static func edit(_ request: PageRequest) async throws -> Answer {
        var form = NamespaceForm(request.form)
        guard let retention = form.check() else { return .page(editPage(form, request)) }
        let current = try await NamespaceSection.read(request.namespace, request)
        var update = APIUpdateNamespaceRequest()
        update.namespace = request.namespace
        update.updateInfo.description_p = form.description
        update.updateInfo.ownerEmail = form.owner
        update.updateInfo.data = form.data
        // The rest of the configuration stays as it is.
        update.config = current.config
        update.config.workflowExecutionRetentionTtl = retention
        do {
            _ = try await request.service.call(WorkflowService.updateNamespace, update)
        } catch {
            form.errors["retention"] = ErrorPage.describe(error).message
            return .page(editPage(form, request))
        }
        let kept = current.namespaceInfo.data.keys.filter { form.data[$0] == nil }.sorted()
        let remark = kept.isEmpty ? "" : " The server keeps data it has: \(kept.joined(separator: ", "))."
        return .redirect(
            to: NamespaceSection.address(request.namespace, request),
            notice: .done("Namespace \(request.namespace) saved.\(remark)"))
    }

    private static func page(
        _ title: String, _ content: PostForm, _ form: NamespaceForm, _ request: PageRequest
    ) -> Page {
        let body: HTML = """
            <p class="breadcrumb"><a href="\(request.links.path("namespaces"))">Namespaces</a></p>
            \(PageHead(title: HTML(text: title)))
            \(Card(content: content.html))
            """
        var page = Page(title, in: NamespaceSection.navigation, namespace: request.namespace, body: body)
        if !form.errors.isEmpty { page.status = .badRequest }
        return page
    }
}
