/// The type of a search attribute. Raw values are those of `temporal.api.enums.v1.IndexedValueType`; they are also
/// what a namespace record keeps.
public enum SearchAttributeType: Int, Sendable, Hashable, CaseIterable, Codable {
    /// Tokenized text: equal to a value means "shares a word with it".
    case text = 1
    /// One string, compared as a whole.
    case keyword = 2
    case int = 3
    case double = 4
    case bool = 5
    case datetime = 6
    /// A set of keywords: equal to a value means "contains it".
    case keywordList = 7

    /// The name in payload metadata, in the CLI and in error messages.
    public var name: String {
        switch self {
        case .text: "Text"
        case .keyword: "Keyword"
        case .int: "Int"
        case .double: "Double"
        case .bool: "Bool"
        case .datetime: "Datetime"
        case .keywordList: "KeywordList"
        }
    }

    /// The type with a name as `name` gives it, `nil` for any other string.
    public init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}
