import SwiftProtobuf
import WireAPI

/// How a run ended: what its closing event says.
struct ExecutionOutcome: Sendable {
    let closeEvent: APIHistoryEvent

    var isSuccess: Bool { status == "COMPLETED" }

    /// The status in the words of results.
    var status: String {
        switch closeEvent.eventType {
        case .workflowExecutionCompleted: "COMPLETED"
        case .workflowExecutionFailed: "FAILED"
        case .workflowExecutionTimedOut: "TIMEOUT"
        case .workflowExecutionCanceled: "CANCELED"
        case .workflowExecutionTerminated: "TERMINATED"
        case .workflowExecutionContinuedAsNew: "CONTINUED_AS_NEW"
        default: EnumText.short(closeEvent.eventType)
        }
    }

    /// The run that goes on where this one ended (continue-as-new, retry, cron); `nil` if there is none.
    var nextRunID: String? {
        switch closeEvent.attributes {
        case .workflowExecutionContinuedAsNewEventAttributes(let attributes): attributes.newExecutionRunID.orNil
        case .workflowExecutionCompletedEventAttributes(let attributes): attributes.newExecutionRunID.orNil
        case .workflowExecutionFailedEventAttributes(let attributes): attributes.newExecutionRunID.orNil
        case .workflowExecutionTimedOutEventAttributes(let attributes): attributes.newExecutionRunID.orNil
        default: nil
        }
    }

    /// What the workflow returned.
    var result: APIPayloads? {
        guard case .workflowExecutionCompletedEventAttributes(let attributes) = closeEvent.attributes,
            attributes.hasResult
        else { return nil }
        return attributes.result
    }

    var failure: APIFailureFailure? {
        guard case .workflowExecutionFailedEventAttributes(let attributes) = closeEvent.attributes else { return nil }
        return attributes.failure
    }

    static func isClosing(_ event: APIHistoryEvent) -> Bool {
        switch event.eventType {
        case .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionTimedOut,
            .workflowExecutionCanceled, .workflowExecutionTerminated, .workflowExecutionContinuedAsNew:
            true
        default: false
        }
    }

    /// The members `status`, `closeEvent` and, if there is one, `result`.
    func members(_ session: Session) throws -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("status", .string(status)), .init("closeEvent", try session.protoJSON(closeEvent)),
        ]
        if let result = try resultJSON(session) { members.append(.init("result", result)) }
        return members
    }

    func resultJSON(_ session: Session) throws -> JSONValue? {
        guard let payload = result?.payloads.first else { return nil }
        return try session.protoJSON(payload)
    }

    /// The section "Results:" of text output.
    /// - Parameter runTime: shown if given.
    func printResults(_ session: Session, runTime: Duration?) throws {
        session.heading("Results:")
        var card = Card()
        if let runTime { card.add("RunTime", DurationText.formatRounded(runTime)) }
        card.add("Status", status, Style.color(ofStatus: status) ?? .yellow)
        if let payload = result?.payloads.first {
            card.add("Result", JSONPrinter.compact(try PayloadShorthand.value(of: payload)))
            card.add("ResultEncoding", payload.encoding)
        }
        if let failure { card.add("Failure", "\n" + FailureText.lines(failure, indent: 4).joined(separator: "\n")) }
        session.card(card)
    }
}

/// Failures for people: message, type, stack trace, and so on down the causes.
enum FailureText {
    static func lines(_ failure: APIFailureFailure, indent: Int) -> [String] {
        var lines: [String] = []
        add("Message: " + failure.message, indent, &lines)
        if case .applicationFailureInfo(let info) = failure.failureInfo, !info.type.isEmpty {
            add("Type: " + info.type, indent, &lines)
        }
        if !failure.stackTrace.isEmpty {
            add("StackTrace:", indent, &lines)
            add(failure.stackTrace, indent + 4, &lines)
        }
        if failure.hasCause {
            add("Cause:", indent, &lines)
            lines += self.lines(failure.cause, indent: indent + 4)
        }
        return lines
    }

    /// The messages of a failure and its causes on one line.
    static func summary(_ failure: APIFailureFailure) -> String {
        guard failure.hasCause else { return failure.message }
        let cause = summary(failure.cause)
        return failure.message.isEmpty ? cause : "\(failure.message): \(cause)"
    }

    private static func add(_ text: String, _ indent: Int, _ lines: inout [String]) {
        let space = String(repeating: " ", count: indent)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            lines.append((space + line).trimmingTrailingSpaces())
        }
    }
}

extension String {
    /// The text unless it is empty.
    var orNil: String? { isEmpty ? nil : self }
}
