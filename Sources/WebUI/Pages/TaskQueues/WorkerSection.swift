import WireAPI

/// The workers that report to the server; not every server lets them.
enum WorkerSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "workers", title: "Workers", icon: .activity, path: ["namespaces", ":namespace", "workers"],
        feature: .workers)

    static func register(in routes: inout RouteTable) {
        routes.page("/namespaces/:namespace/workers") { try await list($0) }
    }

    private static func list(_ request: PageRequest) async throws -> Page {
        var list = APIListWorkersRequest()
        list.namespace = request.namespace
        list.pageSize = Int32(request.preferences.rows)
        list.nextPageToken = request.query["page"].flatMap(PageToken.init(text:))?.bytes ?? .init()
        let answer = try await request.service.call(WorkflowService.listWorkers, list)
        let next = answer.nextPageToken.isEmpty ? nil : PageToken(bytes: answer.nextPageToken)
        let pages = next.map { token in
            Pages(
                text: "",
                next: request.links.path(
                    "namespaces", request.namespace, "workers", query: Fields([("page", token.text)])))
        }
        let workers = answer.workers
        let content: HTML =
            workers.isEmpty
            ? EmptyState(title: "No worker reports", text: "Workers with a recent SDK report about once a minute.").html
            : "\(table(workers, request))\(pages)"
        let body: HTML = """
            \(PageHead(title: "Workers"))
            \(Card(isPadded: false, content: content))
            """
        return Page("Workers", in: navigation, namespace: request.namespace, body: body)
    }

    private static func table(_ workers: [APIWorkerListInfo], _ request: PageRequest) -> DataTable {
        DataTable(
            caption: "Workers that report to the server",
            columns: [
                .init("Identity", .main), .init("Status"), .init("Task queue"), .init("SDK"), .init("Version"),
                .init("Host"), .init("Started", .nowrap),
            ],
            rows: workers.map { worker in
                let queue = TaskQueueSection.address(of: worker.taskQueue, request)
                let version = worker.deploymentVersion
                return DataTable.Row(cells: [
                    "<bdi>\(worker.workerIdentity)</bdi>", status(worker.status),
                    "<a href=\"\(queue)\">\(worker.taskQueue)</a>", "\(worker.sdkName) \(worker.sdkVersion)",
                    version.buildID.isEmpty ? .empty : "\(version.deploymentName) \(version.buildID)",
                    "\(worker.hostName)", worker.hasStartTime ? Moment(worker.startTime).html : .empty,
                ])
            })
    }

    private static func status(_ status: APIWorkerStatus) -> HTML {
        switch status {
        case .running: StatusBadge("Running", .completed).html
        case .shuttingDown: StatusBadge("Stopping", .paused).html
        case .shutdown: StatusBadge("Stopped", .canceled).html
        case .unspecified, .UNRECOGNIZED: StatusBadge("Unknown", .plain).html
        }
    }
}
