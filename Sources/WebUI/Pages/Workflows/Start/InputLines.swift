import APIJSON

/// Values that a person has written one below the other.
enum InputLines {
    struct Problem: Error, Equatable {
        var message: String
    }

    /// The JSON values of a text, each as it was written. A value begins on a line of its own and may have many.
    /// - Throws: ``Problem`` that names the line where a value begins that is not JSON.
    static func values(_ text: String) throws(Problem) -> [String] {
        var values: [String] = []
        for piece in pieces(text) {
            do {
                _ = try JSONParser.parse(piece.text)
            } catch {
                let hint = piece.text.first.map { $0.isLetter } == true ? " A text stands in double quotes." : ""
                throw Problem(message: "Line \(piece.line) is not JSON: \(error).\(hint)")
            }
            values.append(piece.text)
        }
        return values
    }

    /// The text, cut at the ends of lines that are in no object, list or string.
    private static func pieces(_ text: String) -> [(text: String, line: Int)] {
        var pieces: [(String, Int)] = []
        var current: [UInt8] = []
        var depth = 0
        var inString = false
        var isEscaped = false
        var line = 1
        var start = 1
        func end() {
            let piece = String(decoding: current, as: UTF8.self).trimmingSpace()
            if !piece.isEmpty { pieces.append((piece, start)) }
            current = []
        }
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\n") {
                line += 1
                // A string never spans lines, so one that does not end is cut here too, and reported.
                inString = false
                isEscaped = false
                if depth <= 0 {
                    end()
                    start = line
                    continue
                }
            } else if isEscaped {
                isEscaped = false
            } else if inString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { inString = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): inString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
            }
            current.append(byte)
        }
        end()
        return pieces
    }

    /// `name = value` lines, as memos and search attributes are written. A value that is not JSON is a text.
    /// - Throws: ``Problem`` that names the line.
    static func pairs(_ text: String) throws(Problem) -> [(name: String, json: String)] {
        var pairs: [(name: String, json: String)] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let line = line.trimmingSpace()
            guard !line.isEmpty else { continue }
            guard let equals = line.firstIndex(of: "=") else {
                throw Problem(message: "Line \(index + 1) is not of the form NAME = VALUE.")
            }
            let name = line[..<equals].trimmingSpace()
            let value = line[line.index(after: equals)...].trimmingSpace()
            guard !name.isEmpty else { throw Problem(message: "Line \(index + 1) has no name.") }
            let isJSON = (try? JSONParser.parse(value)) != nil
            pairs.append((name, isJSON ? value : JSONPrinter.compact(.string(value))))
        }
        return pairs
    }
}
