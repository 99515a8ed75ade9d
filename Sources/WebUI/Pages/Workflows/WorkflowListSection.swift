import WireAPI

/// The list of workflows.
enum WorkflowListSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "workflows", title: "Workflows", icon: .workflows, path: ["namespaces", ":namespace", "workflows"])

    static func register(in routes: inout RouteTable) {
        routes.page("/namespaces/:namespace/workflows") { try await page($0) }
    }

    private static func page(_ request: PageRequest) async throws -> Page {
        var list = APIListWorkflowExecutionsRequest()
        list.namespace = request.namespace
        list.pageSize = 50
        list.query = request.query.text("query") ?? ""
        let answer = try await request.service.call(WorkflowService.listWorkflowExecutions, list)
        let body: HTML = """
            <h1>Workflows</h1>
            <table>\(each: answer.executions, { "<tr><td>\($0.execution.workflowID)</td></tr>" })</table>
            """
        return Page("Workflows", in: navigation, namespace: request.namespace, body: body)
    }
}
