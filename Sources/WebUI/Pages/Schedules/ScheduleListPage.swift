import APIJSON
import ScheduleSpec
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// All schedules of a namespace.
enum ScheduleListPage {
    private static let pageSize: Int32 = 50
    private static let listID = "schedule-list"
    /// How often the list is asked for while somebody looks.
    private static let interval = Duration.seconds(3)

    static func page(_ request: PageRequest) async throws -> Page {
        let answer = try await list(request)
        let body: HTML = """
            \(PageHead(title: "Schedules", actions: LinkButton(
                title: "Create schedule", address: request.links.newSchedule(request.namespace), icon: .add,
                isMain: true).html))
            \(search(request))
            \(table(answer, request))
            """
        var page = Page("Schedules", in: ScheduleSection.navigation, namespace: request.namespace, body: body)
        let query = Fields(request.query.all.filter { ["query", "page"].contains($0.name) })
        page.liveAddress = request.links.path("namespaces", request.namespace, "schedules", "live", query: query)
        return page
    }

    static func feed(_ request: PageRequest) -> LiveFeed {
        LiveFeed { sender in
            while true {
                if let answer = try? await list(request) { sender.replace(listID, table(answer, request)) }
                try await Task.sleep(for: interval)
            }
        }
    }

    private static func list(_ request: PageRequest) async throws -> APIListSchedulesResponse {
        var list = APIListSchedulesRequest()
        list.namespace = request.namespace
        list.maximumPageSize = pageSize
        list.query = request.query.text("query") ?? ""
        list.nextPageToken = Data(Base64.decode(request.query["page"] ?? "") ?? [])
        return try await request.service.call(WorkflowService.listSchedules, list)
    }

    private static func search(_ request: PageRequest) -> HTML {
        let query = request.query["query"] ?? ""
        let address = request.links.schedules(request.namespace)
        return """
            <form method="get" action="\(address)" class="schedule-search" role="search">
            <input type="text" name="query" value="\(query)" data-search aria-label="Query" spellcheck="false" \
            autocomplete="off" placeholder="Query, such as TemporalSchedulePaused = true">
            \(SubmitButton(title: "Search", kind: .plain))\
            \(filter("Paused", "TemporalSchedulePaused = true", query, request))\
            \(filter("Running", "TemporalSchedulePaused = false", query, request))\
            </form>
            """
    }

    private static func filter(_ title: String, _ query: String, _ current: String, _ request: PageRequest) -> HTML {
        let isCurrent = current == query
        let address = request.links.schedules(
            request.namespace, query: isCurrent ? Fields() : Fields([("query", query)]))
        return "<a class=\"chip\" href=\"\(address)\"\(if: isCurrent, " aria-current=\"true\"")>\(title)</a>"
    }

    private static func table(_ answer: APIListSchedulesResponse, _ request: PageRequest) -> HTML {
        let content = answer.schedules.isEmpty ? empty(request) : rows(answer, request) + pages(answer, request)
        return Card(id: listID, isPadded: false, content: content).html
    }

    private static func empty(_ request: PageRequest) -> HTML {
        if request.query.text("query") != nil {
            return EmptyState(
                title: "No schedule matches",
                text: """
                    Schedules can be found by <code>TemporalSchedulePaused</code>, <code>ScheduleId</code> and search \
                    attributes of their own.
                    """
            ).html
        }
        return EmptyState(
            title: "No schedules yet",
            text: "A schedule starts a workflow at the times it is given, whether or not anybody is there.",
            command: "millrace schedule create -s hourly --interval 1h -t my-queue --type MyPipeline"
        ).html
    }

    private static func rows(_ answer: APIListSchedulesResponse, _ request: PageRequest) -> HTML {
        let columns: [DataTable.Column] = [
            .init("Schedule", .main), .init("State"), .init("When"), .init("Workflow"), .init("Next run", .nowrap),
            .init("Last run", .nowrap), .init("Latest runs", .nowrap),
        ]
        let rows = answer.schedules.enumerated().map { index, entry in
            DataTable.Row(id: "schedule-\(index)", cells: cells(entry, request))
        }
        return DataTable(caption: "Schedules", className: "schedules", columns: columns, rows: rows).html
    }

    private static func cells(_ entry: APIScheduleListEntry, _ request: PageRequest) -> [HTML] {
        let info = entry.info
        let address = request.links.schedule(request.namespace, entry.scheduleID)
        let state: HTML = """
            \(ScheduleState.badge(isPaused: info.paused))\
            \(if: !info.notes.isEmpty, "<span class=\"schedule-note\">\(info.notes)</span>")
            """
        let next: HTML =
            info.paused
            ? .empty : info.futureActionTimes.first.map { "\(Countdown(until: $0, before: "in ", after: "now"))" } ?? ""
        return [
            "<a class=\"id\" href=\"\(address)\">\(entry.scheduleID)</a>", state,
            "\(SpecWords.text(of: info.spec))", "\(info.workflowType.name)", next,
            info.recentActions.last.map { Moment($0.actualTime).html } ?? .empty,
            latest(info.recentActions, request),
        ]
    }

    /// The last few runs as signs, each a link.
    private static func latest(_ actions: [APIScheduleActionResult], _ request: PageRequest) -> HTML {
        HTML(each: actions.suffix(5)) { action in
            let run = action.startWorkflowResult
            let address = request.links.run(request.namespace, run.workflowID, run.runID)
            let status = action.startWorkflowStatus == .unspecified ? .running : action.startWorkflowStatus
            return """
                <a class="run-sign \(status.tone.className)" href="\(address)" \
                title="\(run.workflowID): \(status.title)"><svg viewBox="0 0 12 12" aria-hidden="true">\
                \(status.tone.glyph)</svg><span class="visually-hidden">\(status.title)</span></a>
                """
        }
    }

    private static func pages(_ answer: APIListSchedulesResponse, _ request: PageRequest) -> HTML {
        let isFirst = request.query["page"] == nil
        guard !isFirst || !answer.nextPageToken.isEmpty else { return .empty }
        let query = request.query.setting("page", nil)
        let next = answer.nextPageToken.isEmpty ? nil : Base64.encode(answer.nextPageToken)
        return Pages(
            text: "\(answer.schedules.count) shown",
            first: isFirst ? nil : request.links.schedules(request.namespace, query: query),
            next: next.map { request.links.schedules(request.namespace, query: query.setting("page", $0)) }
        ).html
    }
}

/// Whether a schedule runs, as it is shown.
enum ScheduleState {
    static func badge(isPaused: Bool, isLarge: Bool = false) -> StatusBadge {
        isPaused
            ? StatusBadge("Paused", .paused, isLarge: isLarge) : StatusBadge("Running", .completed, isLarge: isLarge)
    }
}
