import SwiftSyntax
import SwiftSyntaxMacros

/// A signal, query, update or validator of a workflow.
struct HandlerModel {
    enum Kind: String {
        case signal = "Signal"
        case query = "Query"
        case update = "Update"
        case validator = "Validator"
    }

    var kind: Kind
    /// The name on the wire.
    var wireName: String
    /// The name in the source.
    var member: String
    var isDynamic: Bool
    var unfinished: String?
    /// Of a method.
    var signature: Signature?
    /// Of a property.
    var propertyType: String?
    var summary: String

    static let markers: [Kind] = [.signal, .query, .update, .validator]
}

extension HandlerModel {
    init?(_ function: FunctionDeclSyntax, in context: some MacroExpansionContext) {
        guard let (kind, attribute) = Self.marker(function.attributes) else { return nil }
        guard let signature = Signature(function, in: context) else { return nil }
        self.kind = kind
        member = function.name.text
        wireName = attribute.nameArgument ?? member.unescaped
        isDynamic = attribute.isSet("dynamic")
        unfinished = attribute.argument("unfinished")?.trimmedDescription
        self.signature = signature
        summary = Self.summary(function.leadingTrivia)
        guard check(function, signature, in: context) else { return nil }
    }

    init?(_ property: VariableDeclSyntax, in context: some MacroExpansionContext) {
        guard let (kind, attribute) = Self.marker(property.attributes) else { return nil }
        guard kind == .query, let binding = property.bindings.first,
            let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text
        else {
            context.report(.error("property", "@\(kind.rawValue) belongs on a method"), at: property)
            return nil
        }
        guard let type = Self.type(of: binding) else {
            context.report(
                .error("queryType", "the macro cannot see the type of '\(name)'; write it: 'var \(name): …'"),
                at: binding)
            return nil
        }
        self.kind = kind
        member = name
        wireName = attribute.nameArgument ?? name.unescaped
        isDynamic = false
        propertyType = type
        summary = Self.summary(property.leadingTrivia)
    }

    private static func marker(_ attributes: AttributeListSyntax) -> (Kind, AttributeSyntax)? {
        for kind in markers {
            if let attribute = attributes.named(kind.rawValue) { return (kind, attribute) }
        }
        return nil
    }

    private func check(
        _ function: FunctionDeclSyntax, _ signature: Signature, in context: some MacroExpansionContext
    ) -> Bool {
        let effects = function.signature.effectSpecifiers
        switch kind {
        case .query, .validator:
            if let async = effects?.asyncSpecifier {
                let what = kind == .query ? "a query" : "a validator"
                context.report(.error("async", "\(what) only reads, and cannot be async"), at: async)
                return false
            }
        case .signal:
            if let output = function.signature.returnClause, signature.output != nil {
                context.report(
                    .error("signalResult", "nobody waits for a signal: it cannot return anything; use @Update"),
                    at: output)
                return false
            }
        case .update: break
        }
        if kind == .query, signature.output == nil {
            context.report(.error("queryResult", "a query must return something"), at: function.name)
            return false
        }
        if isDynamic, signature.parameters.map(\.type) != ["String", "Arguments"] {
            context.report(
                .error("dynamic", "a dynamic handler has the parameters 'name: String, arguments: Arguments'"),
                at: function.signature.parameterClause)
            return false
        }
        return true
    }

    /// The type of a property as it is written, or as a literal gives it away.
    private static func type(of binding: PatternBindingSyntax) -> String? {
        if let annotation = binding.typeAnnotation { return annotation.type.trimmedDescription }
        guard let value = binding.initializer?.value else { return nil }
        switch value.kind {
        case .stringLiteralExpr: return "String"
        case .integerLiteralExpr: return "Int"
        case .floatLiteralExpr: return "Double"
        case .booleanLiteralExpr: return "Bool"
        default: break
        }
        if let call = value.as(FunctionCallExprSyntax.self), call.arguments.isEmpty || call.trailingClosure == nil {
            // `[Story]()` and `Progress()` name the type they make; a lowercase name is a function.
            let callee = call.calledExpression
            if callee.is(ArrayExprSyntax.self) || callee.is(DictionaryExprSyntax.self) {
                return callee.trimmedDescription
            }
            if let name = callee.as(DeclReferenceExprSyntax.self)?.baseName.text, name.first?.isUppercase == true {
                return name
            }
        }
        return nil
    }

    /// The documentation comment's first line.
    private static func summary(_ trivia: Trivia) -> String {
        for case .docLineComment(let line) in trivia {
            return String(line.drop { $0 == "/" || $0 == " " })
        }
        return ""
    }
}
