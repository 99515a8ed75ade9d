import NIOCore
import WireAPI

/// The pages of one run.
enum RunSection: Section {
    static let navigation: NavigationEntry? = nil

    private static let workflow = "/namespaces/:namespace/workflows/:workflow"
    private static let run = workflow + "/:run"

    static func register(in routes: inout RouteTable) {
        routes.get(workflow) { try await latest($0) }
        routes.get(run) { .redirect(to: RunKey($0).address()) }
        for tab in RunTab.allCases {
            routes.page("\(run)/\(tab.rawValue)") { try await page(tab, $0) }
            routes.live("\(run)/live/\(tab.rawValue)") { RunLive.feed(tab, $0) }
        }
        // What the reference calls the call stack is one of the queries.
        routes.get("\(run)/call-stack") { request in
            .redirect(to: RunKey(request).address(.queries, query: Fields([("query", "__stack_trace")])))
        }
        routes.get("\(run)/history.json") { try await HistoryDownload.answer($0) }
        routes.page("\(run)/events/:event") { try await EventPage.page($0) }
        RunActionSection.register(in: &routes, run: run)
    }

    /// The latest run of a workflow id.
    private static func latest(_ request: PageRequest) async throws -> Answer {
        let description = try await RunSource(request).describe()
        let execution = description.workflowExecutionInfo.execution
        return .redirect(to: request.links.run(request.namespace, execution.workflowID, execution.runID))
    }

    private static func page(_ tab: RunTab, _ request: PageRequest) async throws -> Page {
        async let offered = RunActions.offered(request.service)
        let snapshot = try await RunSource(request).snapshot()
        let view = RunView(tab: tab, request: request, run: snapshot, actions: await offered)
        var body = view.frame
        for part in try await view.parts() { body += part.html }
        var page = Page(
            snapshot.key.workflowID, in: WorkflowListSection.navigation, namespace: request.namespace, body: body)
        page.scripts = ["run.js"]
        if snapshot.isOpen {
            page.liveAddress = request.links.path(
                "namespaces", request.namespace, "workflows", snapshot.key.workflowID, snapshot.key.runID, "live",
                tab.rawValue, query: request.query)
        }
        return page
    }
}

/// A page of a run: its frame, and the parts that updates replace.
struct RunView {
    var tab: RunTab
    var request: PageRequest
    var run: RunSnapshot
    var actions: RunActions

    /// How many rows of the timeline the main page has.
    private static let shortTimeline = 24
    private static let longTimeline = 500
    private static let graphNodes = 300

    var frame: HTML {
        """
        <nav class="breadcrumb" aria-label="Breadcrumb"><a href="\(request.links.workflows(run.key.namespace))">\
        Workflows</a> / \(run.info.type.name)</nav>\(RunHead.title(run, actions))
        """
    }

    /// Parts that change, each an element with an id.
    func parts() async throws -> [(id: String, html: HTML)] {
        let common: [(id: String, html: HTML)] = [
            ("run-head", RunHead(run: run).html), ("run-tabs", tabs),
        ]
        return common + (try await content())
    }

    /// Pieces of the frame that change.
    var frameParts: [(id: String, html: HTML)] {
        [("run-status", "<span id=\"run-status\">\(StatusBadge(run.info.status, isLarge: true))</span>")]
    }

    private func content() async throws -> [(id: String, html: HTML)] {
        switch tab {
        case .history:
            [
                ("run-values", InputAndResult(run: run).html),
                ("run-timeline", timeline(limit: Self.shortTimeline)),
                ("run-history", HistoryView(run: run, options: HistoryOptions(request.query)).html),
            ]
        case .timeline: [("run-timeline", timeline(limit: Self.longTimeline))]
        case .graph:
            [("run-graph", StepGraphView(graph: StepGraph(run.history, limit: Self.graphNodes), run: run).html)]
        case .activities: [("run-pending", PendingActivitiesView(run: run).html)]
        case .queries: [("run-queries", try await QueriesView.load(request, run).html)]
        case .relationships: [("run-relations", RelationshipsView(run: run).html)]
        case .metadata: [("run-metadata", try await MetadataView.load(request, run).html)]
        }
    }

    private func timeline(limit: Int) -> HTML {
        let model = TimelineModel(run.history, now: run.now, limit: limit)
        let more: HTML =
            tab == .timeline
            ? .empty
            : """
            <a class="button button-small button-plain" href="\(run.key.address(.graph))">Step graph</a>\
            <a class="button button-small button-plain" href="\(run.key.address(.timeline))">All of it</a>
            """
        return TimelineView(
            model: model, key: run.key, origin: run.history.startTime ?? run.info.startTime, actions: more
        ).html
    }

    private var tabs: HTML {
        let pending = run.description.pendingActivities
        let isFailing = pending.contains { $0.attempt > 1 }
        let relations = run.relationCount
        let entries: [(tab: RunTab, title: String, count: String?, tone: Tone?)] = [
            (.history, "History", nil, nil), (.timeline, "Timeline", nil, nil), (.graph, "Step graph", nil, nil),
            (
                .activities, "Pending activities", pending.isEmpty ? nil : "\(pending.count)",
                isFailing ? .timedOut : pending.isEmpty ? nil : .running
            ),
            (.queries, "Queries", nil, nil),
            (.relationships, "Relationships", relations == 0 ? nil : "\(relations)", nil),
            (.metadata, "Metadata", nil, nil),
        ]
        let tabs = entries.map { entry in
            Tabs.Tab(
                title: entry.title, address: run.key.address(entry.tab), count: entry.count, countTone: entry.tone,
                isCurrent: entry.tab == tab)
        }
        return "<div id=\"run-tabs\">\(Tabs(label: "Views of the run", tabs: tabs))</div>"
    }
}
