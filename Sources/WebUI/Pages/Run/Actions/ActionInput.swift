import APIJSON
import WireAPI

/// Values that somebody typed, as payloads: JSON documents, one after the other on lines of their own.
enum ActionInput {
    struct Problem: Error {
        var text: String
    }

    /// - Throws: ``Problem``
    static func payloads(_ text: String) throws -> [APIPayload] {
        let whole = text.trimmingSpace()
        guard !whole.isEmpty else { return [] }
        if (try? JSONParser.parse(Array(whole.utf8))) != nil { return [.json(whole)] }
        return try documents(whole).map { .json($0) }
    }

    /// Documents that begin on lines of their own; each ends where it can be read.
    private static func documents(_ text: String) throws -> [String] {
        var documents: [String] = []
        var current = ""
        var problem = "it is empty"
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            current += current.isEmpty ? String(line) : "\n" + line
            guard !current.trimmingSpace().isEmpty else { continue }
            do {
                _ = try JSONParser.parse(Array(current.trimmingSpace().utf8))
                documents.append(current.trimmingSpace())
                current = ""
            } catch {
                problem = "\(error)"
            }
        }
        guard current.trimmingSpace().isEmpty else {
            throw Problem(text: "This is not JSON: \(problem). Text needs quotation marks, such as \"hello\".")
        }
        return documents
    }

    /// Payloads as text to edit; `nil` if they are not JSON.
    static func text(_ payloads: [APIPayload]) -> String? {
        var lines: [String] = []
        for payload in payloads {
            switch ShownPayload(payload) {
            case .json(let value): lines.append(JSONPrinter.pretty(value))
            case .nothing: lines.append("null")
            default: return nil
            }
        }
        return lines.joined(separator: "\n")
    }
}
