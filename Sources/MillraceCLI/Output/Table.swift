/// A table as the `temporal` CLI lays it out: two spaces before every column, headings centred, numbers to the right.
/// On a terminal too narrow for it, the widest columns are shortened until it fits.
struct Table {
    enum Alignment { case left, right }

    struct Column {
        var title: String
        var alignment: Alignment = .left
        /// The column is at least this wide; for rows that are printed before all are known.
        var minimumWidth = 0
        /// The column is shortened before any that is not.
        var isExtra = false

        init(_ title: String, _ alignment: Alignment = .left, minimumWidth: Int = 0, isExtra: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.minimumWidth = minimumWidth
            self.isExtra = isExtra
        }
    }

    struct Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        var text: String
        var color: Style.Color?

        init(_ text: String, _ color: Style.Color? = nil) {
            self.text = text
            self.color = color
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    var columns: [Column]
    var rows: [[Cell]] = []

    /// No column is shortened below this.
    private static let smallestWidth = 8

    /// The lines of the table.
    /// - Parameter width: what the table must fit in, if anything.
    func lines(style: Style, width: Int? = nil, showHeading: Bool = true) -> [String] {
        let widths = columnWidths(fitting: width)
        var lines: [String] = []
        if showHeading { lines.append(heading(widths, style)) }
        for row in rows { lines.append(line(row, widths, style)) }
        return lines
    }

    private func columnWidths(fitting limit: Int?) -> [Int] {
        var widths = columns.enumerated().map { index, column in
            let longest = rows.map { index < $0.count ? TextWidth.of(Self.singleLine($0[index].text)) : 0 }.max() ?? 0
            return max(TextWidth.of(column.title), column.minimumWidth, longest)
        }
        guard let limit else { return widths }
        shorten(&widths, to: limit, among: columns.indices.filter { columns[$0].isExtra })
        shorten(&widths, to: limit, among: Array(columns.indices))
        return widths
    }

    /// Takes from the widest of some columns until the table fits or none of them can give more.
    private func shorten(_ widths: inout [Int], to limit: Int, among candidates: [Int]) {
        while true {
            let excess = widths.reduce(0) { $0 + $1 + 2 } - limit
            guard excess > 0, let widest = candidates.max(by: { widths[$0] < widths[$1] }),
                widths[widest] > Self.smallestWidth
            else { return }
            let second = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
            widths[widest] -= max(1, min(excess, widths[widest] - max(second, Self.smallestWidth)))
        }
    }

    private func heading(_ widths: [Int], _ style: Style) -> String {
        var line = ""
        for (column, width) in zip(columns, widths) {
            let title = TextWidth.fit(column.title, width)
            line += "  " + TextWidth.center(title, width).replacingFirst(title, with: style.heading(title))
        }
        return line.trimmingTrailingSpaces()
    }

    private func line(_ row: [Cell], _ widths: [Int], _ style: Style) -> String {
        var line = ""
        for (index, cell) in row.enumerated() where index < columns.count {
            let text = TextWidth.fit(Self.singleLine(cell.text), widths[index])
            let free = String(repeating: " ", count: max(0, widths[index] - TextWidth.of(text)))
            let painted = style.paint(text, cell.color)
            line += columns[index].alignment == .left ? "  " + painted + free : "  " + free + painted
        }
        return line.trimmingTrailingSpaces()
    }

    /// A cell stays on its line, and control characters in it cannot move the cursor.
    private static func singleLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}

extension String {
    func trimmingTrailingSpaces() -> String {
        var bytes = self[...]
        while bytes.last == " " { bytes.removeLast() }
        return String(bytes)
    }

    func replacingFirst(_ part: String, with replacement: String) -> String {
        guard !part.isEmpty, let found = firstRange(of: part) else { return self }
        return String(self[..<found.lowerBound]) + replacement + String(self[found.upperBound...])
    }

    private func firstRange(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
