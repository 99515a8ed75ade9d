/// Writes JSON, on one line or indented by two spaces.
package enum JSONPrinter {
    package static func compact(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        write(value, to: &bytes, indent: nil)
        return String(decoding: bytes, as: UTF8.self)
    }

    package static func pretty(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        write(value, to: &bytes, indent: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ value: JSONValue, to bytes: inout [UInt8], indent: Int?) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): writeString(text, to: &bytes)
        case .array(let elements):
            writeList(elements, "[", "]", to: &bytes, indent: indent) { element, bytes, inner in
                write(element, to: &bytes, indent: inner)
            }
        case .object(let members):
            writeList(members, "{", "}", to: &bytes, indent: indent) { member, bytes, inner in
                writeString(member.key, to: &bytes)
                bytes += (inner == nil ? ":" : ": ").utf8
                write(member.value, to: &bytes, indent: inner)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], _ open: String, _ close: String, to bytes: inout [UInt8], indent: Int?,
        _ writeElement: (Element, inout [UInt8], Int?) -> Void
    ) {
        bytes += open.utf8
        let inner = indent.map { $0 + 1 }
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine(inner, to: &bytes)
            writeElement(element, &bytes, inner)
        }
        if !elements.isEmpty { newLine(indent, to: &bytes) }
        bytes += close.utf8
    }

    private static func newLine(_ indent: Int?, to bytes: inout [UInt8]) {
        guard let indent else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: indent * 2))
    }

    private static func writeString(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0..<0x20, 0x7F:
                let hex = String(byte, radix: 16)
                bytes += "\\u00\(hex.count == 1 ? "0" : "")\(hex)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
