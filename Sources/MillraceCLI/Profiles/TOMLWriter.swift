/// Writes a ``TOMLTable``: keys in order, values before tables, two spaces of indentation for each level.
enum TOMLWriter {
    static func write(_ table: TOMLTable) -> String {
        var text = ""
        write(table, path: [], to: &text)
        return text
    }

    private static func write(_ table: TOMLTable, path: [String], to text: inout String) {
        let indent = String(repeating: "  ", count: path.count)
        let keys = table.entries.keys.sorted()
        for key in keys {
            guard let value = table.entries[key], let written = self.text(of: value) else { continue }
            text += "\(indent)\(quotedIfNeeded(key)) = \(written)\n"
        }
        for key in keys {
            guard let inner = table.table(key) else { continue }
            let innerPath = path + [key]
            text += "\(indent)[\(innerPath.map(quotedIfNeeded).joined(separator: "."))]\n"
            write(inner, path: innerPath, to: &text)
        }
    }

    private static func text(of value: TOMLTable.Value) -> String? {
        switch value {
        case .string(let string): quoted(string)
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number
        case .table: nil
        }
    }

    private static func quotedIfNeeded(_ key: String) -> String {
        let isBare = !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
        return isBare ? key : quoted(key)
    }

    private static func quoted(_ string: String) -> String {
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result +=
                    "\\u" + NumberFormat.padded(0, 4 - String(scalar.value, radix: 16).count)
                    + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
