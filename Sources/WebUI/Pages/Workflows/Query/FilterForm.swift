import WireAPI

/// The fields of the filter form: what they make of a query, and how they come back from it.
enum FilterForm {
    /// Attributes of every namespace that are worth a filter of their own, with their types.
    static let commonAttributes: [(name: String, type: APIIndexedValueType)] = [
        ("RunId", .keyword), ("CloseTime", .datetime), ("ExecutionTime", .datetime), ("ExecutionDuration", .int),
        ("HistoryLength", .int), ("HistorySizeBytes", .int), ("StateTransitionCount", .int),
        ("ParentWorkflowId", .keyword), ("RootWorkflowId", .keyword), ("BuildIds", .keywordList),
        ("TemporalScheduledById", .keyword), ("TemporalScheduledStartTime", .datetime),
        ("TemporalReportedProblems", .keywordList),
    ]

    /// The query of a form that was sent.
    /// - Parameter types: of the namespace's own search attributes.
    static func state(_ fields: Fields, types: [String: APIIndexedValueType]) -> ListState {
        var filter = WorkflowFilter()
        filter.workflowID = text(fields, "id")
        filter.workflowType = text(fields, "type")
        filter.taskQueue = text(fields, "queue")
        filter.statuses = fields.values("status").compactMap(APIWorkflowExecutionStatus.init(queryName:))
        filter.startedFrom = fields.text("from").map(time)
        filter.startedBefore = fields.text("before").map(time)
        filter.attributes = attributes(fields, types)
        filter.others = fields.values("other").filter { !$0.isEmpty }
        if let order = fields.text("order") {
            let sorted = WorkflowFilter(query: "ORDER BY \(order)")
            filter.order = sorted?.order
            filter.otherOrder = sorted?.otherOrder
        }
        return ListState(query: filter.query, since: fields["since"].flatMap(ListState.Since.init))
    }

    private static func text(_ fields: Fields, _ name: String) -> WorkflowFilter.Text? {
        guard let value = fields.text(name) else { return nil }
        return .init(match: fields[name + "-match"].flatMap(WorkflowFilter.Text.Match.init) ?? .equals, value: value)
    }

    /// Conditions of one row each: `attribute`, `comparison`, `value`.
    private static func attributes(
        _ fields: Fields, _ types: [String: APIIndexedValueType]
    ) -> [WorkflowFilter.Attribute] {
        let rows = zip(fields.values("attribute"), zip(fields.values("comparison"), fields.values("value")))
        return rows.compactMap { name, rest in
            guard !name.isEmpty, let comparison = WorkflowFilter.Attribute.Comparison(rawValue: rest.0) else {
                return nil
            }
            let value = rest.1.trimmingSpace()
            // A row that was begun and left.
            guard !value.isEmpty || !comparison.takesValue else { return nil }
            return .init(name: name, comparison: comparison, value: literal(value, type(of: name, types)))
        }
    }

    static func type(of name: String, _ types: [String: APIIndexedValueType]) -> APIIndexedValueType {
        types[name] ?? commonAttributes.first { $0.name == name }?.type ?? .keyword
    }

    /// A value as its attribute's type wants it. What does not fit is quoted: the server says what is wrong with it.
    private static func literal(_ text: String, _ type: APIIndexedValueType) -> WorkflowFilter.Attribute.Value {
        switch type {
        case .int: Int64(text) != nil ? .bare(text) : .string(text)
        case .double: Double(text).map { $0.isFinite } == true ? .bare(text) : .string(text)
        case .bool: ["true", "false"].contains(text.lowercased()) ? .bare(text.lowercased()) : .string(text)
        case .datetime: .string(time(text))
        default: .string(text)
        }
    }

    /// `2026-11-24`, `2026-11-24 16:00` and `2026-11-24T16:00:30` in UTC as a query has them; anything else as it is.
    static func time(_ text: String) -> String {
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        guard let date = parts.first, isDigits(date, "-", [4, 2, 2]), parts.count <= 2 else { return text }
        guard parts.count == 2 else { return "\(date)T00:00:00Z" }
        if isDigits(parts[1], ":", [2, 2]) { return "\(date)T\(parts[1]):00Z" }
        return isDigits(parts[1], ":", [2, 2, 2]) ? "\(date)T\(parts[1])Z" : text
    }

    private static func isDigits(_ text: Substring, _ separator: Character, _ widths: [Int]) -> Bool {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        return parts.map(\.count) == widths
            && parts.allSatisfy { $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
    }

    /// A point in time of a query as an input for dates and times has it; `nil` if it cannot.
    static func input(_ time: String) -> String? {
        guard time.hasSuffix("Z"), time.count >= 20 else { return nil }
        let text = time.prefix(19)
        return self.time(String(text)) == text + "Z" ? String(text) : nil
    }
}
