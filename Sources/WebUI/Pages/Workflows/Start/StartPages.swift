import WireAPI
import WireRPC

/// Starts workflows.
enum StartPages {
    /// The form, empty or filled with what an earlier run was started with.
    static func form(_ request: PageRequest) async throws -> Page {
        guard let id = request.query.text("from-id") else {
            return await page(StartForm(query: request.query), request)
        }
        let source = BulkTarget(workflowID: id, runID: request.query.text("from-run") ?? "")
        return await page(StartForm(try await started(source, request), of: source), request)
    }

    static func start(_ request: PageRequest) async throws -> Answer {
        var form = StartForm(form: request.form)
        var kept: APIPayloads?
        if form.encoding == .kept, let source = form.source { kept = try await started(source, request).input }
        let types = form.searchAttributes.isEmpty ? [:] : (try? await ListLoader(request).attributes()) ?? [:]
        let start = form.request(
            namespace: request.namespace, identity: request.service.identity, kept: kept, types: types)
        guard let start else { return .page(await refused(form, request)) }
        do {
            let response = try await request.service.call(WorkflowService.startWorkflowExecution, start)
            let address = request.links.run(request.namespace, start.workflowID, response.runID)
            return .redirect(to: address, notice: response.started ? nil : .done("This run was there already."))
        } catch let error as RPCError where [.invalidArgument, .alreadyExists].contains(error.code) {
            form.refuse(error)
            return .page(await refused(form, request))
        }
    }

    private static func refused(_ form: StartForm, _ request: PageRequest) async -> Page {
        var page = await page(form, request)
        page.status = .unprocessableContent
        return page
    }

    /// How a run was started.
    private static func started(
        _ source: BulkTarget, _ request: PageRequest
    ) async throws -> APIWorkflowExecutionStartedEventAttributes {
        var history = APIGetWorkflowExecutionHistoryRequest()
        history.namespace = request.namespace
        history.execution = source.execution
        history.maximumPageSize = 1
        let response = try await request.service.call(WorkflowService.getWorkflowExecutionHistory, history)
        guard case .workflowExecutionStartedEventAttributes(let event)? = response.history.events.first?.attributes
        else { throw PageError.notFound("The history of this run does not say how it was started.") }
        return event
    }

    private static func page(_ form: StartForm, _ request: PageRequest) async -> Page {
        let loader = ListLoader(request)
        let recent = Later { try await loader.list(ListState(), size: 100, now: request.now).runs }
        let attributes = Later { try await loader.attributes() }
        let runs = await recent.value(within: .milliseconds(100)) ?? []
        let view = StartView(
            form: form, types: distinct(runs.map(\.type.name)), queues: distinct(runs.map(\.taskQueue)),
            attributes: await attributes.value(within: .milliseconds(100)) ?? [:], addresses: ListAddresses(request),
            token: request.token)
        recent.cancel()
        attributes.cancel()
        return Page(
            "Start a workflow", in: WorkflowListSection.navigation, namespace: request.namespace, body: view.html)
    }

    private static func distinct(_ values: [String]) -> [String] {
        Set(values.filter { !$0.isEmpty }).sorted()
    }
}
