import WireAPI

/// The list of queues.
struct QueueRow: Sendable {
    var use: QueueUse
    /// `nil` if the server could not be asked.
    var description: QueueDescription?
}

struct QueueTable: Component {
    var rows: [QueueRow]
    var request: PageRequest

    var html: HTML {
        DataTable(
            caption: "Task queues of recent runs",
            columns: [
                .init("Task queue", .main), .init("Workers"), .init("Tasks waiting", .number),
                .init("Running", .number), .init("Recent runs", .number), .init("Last start", .nowrap),
            ],
            rows: rows.map { row in
                DataTable.Row(cells: [
                    "<a href=\"\(TaskQueueSection.address(of: row.use.name, request))\">\(row.use.name)</a>",
                    workers(row), waiting(row), "\(SizeText.count(Int64(row.use.openRuns)))",
                    "\(SizeText.count(Int64(row.use.runs)))", Moment(row.use.latest).html,
                ])
            }
        ).html
    }

    private func workers(_ row: QueueRow) -> HTML {
        guard let description = row.description else { return "<span class=\"faint\">unknown</span>" }
        let count = description.pollers.count
        if count == 0 { return StatusBadge("No worker", row.use.openRuns > 0 ? .failed : .plain).html }
        return StatusBadge(count == 1 ? "1 worker" : "\(count) workers", .completed).html
    }

    private func waiting(_ row: QueueRow) -> HTML {
        guard let description = row.description else { return .empty }
        return "\(SizeText.count(description.backlogs.values.reduce(0) { $0 + $1.count }))"
    }
}

/// One queue: its workers, its backlog, and what to do if nobody polls it.
struct QueueView: Component {
    static let id = "task-queue"

    var name: String
    var description: QueueDescription
    var request: PageRequest

    var html: HTML {
        """
        <div id="\(Self.id)" class="stack">
        \(advice)
        <div class="columns">\(backlog(.workflow, "Workflow tasks"))\(backlog(.activity, "Activity tasks"))</div>
        \(Card(title: "Workers", isPadded: false, content: workers))
        </div>
        """
    }

    /// Says what is wrong, if anything is.
    private var advice: HTML? {
        let missing = QueueDescription.Kind.allCases.filter { description.pollers(of: $0).isEmpty }
        guard !missing.isEmpty else { return nil }
        if missing.count == 2 {
            return """
                <div class="notice notice-failed"><strong>No worker polls this task queue.</strong> \
                Its runs wait until one does.</div>
                """
        }
        let kind = missing[0] == .workflow ? "workflow" : "activity"
        return Note("No worker polls this task queue for \(kind) tasks: \(kind) tasks wait until one does.").html
    }

    private func backlog(_ kind: QueueDescription.Kind, _ title: HTML) -> HTML {
        let backlog = description.backlogs[kind]
        let pollers = description.pollers(of: kind).count
        let facts = Facts(
            .grid,
            [
                ("Waiting", backlog.map { "<strong class=\"figure\">\(SizeText.count($0.count))</strong>" }),
                ("Longest wait", backlog.map { $0.count == 0 ? "none" : "\(DurationText.short($0.age))" }),
                ("Added per second", backlog.map { "\(rate($0.added))" }),
                ("Taken per second", backlog.map { "\(rate($0.dispatched))" }),
                ("Workers", "\(pollers)"),
            ])
        return Card(title: title, content: facts.html).html
    }

    private func rate(_ value: Float) -> HTML { "\(Double(max(0, value)))" }

    private var workers: HTML {
        guard !description.pollers.isEmpty else { return noWorkers }
        return DataTable(
            caption: "Workers that poll this task queue",
            columns: [
                .init("Identity", .main), .init("Polls for"), .init("Build"), .init("Limit per second", .number),
                .init("Last poll", .nowrap),
            ],
            rows: description.pollers.map { poller in
                DataTable.Row(cells: [
                    "<bdi>\(poller.identity)</bdi>", kinds(poller.kinds),
                    poller.version.isEmpty ? "<span class=\"faint\">not versioned</span>" : "\(poller.version)",
                    poller.rate == 0 || poller.rate >= 100_000 ? "none" : "\(poller.rate)",
                    Moment(poller.lastAccess, .relative).html,
                ])
            }
        ).html
    }

    private func kinds(_ kinds: Set<QueueDescription.Kind>) -> HTML {
        "<span class=\"chips\">\(if: kinds.contains(.workflow), Tag("workflows").html)"
            + "\(if: kinds.contains(.activity), Tag("activities").html)</span>"
    }

    private var noWorkers: HTML {
        let isExample = name == "hackernews"
        let program: HTML = isExample ? "The worker of the example:" : "In a program with the SDK:"
        return EmptyState(
            title: "Start a worker",
            text: """
                A worker connects to the server, polls this task queue and runs the code of its workflows and \
                activities. \(program)
                """,
            command: isExample ? "swift run hackernews worker" : "Worker(client, taskQueue: \(swiftLiteral)) { … }"
        ).html
    }

    private var swiftLiteral: String {
        "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
