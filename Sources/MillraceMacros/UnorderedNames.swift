import SwiftSyntax

/// The variables, properties and parameters in a workflow whose declaration shows that they are a dictionary or a set.
///
/// A name that is declared twice with different types counts as unknown: it is better to miss something than to warn
/// of what is right.
struct UnorderedNames {
    struct Found {
        var kind: String
        /// Whether it is the collection itself and not its `keys` or `values`.
        var isWhole: Bool
    }

    private var kinds: [String: String?] = [:]

    init(_ actor: ActorDeclSyntax) {
        let collector = Collector(viewMode: .sourceAccurate)
        collector.walk(actor)
        kinds = collector.kinds
    }

    func find(in sequence: ExprSyntax) -> Found? {
        if let name = Self.name(sequence), let kind = kinds[name] ?? nil { return Found(kind: kind, isWhole: true) }
        if let member = sequence.as(MemberAccessExprSyntax.self), let base = member.base, let name = Self.name(base),
            ["keys", "values"].contains(member.declName.baseName.text), kinds[name] == "dictionary"
        {
            return Found(kind: "dictionary", isWhole: false)
        }
        return nil
    }

    private static func name(_ expression: ExprSyntax) -> String? {
        if let reference = expression.as(DeclReferenceExprSyntax.self) { return reference.baseName.text }
        if let member = expression.as(MemberAccessExprSyntax.self), member.base?.trimmedDescription == "self" {
            return member.declName.baseName.text
        }
        return nil
    }

    private final class Collector: SyntaxVisitor {
        var kinds: [String: String?] = [:]

        override func visit(_ node: PatternBindingSyntax) -> SyntaxVisitorContinueKind {
            guard let name = node.pattern.as(IdentifierPatternSyntax.self)?.identifier.text else {
                return .visitChildren
            }
            let kind =
                node.typeAnnotation.flatMap { Self.kind($0.type) } ?? node.initializer.flatMap { Self.kind($0.value) }
            add(name, kind)
            return .visitChildren
        }

        override func visit(_ node: FunctionParameterSyntax) -> SyntaxVisitorContinueKind {
            add((node.secondName ?? node.firstName).text, Self.kind(node.type))
            return .visitChildren
        }

        private func add(_ name: String, _ kind: String?) {
            if let known = kinds[name], known != kind {
                kinds[name] = .some(nil)
            } else {
                kinds[name] = .some(kind)
            }
        }

        private static func kind(_ type: TypeSyntax) -> String? {
            if type.is(DictionaryTypeSyntax.self) { return "dictionary" }
            let name = type.as(IdentifierTypeSyntax.self)?.name.text
            return name == "Dictionary" ? "dictionary" : name == "Set" ? "set" : nil
        }

        private static func kind(_ value: ExprSyntax) -> String? {
            if value.is(DictionaryExprSyntax.self) { return "dictionary" }
            guard let call = value.as(FunctionCallExprSyntax.self) else { return nil }
            if call.calledExpression.is(DictionaryExprSyntax.self) { return "dictionary" }
            let callee = call.calledExpression.trimmedDescription.prefix { $0 != "<" }
            return callee == "Dictionary" ? "dictionary" : callee == "Set" ? "set" : nil
        }
    }
}

/// Whether code schedules work: it awaits something or starts a task.
final class SchedulingFinder: SyntaxVisitor {
    private var isFound = false

    static func schedules(_ body: some SyntaxProtocol) -> Bool {
        let finder = SchedulingFinder(viewMode: .sourceAccurate)
        finder.walk(body)
        return finder.isFound
    }

    override func visit(_ node: AwaitExprSyntax) -> SyntaxVisitorContinueKind {
        isFound = true
        return .skipChildren
    }

    override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
        if node.modifiers.contains(where: { $0.name.tokenKind == .keyword(.async) }) { isFound = true }
        return .visitChildren
    }

    override func visit(_ node: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind {
        let name = node.declName.baseName.text
        if name == "addTask" || name == "addTaskUnlessCancelled" { isFound = true }
        if name == "task", node.base?.trimmedDescription == "Workflow" { isFound = true }
        return .visitChildren
    }
}
