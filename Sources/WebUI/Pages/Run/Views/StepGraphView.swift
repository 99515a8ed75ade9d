import WireAPI

/// The steps as boxes with lines between them, from left to right; a list by stages where there is little room.
struct StepGraphView: Component {
    var graph: StepGraph
    var run: RunSnapshot

    private static let box = (width: 172.0, height: 46.0)
    private static let gap = (column: 44.0, row: 14.0, band: 34.0)
    /// Columns side by side before the next row of columns begins.
    static let columnsPerBand = 5

    var html: HTML {
        let columns = graph.columns
        let plan = Plan(graph, columns)
        return Card(
            title: "Steps", id: "run-graph", isPadded: false,
            content: """
                <div class="graph"><svg viewBox="0 0 \(plan.width) \(plan.height)" width="\(plan.width)" \
                height="\(plan.height)" role="img" aria-label="Which steps followed on which">\
                \(each: graph.edges, { plan.path($0) })\
                \(each: graph.nodes.indices, { node(graph.nodes[$0], plan.places[$0]) })</svg></div>\
                <div class="card-body stages-frame">\(stages(columns))</div>\
                \(if: graph.omitted > 0, "<p class=\"value-note\">\(graph.omitted) more steps: see the history.</p>")
                """
        ).html
    }

    /// Where each node is, and how the lines run.
    private struct Plan {
        var places: [(x: Double, y: Double)]
        var width: Double
        var height: Double
        var bands: [Int]

        init(_ graph: StepGraph, _ columns: [[Int]]) {
            places = Array(repeating: (0, 0), count: graph.nodes.count)
            bands = graph.nodes.map { $0.column / StepGraphView.columnsPerBand }
            let step = (x: box.width + gap.column, y: box.height + gap.row)
            var top = 16.0
            var band = 0
            while band * StepGraphView.columnsPerBand < columns.count {
                let shown = columns.dropFirst(band * StepGraphView.columnsPerBand).prefix(StepGraphView.columnsPerBand)
                let tallest = Double(shown.map(\.count).max() ?? 1)
                for (index, column) in shown.enumerated() {
                    let inset = (tallest - Double(column.count)) * step.y / 2
                    for (row, node) in column.enumerated() {
                        places[node] = (16 + Double(index) * step.x, top + inset + Double(row) * step.y)
                    }
                }
                top += tallest * step.y - gap.row + gap.band
                band += 1
            }
            width = 32 + Double(min(columns.count, StepGraphView.columnsPerBand)) * step.x - gap.column
            height = top - gap.band + 16
        }

        /// One line for each pair, or all of them through one point if that is fewer.
        func path(_ edge: StepGraph.Edge) -> HTML {
            guard edge.from.count > 1, edge.to.count > 1 else {
                return HTML(each: edge.from) { from in HTML(each: edge.to) { line(from, $0) } }
            }
            let right = edge.from.map { places[$0].x + box.width }.max() ?? 0
            let all = edge.from + edge.to
            let middle = all.map { places[$0].y + box.height / 2 }.reduce(0, +) / Double(all.count)
            let joint = (x: right + gap.column / 2, y: middle)
            let isWithinBand = Set(all.map { bands[$0] }).count == 1
            guard isWithinBand else { return HTML(each: edge.from) { from in HTML(each: edge.to) { line(from, $0) } } }
            return """
                \(each: edge.from, { curve((places[$0].x + box.width, places[$0].y + box.height / 2), joint) })\
                \(each: edge.to, { curve(joint, (places[$0].x, places[$0].y + box.height / 2)) })\
                <circle class="joint" cx="\(joint.x)" cy="\(joint.y)" r="3"/>
                """
        }

        private func line(_ from: Int, _ to: Int) -> HTML {
            let start = (x: places[from].x + box.width, y: places[from].y + box.height / 2)
            let end = (x: places[to].x, y: places[to].y + box.height / 2)
            guard bands[from] != bands[to] else { return curve(start, end) }
            let lowest =
                places.indices.filter { bands[$0] == bands[to] - 1 }.map { places[$0].y + box.height }.max() ?? start.y
            let between = lowest + gap.band / 2
            return """
                <path class="edge" d="M\(start.x) \(start.y)H\(start.x + 10)V\(between)H\(end.x - 10)V\(end.y)H\(end.x)"/>
                """
        }

        private func curve(_ start: (x: Double, y: Double), _ end: (x: Double, y: Double)) -> HTML {
            let middle = (start.x + end.x) / 2
            return """
                <path class="edge" d="M\(start.x) \(start.y)C\(middle) \(start.y) \(middle) \(end.y) \(end.x) \(end.y)"/>
                """
        }
    }

    private func node(_ node: StepGraph.Node, _ place: (x: Double, y: Double)) -> HTML {
        let tone = node.kind == .end ? run.info.status.tone : node.kind == .start ? Tone.plain : node.state.tone
        let kind: HTML = node.kind == .start || node.kind == .end ? " end" : ""
        let text: HTML = """
            \(if: node.steps.count > 1, "<rect class=\"stack\" x=\"5\" y=\"5\" width=\"\(Self.box.width)\" height=\"\(Self.box.height)\" rx=\"7\"/>")\
            <rect width="\(Self.box.width)" height="\(Self.box.height)" rx="7"/>\
            \(if: kind.isEmpty, "<rect class=\"stripe\" x=\"0\" y=\"8\" width=\"4\" height=\"\(Self.box.height - 16)\" rx=\"2\"/>")\
            <text x="14" y="\(kind.isEmpty ? 20 : 28)">\(shortened(name(node), 23))</text>\
            <text class="node-sub" x="14" y="36">\(subtitle(node))</text>\
            <title>\(name(node)) \(subtitle(node))</title>
            """
        return """
            <g class="node \(tone.className)\(kind)" transform="translate(\(place.x) \(place.y))">\
            \(link(node).map { "<a href=\"\($0)\">\(text)</a>" as HTML } ?? text)</g>
            """
    }

    private func link(_ node: StepGraph.Node) -> String? {
        switch node.kind {
        case .start: run.history.events.first.map { run.key.address(event: $0.eventID) }
        case .end: run.history.close.map { run.key.address(event: $0.eventID) }
        case .step: node.steps.first.map { run.key.address(event: $0.id) }
        }
    }

    private func name(_ node: StepGraph.Node) -> String {
        if node.kind == .start { return run.info.type.name }
        let name = node.kind == .step(.timer) ? "Timer \(node.name)" : node.name
        return node.steps.count > 1 ? "\(name) ×\(node.steps.count)" : name
    }

    private func shortened(_ text: String, _ length: Int) -> String {
        text.count <= length ? text : "\(text.prefix(length - 1))…"
    }

    private func subtitle(_ node: StepGraph.Node) -> String {
        guard let first = node.steps.first else { return "" }
        if node.steps.count > 1 {
            let done = node.steps.count { $0.state == .completed }
            let failed = node.steps.count { $0.state == .failed || $0.state == .timedOut }
            let text = "\(done) of \(node.steps.count) done"
            return failed > 0 ? "\(text), \(failed) failed" : text
        }
        if first.isMoment { return first.kindTitle.lowercased() }
        var parts = [
            first.state == .completed ? DurationText.short(first.duration(now: run.now)) : first.stateTitle.lowercased()
        ]
        if first.attempt > 1 {
            parts.append(first.isOpen ? "attempt \(first.attempt)" : "\(first.attempt) attempts")
        }
        return parts.joined(separator: ", ")
    }

    /// The same in words.
    private func stages(_ columns: [[Int]]) -> HTML {
        """
        <ol class="stages">\(each: columns.dropFirst(), { column in
            "<li><ul>\(each: column, { stage(graph.nodes[$0]) })</ul></li>"
        })</ol>
        """
    }

    private func stage(_ node: StepGraph.Node) -> HTML {
        let tone = node.kind == .end ? run.info.status.tone : node.state.tone
        return """
            <li class="stage \(tone.className)"><a href="\(link(node))">\(name(node))</a> \
            <span class="faint">\(subtitle(node))</span></li>
            """
    }
}
