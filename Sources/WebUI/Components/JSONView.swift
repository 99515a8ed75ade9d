import APIJSON

/// JSON, indented and coloured.
struct JSONView: Component {
    var value: JSONValue

    /// Longer documents are cut: nobody reads them here, and browsers slow down.
    static let maximumLength = 200_000

    init(_ value: JSONValue) { self.value = value }

    var html: HTML {
        var printer = Printer()
        printer.print(value, indent: 0)
        let note: HTML? = printer.isCut ? "<p class=\"value-note\">Cut here: the value is too long to show.</p>" : nil
        return "<pre class=\"json\" tabindex=\"0\">\(printer.html)</pre>\(note)"
    }

    private struct Printer {
        var html: HTML = ""
        var isCut = false

        mutating func print(_ value: JSONValue, indent: Int) {
            guard html.bytes.count < JSONView.maximumLength else {
                isCut = true
                return
            }
            switch value {
            case .null: html += "<span class=\"json-word\">null</span>"
            case .bool(let bool): html += "<span class=\"json-word\">\(bool ? "true" : "false")</span>"
            case .number(let text): html += "<span class=\"json-number\">\(text)</span>"
            case .string: html += "<span class=\"json-string\">\(JSONPrinter.compact(value))</span>"
            case .array(let elements):
                list("[", "]", elements, indent) { printer, element in
                    printer.print(element, indent: indent + 1)
                }
            case .object(let members):
                list("{", "}", members, indent) { printer, member in
                    let key = JSONPrinter.compact(.string(member.key))
                    printer.html += "<span class=\"json-key\">\(key)</span>: "
                    printer.print(member.value, indent: indent + 1)
                }
            }
        }

        private mutating func list<Element>(
            _ open: HTML, _ close: HTML, _ elements: [Element], _ indent: Int,
            _ body: (inout Printer, Element) -> Void
        ) {
            html += open
            for (index, element) in elements.enumerated() {
                if isCut { return }
                html += index == 0 ? "\n" : ",\n"
                space(indent + 1)
                body(&self, element)
            }
            if !elements.isEmpty {
                html += "\n"
                space(indent)
            }
            html += close
        }

        private mutating func space(_ indent: Int) {
            for _ in 0..<min(indent, 64) { html += "  " }
        }
    }
}
