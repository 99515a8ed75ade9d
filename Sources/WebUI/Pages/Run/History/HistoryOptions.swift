/// How the history is shown, as the address says.
struct HistoryOptions: Sendable, Equatable {
    enum Form: String, CaseIterable, Sendable {
        /// One row for each step.
        case compact
        /// One row for each event.
        case full
        case json
    }

    var form: Form
    var isNewestFirst: Bool
    /// From 1 on; 0 for that with ``event``.
    var page: Int
    /// The event that is looked for.
    var event: Int64?

    /// Rows on a page.
    static let pageSize = 200

    init(_ query: Fields) {
        form = query["form"].flatMap(Form.init) ?? .compact
        isNewestFirst = query["order"] == "newest"
        event = query["event"].flatMap { Int64($0) }
        page = query["page"].flatMap { Int($0) }.map { max(1, min($0, 1_000_000)) } ?? (event == nil ? 1 : 0)
    }

    var query: Fields {
        var fields: [(name: String, value: String)] = []
        if form != .compact { fields.append(("form", form.rawValue)) }
        if isNewestFirst { fields.append(("order", "newest")) }
        if page > 1 { fields.append(("page", String(page))) }
        return Fields(fields)
    }

    func with(form: Form? = nil, isNewestFirst: Bool? = nil, page: Int = 1) -> HistoryOptions {
        var options = self
        options.form = form ?? self.form
        options.isNewestFirst = isNewestFirst ?? self.isNewestFirst
        options.page = page
        options.event = nil
        return options
    }
}

/// The rows of a page, of all there are.
struct HistorySlice: Sendable, Equatable {
    /// In the order they are shown.
    var indices: [Int]
    var page: Int
    var pageCount: Int
    /// Of the first and the last, counted from 1 in the order they happened.
    var bounds: ClosedRange<Int>

    /// - Parameter found: the row with the event that is looked for.
    init(count: Int, _ options: HistoryOptions, found: Int?) {
        let size = HistoryOptions.pageSize
        pageCount = max(1, (count + size - 1) / size)
        var page = options.page
        if page == 0 {
            let place = found.map { options.isNewestFirst ? count - 1 - $0 : $0 } ?? 0
            page = place / size + 1
        }
        self.page = min(page, pageCount)
        let places = (self.page - 1) * size..<max((self.page - 1) * size, min(self.page * size, count))
        indices = places.map { options.isNewestFirst ? count - 1 - $0 : $0 }
        let low = (indices.min() ?? 0) + 1
        bounds = low...max(low, (indices.max() ?? 0) + 1)
    }
}
