import SwiftCompilerPlugin
import SwiftSyntaxMacros

@main
struct MillracePlugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = []
}
