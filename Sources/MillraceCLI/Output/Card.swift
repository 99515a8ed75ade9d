/// Properties under each other: names padded to the longest, two spaces, values.
struct Card {
    struct Row {
        var name: String
        var value: String
        var color: Style.Color?
    }

    var rows: [Row] = []

    init() {}

    init(_ rows: [(String, String)]) {
        self.rows = rows.map { Row(name: $0.0, value: $0.1) }
    }

    mutating func add(_ name: String, _ value: String, _ color: Style.Color? = nil) {
        rows.append(Row(name: name, value: value, color: color))
    }

    /// Adds a row unless the value is empty.
    mutating func addUnlessEmpty(_ name: String, _ value: String) {
        if !value.isEmpty { add(name, value) }
    }

    /// Lines of values after the first are indented by as much as the value says.
    func lines(style: Style) -> [String] {
        let width = rows.map { TextWidth.of($0.name) }.max() ?? 0
        return rows.map { row in
            // A value that begins on a line of its own leaves no spaces behind its name.
            if row.value.hasPrefix("\n") { return "  " + row.name + row.value }
            return ("  " + TextWidth.padRight(row.name, width) + "  " + style.paint(row.value, row.color))
                .trimmingTrailingSpaces()
        }
    }
}
