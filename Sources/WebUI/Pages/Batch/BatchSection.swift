import WireAPI

/// Operations on many runs at once; not every server has them.
enum BatchSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "batch-operations", title: "Batch operations", icon: .batch,
        path: ["namespaces", ":namespace", "batch-operations"], feature: .batchOperations)

    private static let pattern = "/namespaces/:namespace/batch-operations"

    static func register(in routes: inout RouteTable) {
        routes.page(pattern) { try await list($0) }
        routes.page(pattern + "/:job") { try await one($0) }
        routes.live(pattern + "/:job/live") { live($0) }
        routes.form(pattern + "/:job/stop") { try await stop($0) }
    }

    private static func address(_ request: PageRequest) -> String {
        request.links.path("namespaces", request.namespace, "batch-operations")
    }

    private static func address(_ job: String, _ request: PageRequest, _ more: String = "") -> String {
        request.links.path("namespaces", request.namespace, "batch-operations", job) + more
    }

    // MARK: List

    private static func list(_ request: PageRequest) async throws -> Page {
        var list = APIListBatchOperationsRequest()
        list.namespace = request.namespace
        list.pageSize = Int32(request.preferences.rows)
        list.nextPageToken = request.query["page"].flatMap(PageToken.init(text:))?.bytes ?? .init()
        let answer = try await request.service.call(WorkflowService.listBatchOperations, list)
        let next = answer.nextPageToken.isEmpty ? nil : PageToken(bytes: answer.nextPageToken)
        let pages = next.map { token in
            Pages(text: "", next: "\(address(request))?\(Fields([("page", token.text)]).encoded)")
        }
        let jobs = answer.operationInfo
        let content: HTML =
            jobs.isEmpty
            ? EmptyState(
                title: "No batch operation yet",
                text: "Choose workflows in their list to cancel, terminate or delete them together."
            ).html
            : "\(table(jobs, request))\(pages)"
        let body: HTML = """
            \(PageHead(title: "Batch operations"))
            \(Card(isPadded: false, content: content))
            """
        return Page("Batch operations", in: navigation, namespace: request.namespace, body: body)
    }

    private static func table(_ jobs: [APIBatchOperationInfo], _ request: PageRequest) -> DataTable {
        DataTable(
            caption: "Batch operations",
            columns: [
                .init("Job", .main), .init("State"), .init("Operation"), .init("Started", .nowrap),
                .init("Ended", .nowrap),
            ],
            rows: jobs.map { job in
                DataTable.Row(cells: [
                    "<a href=\"\(address(job.jobID, request))\">\(job.jobID)</a>", BatchView.state(job.state),
                    "\(BatchView.words(job.operationType))", job.hasStartTime ? Moment(job.startTime).html : .empty,
                    job.hasCloseTime ? Moment(job.closeTime).html : .empty,
                ])
            })
    }

    // MARK: One

    private static func read(_ request: PageRequest) async throws -> APIDescribeBatchOperationResponse {
        var describe = APIDescribeBatchOperationRequest()
        describe.namespace = request.namespace
        describe.jobID = request["job"]
        return try await request.service.call(WorkflowService.describeBatchOperation, describe)
    }

    private static func one(_ request: PageRequest) async throws -> Page {
        let job = try await read(request)
        let body: HTML = """
            <p class="breadcrumb"><a href="\(address(request))">Batch operations</a></p>
            \(view(job, request))
            """
        var page = Page(
            "Batch operation \(job.jobID)", in: navigation, namespace: request.namespace, body: body)
        if job.state == .running { page.liveAddress = address(job.jobID, request, "/live") }
        return page
    }

    private static func view(_ job: APIDescribeBatchOperationResponse, _ request: PageRequest) -> BatchView {
        BatchView(job: job, stopAddress: address(job.jobID, request, "/stop"), request: request)
    }

    private static func live(_ request: PageRequest) -> LiveFeed {
        LiveFeed { sender in
            while true {
                let job = try await read(request)
                sender.replace(BatchView.id, view(job, request).html)
                if job.state != .running { return sender.finish() }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static func stop(_ request: PageRequest) async throws -> Answer {
        var stop = APIStopBatchOperationRequest()
        stop.namespace = request.namespace
        stop.jobID = request["job"]
        stop.reason = request.form.text("reason") ?? "stopped from the web UI"
        stop.identity = request.service.identity
        _ = try await request.service.call(WorkflowService.stopBatchOperation, stop)
        return .redirect(to: address(request["job"], request), notice: .done("The batch operation was told to stop."))
    }
}

/// One batch operation.
struct BatchView: Component {
    static let id = "batch-operation"

    var job: APIDescribeBatchOperationResponse
    var stopAddress: String
    var request: PageRequest

    var html: HTML {
        """
        <div id="\(Self.id)" class="stack">
        \(PageHead(title: "\(Self.words(job.operationType)) \(Self.state(job.state))"))
        \(Card(title: "Progress", content: progress))
        \(Card(title: "About", content: facts.html))
        \(if: job.state == .running, Card(title: "Stop", content: stopForm).html)
        </div>
        """
    }

    private var progress: HTML {
        let done = job.completeOperationCount + job.failureOperationCount
        let total = max(job.totalOperationCount, done)
        return """
            <div class="progress-line"><progress max="\(max(total, 1))" value="\(done)" aria-label="Runs done"></progress>\
            <span>\(SizeText.count(done)) of \(SizeText.count(total))</span></div>
            \(Facts(.grid, [
                ("Done", "\(SizeText.count(job.completeOperationCount))"),
                ("Failed", "\(SizeText.count(job.failureOperationCount))"),
                ("Left", "\(SizeText.count(total - done))"),
            ]))
            """
    }

    private var facts: Facts {
        let list = request.links.workflows(request.namespace, matching: job.query)
        return Facts([
            ("Job", "<code>\(job.jobID)</code>"),
            ("Reason", job.reason.isEmpty ? nil : "\(job.reason)"),
            ("Runs", job.query.isEmpty ? nil : "<a href=\"\(list)\"><code>\(job.query)</code></a>"),
            ("Asked for by", job.identity.isEmpty ? nil : "\(job.identity)"),
            ("Started", job.hasStartTime ? Moment(job.startTime, .full).html : nil),
            ("Ended", job.hasCloseTime ? Moment(job.closeTime, .full).html : nil),
        ])
    }

    private var stopForm: HTML {
        PostForm(
            action: stopAddress, token: request.token,
            content: """
                \(Field("reason", "Reason"))
                <div class="form-end">\(SubmitButton(title: "Stop", kind: .danger))\
                <span class="faint">What is done stays done.</span></div>
                """
        ).html
    }

    static func state(_ state: APIBatchOperationState) -> HTML {
        switch state {
        case .running: StatusBadge("Running", .running).html
        case .completed: StatusBadge("Completed", .completed).html
        case .failed: StatusBadge("Failed", .failed).html
        case .unspecified, .UNRECOGNIZED: StatusBadge("Unknown", .plain).html
        }
    }

    /// `Terminate workflow`
    static func words(_ type: APIBatchOperationType) -> String {
        let words = EnumText.words(type)
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
