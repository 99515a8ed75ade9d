import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@Workflow`: executor, entry points, calls and handle for an actor.
public struct WorkflowMacro: MemberMacro, ExtensionMacro {
    public static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let actor = declaration.as(ActorDeclSyntax.self) else {
            context.report(
                .error("actor", "@Workflow belongs on an actor: a workflow is state that one task at a time may touch"),
                at: node)
            return []
        }
        guard let model = WorkflowModel(actor, attribute: node, in: context) else { return [] }
        DeterminismGuard.check(actor, in: context)
        return WorkflowCode(model).members.map { DeclSyntax(stringLiteral: $0) }
    }

    public static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard declaration.is(ActorDeclSyntax.self), !protocols.isEmpty else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): Millrace.WorkflowDefinition {}")]
    }
}

/// What the source of a workflow says.
struct WorkflowModel {
    var typeName: String
    var wireName: String
    var isDynamic: Bool
    var access: String
    var run: Signature
    /// The parameters of the initialiser that makes instances; empty if it takes none.
    var initialiser: [Signature.Parameter]
    var initialiserThrows: Bool
    var handlers: [HandlerModel]

    init?(_ actor: ActorDeclSyntax, attribute: AttributeSyntax, in context: some MacroExpansionContext) {
        typeName = actor.name.text
        wireName = attribute.nameArgument ?? typeName.unescaped
        isDynamic = attribute.isSet("dynamic")
        access = actor.modifiers.generatedAccess
        if let generics = actor.genericParameterClause {
            context.report(.error("generic", "a workflow type is made by its name and cannot be generic"), at: generics)
            return nil
        }
        let functions = actor.memberBlock.members.compactMap { $0.decl.as(FunctionDeclSyntax.self) }
        let runs = functions.filter { $0.name.text == "run" && !$0.modifiers.has(.static) }
        guard let function = runs.first, runs.count == 1 else {
            context.report(
                .error("run", runs.isEmpty ? "a workflow needs a method 'run'" : "a workflow has one method 'run'"),
                at: runs.last.map { Syntax($0.name) } ?? Syntax(actor.name))
            return nil
        }
        guard let run = Signature(function, in: context) else { return nil }
        self.run = run
        if isDynamic, run.parameters.map(\.type) != ["Arguments"] {
            context.report(
                .error("dynamic", "'run' of a dynamic workflow has the one parameter '_ arguments: Arguments'"),
                at: function.signature.parameterClause)
            return nil
        }
        guard let (parameters, throwing) = Self.initialiser(actor, run: run, in: context) else { return nil }
        initialiser = parameters
        initialiserThrows = throwing
        handlers = actor.memberBlock.members.compactMap { member in
            if let function = member.decl.as(FunctionDeclSyntax.self) { return HandlerModel(function, in: context) }
            if let property = member.decl.as(VariableDeclSyntax.self) { return HandlerModel(property, in: context) }
            return nil
        }
        guard checkNames(in: context, at: actor), checkValidators(in: context, at: actor) else { return nil }
    }

    /// The initialiser that makes instances: one with the types of `run`, else one without parameters, else the one
    /// that the compiler makes.
    private static func initialiser(
        _ actor: ActorDeclSyntax, run: Signature, in context: some MacroExpansionContext
    ) -> (parameters: [Signature.Parameter], throwing: Bool)? {
        let declared = actor.memberBlock.members.compactMap { $0.decl.as(InitializerDeclSyntax.self) }
        guard !declared.isEmpty else { return ([], false) }
        func types(_ initialiser: InitializerDeclSyntax) -> [String] {
            initialiser.signature.parameterClause.parameters.map { $0.type.trimmedDescription }
        }
        let same = declared.first { types($0) == run.parameters.map(\.type) }
        guard let chosen = same ?? declared.first(where: { types($0).isEmpty }) else {
            context.report(
                .error("initArguments", "the initialiser of a workflow has the parameters of 'run', or none"),
                at: declared[0].signature.parameterClause)
            return nil
        }
        if let async = chosen.signature.effectSpecifiers?.asyncSpecifier {
            context.report(
                .error("initAsync", "the initialiser of a workflow cannot wait; do that in 'run'"), at: async)
            return nil
        }
        if let mark = chosen.optionalMark {
            context.report(.error("initFailable", "throw an ApplicationFailure instead of answering nil"), at: mark)
            return nil
        }
        guard let parameters = Signature.parameters(chosen.signature.parameterClause, of: "init", in: context) else {
            return nil
        }
        return (parameters, chosen.signature.effectSpecifiers?.throwsClause != nil)
    }

    private func checkNames(in context: some MacroExpansionContext, at actor: ActorDeclSyntax) -> Bool {
        var seen: Set<String> = []
        for handler in handlers where handler.kind != .validator {
            let name = handler.isDynamic ? "any" : handler.wireName.quoted
            if !seen.insert("\(handler.kind) \(name)").inserted {
                context.report(
                    .error("twice", "there are two \(handler.kind) handlers for \(name)"), at: actor.name)
                return false
            }
        }
        return true
    }

    private func checkValidators(in context: some MacroExpansionContext, at actor: ActorDeclSyntax) -> Bool {
        for validator in handlers where validator.kind == .validator {
            let update = handlers.first { $0.kind == .update && $0.validatorName == validator.member }
            guard let update else {
                context.report(
                    .error(
                        "validator",
                        "'\(validator.member)' belongs to no update: a validator is named after its update, "
                            + "'validateAdd' after 'add'"),
                    at: actor.name)
                return false
            }
            guard update.signature?.parameters.map(\.type) == validator.signature?.parameters.map(\.type) else {
                context.report(
                    .error("validator", "'\(validator.member)' must have the parameters of '\(update.member)'"),
                    at: actor.name)
                return false
            }
        }
        return true
    }
}

extension HandlerModel {
    /// What the validator of this update is called.
    var validatorName: String { "validate" + member.unescaped.prefix(1).uppercased() + member.unescaped.dropFirst() }

    /// A validator gets the arguments that its update gets, default values included.
    func takingDefaults(from update: HandlerModel) -> HandlerModel {
        var validator = self
        for (index, parameter) in (update.signature?.parameters ?? []).enumerated() {
            validator.signature?.parameters[index].defaultValue = parameter.defaultValue
        }
        return validator
    }
}
