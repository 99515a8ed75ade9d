import WireAPI

/// The queries that every workflow answers, which command line and user interfaces ask.
enum BuiltInQueries {
    static let stackTrace = "__stack_trace"
    static let metadata = "__temporal_workflow_metadata"

    /// What the run waits for, one line each. Swift has no stack traces of suspended tasks.
    static func stackTrace(of context: RunContext) -> String {
        let lines = context.awaitedKeys.map { key in
            switch key {
            case .timer(let seq): "timer \(seq)"
            case .activity(let seq): "activity \(seq)"
            case .condition(let number): "condition \(number)"
            case .childStart(let seq): "start of child workflow \(seq)"
            case .childWait(let number): "result of a child workflow (wait \(number))"
            case .signalExternal(let seq): "delivery of signal \(seq)"
            case .cancelExternal(let seq): "delivery of cancel request \(seq)"
            }
        }
        let handlers = context.handlers.sorted { $0.key < $1.key }.map { "\($0.value.kind) \($0.value.name)" }
        return (["waiting for:"] + lines.map { "  " + $0 } + ["handlers running:"] + handlers.map { "  " + $0 })
            .joined(separator: "\n")
    }

    /// What can be asked of the workflow.
    static func metadata<Definition: WorkflowDefinition>(
        of description: WorkflowDescription<Definition>, type: String
    ) -> APIWorkflowMetadata {
        func definition(_ name: String?, _ summary: String) -> APIWorkflowInteractionDefinition {
            .with {
                $0.name = name ?? ""
                $0.description_p = summary
            }
        }
        return .with {
            $0.definition.type = type
            $0.definition.queryDefinitions = description.queries.map { definition($0.name, $0.summary) }
            $0.definition.signalDefinitions = description.signals.map { definition($0.name, $0.summary) }
            $0.definition.updateDefinitions = description.updates.map { definition($0.name, $0.summary) }
        }
    }
}
