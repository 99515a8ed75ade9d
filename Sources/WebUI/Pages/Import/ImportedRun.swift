import SwiftProtobuf
import WireAPI

/// A history from a file, shown as the pages of a run show it.
struct ImportedRun {
    private static let tabs: [RunTab] = [.history, .timeline, .graph]
    /// How many rows the timeline and how many boxes the graph has.
    private static let limits = (rows: 500, shortRows: 24, boxes: 300)

    private var run: RunSnapshot
    private var request: PageRequest

    static func register(in routes: inout RouteTable) {
        routes.get("/import/events/:import") { .redirect(to: address($0["import"], $0)) }
        for tab in tabs {
            routes.page("/import/events/:import/\(tab.rawValue)") { try ImportedRun($0).page(tab) }
        }
        routes.page("/import/events/:import/events/:event") { request in
            let run = try ImportedRun(request).run
            return try EventPage.page(run.key, run.history.events, request)
        }
    }

    static func address(_ id: String, _ request: PageRequest) -> String {
        request.links.path("import", "events", id, RunTab.history.rawValue)
    }

    private init(_ request: PageRequest) throws {
        guard let imported = request.service.imports[request["import"]] else {
            throw PageError.notFound(
                "This history is no longer here.", advice: "Only the last few are kept. Import it again.")
        }
        self.request = request
        let history = RunHistory(imported.events)
        run = RunSnapshot(
            key: RunKey(
                imported: imported.id, workflowID: Self.name(history),
                runID: history.start?.originalExecutionRunID ?? "",
                request),
            description: Self.description(history, imported.size), history: history, pollers: nil, now: request.now)
    }

    /// Older servers do not write the workflow's id into its history.
    private static func name(_ history: RunHistory) -> String {
        guard let start = history.start else { return "History from a file" }
        return start.workflowID.isEmpty ? start.workflowType.name : start.workflowID
    }

    /// What a server would say of the run.
    private static func description(_ history: RunHistory, _ size: Int) -> APIDescribeWorkflowExecutionResponse {
        var description = APIDescribeWorkflowExecutionResponse()
        let start = history.start
        description.workflowExecutionInfo.type.name = start?.workflowType.name ?? ""
        description.workflowExecutionInfo.status = history.close.map { RunOutcome($0).status } ?? .running
        description.workflowExecutionInfo.historyLength = Int64(history.events.count)
        description.workflowExecutionInfo.historySizeBytes = Int64(size)
        if let time = history.startTime { description.workflowExecutionInfo.startTime = time }
        if let close = history.close { description.workflowExecutionInfo.closeTime = close.eventTime }
        description.executionConfig.taskQueue = start?.taskQueue ?? .init()
        return description
    }

    // MARK: Pages

    private func page(_ tab: RunTab) -> Page {
        let body: HTML = """
            <nav class="breadcrumb" aria-label="Breadcrumb"><a href="\(ImportSection.address(request))">Import</a> / \
            from a file</nav>
            <div class="run-title">\(StatusBadge(run.info.status, isLarge: true))<h1>\(run.key.workflowID)</h1></div>
            \(Card(content: facts.html))\(tabs(tab))\(content(tab))
            """
        return Page(run.key.workflowID, in: ImportSection.navigation, namespace: request.namespace, body: body)
    }

    private var facts: Facts {
        let info = run.info
        let isClosed = run.history.close != nil
        let end = run.history.close?.eventTime ?? run.history.events.last?.eventTime ?? info.startTime
        return Facts(
            .grid,
            [
                ("Type", "\(info.type.name)"), ("Started", Moment(info.startTime, .full).html),
                (isClosed ? "Closed" : "Last event", Moment(end, .full).html),
                ("Duration", "\(DurationText.short(end.seconds(since: info.startTime)))"),
                ("Task queue", "\(run.description.executionConfig.taskQueue.name)"),
                ("Run id", run.key.runID.isEmpty ? nil : "<span class=\"mono id\">\(run.key.runID)</span>"),
                (
                    "History",
                    "\(SizeText.count(info.historyLength)) events, \(SizeText.bytes(info.historySizeBytes)) of JSON"
                ),
            ])
    }

    private func tabs(_ current: RunTab) -> Tabs {
        let titles: [RunTab: String] = [.history: "History", .timeline: "Timeline", .graph: "Step graph"]
        return Tabs(
            label: "Views of the run",
            tabs: Self.tabs.map { tab in
                Tabs.Tab(title: titles[tab] ?? "", address: run.key.address(tab), isCurrent: tab == current)
            })
    }

    private func content(_ tab: RunTab) -> HTML {
        switch tab {
        case .timeline: timeline(Self.limits.rows)
        case .graph: StepGraphView(graph: StepGraph(run.history, limit: Self.limits.boxes), run: run).html
        default:
            "\(InputAndResult(run: run))\(timeline(Self.limits.shortRows))"
                + HistoryView(run: run, options: HistoryOptions(request.query)).html
        }
    }

    private func timeline(_ limit: Int) -> HTML {
        // What was open when the file was written is not open now.
        let now = run.history.events.last?.eventTime ?? run.now
        let model = TimelineModel(run.history, now: now, limit: limit)
        return TimelineView(model: model, key: run.key, origin: run.info.startTime).html
    }
}
