/// Reads the text of a query into a `QueryStatement`, or says where it stops making sense.
///
///     statement  := [or] [GROUP BY value {"," value}] [HAVING or] [ORDER BY sort {"," sort}] [LIMIT value [, value]] [;]
///     or         := and {(OR | "||") and}
///     and        := not {(AND | "&&") not}
///     not        := NOT not | predicate
///     predicate  := value [comparison value | [NOT] IN list | [NOT] BETWEEN value AND value
///                   | [NOT] (LIKE | REGEXP | STARTS_WITH) value] {IS [NOT] (NULL | TRUE | FALSE)}
///     value      := unary {("|" | "&" | "<<" | ">>" | "+" | "-" | "*" | "/" | "%" | "^" | DIV | MOD) unary}
///     unary      := ("-" | "+" | "~" | "!") unary | primary
///     primary    := literal | name {"." name} | name "(" [values] ")" | "(" or {"," or} ")"
struct QueryParser {
    /// The query without surrounding white space; positions count from its start.
    let text: String

    /// Clients know positions in the statement that the service used to build around a condition.
    private let positionOffset: Int
    /// There is no condition.
    private let startsWithClause: Bool
    private var lexer: QueryLexer
    private var token: QueryToken
    private var depth = 0
    private var values = 0

    /// Queries longer than this, in bytes, are not looked at.
    static let maximumLength = 256 * 1024
    /// How deep brackets and negations may nest.
    static let maximumDepth = 100
    /// How many names and literals a query may hold.
    static let maximumValues = 10_000

    init(_ raw: String) throws(VisibilityQueryError) {
        text = Self.trimmed(raw)
        guard text.utf8.count <= Self.maximumLength else {
            throw .malformed("the query is longer than \(Self.maximumLength) bytes")
        }
        lexer = QueryLexer(text)
        token = lexer.next()
        var following = lexer
        let isClauseWord = token.kind == .keyword("group") || token.kind == .keyword("order")
        startsWithClause = isClauseWord && following.next().kind == .keyword("by")
        positionOffset = startsWithClause ? 22 : 28
    }

    private static func trimmed(_ raw: String) -> String {
        let blank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let utf8 = raw.utf8
        guard let start = utf8.firstIndex(where: { !blank($0) }), let last = utf8.lastIndex(where: { !blank($0) })
        else { return "" }
        return String(raw[start..<utf8.index(after: last)])
    }

    // MARK: Clauses

    mutating func parseStatement() throws(VisibilityQueryError) -> QueryStatement {
        var statement = QueryStatement()
        if !startsWithClause, token.kind != .end { statement.condition = try parseOr() }
        if accept(keyword: "group") {
            try expect(keyword: "by")
            repeat { statement.groupBy.append(try parseValue()) } while accept(sign: ",")
        }
        if accept(keyword: "having") {
            statement.hasHaving = true
            _ = try parseOr()
        }
        if accept(keyword: "order") {
            try expect(keyword: "by")
            repeat { statement.orderBy.append(try parseSortTerm()) } while accept(sign: ",")
        }
        if accept(keyword: "limit") {
            statement.hasLimit = true
            repeat { _ = try parseValue() } while accept(sign: ",")
        }
        _ = accept(sign: ";")
        guard token.kind == .end else { throw syntaxError() }
        return statement
    }

    private mutating func parseSortTerm() throws(VisibilityQueryError) -> QueryStatement.SortTerm {
        let expression = try parseValue()
        if accept(keyword: "desc") { return .init(expression: expression, descending: true) }
        _ = accept(keyword: "asc")
        return .init(expression: expression, descending: false)
    }

    // MARK: Conditions

    private mutating func parseOr() throws(VisibilityQueryError) -> QueryExpression {
        var parts = [try parseAnd()]
        while accept(keyword: "or") || accept(sign: "||") { parts.append(try parseAnd()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func parseAnd() throws(VisibilityQueryError) -> QueryExpression {
        var parts = [try parseNot()]
        while accept(keyword: "and") || accept(sign: "&&") { parts.append(try parseNot()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func parseNot() throws(VisibilityQueryError) -> QueryExpression {
        guard accept(keyword: "not") else { return try parsePredicate() }
        try enter()
        defer { depth -= 1 }
        return .not(try parseNot())
    }

    private mutating func parsePredicate() throws(VisibilityQueryError) -> QueryExpression {
        let left = try parseValue()
        var result = try parseCondition(on: left)
        while accept(keyword: "is") {
            let negated = accept(keyword: "not")
            let isNull = token.kind == .keyword("null")
            guard accept(keyword: "null") || accept(keyword: "true") || accept(keyword: "false") else {
                throw syntaxError()
            }
            result = .isTest(result, isNull: isNull, negated: negated)
        }
        return result
    }

    private mutating func parseCondition(on left: QueryExpression) throws(VisibilityQueryError) -> QueryExpression {
        if case .sign(let sign) = token.kind, ["=", "!=", "<>", "<", ">", "<=", ">=", "<=>"].contains(sign) {
            advance()
            return .comparison(sign == "<>" ? "!=" : sign, left, try parseValue())
        }
        let negated = accept(keyword: "not")
        if accept(keyword: "in") { return .membership(left, try parseList(), negated: negated) }
        if accept(keyword: "between") {
            let low = try parseValue()
            try expect(keyword: "and")
            return .range(left, low, try parseValue(), negated: negated)
        }
        for name in ["like", "regexp", "starts_with"] where accept(keyword: name) {
            let operation = name.uppercased()
            return .comparison(negated ? "NOT \(operation)" : operation, left, try parseValue())
        }
        if negated { throw syntaxError() }
        return left
    }

    private mutating func parseList() throws(VisibilityQueryError) -> [QueryExpression] {
        guard accept(sign: "(") else { throw syntaxError() }
        var values: [QueryExpression] = []
        repeat { values.append(try parseValue()) } while accept(sign: ",")
        guard accept(sign: ")") else { throw syntaxError() }
        return values
    }

    // MARK: Values

    /// No arithmetic is supported, so its precedence does not matter: it only has to be recognized.
    private mutating func parseValue() throws(VisibilityQueryError) -> QueryExpression {
        var value = try parseUnary()
        while true {
            switch token.kind {
            case .sign(let sign) where ["|", "&", "<<", ">>", "+", "-", "*", "/", "%", "^"].contains(sign):
                advance()
                _ = try parseUnary()
                value = .binary(sign)
            case .keyword(let word) where word == "div" || word == "mod":
                advance()
                _ = try parseUnary()
                value = .binary(word)
            default: return value
            }
        }
    }

    private mutating func parseUnary() throws(VisibilityQueryError) -> QueryExpression {
        guard case .sign(let sign) = token.kind, ["-", "+", "~", "!"].contains(sign) else { return try parsePrimary() }
        advance()
        try enter()
        defer { depth -= 1 }
        let operand = try parseUnary()
        switch (sign, operand) {
        case ("-", .integer(let digits)) where !digits.hasPrefix("-"): return .integer("-" + digits)
        case ("-", .decimal(let digits)) where !digits.hasPrefix("-"): return .decimal("-" + digits)
        case ("+", .integer), ("+", .decimal): return operand
        default: return .unary(sign, operand)
        }
    }

    private mutating func parsePrimary() throws(VisibilityQueryError) -> QueryExpression {
        values += 1
        if values > Self.maximumValues {
            throw .malformed("the query holds more than \(Self.maximumValues) names and literals")
        }
        let current = token.kind
        switch current {
        case .string(let text):
            advance()
            return .string(text)
        case .integer(let text):
            advance()
            return .integer(text)
        case .decimal(let text):
            advance()
            return .decimal(text)
        case .keyword("true"), .keyword("false"):
            advance()
            return .bool(current == .keyword("true"))
        case .keyword("null"):
            advance()
            return .null
        case .sign("?"):
            advance()
            return .placeholder
        case .sign("("):
            advance()
            return try parseBrackets()
        case .name(let name):
            advance()
            return try parseName(name)
        default: throw syntaxError()
        }
    }

    private mutating func parseBrackets() throws(VisibilityQueryError) -> QueryExpression {
        try enter()
        defer { depth -= 1 }
        var parts = [try parseOr()]
        while accept(sign: ",") { parts.append(try parseOr()) }
        guard accept(sign: ")") else { throw syntaxError() }
        return parts.count == 1 ? .group(parts[0]) : .list(parts)
    }

    private mutating func parseName(_ first: String) throws(VisibilityQueryError) -> QueryExpression {
        if accept(sign: "(") {
            if accept(sign: ")") { return .function(first) }
            try enter()
            defer { depth -= 1 }
            repeat { _ = try parseOr() } while accept(sign: ",")
            guard accept(sign: ")") else { throw syntaxError() }
            return .function(first)
        }
        var parts = [first]
        while parts.count < 3, accept(sign: ".") {
            guard case .name(let part) = token.kind else { throw syntaxError() }
            advance()
            parts.append(part)
        }
        return .column(parts.joined(separator: "."))
    }

    // MARK: Tokens

    private mutating func advance() { token = lexer.next() }

    private mutating func accept(keyword: String) -> Bool {
        guard token.kind == .keyword(keyword) else { return false }
        advance()
        return true
    }

    private mutating func accept(sign: String) -> Bool {
        guard token.kind == .sign(sign) else { return false }
        advance()
        return true
    }

    private mutating func expect(keyword: String) throws(VisibilityQueryError) {
        guard accept(keyword: keyword) else { throw syntaxError() }
    }

    /// Bounds recursion, so that no query can exhaust the stack.
    private mutating func enter() throws(VisibilityQueryError) {
        depth += 1
        if depth > Self.maximumDepth {
            throw .malformed("brackets or negations are nested more than \(Self.maximumDepth) deep")
        }
    }

    private func syntaxError() -> VisibilityQueryError {
        let near = token.shown.isEmpty ? "" : " near '\(token.shown)'"
        return .malformed("syntax error at position \(positionOffset + token.end)\(near)")
    }
}
