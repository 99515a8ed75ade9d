import SwiftSyntax

extension AttributeListSyntax {
    /// The attribute with this name, also when it is spelled `Millrace.Name`.
    func named(_ name: String) -> AttributeSyntax? {
        for case .attribute(let attribute) in self where attribute.simpleName == name { return attribute }
        return nil
    }
}

extension AttributeSyntax {
    var simpleName: String {
        let name = attributeName.trimmedDescription
        return name.split(separator: ".").last.map(String.init) ?? name
    }

    var labeledArguments: LabeledExprListSyntax {
        if case .argumentList(let list) = arguments { return list }
        return []
    }

    /// The text of the unlabelled first argument, if it is a plain string.
    var nameArgument: String? {
        guard let first = labeledArguments.first, first.label == nil else { return nil }
        return first.expression.as(StringLiteralExprSyntax.self)?.representedLiteralValue
    }

    func argument(_ label: String) -> ExprSyntax? {
        labeledArguments.first { $0.label?.text == label }?.expression
    }

    /// Whether a Boolean argument is written as `true`.
    func isSet(_ label: String) -> Bool {
        argument(label)?.as(BooleanLiteralExprSyntax.self)?.literal.tokenKind == .keyword(.true)
    }
}

extension DeclModifierListSyntax {
    func has(_ keyword: Keyword) -> Bool {
        contains { $0.name.tokenKind == .keyword(keyword) && $0.detail == nil }
    }

    /// The access level that generated members need: `public ` and `package ` are passed on, everything else works
    /// without a word.
    var generatedAccess: String {
        if has(.public) || has(.open) { return "public " }
        return has(.package) ? "package " : ""
    }
}

extension String {
    /// As a Swift string literal.
    var quoted: String {
        var text = "\""
        for character in unicodeScalars {
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text + "\""
    }

    /// Without the backticks of an escaped identifier.
    var unescaped: String {
        hasPrefix("`") && hasSuffix("`") && count > 2 ? String(dropFirst().dropLast()) : self
    }
}
