import WireAPI

/// The raw query with its error, the filters that make one, and the filters that are set.
struct FilterPanel: Component {
    var state: ListState
    var error: String?
    var attributes: [String: APIIndexedValueType]
    var addresses: ListAddresses

    private var filter: WorkflowFilter { state.filter ?? WorkflowFilter() }
    private var address: String { addresses.links.workflows(addresses.namespace) }

    var html: HTML {
        """
        <div class="filters" role="search">\(queryForm)\(activeFilters)\
        <details class="more filter-builder" id="filter-builder"\(flag: "open", false)>\
        <summary>Filter by fields</summary>\(builder)</details></div>
        """
    }

    // MARK: The raw query

    private var queryForm: HTML {
        """
        <form method="get" action="\(address)" class="query-row">\
        <div class="field query-field"><label class="visually-hidden" for="field-query">Query</label>\
        <input type="search" id="field-query" name="query" value="\(state.query)" data-search autocomplete="off" \
        spellcheck="false" autocapitalize="off" \
        placeholder="WorkflowType = 'Import' AND ExecutionStatus = 'Failed'"\
        \(if: error != nil, " aria-invalid=\"true\" aria-describedby=\"error-query\"")>\
        \(error.map { "<span class=\"error\" id=\"error-query\" role=\"alert\">\($0)</span>" as HTML })</div>\
        \(sinceChoice(id: "field-since"))\
        <button type="submit" class="button">\(Icon.search)Search</button></form>
        """
    }

    private func sinceChoice(id: String) -> HTML {
        """
        <div class="field"><label class="visually-hidden" for="\(id)">Started</label>\
        <select id="\(id)" name="since" data-submit-on-change><option value="">Any time</option>\
        \(each: ListState.Since.allCases, {
            "<option value=\"\($0.rawValue)\"\(flag: "selected", $0 == state.since)>\($0.title)</option>"
        })</select></div>
        """
    }

    // MARK: What is set

    private var activeFilters: HTML {
        let removals = removals
        guard !removals.isEmpty else { return .empty }
        return """
            <ul class="chips active-filters" aria-label="Filters that are set">\(each: removals, { text, without in
                """
                <li><a class="chip" href="\(addresses.list(without))"><span>\(text)</span>\
                <span aria-hidden="true">×</span><span class="visually-hidden">, remove</span></a></li>
                """
            })\
            <li><a class="chip chip-clear" href="\(address)">Clear all</a></li></ul>
            """
    }

    /// Each condition with the list without it.
    private var removals: [(text: String, without: ListState)] {
        guard state.filter != nil else { return [] }
        var result: [(String, ListState)] = []
        func add(_ text: String?, _ change: (inout WorkflowFilter) -> Void) {
            if let text { result.append((text, state.changing(change))) }
        }
        add(filter.workflowID.map { "ID \(Self.words($0))" }) { $0.workflowID = nil }
        add(filter.workflowType.map { "Type \(Self.words($0))" }) { $0.workflowType = nil }
        add(filter.taskQueue.map { "Task queue \(Self.words($0))" }) { $0.taskQueue = nil }
        if filter.statuses.count > 1 {
            add("Status " + filter.statuses.map(\.title).joined(separator: ", ")) { $0.statuses = [] }
        }
        add(filter.startedFrom.map { "Started from \($0)" }) { $0.startedFrom = nil }
        add(filter.startedBefore.map { "Started before \($0)" }) { $0.startedBefore = nil }
        for (index, attribute) in filter.attributes.enumerated() {
            add(attribute.query) { $0.attributes.remove(at: index) }
        }
        for (index, other) in filter.others.enumerated() { add(other) { $0.others.remove(at: index) } }
        return result
    }

    private static func words(_ text: WorkflowFilter.Text) -> String {
        (text.match == .startsWith ? "starts with " : "") + text.value
    }

    // MARK: The filters

    private var builder: HTML {
        """
        <form method="get" action="\(address)" class="builder"><input type="hidden" name="filter" value="1">\
        \(each: filter.others, { "<input type=\"hidden\" name=\"other\" value=\"\($0)\">" })\
        \(order.map { "<input type=\"hidden\" name=\"order\" value=\"\($0)\">" as HTML })\
        <div class="filter-row">\(text("id", "Workflow ID", filter.workflowID))\
        \(text("type", "Type", filter.workflowType))\(text("queue", "Task queue", filter.taskQueue))</div>\
        <fieldset class="statuses"><legend>Status</legend>\(each: APIWorkflowExecutionStatus.shown, { status in
            """
            <label class="choice"><input type="checkbox" name="status" value="\(status.queryName)"\
            \(flag: "checked", filter.statuses.contains(status))><span>\(StatusBadge(status))</span></label>
            """
        })</fieldset>\
        <div class="filter-row"><div class="field"><label for="builder-since">Started</label>\
        <select id="builder-since" name="since"><option value="">Any time, or between</option>\
        \(each: ListState.Since.allCases, {
            "<option value=\"\($0.rawValue)\"\(flag: "selected", $0 == state.since)>\($0.title)</option>"
        })</select></div>\
        \(time("from", "Started from (UTC)", filter.startedFrom))\
        \(time("before", "Started before (UTC)", filter.startedBefore))</div>\
        <fieldset class="attribute-rows"><legend>Attributes</legend>\
        \(each: rows.enumerated(), { row($0.offset, $0.element) })</fieldset>\
        <div class="form-end"><button type="submit" class="button button-main">Show</button>\
        <a class="button button-plain" href="\(address)">Clear all</a></div></form>
        """
    }

    private var order: String? {
        filter.order.map { "\(QueryText.name($0.attribute)) \($0.isDescending ? "DESC" : "ASC")" } ?? filter.otherOrder
    }

    private func text(_ name: String, _ label: String, _ text: WorkflowFilter.Text?) -> HTML {
        """
        <div class="field"><label for="builder-\(name)">\(label)</label><div class="joined">\
        <select name="\(name)-match" aria-label="\(label) is or starts with">\
        <option value="is">is</option>\
        <option value="starts"\(flag: "selected", text?.match == .startsWith)>starts with</option></select>\
        <input type="text" id="builder-\(name)" name="\(name)" value="\(text?.value ?? "")" autocomplete="off" \
        spellcheck="false"></div></div>
        """
    }

    private func time(_ name: String, _ label: String, _ value: String?) -> HTML {
        let input = value.map(FilterForm.input)
        let type: HTML = value != nil && input == .some(nil) ? "text" : "datetime-local"
        return """
            <div class="field"><label for="builder-\(name)">\(label)</label>\
            <input type="\(type)" step="1" id="builder-\(name)" name="\(name)" value="\((input ?? nil) ?? value ?? "")"></div>
            """
    }

    /// What is set, and room for one more.
    private var rows: [WorkflowFilter.Attribute?] { filter.attributes.map { $0 } + [nil] }

    private func row(_ index: Int, _ attribute: WorkflowFilter.Attribute?) -> HTML {
        let comparison = attribute?.comparison ?? .equal
        return """
            <div class="attribute-row"><select name="attribute" aria-label="Attribute \(index + 1)">\
            <option value="">Attribute…</option>\(each: names(attribute?.name), {
                "<option value=\"\($0)\"\(flag: "selected", $0 == attribute?.name)>\($0)</option>"
            })</select>\
            <select name="comparison" aria-label="Comparison \(index + 1)">\
            \(each: WorkflowFilter.Attribute.Comparison.allCases, {
                "<option value=\"\($0.rawValue)\"\(flag: "selected", $0 == comparison)>\(Self.title($0))</option>"
            })</select>\
            <input type="text" name="value" aria-label="Value \(index + 1)" value="\(attribute?.value.text ?? "")" \
            autocomplete="off" spellcheck="false"></div>
            """
    }

    private func names(_ chosen: String?) -> [String] {
        let known = attributes.keys.sorted() + FilterForm.commonAttributes.map(\.name)
        guard let chosen, !known.contains(chosen) else { return known }
        return [chosen] + known
    }

    private static func title(_ comparison: WorkflowFilter.Attribute.Comparison) -> String {
        switch comparison {
        case .startsWith: "starts with"
        case .isNull: "is not set"
        case .isNotNull: "is set"
        default: comparison.rawValue
        }
    }
}
