/// The workflow types that a worker knows.
package struct WorkflowTypes: Sendable {
    private var named: [String: any WorkflowDefinition.Type] = [:]
    private var dynamic: (any WorkflowDefinition.Type)?

    /// - Throws: ``InvalidOptions`` if two types have the same name, or two are dynamic.
    package init(_ types: [any WorkflowDefinition.Type]) throws(InvalidOptions) {
        for type in types { try add(type) }
    }

    private mutating func add<Definition: WorkflowDefinition>(_ type: Definition.Type) throws(InvalidOptions) {
        let description = type.workflowDefinition
        if description.isDynamic {
            if let other = dynamic {
                throw InvalidOptions("workflows", "has two dynamic types, \(other) and \(type)")
            }
            dynamic = type
        } else {
            if let other = named[description.name] {
                throw InvalidOptions(
                    "workflows",
                    "has two types named '\(description.name)', \(other) and \(type): give one a name "
                        + "with @Workflow(\"…\")")
            }
            named[description.name] = type
        }
    }

    /// In alphabetical order.
    package var names: [String] { named.keys.sorted() }
    package var isEmpty: Bool { named.isEmpty && dynamic == nil }

    /// The type with this name, or the dynamic type.
    func type(named name: String) -> (any WorkflowDefinition.Type)? { named[name] ?? dynamic }
}
