import SwiftProtobuf
import WireAPI

/// One run of one command: its world, and how the user wants to see things.
struct Session: Sendable {
    let context: CommandContext
    let format: OutputFormat
    let timeFormat: TimeFormat
    let style: Style
    /// Whether payloads show as values in JSON.
    let shorthandPayloads: Bool
    let global: GlobalOptions

    init(_ global: GlobalOptions, _ context: CommandContext) throws {
        self.context = context
        self.global = global
        format = global.output
        timeFormat = global.timeFormat
        shorthandPayloads = !global.noJsonShorthandPayloads
        style =
            switch global.color {
            case .always: Style(isColored: true)
            case .never: .plain
            case .auto: Style(isColored: context.terminal.isInteractive && context.environment["NO_COLOR"] == nil)
            }
    }

    var isJSON: Bool { format == .json || format == .jsonl }

    /// Whether a person watches the text output, so that it may be redrawn.
    var isLive: Bool { format == .text && context.terminal.isInteractive }

    // MARK: Text

    func write(_ text: String) {
        context.standardOutput.write(text)
    }

    /// A line of text output; nothing in the other formats.
    func line(_ text: String = "") {
        guard format == .text else { return }
        write(text + "\n")
    }

    func heading(_ text: String) {
        line(style.heading(text))
    }

    func card(_ card: Card) {
        for text in card.lines(style: style) { line(text) }
    }

    func table(_ table: Table, showHeading: Bool = true) {
        for text in table.lines(style: style, width: context.terminal.width, showHeading: showHeading) { line(text) }
    }

    func warn(_ text: String) {
        context.standardError.write("Warning: \(text)\n")
    }

    func time(_ time: Google_Protobuf_Timestamp) -> String {
        switch timeFormat {
        case .relative: TimeText.relative(time, now: context.now())
        case .iso: TimeText.iso(time)
        case .raw: TimeText.raw(time)
        }
    }

    // MARK: JSON

    /// A JSON document: indented for `json`, one line for `jsonl`, nothing for the other formats.
    func json(_ value: JSONValue) {
        switch format {
        case .json: write(JSONPrinter.pretty(value) + "\n")
        case .jsonl: write(JSONPrinter.compact(value) + "\n")
        case .text, .none: break
        }
    }

    func json(_ message: some Message) throws {
        guard isJSON else { return }
        json(try protoJSON(message))
    }

    func protoJSON(_ message: some Message) throws -> JSONValue {
        try ProtoJSON.value(of: message, shorthand: shorthandPayloads)
    }

    // MARK: Questions

    /// Asks the user to agree; `--yes` agrees in advance.
    /// - Throws: a usage error with JSON output, which must not stop at a question; ``OperationError`` if the user
    ///   does not agree.
    func confirm(_ question: String, yes: Bool, denied: String = "user denied confirmation") throws {
        if isJSON || format == .none {
            guard yes else { throw UsageError("--yes is needed with -o \(format.rawValue), which asks no questions") }
            return
        }
        write("\(question) y/N ")
        if yes { return write("yes\n") }
        let answer = context.readLine()?.lowercased()
        guard answer == "y" || answer == "yes" else { throw OperationError(denied) }
    }
}

/// Prints a JSON list element by element as pages arrive: an array for `json`, lines for `jsonl`.
struct JSONListWriter {
    private let session: Session
    private var isFirst = true

    init(_ session: Session) {
        self.session = session
        if session.format == .json { session.write("[\n") }
    }

    mutating func append(_ value: JSONValue) {
        if session.format == .json {
            session.write((isFirst ? "" : ",\n") + JSONPrinter.pretty(value))
        } else {
            session.json(value)
        }
        isFirst = false
    }

    func finish() {
        if session.format == .json { session.write(isFirst ? "]\n" : "\n]\n") }
    }
}
