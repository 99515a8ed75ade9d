import SwiftCompilerPlugin
import SwiftSyntaxMacros

@main
struct MillracePlugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [
        WorkflowMacro.self, HandlerMarkerMacro.self, ActivitiesMacro.self, ActivityMarkerMacro.self,
    ]
}
