import APIJSON
import WireAPI

/// A history from a file.
enum ImportedRun {
    static func register(in routes: inout RouteTable) {
        routes.page("/import/events/:import") { try page($0) }
    }

    static func address(_ id: String, _ request: PageRequest) -> String {
        request.links.path("import", "events", id)
    }

    private static func page(_ request: PageRequest) throws -> Page {
        guard let history = request.service.imports[request["import"]] else {
            throw PageError.notFound(
                "This history is no longer here.", advice: "Only the last few are kept. Import it again.")
        }
        let body: HTML = """
            <p class="breadcrumb"><a href="\(ImportSection.address(request))">Import</a></p>
            \(PageHead(title: "History from a file"))
            \(Card(isPadded: false, content: table(history.events).html))
            """
        return Page("History from a file", in: ImportSection.navigation, namespace: request.namespace, body: body)
    }

    private static func table(_ events: [APIHistoryEvent]) -> DataTable {
        DataTable(
            caption: "Events", columns: [.init("Event", .main), .init("Type"), .init("Time", .nowrap)],
            rows: events.prefix(1_000).map { event in
                DataTable.Row(cells: [
                    "\(event.eventID)", "\(EnumText.words(event.eventType))", Moment(event.eventTime, .full).html,
                ])
            })
    }
}
