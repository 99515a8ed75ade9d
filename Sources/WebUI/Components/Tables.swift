/// A table whose rows become blocks where there is little room, so that nothing scrolls sideways.
struct DataTable: Component {
    struct Column {
        enum Kind { case plain, main, number, check, nowrap }

        /// Shown above the column; beside each value where rows are blocks.
        var title: String
        var kind: Kind = .plain
        /// Shown instead of the title, such as a box that ticks all.
        var heading: HTML?

        init(_ title: String, _ kind: Kind = .plain, heading: HTML? = nil) {
            self.title = title
            self.kind = kind
            self.heading = heading
        }
    }

    struct Row {
        /// Lets live updates find the row again.
        var id: String?
        var className: HTML = .empty
        var cells: [HTML]
    }

    /// Says what is in the table, for those who do not see it.
    var caption: String
    var id: String?
    var className: HTML = .empty
    var columns: [Column]
    var rows: [Row]

    var html: HTML {
        """
        <table class="rows \(className)"\(attribute: "id", id)><caption class="visually-hidden">\(caption)</caption>
        <thead><tr>\(each: columns, { column in
            "<th scope=\"col\" class=\"\(name(column.kind))\">\(column.heading ?? HTML(text: column.title))</th>"
        })</tr></thead>
        <tbody>\(each: rows, row)</tbody></table>
        """
    }

    private func row(_ row: Row) -> HTML {
        """
        <tr\(attribute: "id", row.id)\(if: !row.className.isEmpty, " class=\"\(row.className)\"")>\
        \(each: zip(columns, row.cells), { column, cell in
            let isEmpty: HTML = cell.isEmpty ? " empty-cell" : ""
            return "<td class=\"\(name(column.kind))\(isEmpty)\" data-label=\"\(column.title)\"><div>\(cell)</div></td>"
        })</tr>\n
        """
    }

    private func name(_ kind: Column.Kind) -> HTML {
        switch kind {
        case .plain: "plain"
        case .main: "main-cell"
        case .number: "number"
        case .check: "check"
        case .nowrap: "nowrap"
        }
    }
}

/// Names and values that belong to one thing.
struct Facts: Component {
    /// Side by side, as in the head of a page, or one below the other.
    enum Form { case grid, list }

    var form: Form
    var facts: [(name: String, value: HTML)]

    init(_ form: Form = .list, _ facts: [(name: String, value: HTML?)]) {
        self.form = form
        self.facts = facts.compactMap { fact in fact.value.map { (fact.name, $0) } }
    }

    var html: HTML {
        switch form {
        case .grid:
            "<dl class=\"facts\">\(each: facts, { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" })</dl>"
        case .list:
            "<dl class=\"pairs\">\(each: facts, { "<dt>\($0.name)</dt><dd>\($0.value)</dd>" })</dl>"
        }
    }
}

/// Links from a page of a list to the next.
struct Pages: Component {
    /// What is shown, such as `1–50 of 1,200`.
    var text: HTML
    var first: String?
    var previous: String?
    var next: String?

    var html: HTML {
        """
        <nav class="pages" aria-label="Pages"><span>\(text)</span><span class="grow"></span>\
        \(link(first, "First"))\(link(previous, "Previous"))\(link(next, "Next"))</nav>
        """
    }

    private func link(_ address: String?, _ title: String) -> HTML? {
        address.map { "<a class=\"button button-small\" href=\"\($0)\">\(title)</a>" }
    }
}

/// The views of one thing, each with an address of its own.
struct Tabs: Component {
    struct Tab {
        var title: String
        var address: String
        var count: String?
        var countTone: Tone?
        var isCurrent = false
    }

    /// Says what the tabs are of, for those who do not see it.
    var label: String
    var tabs: [Tab]

    var html: HTML {
        """
        <nav class="tabs" aria-label="\(label)"><ul>\(each: tabs, { tab in
            let count = tab.count.map { text -> HTML in
                let tone: HTML = tab.countTone.map { " tone \($0.className)" } ?? ""
                return " <span class=\"count\(tone)\">\(text)</span>"
            }
            let current: HTML = tab.isCurrent ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(tab.address)\"\(current)>\(tab.title)\(count)</a></li>"
        })</ul></nav>
        """
    }
}

/// A few links of which one is chosen, such as newest or oldest first.
struct Switch: Component {
    var label: String
    var options: [(title: String, address: String, isCurrent: Bool)]

    var html: HTML {
        """
        <span class="switch" role="group" aria-label="\(label)">\(each: options, { option in
            let current: HTML = option.isCurrent ? " aria-current=\"true\"" : ""
            return "<a href=\"\(option.address)\"\(current)>\(option.title)</a>"
        })</span>
        """
    }
}
