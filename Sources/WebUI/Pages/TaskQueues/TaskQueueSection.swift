import SwiftProtobuf
import WireAPI

/// Task queues: who polls them, and what waits in them.
enum TaskQueueSection: Section {
    static let navigation: NavigationEntry? = NavigationEntry(
        name: "task-queues", title: "Task queues", icon: .workers, path: ["namespaces", ":namespace", "task-queues"])

    static func register(in routes: inout RouteTable) {
        routes.get("/namespaces/:namespace/task-queues") { request in
            if let name = request.query.text("queue") {
                return .redirect(to: address(of: name, request))
            }
            return .page(try await list(request))
        }
        routes.page("/namespaces/:namespace/task-queues/:queue") { try await queue($0) }
        routes.live("/namespaces/:namespace/task-queues/:queue/live") { live($0) }
    }

    static func address(of queue: String, _ request: PageRequest) -> String {
        request.links.path("namespaces", request.namespace, "task-queues", queue)
    }

    // MARK: The list

    /// How many of the latest runs are looked at.
    private static let examinedRuns: Int32 = 200
    /// How many queues are described.
    private static let maximumQueues = 30

    private static func list(_ request: PageRequest) async throws -> Page {
        let runs = try await recentRuns(request)
        let queues = QueueUse.queues(of: runs).prefix(maximumQueues)
        let descriptions = await descriptions(of: queues.map(\.name), request)
        let rows = queues.map { use in QueueRow(use: use, description: descriptions[use.name]) }
        let content: HTML =
            rows.isEmpty
            ? EmptyState(
                title: "No task queue is in use yet",
                text: "A task queue exists once a worker polls it or a workflow is started on it.",
                command: "swift run hackernews worker"
            ).html
            : QueueTable(rows: rows, request: request).html
        let note: HTML? =
            rows.isEmpty
            ? nil
            : """
            <p class="faint">These are the queues of \(runs.count < Int(examinedRuns)
                ? "all runs" : "the \(runs.count) latest runs"). Others can be opened by name.</p>
            """
        let body: HTML = """
            \(PageHead(title: "Task queues", actions: openForm(request)))
            \(Card(isPadded: false, content: content))\(note)
            """
        return Page("Task queues", in: navigation, namespace: request.namespace, body: body)
    }

    private static func openForm(_ request: PageRequest) -> HTML {
        let action = request.links.path("namespaces", request.namespace, "task-queues")
        return """
            <form class="open-queue" method="get" action="\(action)" role="search">\
            <label class="visually-hidden" for="field-queue">Task queue</label>\
            <input type="text" id="field-queue" name="queue" placeholder="Name of a task queue" required \
            autocomplete="off" spellcheck="false" data-search>\
            \(SubmitButton(title: "Open", kind: .plain))</form>
            """
    }

    private static func recentRuns(_ request: PageRequest) async throws -> [APIWorkflowExecutionInfo] {
        var list = APIListWorkflowExecutionsRequest()
        list.namespace = request.namespace
        list.pageSize = examinedRuns
        return try await request.service.call(WorkflowService.listWorkflowExecutions, list).executions
    }

    private static func descriptions(
        of names: [String], _ request: PageRequest
    ) async -> [String: QueueDescription] {
        await withTaskGroup(of: (String, QueueDescription?).self) { group in
            for name in names {
                group.addTask { (name, try? await QueueDescription.read(name, request)) }
            }
            var result: [String: QueueDescription] = [:]
            for await (name, description) in group { result[name] = description }
            return result
        }
    }

    // MARK: One queue

    private static func queue(_ request: PageRequest) async throws -> Page {
        let name = request["queue"]
        let description = try await QueueDescription.read(name, request)
        let view = QueueView(name: name, description: description, request: request)
        let list = request.links.path("namespaces", request.namespace, "task-queues")
        let runs = request.links.workflows(request.namespace, matching: "TaskQueue = \(QueryText.string(name))")
        let body: HTML = """
            <p class="breadcrumb"><a href="\(list)">Task queues</a></p>
            \(PageHead(title: "<bdi>\(name)</bdi>", actions: LinkButton(title: "Runs", address: runs, icon: .workflows).html))
            \(view)
            """
        var page = Page(name, in: navigation, namespace: request.namespace, body: body)
        page.liveAddress = request.links.path("namespaces", request.namespace, "task-queues", name, "live")
        return page
    }

    /// How often a queue that is looked at is asked about.
    private static let interval = Duration.seconds(2)

    private static func live(_ request: PageRequest) -> LiveFeed {
        LiveFeed { sender in
            let name = request["queue"]
            while true {
                var now = request
                now.now = .wallClock()
                if let description = try? await QueueDescription.read(name, now) {
                    sender.replace(QueueView.id, QueueView(name: name, description: description, request: now).html)
                }
                try await Task.sleep(for: interval)
            }
        }
    }
}

/// How the latest runs use a queue.
struct QueueUse: Sendable, Equatable {
    var name: String
    var runs = 0
    var openRuns = 0
    var latest = Google_Protobuf_Timestamp()

    /// Those of some runs, the one that was used last first.
    static func queues(of runs: [APIWorkflowExecutionInfo]) -> [QueueUse] {
        var uses: [String: QueueUse] = [:]
        for run in runs where !run.taskQueue.isEmpty {
            var use = uses[run.taskQueue] ?? QueueUse(name: run.taskQueue)
            use.runs += 1
            if run.status.isOpen { use.openRuns += 1 }
            if use.latest < run.startTime { use.latest = run.startTime }
            uses[run.taskQueue] = use
        }
        return uses.values.sorted { left, right in
            right.latest < left.latest || left.latest == right.latest && left.name < right.name
        }
    }
}
