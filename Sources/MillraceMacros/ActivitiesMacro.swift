import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@Activities`: entry points and a stub for the methods of a type.
public struct ActivitiesMacro: MemberMacro, ExtensionMacro {
    public static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let container = ActivitiesModel(declaration, attribute: node, in: context) else { return [] }
        return ActivitiesCode(container).members.map { DeclSyntax(stringLiteral: $0) }
    }

    public static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard !protocols.isEmpty, ActivitiesModel.isSupported(declaration) else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): Millrace.ActivityContainer {}")]
    }
}

/// What the source of a type with activities says.
struct ActivitiesModel {
    struct Activity {
        var wireName: String
        var signature: Signature
        var isDynamic: Bool
        /// The arguments of `ActivityOptions`, as written.
        var options: String
    }

    var typeName: String
    var access: String
    var isActor: Bool
    var options: String
    var activities: [Activity]

    static func isSupported(_ declaration: some DeclGroupSyntax) -> Bool {
        declaration.is(StructDeclSyntax.self) || declaration.is(ClassDeclSyntax.self)
            || declaration.is(ActorDeclSyntax.self)
    }

    init?(
        _ declaration: some DeclGroupSyntax, attribute: AttributeSyntax, in context: some MacroExpansionContext
    ) {
        guard Self.isSupported(declaration), let name = declaration.asProtocol((any NamedDeclSyntax).self)?.name else {
            context.report(
                .error("container", "@Activities belongs on a struct, a final class or an actor"), at: attribute)
            return nil
        }
        if let generics = declaration.asProtocol((any WithGenericParametersSyntax).self)?.genericParameterClause {
            context.report(
                .error("generic", "activities are called by name, so their type cannot be generic"), at: generics)
            return nil
        }
        typeName = name.text
        access = declaration.modifiers.generatedAccess
        isActor = declaration.is(ActorDeclSyntax.self)
        options = attribute.labeledArguments.trimmedDescription
        let hasTimeout = attribute.setsTimeout
        activities = []
        for member in declaration.memberBlock.members {
            guard let function = member.decl.as(FunctionDeclSyntax.self), Self.isActivity(function) else { continue }
            guard let activity = Self.activity(function, hasTimeout: hasTimeout, in: context) else { return nil }
            activities.append(activity)
        }
        if activities.isEmpty {
            context.report(.warning("empty", "there is no activity: every method is private or static"), at: attribute)
        }
        guard checkNames(in: context, at: name) else { return nil }
    }

    private static func isActivity(_ function: FunctionDeclSyntax) -> Bool {
        let modifiers = function.modifiers
        guard !modifiers.has(.private), !modifiers.has(.fileprivate), !modifiers.has(.static), !modifiers.has(.class)
        else { return false }
        if case .binaryOperator = function.name.tokenKind { return false }
        return true
    }

    private static func activity(
        _ function: FunctionDeclSyntax, hasTimeout: Bool, in context: some MacroExpansionContext
    ) -> Activity? {
        let attribute = function.attributes.named("Activity")
        guard let signature = Signature(function, in: context) else { return nil }
        if let mutating = function.modifiers.first(where: { $0.name.tokenKind == .keyword(.mutating) }) {
            context.report(
                .error("mutating", "activities run side by side, so one cannot change its struct; use an actor"),
                at: mutating)
            return nil
        }
        let isDynamic = attribute?.isSet("dynamic") ?? false
        if isDynamic, signature.parameters.map(\.type) != ["String", "Arguments"] {
            context.report(
                .error("dynamic", "a dynamic activity has the parameters 'name: String, arguments: Arguments'"),
                at: function.signature.parameterClause)
            return nil
        }
        if !isDynamic, !hasTimeout, attribute?.setsTimeout != true {
            context.report(
                .error(
                    "timeout",
                    "set startToClose or scheduleToClose, here with @Activity or for all with @Activities: without "
                        + "one, a worker that dies would leave the workflow waiting for ever. (A helper that is not "
                        + "an activity is private.)"),
                at: function.name)
            return nil
        }
        let options = attribute?.labeledArguments.filter { $0.label.map { $0.text != "dynamic" } ?? false } ?? []
        return Activity(
            wireName: attribute?.nameArgument ?? signature.name.unescaped, signature: signature, isDynamic: isDynamic,
            options: options.map { "\($0.label?.text ?? ""): \($0.expression.trimmedDescription)" }
                .joined(separator: ", "))
    }

    private func checkNames(in context: some MacroExpansionContext, at name: TokenSyntax) -> Bool {
        var seen: Set<String> = []
        for activity in activities where !seen.insert(activity.isDynamic ? "" : activity.wireName).inserted {
            context.report(
                .error(
                    "twice",
                    "there are two activities named '\(activity.wireName)'; give one a name with @Activity(\"…\")"),
                at: name)
            return false
        }
        return true
    }
}

extension AttributeSyntax {
    fileprivate var setsTimeout: Bool {
        for label in ["startToClose", "scheduleToClose"] {
            if let value = argument(label), !value.is(NilLiteralExprSyntax.self) { return true }
        }
        return false
    }
}

/// Writes the members of a type with activities.
struct ActivitiesCode {
    let model: ActivitiesModel

    init(_ model: ActivitiesModel) {
        self.model = model
    }

    private var access: String { model.access }

    var members: [String] { [stub, "\(access)nonisolated static var stub: Stub { Stub() }", descriptions] }

    private var stub: String {
        let methods = model.activities.filter { !$0.isDynamic }.map { activity in
            let signature = activity.signature
            let output = signature.output.map { " -> \($0)" } ?? ""
            return """
                \(access)nonisolated(nonsending) func \(signature.name)(\(signature.declaration)) async throws\(output) {
                    try await Millrace.Workflow.execute(
                        activity: \(activity.wireName.quoted), arguments: \(signature.encodedArguments),
                        returning: Millrace.ReturnType(\(signature.output ?? "Void").self),
                        options: self.options.overriding(\(options(activity))))
                }
                """
        }
        return """
            \(access)nonisolated struct Stub: Millrace.ActivityStub {
                \(access)var options = Millrace.ActivityOptions()
            \(methods.joined(separator: "\n").indented)
            }
            """
    }

    private func options(_ activity: ActivitiesModel.Activity) -> String {
        let container = "Millrace.ActivityOptions(\(model.options))"
        if activity.options.isEmpty { return container }
        return "Millrace.ActivityOptions(\(activity.options)).overriding(\(container))"
    }

    private var descriptions: String {
        let list = model.activities.map(description).joined(separator: ",\n").indented.indented
        return """
            \(access)nonisolated static var activityDescriptions: [Millrace.ActivityDescription<\(model.typeName)>] {
                [
            \(list)
                ]
            }
            """
    }

    private func description(_ activity: ActivitiesModel.Activity) -> String {
        let signature = activity.signature
        var (statements, passed) = signature.decoding
        if activity.isDynamic {
            statements = []
            passed = zip(signature.parameters, ["name", "arguments"]).map { parameter, value in
                (parameter.label.map { "\($0): " } ?? "") + value
            }.joined(separator: ", ")
        }
        let call = signature.effects(isolated: !model.isActor) + "container.\(signature.name)(\(passed))"
        if signature.output == nil {
            statements += [call, "return Millrace.BoundaryValue(())"]
        } else {
            statements.append("return Millrace.BoundaryValue(\(call))")
        }
        let name = activity.isDynamic ? "nil" : activity.wireName.quoted
        return """
            Millrace.ActivityDescription(
                \(name), options: \(options(activity)),
                run: { (container: \(model.typeName), name: String, arguments: Millrace.Arguments) async throws
                    -> Millrace.BoundaryValue in
            \(statements.joined(separator: "\n").indented.indented)
                })
            """
    }
}
