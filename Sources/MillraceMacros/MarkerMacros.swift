import SwiftSyntax
import SwiftSyntaxMacros

/// `@Signal`, `@Query`, `@Update`, `@Validator`: read by `@Workflow`, nothing by themselves.
public struct HandlerMarkerMacro: PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        let name = node.simpleName
        if let parent = context.lexicalContext.first {
            let attributes = parent.asProtocol((any WithAttributesSyntax).self)?.attributes
            if attributes?.named("Workflow") == nil {
                let hint = parent.is(ExtensionDeclSyntax.self) ? ", not to an extension, which macros cannot see" : ""
                context.report(
                    .error("outside", "@\(name) belongs to a member of an actor with @Workflow\(hint)"), at: node)
            }
        } else {
            context.report(.error("outside", "@\(name) belongs to a member of an actor with @Workflow"), at: node)
        }
        return []
    }
}

/// `@Activity`: read by `@Activities`, nothing by itself.
public struct ActivityMarkerMacro: PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        let attributes = context.lexicalContext.first?.asProtocol((any WithAttributesSyntax).self)?.attributes
        if attributes?.named("Activities") == nil || !declaration.is(FunctionDeclSyntax.self) {
            context.report(
                .error("outside", "@Activity belongs to a method of a type with @Activities"), at: node)
        }
        return []
    }
}
