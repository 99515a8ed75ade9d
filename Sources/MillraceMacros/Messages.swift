import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// What a macro tells the person who wrote the code.
struct Message: DiagnosticMessage, FixItMessage {
    let message: String
    let id: String
    var severity = DiagnosticSeverity.error

    var diagnosticID: MessageID { MessageID(domain: "Millrace", id: id) }
    var fixItID: MessageID { MessageID(domain: "Millrace", id: id) }

    static func error(_ id: String, _ message: String) -> Message { Message(message: message, id: id) }

    static func warning(_ id: String, _ message: String) -> Message {
        Message(message: message, id: id, severity: .warning)
    }
}

extension MacroExpansionContext {
    func report(_ message: Message, at node: some SyntaxProtocol, fixIts: [FixIt] = []) {
        diagnose(Diagnostic(node: Syntax(node), message: message, fixIts: fixIts))
    }
}

extension FixIt {
    /// Replaces a node, keeping the space around it.
    static func replace(_ title: String, _ old: some SyntaxProtocol, with new: some SyntaxProtocol) -> FixIt {
        var new = Syntax(new)
        new.leadingTrivia = old.leadingTrivia
        new.trailingTrivia = old.trailingTrivia
        return FixIt(
            message: Message(message: title, id: "fix"),
            changes: [.replace(oldNode: Syntax(old), newNode: new)])
    }
}
