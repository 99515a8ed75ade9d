/// Turns literals of a query into values an attribute can have.
enum QueryValue {
    /// A literal by itself, before its attribute is asked.
    private enum Literal {
        case int(Int64)
        case double(Double)
        case string(String)
        case bool(Bool)

        /// The value and the type as error messages show them.
        var shown: String {
            switch self {
            case .int(let value): "\(value) (type: int64)"
            case .double(let value): "\(QueryValue.shown(value)) (type: float64)"
            case .string(let value): "\"\(value)\" (type: string)"
            case .bool(let value): "\(value) (type: bool)"
            }
        }
    }

    /// - Throws: If the expression is no literal, or not one the attribute can be compared with.
    static func value(
        _ expression: QueryExpression, for attribute: VisibilityAttribute
    ) throws(VisibilityQueryError) -> VisibilityValue {
        let literal = try literal(expression)
        switch attribute.source {
        case .column(.status): return try status(literal, attribute)
        case .column(.executionDuration): return try duration(literal, attribute)
        default: return try plain(literal, attribute)
        }
    }

    private static func literal(_ expression: QueryExpression) throws(VisibilityQueryError) -> Literal {
        switch expression {
        case .string(let text): return .string(text)
        case .bool(let value): return .bool(value)
        case .integer(let digits), .decimal(let digits):
            if case .integer = expression, let value = Int64(digits) { return .int(value) }
            let isDecimal = digits.utf8.allSatisfy { $0 != UInt8(ascii: "x") && $0 != UInt8(ascii: "X") }
            guard isDecimal, let value = Double(digits), value.isFinite else {
                throw .invalid("unable to parse value \"\(digits)\"")
            }
            return .double(value)
        case .placeholder: throw .invalid("unable to parse value \"\(expression.written)\"")
        case .column(let name):
            throw .unsupported(
                "column name on the right side of comparison expression (did you forget to quote \"\(name)\"?)")
        case .function: throw .unsupported("nested func")
        case .unary("~", _), .unary("!", _):
            let sign = String(expression.written.prefix(1))
            throw .unsupported("unary operator \"\(sign)\"")
        case .unary: throw .invalid("unary operator not supported in \"\(expression.written)\"")
        default: throw .invalid("unexpected value type \(expression.kindName)")
        }
    }

    private static func plain(
        _ literal: Literal, _ attribute: VisibilityAttribute
    ) throws(VisibilityQueryError) -> VisibilityValue {
        switch (attribute.type, literal) {
        case (.text, .string(let text)), (.keyword, .string(let text)), (.keywordList, .string(let text)):
            return .text(text)
        case (.int, .int(let value)), (.double, .int(let value)), (.datetime, .int(let value)): return .int(value)
        case (.int, .double(let value)), (.double, .double(let value)): return .double(value)
        case (.bool, .bool(let value)): return .int(value ? 1 : 0)
        case (.datetime, .string(let text)):
            guard let time = TimeText.nanoseconds(rfc3339: text) else {
                throw .invalid("unable to parse datetime '\(text)'")
            }
            return .int(time)
        default: throw mismatch(literal, attribute)
        }
    }

    private static func status(
        _ literal: Literal, _ attribute: VisibilityAttribute
    ) throws(VisibilityQueryError) -> VisibilityValue {
        switch literal {
        case .int(let number):
            guard let known = Int(exactly: number), ExecutionStatusName.name(of: known) != nil else {
                throw .invalid("invalid ExecutionStatus value \(number)")
            }
            return .int(number)
        case .string(let name):
            guard let number = ExecutionStatusName.number(of: name) else {
                throw .invalid("invalid ExecutionStatus value '\(name)'")
            }
            return .int(Int64(number))
        case .double: throw .invalid("unexpected value type float64 for search attribute \(attribute.name)")
        case .bool: throw mismatch(literal, attribute)
        }
    }

    private static func duration(
        _ literal: Literal, _ attribute: VisibilityAttribute
    ) throws(VisibilityQueryError) -> VisibilityValue {
        switch literal {
        case .int(let nanoseconds): return .int(nanoseconds)
        case .string(let text):
            guard let nanoseconds = DurationText.nanoseconds(text) else {
                throw .invalid("invalid duration value for search attribute \(attribute.name): \(text)")
            }
            return .int(nanoseconds)
        case .double: throw .invalid("unexpected value type float64 for search attribute \(attribute.name)")
        case .bool: throw mismatch(literal, attribute)
        }
    }

    private static func mismatch(_ literal: Literal, _ attribute: VisibilityAttribute) -> VisibilityQueryError {
        .invalid(
            "invalid value type for search attribute \(attribute.name) of type \(attribute.type.name): \(literal.shown)"
        )
    }

    /// A number as the service writes it: without a fraction if it has none, with an exponent if it is very large or
    /// very small.
    private static func shown(_ value: Double) -> String {
        let text = "\(value)"
        if text.hasSuffix(".0") { return String(text.dropLast(2)) }
        guard let mark = text.firstIndex(of: "e") else { return text }
        var mantissa = text[..<mark]
        if mantissa.hasSuffix(".0") { mantissa = mantissa.dropLast(2) }
        var exponent = text[text.index(after: mark)...]
        let sign = exponent.hasPrefix("-") ? "-" : "+"
        if exponent.hasPrefix("-") || exponent.hasPrefix("+") { exponent = exponent.dropFirst() }
        return "\(mantissa)e\(sign)\(exponent.count < 2 ? "0" : "")\(exponent)"
    }
}

/// The names of `WorkflowExecutionStatus`, as queries, lists and counts show them.
public enum ExecutionStatusName {
    private static let names = [
        "Unspecified", "Running", "Completed", "Failed", "Canceled", "Terminated", "ContinuedAsNew", "TimedOut",
        "Paused",
    ]
    private static let constants = [
        "UNSPECIFIED", "RUNNING", "COMPLETED", "FAILED", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW", "TIMED_OUT",
        "PAUSED",
    ].map { "WORKFLOW_EXECUTION_STATUS_" + $0 }

    /// All numbers a status can have.
    public static let numbers = names.indices

    /// `nil` if there is no such status.
    public static func name(of number: Int) -> String? { names.indices.contains(number) ? names[number] : nil }

    /// Takes both spellings, `Running` and `WORKFLOW_EXECUTION_STATUS_RUNNING`.
    public static func number(of name: String) -> Int? {
        names.firstIndex(of: name) ?? constants.firstIndex(of: name)
    }
}
