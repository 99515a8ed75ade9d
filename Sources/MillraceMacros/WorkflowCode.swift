/// Writes the members of a workflow.
struct WorkflowCode {
    let model: WorkflowModel

    init(_ model: WorkflowModel) {
        self.model = model
    }

    private var type: String { model.typeName }
    private var access: String { model.access }

    var members: [String] {
        [
            "\(access)nonisolated let millraceExecutor = Millrace.InstanceExecutor()",
            "\(access)nonisolated var unownedExecutor: UnownedSerialExecutor { millraceExecutor.unowned }",
            "\(access)typealias Output = \(model.run.output ?? "Void")",
        ] + calls + [handle, definition]
    }

    // MARK: Calls as values

    private var calls: [String] {
        var calls: [String] = []
        if !model.isDynamic {
            calls.append(
                """
                \(access)nonisolated static func run(\(model.run.declaration)) -> Millrace.WorkflowCall<\(type)> {
                    Millrace.WorkflowCall(\(model.wireName.quoted), \(model.run.encodedArguments))
                }
                """)
        }
        return calls + callable.map(call)
    }

    /// The handlers that others can call by name.
    private var callable: [HandlerModel] { model.handlers.filter { $0.kind != .validator && !$0.isDynamic } }

    private func call(_ handler: HandlerModel) -> String {
        let (name, member) = (handler.wireName.quoted, handler.member)
        guard let signature = handler.signature else {
            return """
                \(access)nonisolated static var \(member): Millrace.QueryCall<\(type), \(handler.propertyType ?? "Never")> {
                    Millrace.QueryCall(\(name), [])
                }
                """
        }
        let output = signature.output ?? "Void"
        let result =
            switch handler.kind {
            case .signal, .validator: "Millrace.SignalCall<\(type)>"
            case .query: "Millrace.QueryCall<\(type), \(output)>"
            case .update: "Millrace.UpdateCall<\(type), \(output)>"
            }
        return """
            \(access)nonisolated static func \(member)(\(signature.declaration)) -> \(result) {
                .init(\(name), \(signature.encodedArguments))
            }
            """
    }

    // MARK: Handle

    private var handle: String {
        """
        \(access)nonisolated struct Handle: Millrace.WorkflowHandle {
            \(access)typealias Definition = \(type)
            \(access)let untyped: Millrace.UntypedWorkflowHandle
            \(access)init(_ untyped: Millrace.UntypedWorkflowHandle) {
                self.untyped = untyped
            }
        \(callable.map(handleMember).joined(separator: "\n").indented)
        }
        """
    }

    private func handleMember(_ handler: HandlerModel) -> String {
        let verb = handler.kind.rawValue.lowercased()
        guard let signature = handler.signature else {
            return """
                \(access)var \(handler.member): \(handler.propertyType ?? "Never") {
                    get async throws { try await untyped.query(\(type).\(handler.member)) }
                }
                """
        }
        let output = signature.output.map { " -> \($0)" } ?? ""
        return """
            \(access)func \(handler.member)(\(signature.declaration)) async throws\(output) {
                try await self.untyped.\(verb)(\(type).\(handler.member)(\(signature.forwardedArguments)))
            }
            """
    }

    // MARK: Definition

    private var definition: String {
        var arguments = ["name: \(model.wireName.quoted)"]
        if model.isDynamic { arguments.append("isDynamic: true") }
        arguments.append("returning: Millrace.ReturnType(\(model.run.output ?? "Void").self)")
        arguments.append("make: \(make)")
        arguments.append("run: \(run)")
        for (label, kind) in [("signals", HandlerModel.Kind.signal), ("queries", .query), ("updates", .update)] {
            let handlers = model.handlers.filter { $0.kind == kind }
            guard !handlers.isEmpty else { continue }
            let list = handlers.map(description).joined(separator: ",\n").indented
            arguments.append("\(label): [\n\(list)\n]")
        }
        return """
            \(access)nonisolated static var workflowDefinition: Millrace.WorkflowDescription<\(type)> {
                Millrace.WorkflowDescription(
            \(arguments.joined(separator: ",\n").indented.indented)
                )
            }
            """
    }

    private var make: String {
        if model.isDynamic {
            let passed = model.initialiser.first.map { ($0.label.map { "\($0): " } ?? "") + "arguments" } ?? ""
            let effect = model.initialiserThrows ? "try " : ""
            return "{ (arguments: Millrace.Arguments) in\n    \(effect)\(type)(\(passed))\n}"
        }
        let (statements, call) = Signature.decoding(model.initialiser)
        let lines = statements + ["return \(model.initialiserThrows ? "try " : "")\(type)(\(call))"]
        return closure("(arguments: Millrace.Arguments) throws -> \(type)", lines)
    }

    private var run: String {
        if model.isDynamic {
            let label = model.run.parameters.first?.label.map { "\($0): " } ?? ""
            return closure(
                "(workflow: isolated \(type), arguments: Millrace.Arguments) async throws -> Millrace.BoundaryValue",
                result(of: "workflow.run(\(label)arguments)", model.run))
        }
        let (statements, call) = model.run.decoding
        return closure(
            "(workflow: isolated \(type), arguments: Millrace.Arguments) async throws -> Millrace.BoundaryValue",
            statements + result(of: "workflow.run(\(call))", model.run))
    }

    /// The statements that call and return what the call returns.
    private func result(of call: String, _ signature: Signature) -> [String] {
        let call = signature.effects() + call
        if signature.output == nil { return [call, "return Millrace.BoundaryValue(())"] }
        return ["return Millrace.BoundaryValue(\(call))"]
    }

    private func description(_ handler: HandlerModel) -> String {
        let name = handler.isDynamic ? "nil" : handler.wireName.quoted
        var arguments = [name]
        if !handler.summary.isEmpty { arguments.append("summary: \(handler.summary.quoted)") }
        if let unfinished = handler.unfinished { arguments.append("unfinished: \(unfinished)") }
        switch handler.kind {
        case .signal:
            arguments.append("handle: \(handling(handler, output: "Void", isAsync: true))")
            return "Millrace.SignalDescription(\(arguments.joined(separator: ", ")))"
        case .query:
            arguments.append("answer: \(handling(handler, output: "Millrace.BoundaryValue", isAsync: false))")
            return "Millrace.QueryDescription(\(arguments.joined(separator: ", ")))"
        case .update, .validator:
            let validator = model.handlers.first { $0.kind == .validator && $0.member == handler.validatorName }
            if let validator = validator?.takingDefaults(from: handler) {
                arguments.append("validate: \(handling(validator, output: "Void", isAsync: false))")
            }
            arguments.append("handle: \(handling(handler, output: "Millrace.BoundaryValue", isAsync: true))")
            return "Millrace.UpdateDescription(\(arguments.joined(separator: ", ")))"
        }
    }

    private func handling(_ handler: HandlerModel, output: String, isAsync: Bool) -> String {
        let head =
            "(workflow: isolated \(type), name: String, arguments: Millrace.Arguments) "
            + "\(isAsync ? "async " : "")throws -> \(output)"
        guard let signature = handler.signature else {
            return closure(head, ["return Millrace.BoundaryValue(workflow.\(handler.member))"])
        }
        var (statements, passed) = signature.decoding
        if handler.isDynamic {
            statements = []
            passed = zip(signature.parameters, ["name", "arguments"]).map { parameter, value in
                (parameter.label.map { "\($0): " } ?? "") + value
            }.joined(separator: ", ")
        }
        let call = "workflow.\(handler.member)(\(passed))"
        if output == "Void" { return closure(head, statements + [signature.effects() + call]) }
        return closure(head, statements + result(of: call, signature))
    }

    private func closure(_ head: String, _ lines: [String]) -> String {
        "{ \(head) in\n\(lines.joined(separator: "\n").indented)\n}"
    }
}

extension String {
    /// Every line four spaces to the right.
    var indented: String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
    }
}
