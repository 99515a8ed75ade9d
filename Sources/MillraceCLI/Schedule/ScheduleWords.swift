import ScheduleSpec
import WireAPI

/// What schedules do, and when, in plain words.
enum ScheduleWords {
    /// `Report on task queue q as weekly, input {"n":1}`
    static func workflow(_ action: APINewWorkflowExecutionInfo) throws -> String {
        var text = "\(action.workflowType.name) on task queue \(action.taskQueue.name) as \(action.workflowID)"
        let inputs = try action.input.payloads.map(input)
        if !inputs.isEmpty { text += ", input " + inputs.joined(separator: ", ") }
        return text
    }

    private static func input(_ payload: APIPayload) throws -> String {
        if payload.encoding == "binary/null" { return "null" }
        guard payload.encoding.hasPrefix("json/") else { return "\(payload.data.count) bytes of \(payload.encoding)" }
        return JSONPrinter.compact(try PayloadShorthand.value(of: payload))
    }

    /// `at 12:30 on Fri (Europe/Rome)`
    static func times(_ spec: APIScheduleSpec) -> String { SpecWords.text(of: spec) }
}
