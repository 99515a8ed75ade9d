import WireAPI
import WorkerCore

extension Workflow {
    /// What the run can be found by, with the changes made so far.
    public static var searchAttributes: SearchAttributes {
        RunContext.entered(reading: "Workflow.searchAttributes")?.searchAttributes ?? []
    }

    /// The run's memo, with the changes made so far.
    public static var memo: Memo {
        RunContext.entered(reading: "Workflow.memo")?.memo ?? [:]
    }

    /// Adds to or changes what the run can be found by. An attribute set to `nil` is removed.
    ///
    /// - Throws: ``WorkflowMisuse`` outside of workflows.
    public static func upsert(searchAttributes changes: SearchAttributes) throws {
        let context = try RunContext.entered("Workflow.upsert(searchAttributes:)")
        guard !changes.isEmpty else { return }
        context.searchAttributes = context.searchAttributes.merging(changes)
        context.emit(.upsertSearchAttributes(changes.wire))
    }

    /// Adds to or changes the run's memo. A field set to `nil` is removed.
    ///
    /// - Throws: ``WorkflowMisuse`` outside of workflows; ``ConversionError``.
    public static func upsert(memo changes: Memo) throws {
        let context = try RunContext.entered("Workflow.upsert(memo:)")
        guard !changes.isEmpty else { return }
        let converter = context.services.payloadConverter
        let changed = try changes.wire(with: converter)
        var attributes = APIModifyWorkflowPropertiesCommandAttributes()
        attributes.upsertedMemo = changed
        var merged = try context.memo.wire(with: converter)
        for (name, payload) in changed.fields {
            merged.fields[name] = Payload(wire: payload).isNull ? nil : payload
        }
        context.memo = Memo(wire: merged, converter: converter)
        context.emit(.modifyProperties(attributes))
    }
}
