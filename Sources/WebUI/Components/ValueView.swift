import APIJSON
import WireAPI

/// Payloads as values: as a table where they are lists of records, always as JSON too.
struct ValueView: Component {
    var payloads: [APIPayload]
    /// Unique on the page: names the choice between table and JSON.
    var id: String
    /// Shown if there are none.
    var placeholder: String

    init(_ payloads: [APIPayload], id: String, placeholder: String = "none") {
        self.payloads = payloads
        self.id = id
        self.placeholder = placeholder
    }

    var html: HTML {
        guard !payloads.isEmpty else { return "<p class=\"faint\">\(placeholder)</p>" }
        return HTML(each: payloads.enumerated()) { index, payload in
            one(ShownPayload(payload), "\(id)-\(index)", payloads.count > 1 ? "\(index + 1)" : nil)
        }
    }

    private func one(_ payload: ShownPayload, _ id: String, _ number: String?) -> HTML {
        switch payload {
        case .json(let value): json(value, id, number)
        case .nothing: "<div class=\"value\"><span class=\"json-word mono\">null</span></div>"
        case .text(let text): "<div class=\"value\"><pre class=\"json\" tabindex=\"0\">\(text)</pre></div>"
        case .bytes(let bytes, let type): binary(bytes, type)
        case .opaque(let encoding, let size, let metadata): opaque(encoding, size, metadata)
        }
    }

    private func json(_ value: JSONValue, _ id: String, _ number: String?) -> HTML {
        let tables = ValueTable.tables(in: value)
        guard !tables.isEmpty else {
            return "<div class=\"value\">\(JSONView(value))</div>"
        }
        return """
            <div class="value"><div class="value-head"><span>\(summary(tables))</span>\
            <fieldset class="switch" id="\(id)"><legend class="visually-hidden">Shown as</legend>\
            <label><input type="radio" name="\(id)" value="table" checked>Table</label>\
            <label><input type="radio" name="\(id)" value="json">JSON</label></fieldset></div>
            <div class="value-views"><div class="value-table" tabindex="0" role="region" aria-label="Value as table">\
            \(rest(value))\(each: tables, { table($0.title, $0.table) })</div>\
            <div class="value-json">\(JSONView(value))</div></div></div>
            """
    }

    private func summary(_ tables: [(title: String?, table: ValueTable)]) -> HTML {
        let texts = tables.map { title, table in
            "\(table.count == 1 ? "1 row" : "\(SizeText.count(Int64(table.count))) rows")\(title.map { " of \($0)" } ?? "")"
        }
        return HTML(text: texts.joined(separator: ", "))
    }

    /// Members of a record beside its tables.
    private func rest(_ value: JSONValue) -> HTML {
        guard case .object(let members) = value else { return .empty }
        let others = members.filter { ValueTable($0.value, limit: 1) == nil }
        guard !others.isEmpty else { return .empty }
        let facts = others.map { ($0.key, cell($0.value) as HTML?) }
        return "<div class=\"card-body\">\(Facts(.list, facts))</div>"
    }

    private func table(_ title: String?, _ table: ValueTable) -> HTML {
        let isNumeric = table.columns.indices.map { column in
            table.rows.allSatisfy { row in row[column].map(isNumber) ?? true }
        }
        let left = table.count - table.rows.count
        return """
            <table class="values" data-sortable>\(title.map { "<caption>\($0)</caption>" as HTML })
            <thead><tr>\(each: zip(table.columns, isNumeric), { name, isNumeric in
                "<th scope=\"col\"\(if: isNumeric, " class=\"number\"")>\(name)</th>"
            })</tr></thead><tbody>
            \(each: table.rows, { row in
                "<tr>\(cells(row, table.columns, isNumeric))</tr>\n"
            })</tbody></table>\
            \(if: left > 0, "<p class=\"value-note\">\(SizeText.count(Int64(left))) more rows: see JSON.</p>")
            """
    }

    private func cells(_ row: [JSONValue?], _ columns: [String], _ isNumeric: [Bool]) -> HTML {
        HTML(each: row.indices) { index in
            guard let value = row[index] else { return "<td class=\"empty-cell\"></td>" }
            let number: HTML = isNumeric[index] ? " class=\"number\"" : .empty
            return "<td data-label=\"\(columns[index])\"\(number)><div>\(cell(value))</div></td>"
        }
    }

    private func isNumber(_ value: JSONValue) -> Bool {
        switch value {
        case .number, .null: true
        default: false
        }
    }

    private func cell(_ value: JSONValue) -> HTML {
        switch value {
        case .string(let text) where text.hasPrefix("https://") || text.hasPrefix("http://"):
            "<a href=\"\(text)\" rel=\"noreferrer noopener\">\(text)</a>"
        case .string(let text): "\(String(text.prefix(2_000)))"
        case .number(let text): "\(text)"
        case .bool(let bool): "<span class=\"json-word\">\(bool ? "true" : "false")</span>"
        case .null: "<span class=\"faint\">null</span>"
        case .array, .object: "<code>\(String(JSONPrinter.compact(value).prefix(2_000)))</code>"
        }
    }

    private func binary(_ bytes: [UInt8], _ type: String?) -> HTML {
        """
        <div class="value"><div class="value-head">\(type ?? "Bytes"), \(SizeText.bytes(Int64(bytes.count)))</div>\
        <pre class="json" tabindex="0">\(HexDump.text(bytes.prefix(1_024)))</pre>\
        \(if: bytes.count > 1_024, "<p class=\"value-note\">The first 1,024 bytes.</p>")</div>
        """
    }

    private func opaque(_ encoding: String, _ size: Int, _ metadata: [(String, String)]) -> HTML {
        let isEncrypted = encoding.contains("encrypt")
        let note: HTML =
            isEncrypted
            ? "Encrypted: only programs with the key can read it."
            : "Written in an encoding that is not known here; its data converter can read it."
        return """
            <div class="value"><div class="value-head">\(note) \(SizeText.bytes(Int64(size)))</div>\
            \(Facts(.list, metadata.map { ($0.0, "<code>\($0.1)</code>" as HTML?) }))</div>
            """
    }
}

/// Bytes as text: offset, hexadecimal digits, and the characters there are.
enum HexDump {
    static func text(_ bytes: some Collection<UInt8>) -> String {
        var lines: [String] = []
        var rest = Array(bytes)[...]
        var offset = 0
        while !rest.isEmpty {
            let line = rest.prefix(16)
            rest = rest.dropFirst(16)
            let digits = line.map { hex(Int($0), 2) }.joined(separator: " ")
            let characters = line.map { (32..<127).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
            let space = String(repeating: " ", count: 47 - digits.count)
            lines.append("\(hex(offset, 6))  \(digits)\(space)  \(characters)")
            offset += 16
        }
        return lines.joined(separator: "\n")
    }

    private static func hex(_ value: Int, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
