import WireAPI

extension WorkflowFilter {
    /// Reads a query.
    /// - Returns: `nil` for one that cannot be taken apart; the server will say what is wrong with it.
    init?(query: String) {
        guard let scanner = QueryTokens(query) else { return nil }
        self.init()
        let tokens = scanner.tokens[...]
        let words = Self.topLevel(tokens)
        if words.contains(where: { ["GROUP", "HAVING", "LIMIT"].contains(where: tokens[$0].isWord) }) { return nil }
        let orderStart = words.first { tokens[$0].isWord("ORDER") }
        if let orderStart {
            guard orderStart + 1 < tokens.endIndex, tokens[orderStart + 1].isWord("BY") else { return nil }
            readOrder(tokens[(orderStart + 2)...], scanner)
        }
        let condition = tokens[..<(orderStart ?? tokens.endIndex)]
        guard !condition.isEmpty else { return }
        if words.contains(where: { condition.indices.contains($0) && tokens[$0].isWord("OR") }) {
            others = [scanner.text(condition)]
            return
        }
        for part in Self.conjuncts(condition, words) where !take(part) { others.append(scanner.text(part)) }
    }

    /// Where tokens stand outside of all parentheses.
    private static func topLevel(_ tokens: ArraySlice<QueryTokens.Token>) -> [Int] {
        var depth = 0
        return tokens.indices.filter { index in
            if tokens[index].isSign("(") { depth += 1 }
            defer { if tokens[index].isSign(")") { depth -= 1 } }
            return depth == 0
        }
    }

    private static func conjuncts(
        _ tokens: ArraySlice<QueryTokens.Token>, _ topLevel: [Int]
    ) -> [ArraySlice<QueryTokens.Token>] {
        var parts: [ArraySlice<QueryTokens.Token>] = []
        var start = tokens.startIndex
        var isBetween = false
        for index in topLevel where tokens.indices.contains(index) {
            if tokens[index].isWord("BETWEEN") { isBetween = true }
            guard tokens[index].isWord("AND") else { continue }
            if isBetween {
                isBetween = false
            } else {
                parts.append(tokens[start..<index])
                start = index + 1
            }
        }
        parts.append(tokens[start...])
        return parts
    }

    private mutating func readOrder(_ tokens: ArraySlice<QueryTokens.Token>, _ scanner: QueryTokens) {
        let parts = Array(tokens)
        if let first = parts.first, let name = Self.name(first), parts.count <= 2 {
            let isDescending = parts.count == 2 && parts[1].isWord("DESC")
            if parts.count == 1 || isDescending || parts[1].isWord("ASC") {
                order = Order(attribute: name, isDescending: isDescending)
                return
            }
        }
        otherOrder = scanner.text(tokens)
    }

    // MARK: Conditions

    private static func name(_ token: QueryTokens.Token) -> String? {
        switch token.kind {
        case .word(let name), .name(let name): name
        default: nil
        }
    }

    private static func value(_ token: QueryTokens.Token) -> Attribute.Value? {
        switch token.kind {
        case .string(let text): .string(text)
        case .number(let text): .bare(text)
        case .word(let word) where ["TRUE", "FALSE"].contains(word.uppercased()): .bare(word)
        default: nil
        }
    }

    /// Puts a condition into the field for it.
    /// - Returns: `false` if there is none.
    private mutating func take(_ slice: ArraySlice<QueryTokens.Token>) -> Bool {
        let tokens = Array(slice)
        guard let first = tokens.first, let name = Self.name(first) else { return false }
        if name == "ExecutionStatus", let statuses = Self.statuses(tokens) {
            guard self.statuses.isEmpty else { return false }
            self.statuses = statuses
            return true
        }
        guard let comparison = Self.comparison(tokens) else { return false }
        var value = Attribute.Value.string("")
        if comparison.takesValue {
            guard tokens.count == 3, let own = Self.value(tokens[2]) else { return false }
            value = own
        }
        if takeField(name, comparison, value) { return true }
        attributes.append(Attribute(name: name, comparison: comparison, value: value))
        return true
    }

    private mutating func takeField(
        _ name: String, _ comparison: Attribute.Comparison, _ value: Attribute.Value
    ) -> Bool {
        guard case .string(let text) = value else { return false }
        if name == "StartTime" {
            switch comparison {
            case .atLeast where startedFrom == nil: startedFrom = text
            case .less where startedBefore == nil: startedBefore = text
            default: return false
            }
            return true
        }
        guard comparison == .equal || comparison == .startsWith else { return false }
        let condition = Text(match: comparison == .equal ? .equals : .startsWith, value: text)
        switch name {
        case "WorkflowId" where workflowID == nil: workflowID = condition
        case "WorkflowType" where workflowType == nil: workflowType = condition
        case "TaskQueue" where taskQueue == nil: taskQueue = condition
        default: return false
        }
        return true
    }

    private static func comparison(_ tokens: [QueryTokens.Token]) -> Attribute.Comparison? {
        guard tokens.count >= 2 else { return nil }
        switch tokens[1].kind {
        case .sign(let sign): return Attribute.Comparison(rawValue: sign)
        case .word where tokens[1].isWord("STARTS_WITH"): return .startsWith
        case .word where tokens[1].isWord("IS"):
            if tokens.count == 3, tokens[2].isWord("NULL") { return .isNull }
            return tokens.count == 4 && tokens[2].isWord("NOT") && tokens[3].isWord("NULL") ? .isNotNull : nil
        default: return nil
        }
    }

    /// The statuses of `ExecutionStatus = 'A'` and `ExecutionStatus IN ('A', 'B')`.
    private static func statuses(_ tokens: [QueryTokens.Token]) -> [APIWorkflowExecutionStatus]? {
        guard tokens.count >= 3 else { return nil }
        var names = [tokens[2]]
        if tokens[1].isWord("IN") {
            guard tokens[2].isSign("("), tokens[tokens.count - 1].isSign(")") else { return nil }
            names = tokens[3..<(tokens.count - 1)].filter { !$0.isSign(",") }
        } else if !tokens[1].isSign("=") || tokens.count > 3 {
            return nil
        }
        var statuses: [APIWorkflowExecutionStatus] = []
        for token in names {
            guard case .string(let name) = token.kind, let status = APIWorkflowExecutionStatus(queryName: name) else {
                return nil
            }
            statuses.append(status)
        }
        return statuses.isEmpty ? nil : statuses
    }
}
