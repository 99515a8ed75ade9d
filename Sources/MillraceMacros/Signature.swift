import SwiftSyntax
import SwiftSyntaxMacros

/// A method that is called from far away: what generated code needs to declare it anew and to call it with decoded
/// arguments.
struct Signature {
    struct Parameter {
        /// The argument label, nil for `_`.
        var label: String?
        var type: String
        var defaultValue: String?
        /// As it is written in a declaration.
        var declaration: String
        /// The name inside the function.
        var name: String
    }

    var name: String
    var parameters: [Parameter]
    /// nil for `Void`.
    var output: String?
    var isAsync: Bool
    var isThrowing: Bool

    /// Reads a method; reports what cannot be called from far away and answers nil then.
    init?(_ function: FunctionDeclSyntax, in context: some MacroExpansionContext) {
        if let generics = function.genericParameterClause {
            context.report(
                .error("generic", "'\(function.name.text)' is called by name and cannot be generic"), at: generics)
            return nil
        }
        guard
            let parameters = Self.parameters(
                function.signature.parameterClause, of: function.name.text, in: context)
        else { return nil }
        name = function.name.text
        self.parameters = parameters
        output = Self.output(function.signature.returnClause)
        isAsync = function.signature.effectSpecifiers?.asyncSpecifier != nil
        isThrowing = function.signature.effectSpecifiers?.throwsClause != nil
    }

    static func parameters(
        _ clause: FunctionParameterClauseSyntax, of function: String, in context: some MacroExpansionContext
    ) -> [Parameter]? {
        var parameters: [Parameter] = []
        for (index, parameter) in clause.parameters.enumerated() {
            let type = parameter.type.trimmedDescription
            if parameter.ellipsis != nil || type.hasPrefix("inout ") {
                context.report(
                    .error(
                        "parameter",
                        "'\(function)' is called from far away: its parameters cannot be inout or variadic"),
                    at: parameter)
                return nil
            }
            let label = parameter.firstName.tokenKind == .wildcard ? nil : parameter.firstName.text
            var name = (parameter.secondName ?? parameter.firstName).text
            if name == "_" { name = "value\(index)" }
            let value = parameter.defaultValue?.value.trimmedDescription
            let first = label ?? "_"
            let names = first == name ? name : "\(first) \(name)"
            parameters.append(
                Parameter(
                    label: label, type: type, defaultValue: value,
                    declaration: "\(names): \(type)" + (value.map { " = \($0)" } ?? ""), name: name))
        }
        return parameters
    }

    private static func output(_ clause: ReturnClauseSyntax?) -> String? {
        guard let type = clause?.type.trimmedDescription, !["Void", "()", "Swift.Void"].contains(type) else {
            return nil
        }
        return type
    }

    /// `limit: Int, _ name: String = "x"`
    var declaration: String { parameters.map(\.declaration).joined(separator: ", ") }

    /// `[Millrace.BoundaryValue(limit), Millrace.BoundaryValue(name)]`
    var encodedArguments: String {
        "[" + parameters.map { "Millrace.BoundaryValue(\($0.name))" }.joined(separator: ", ") + "]"
    }

    /// `limit: limit, name`: the arguments for passing the parameters on.
    var forwardedArguments: String {
        parameters.map { ($0.label.map { "\($0): " } ?? "") + $0.name }.joined(separator: ", ")
    }

    /// The statements that decode the arguments, and the arguments of the call that passes them on.
    var decoding: (statements: [String], call: String) { Self.decoding(parameters) }

    static func decoding(_ parameters: [Parameter]) -> (statements: [String], call: String) {
        var statements: [String] = []
        var call: [String] = []
        for (index, parameter) in parameters.enumerated() {
            let decode = "try arguments.decode((\(parameter.type)).self, at: \(index))"
            if let value = parameter.defaultValue {
                // A caller from before the parameter was added does not send it.
                let type = parameter.type
                statements.append("let value\(index): \(type) = arguments.count > \(index) ? \(decode) : \(value)")
            } else {
                statements.append("let value\(index) = \(decode)")
            }
            call.append((parameter.label.map { "\($0): " } ?? "") + "value\(index)")
        }
        return (statements, call.joined(separator: ", "))
    }

    /// `try await `, as far as the method needs it. `isolated` says that it is called from its own isolation.
    func effects(isolated: Bool = true) -> String {
        (isThrowing ? "try " : "") + (isAsync || !isolated ? "await " : "")
    }
}
