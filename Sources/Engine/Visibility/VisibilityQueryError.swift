/// Why a query cannot be run. Servers answer it as INVALID_ARGUMENT with `message`.
public struct VisibilityQueryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The whole text for the client.
    public let message: String

    public var description: String { message }

    private init(_ message: String) { self.message = message }

    /// The text is not a condition at all.
    static func malformed(_ detail: String) -> Self { Self("invalid query: malformed SQL query: \(detail)") }
    /// The text is well formed but makes no sense.
    static func invalid(_ detail: String) -> Self { Self("invalid query: invalid expression: \(detail)") }
    /// The text makes sense but not to us.
    static func unsupported(_ detail: String) -> Self { Self("invalid query: operation is not supported: \(detail)") }
    /// There is no such search attribute.
    static func unknownAttribute(_ name: String) -> Self { Self("invalid query: invalid search attribute: \(name)") }
    /// There is such an attribute, but schedules are not found by it.
    static func notForSchedules(_ name: String) -> Self {
        Self("invalid query filter for schedules: cannot filter on \"\(name)\"")
    }
    /// The page token does not belong to this query.
    public static let invalidPageToken = Self("invalid next_page_token: it is not one this query was answered with")
}
