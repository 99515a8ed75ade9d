/// Colours of the CLI; without colour it returns texts as they are.
struct Style: Sendable {
    enum Color: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case magenta = "35"
        case dim = "2"
    }

    var isColored: Bool

    static let plain = Style(isColored: false)

    func paint(_ text: String, _ color: Color?) -> String {
        guard isColored, let color, !text.isEmpty else { return text }
        return "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
    }

    func heading(_ text: String) -> String { paint(text, .magenta) }

    /// The colour of a status, whichever way it is spelled.
    static func color(ofStatus status: String) -> Color? {
        switch status.uppercased() {
        case "COMPLETED": .green
        case "FAILED", "TIMEDOUT", "TIMEOUT", "TERMINATED", "CANCELED": .red
        case "RUNNING": .blue
        default: nil
        }
    }

    static func color(ofEvent event: String) -> Color? {
        if event.hasSuffix("Failed") || event.hasSuffix("TimedOut") || event.hasSuffix("Terminated") { return .red }
        if event.hasSuffix("Canceled") || event.hasSuffix("CancelRequested") { return .yellow }
        switch event {
        case "WorkflowExecutionStarted": return .blue
        case "WorkflowExecutionCompleted": return .green
        default: return nil
        }
    }
}
