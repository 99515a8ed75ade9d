import APIJSON
import SwiftProtobuf

/// How an answer is written, and how a body is read.
struct AnswerFormat: Sendable, Equatable {
    /// On lines of its own, indented by two spaces.
    var isPretty = false
    /// Payloads as values where that loses nothing.
    var shorthand = true

    init(isPretty: Bool = false, shorthand: Bool = true) {
        self.isPretty = isPretty
        self.shorthand = shorthand
    }

    /// The format a media type names; `nil` if it names none.
    init?(mediaType: String?) {
        guard let mediaType else { return nil }
        switch mediaType.prefix(while: { $0 != ";" }).trimmingSpaces() {
        case "application/json+pretty": self.init(isPretty: true)
        case "application/json+no-payload-shorthand": self.init(shorthand: false)
        case "application/json+pretty+no-payload-shorthand": self.init(isPretty: true, shorthand: false)
        default: return nil
        }
    }

    var mediaType: String {
        "application/json" + (isPretty ? "+pretty" : "") + (shorthand ? "" : "+no-payload-shorthand")
    }

    func text(of message: any Message) throws -> String {
        text(try ProtoJSON.value(of: message, shorthand: shorthand))
    }

    func text(_ value: JSONValue) -> String {
        isPretty ? JSONPrinter.pretty(value) : JSONPrinter.compact(value)
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    func trimmingSpaces() -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(String(drop(while: isSpace)).reversed().drop(while: isSpace).reversed())
    }
}
