import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros

@testable import MillraceMacros

/// What a macro made of a piece of source.
struct Expansion {
    /// The added members, in order.
    var members: [String]
    var extensions: [String]
    /// `line: message`, in source order.
    var messages: [String]
    /// The source after every first fix-it.
    var fixed: String

    /// Expands the `@Workflow` or `@Activities` of the first declaration in `source`.
    init(_ source: String) throws {
        let file = Parser.parse(source: source)
        let context = BasicMacroExpansionContext(
            sourceFiles: [file: .init(moduleName: "Test", fullFilePath: "test.swift")])
        let declarations = file.statements.compactMap { $0.item.asProtocol((any DeclGroupSyntax).self) }
        let declaration = declarations[0]
        let type = TypeSyntax(
            stringLiteral: declaration.asProtocol((any NamedDeclSyntax).self)?.name.text ?? "Unknown")
        var (members, extensions): ([DeclSyntax], [ExtensionDeclSyntax]) = ([], [])
        func expand<Definition: MemberMacro & ExtensionMacro>(
            _ macro: Definition.Type, _ attribute: AttributeSyntax
        ) throws {
            members = try macro.expansion(
                of: attribute, providingMembersOf: declaration, conformingTo: [], in: context)
            extensions = try macro.expansion(
                of: attribute, attachedTo: declaration, providingExtensionsOf: type,
                conformingTo: ["Millrace.Protocol"], in: context)
        }
        if let attribute = declaration.attributes.named("Workflow") { try expand(WorkflowMacro.self, attribute) }
        if let attribute = declaration.attributes.named("Activities") { try expand(ActivitiesMacro.self, attribute) }
        self.members = members.map(\.description)
        self.extensions = extensions.map(\.description)
        let converter = SourceLocationConverter(fileName: "test.swift", tree: file)
        let diagnostics = context.diagnostics.sorted { $0.position < $1.position }
        messages = diagnostics.map { diagnostic in
            let line = diagnostic.location(converter: converter).line
            let mark = diagnostic.diagMessage.severity == .warning ? "warning: " : ""
            return "\(line): \(mark)\(diagnostic.message)"
        }
        fixed = Self.apply(diagnostics, to: source)
    }

    private static func apply(_ diagnostics: [Diagnostic], to source: String) -> String {
        var bytes = Array(source.utf8)
        let changes = diagnostics.compactMap(\.fixIts.first).flatMap(\.changes)
        let edits = changes.compactMap { change -> (Range<Int>, String)? in
            guard case .replace(let old, let new) = change else { return nil }
            return (old.position.utf8Offset..<old.endPosition.utf8Offset, new.description)
        }
        for (range, text) in edits.sorted(by: { $0.0.lowerBound > $1.0.lowerBound }) {
            bytes.replaceSubrange(range, with: text.utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The one message of a workflow with these members, without its line.
    static func message(_ members: String, attribute: String = "@Workflow") throws -> String? {
        let messages = try Expansion("\(attribute) actor Test {\n\(members)\n}").messages
        guard messages.count == 1 else { return messages.isEmpty ? nil : "\(messages)" }
        return messages[0].split(separator: ": ", maxSplits: 1).last.map(String.init)
    }
}
