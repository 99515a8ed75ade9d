import APIJSON
import NIOCore
import WireAPI

/// One event with everything it carries, however large.
enum EventPage {
    static func address(_ event: Int64, _ key: RunKey) -> String {
        if let imported = key.imported {
            return key.links.path("import", "events", imported, "events", String(event))
        }
        return key.links.path(
            "namespaces", key.namespace, "workflows", key.workflowID, key.runID, "events", String(event))
    }

    static func page(_ request: PageRequest) async throws -> Page {
        try page(RunKey(request), await RunSource(request).history(), request)
    }

    static func page(_ key: RunKey, _ events: [APIHistoryEvent], _ request: PageRequest) throws -> Page {
        guard let id = Int64(request["event"]), let event = events.first(where: { $0.eventID == id }) else {
            throw PageError.notFound("The run has no event \(request["event"]).")
        }
        let json = try ProtoJSON.value(of: event, shorthand: false)
        let back = key.address(query: Fields([("form", "full"), ("event", String(id))])) + "#event-\(id)"
        let body: HTML = """
            <nav class="breadcrumb" aria-label="Breadcrumb">\
            \(if: key.imported == nil, "<a href=\"\(key.links.workflows(key.namespace))\">Workflows</a> / ")\
            <a href="\(back)">\(key.workflowID)</a></nav>
            \(PageHead(title: "\(event.title) <span class=\"count\">event \(id)</span>"))
            \(Card(content: EventFields(event).html(key: key, budget: nil)))
            \(Card(title: "As JSON", content: "\(JSONView(json))"))
            """
        return Page(
            "Event \(id) of \(key.workflowID)",
            in: key.imported == nil ? WorkflowListSection.navigation : ImportSection.navigation,
            namespace: request.namespace, body: body)
    }
}

/// The history as a file that replayers of SDKs and the command line take.
enum HistoryDownload {
    static func answer(_ request: PageRequest) async throws -> Answer {
        var history = APIHistory()
        history.events = try await RunSource(request).history()
        let json = try ProtoJSON.value(of: history, shorthand: false)
        let key = RunKey(request)
        let name = "\(key.workflowID.prefix(60))-\(key.runID)_events.json"
        return .download(
            name: safe(name), type: "application/json", ByteBuffer(string: JSONPrinter.pretty(json) + "\n"))
    }

    /// Without what a header or a file name cannot have.
    private static func safe(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
    }
}
