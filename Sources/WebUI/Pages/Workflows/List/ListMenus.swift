import WireAPI

/// Lists that are one click away: those everybody needs, and those that were kept.
struct ViewMenu: Component {
    var state: ListState
    var views: [SavedViews.View]
    var addresses: ListAddresses
    var token: String

    static let preset: [(title: String, state: ListState)] = [
        ("All workflows", ListState()),
        ("Running", ListState(query: "ExecutionStatus = 'Running'")),
        ("Failed or timed out", ListState(query: "ExecutionStatus IN ('Failed', 'TimedOut')")),
        ("Started in the last hour", ListState(since: .hour)),
        ("Started today and yesterday", ListState(since: .day)),
        ("Without a parent", ListState(query: "ParentWorkflowId IS NULL")),
        ("Started by schedules", ListState(query: "TemporalScheduledById IS NOT NULL")),
        ("Tasks that fail", ListState(query: "TemporalReportedProblems IS NOT NULL")),
    ]

    var html: HTML {
        """
        <details class="menu"><summary class="button">Views \(Icon.more)</summary><div class="menu-body view-menu">\
        \(each: Self.preset, { link($0.title, $0.state) })\
        \(if: !views.isEmpty, saved)\(keep)</div></details>
        """
    }

    private func link(_ title: String, _ state: ListState) -> HTML {
        let current: HTML = state.fields == self.state.fields ? " aria-current=\"true\"" : ""
        return "<a href=\"\(addresses.list(state))\"\(current)>\(title)</a>"
    }

    private var saved: HTML {
        """
        <h3>Saved here</h3>\(each: views, { view in
            "<div class=\"saved-view\">\(link(view.title, ListState(view.state)))\(removal(view))</div>"
        })
        """
    }

    private func removal(_ view: SavedViews.View) -> PostForm {
        PostForm(
            action: addresses.part("views"), token: token, className: "inline",
            hidden: [("remove", view.title), ("back", state.fields.encoded)],
            content: """
                <button type="submit" class="button-plain button-small" aria-label="Remove the view \(view.title)">×\
                </button>
                """)
    }

    private var keep: HTML {
        """
        <h3>Save this view</h3>\(PostForm(
            action: addresses.part("views"), token: token, className: "inline keep-view",
            hidden: [("state", state.fields.encoded)],
            content: """
                <input type="text" name="title" required maxlength="60" placeholder="Name" aria-label="Name of the view" \
                autocomplete="off"><button type="submit" class="button">Save</button>
                """))
        """
    }
}

/// Which columns a list has, and how many rows a page.
struct ColumnMenu: Component {
    var choices: ListChoices
    var attributes: [String: APIIndexedValueType]
    var state: ListState
    var addresses: ListAddresses
    var token: String

    var html: HTML {
        """
        <details class="menu"><summary class="button">Columns \(Icon.more)</summary><div class="menu-body">\
        \(PostForm(
            action: addresses.part("columns"), token: token, className: "column-menu",
            hidden: [("back", state.fields.encoded)], content: content))</div></details>
        """
    }

    private var content: HTML {
        """
        <fieldset><legend>Columns</legend>\(each: columns, { column in
            Checkbox(
                name: "column", label: column.title, value: column.name, isChecked: choices.columns.contains(column)
            ).html
        })</fieldset>\
        \(Field(
            "size", "Rows on a page", value: String(choices.size),
            control: .choice(ListChoices.sizes.map { (String($0), String($0)) })))\
        <div class="form-end"><button type="submit" class="button button-main">Show</button>\
        <button type="submit" class="button" name="reset" value="yes">Reset</button></div>
        """
    }

    /// Those of every namespace, then this namespace's own, then what else is chosen.
    private var columns: [ListColumn] {
        var columns = ListColumn.known + attributes.keys.sorted().map { ListColumn.attribute($0) }
        columns += choices.columns.filter { !columns.contains($0) }
        return columns
    }
}
