/// A condition as it was written, before anything in it has been given a meaning.
indirect enum QueryExpression: Sendable, Equatable {
    case column(String)
    case integer(String)
    case decimal(String)
    case string(String)
    case bool(Bool)
    case null
    /// `?`
    case placeholder
    case function(String)
    case unary(String, QueryExpression)
    case binary(String)
    /// In brackets.
    case group(QueryExpression)
    /// Several in brackets.
    case list([QueryExpression])
    case and([QueryExpression])
    case or([QueryExpression])
    case not(QueryExpression)
    case comparison(String, QueryExpression, QueryExpression)
    case membership(QueryExpression, [QueryExpression], negated: Bool)
    case range(QueryExpression, QueryExpression, QueryExpression, negated: Bool)
    case isTest(QueryExpression, isNull: Bool, negated: Bool)

    /// The kind of expression as error messages of the service name it; clients' tests may know these words.
    var kindName: String {
        switch self {
        case .column: "*sqlparser.ColName"
        case .integer, .decimal, .string, .placeholder: "*sqlparser.SQLVal"
        case .bool: "sqlparser.BoolVal"
        case .null: "*sqlparser.NullVal"
        case .function: "*sqlparser.FuncExpr"
        case .unary: "*sqlparser.UnaryExpr"
        case .binary: "*sqlparser.BinaryExpr"
        case .group: "*sqlparser.ParenExpr"
        case .list: "sqlparser.ValTuple"
        case .and: "*sqlparser.AndExpr"
        case .or: "*sqlparser.OrExpr"
        case .not: "*sqlparser.NotExpr"
        case .comparison, .membership: "*sqlparser.ComparisonExpr"
        case .range: "*sqlparser.RangeCond"
        case .isTest: "*sqlparser.IsExpr"
        }
    }

    /// A single value as it would be written, for error messages.
    var written: String {
        switch self {
        case .column(let name): name
        case .integer(let text), .decimal(let text): text
        case .string(let text): "'\(text)'"
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        case .placeholder: ":v1"
        case .unary(let sign, let operand): sign + operand.written
        default: kindName
        }
    }
}

/// A whole query as it was written.
struct QueryStatement: Sendable, Equatable {
    struct SortTerm: Sendable, Equatable {
        var expression: QueryExpression
        var descending: Bool
    }

    var condition: QueryExpression?
    var groupBy: [QueryExpression] = []
    var orderBy: [SortTerm] = []
    var hasHaving = false
    var hasLimit = false
}
