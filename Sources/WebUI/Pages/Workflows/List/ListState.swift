import SwiftProtobuf

/// What a list shows, as its address says it.
struct ListState: Equatable {
    /// A span of time that ends now.
    enum Since: String, CaseIterable {
        case hour = "1h", day = "24h", week = "7d", month = "30d"

        var title: String {
            switch self {
            case .hour: "Last hour"
            case .day: "Last 24 hours"
            case .week: "Last 7 days"
            case .month: "Last 30 days"
            }
        }

        fileprivate var seconds: Int64 {
            switch self {
            case .hour: 3_600
            case .day: 86_400
            case .week: 7 * 86_400
            case .month: 30 * 86_400
            }
        }
    }

    /// Tokens of earlier pages that an address holds; further back leads only "First".
    private static let maximumTrail = 12

    /// As it was written.
    var query: String
    var since: Since?
    /// Of the page that is shown; empty for the first.
    var token = ""
    /// Tokens of the pages before, oldest first.
    var trail: [String] = []
    /// Counted from 0.
    var page = 0

    init(query: String = "", since: Since? = nil) {
        self.query = query
        self.since = since
    }

    init(_ fields: Fields) {
        query = fields.text("query") ?? ""
        since = fields["since"].flatMap(Since.init)
        token = fields.text("page") ?? ""
        trail = Array(fields.values("before").suffix(Self.maximumTrail))
        page = token.isEmpty ? 0 : max(1, fields["number"].flatMap(Int.init) ?? 1)
    }

    /// The address of the first page of this list.
    var fields: Fields {
        var all: [(String, String)] = []
        if !query.isEmpty { all.append(("query", query)) }
        if let since { all.append(("since", since.rawValue)) }
        return Fields(all)
    }

    /// The address of the page behind this one.
    func next(_ token: String) -> Fields {
        var all = fields.all
        all += (trail + [self.token]).suffix(Self.maximumTrail).map { ("before", $0) }
        return Fields(all + [("number", String(page + 1)), ("page", token)])
    }

    /// The address of the page before this one; `nil` on the first.
    var previous: Fields? {
        guard !token.isEmpty, let last = trail.last else { return nil }
        guard !last.isEmpty else { return fields }
        var all = fields.all
        all += trail.dropLast().map { ("before", $0) }
        return Fields(all + [("number", String(page - 1)), ("page", last)])
    }

    /// The filters; `nil` if the query cannot be taken apart.
    var filter: WorkflowFilter? { WorkflowFilter(query: query) }

    /// What the server is asked for.
    func effectiveQuery(now: Google_Protobuf_Timestamp) -> String {
        guard let since, var filter else { return query }
        filter.add(since, now: now)
        return filter.query
    }

    /// What the server is asked to count: the runs of every status, whichever is chosen.
    func countQuery(now: Google_Protobuf_Timestamp) -> String? {
        guard var filter else { return nil }
        if let since { filter.add(since, now: now) }
        filter.statuses = []
        return [filter.condition, "GROUP BY ExecutionStatus"].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The list with other filters.
    func changing(_ change: (inout WorkflowFilter) -> Void) -> ListState {
        var filter = filter ?? WorkflowFilter()
        change(&filter)
        return ListState(query: filter.query, since: since)
    }
}

extension WorkflowFilter {
    fileprivate mutating func add(_ since: ListState.Since, now: Google_Protobuf_Timestamp) {
        let start = Google_Protobuf_Timestamp(seconds: now.seconds - since.seconds, nanos: now.nanos)
        if startedFrom == nil {
            startedFrom = TimeText.iso(start)
        } else {
            others.append("StartTime >= \(QueryText.string(TimeText.iso(start)))")
        }
    }
}
